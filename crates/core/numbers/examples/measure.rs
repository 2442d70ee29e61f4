//! Memory and speed of `parse`: `cargo run --release -p numbers --example measure`.
#![expect(
    clippy::print_stdout,
    reason = "printing figures is this program's purpose"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::{fs, hint::black_box, time::Instant};

use numbers::{Region, countries, format_international, format_national, parse};
use rlibphonenumber::{PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat, Region as EngineRegion};

const ROUNDS: u32 = 500;

/// A line of `/proc/self/status` in MB; 0 where there is no such file.
fn memory_mb(name: &str) -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status
        .lines()
        .find(|l| l.starts_with(name))
        .unwrap_or_default();
    let kb: f64 = line
        .split_whitespace()
        .nth(1)
        .and_then(|n| n.parse().ok())
        .unwrap_or(0.0);
    kb / 1024.0
}

fn memory(what: &str) {
    println!(
        "{what:<44} {:>6.1} MB now, {:>6.1} MB peak",
        memory_mb("VmRSS"),
        memory_mb("VmHWM")
    );
}

fn micros(work: impl Fn()) -> f64 {
    work();
    let start = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    start.elapsed().as_secs_f64() * 1e6 / f64::from(ROUNDS)
}

fn examples() -> Vec<String> {
    let regions = countries()
        .iter()
        .filter_map(|c| EngineRegion::from_code(c.region.as_str()).ok());
    regions
        .filter_map(|r| UTIL.get_example_number(r).ok())
        .map(|n| UTIL.format(&n, PhoneNumberFormat::E164).into_owned())
        .collect()
}

fn main() {
    memory("start");
    let _ = parse("+447700900123", None);
    memory("after one number");
    let examples = examples();
    memory("one example of each region made");
    let read: Vec<_> = examples
        .iter()
        .filter_map(|e| parse(e, None).ok())
        .collect();
    memory(&format!("{} of {} parsed", read.len(), examples.len()));
    for parsed in &read {
        black_box((
            format_international(&parsed.number),
            format_national(&parsed.number),
        ));
    }
    memory("all formatted, both ways");

    for (input, home) in [
        ("+447700900123", "GB"),
        ("07700 900123", "GB"),
        ("+1 (201) 555-0123", "US"),
        ("(201) 555-0123", "US"),
        ("+1 876 555 0123", "JM"),
        ("030 23125 000", "DE"),
        ("+33 (0)6 39 98 01 23", "FR"),
        ("447700900123", "GB"),
        ("01000 000000", "GB"),
        ("999", "GB"),
    ] {
        let home = Region::parse(home).ok();
        let took = micros(|| drop(black_box(parse(black_box(input), home))));
        println!("{input:<24} {took:>8.2} us");
    }
    let all = micros(|| {
        examples
            .iter()
            .for_each(|e| drop(black_box(parse(e, None))))
    });
    println!(
        "{:<24} {:>8.2} us",
        "each region's example",
        all / read.len() as f64
    );
    memory("end");
}
