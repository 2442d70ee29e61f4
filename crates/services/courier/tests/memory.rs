//! How much memory the pretend phones take when a benchmark signs up a new number each time.
//! One test in a process of its own, so that nothing else moves the figure.

mod common;

use common::{code_text, message};
use courier::simulator::PHONES_MAX;
use numbers::E164;
use peers::carrier::{Carrier, CarrierMessage};

/// Resident memory of this process, bytes (proc(5), `statm`, second field in pages of 4 KiB).
fn resident_bytes() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = statm.split_whitespace().nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

#[tokio::test]
async fn a_benchmark_of_new_numbers_stays_under_25_megabytes() {
    let (simulator, _) = common::simulator();
    let Some(before) = resident_bytes() else {
        return;
    };
    let count = u32::try_from(PHONES_MAX * 5).unwrap();
    for n in 0..count {
        let to = E164::from_canonical(&format!("+999{n:08}")).unwrap();
        let words = code_text("482913");
        let sent = CarrierMessage {
            to,
            ..message(n, words)
        };
        simulator.send(sent).await;
    }
    let taken = resident_bytes().unwrap().saturating_sub(before);
    let phones = simulator.phone_count();
    assert_eq!(
        simulator.newest_code(&E164::from_canonical("+99900000000").unwrap()),
        None
    );
    assert!(phones > PHONES_MAX * 9 / 10, "{phones} phones");
    assert!(taken < 25_000_000, "{taken} bytes for {phones} phones");
}
