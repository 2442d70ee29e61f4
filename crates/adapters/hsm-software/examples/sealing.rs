//! How fast one core seals records and makes tags on keys in memory: prints the rate that is asked
//! for, in operations per second. `cargo xtask bench seal` and `index` run it.
//!
//! Usage: `sealing seal-1|seal-2|seal-3|index|hmac`
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark measures real time and says so"
)]

use std::{
    error::Error,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::rand;
use seal::{
    Class, E164, Fill, Hsm, KeyId, KeySpec, RandomError,
    record::{ClassRecipient, RecordContext, seal_record},
    soft::SoftKeys,
    tag::Tags,
};

struct System;

impl Fill for System {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        rand::fill(out).map_err(|_| RandomError)
    }
}

const DEPLOYMENT: [u8; 16] = [7; 16];
const APPLICATION: [u8; 16] = [8; 16];

/// Runs in groups of 64, so that looking at the clock costs nothing.
fn rate<T, E: Error + 'static>(
    mut act: impl FnMut() -> Result<T, E>,
) -> Result<f64, Box<dyn Error>> {
    let (begun, mut done) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(1) {
        for _ in 0..64 {
            act()?;
        }
        done += 64;
    }
    Ok(f64::from(done) / begun.elapsed().as_secs_f64())
}

fn main() -> Result<(), Box<dyn Error>> {
    let keys = SoftKeys::new(Arc::new(System));
    let number = E164::parse("+447700900123")?;
    keys.create(KeySpec::of(KeyId::index(1)))?;
    let mut recipients = Vec::new();
    for class in [Class::Account, Class::Staff, Class::Hygiene] {
        let id = KeyId::open(class, 1);
        keys.create(KeySpec::of(id))?;
        recipients.push(ClassRecipient::new(
            &DEPLOYMENT,
            id,
            &keys.public_key(&id)?,
        )?);
    }
    let context = RecordContext {
        deployment: DEPLOYMENT,
        subject: [9; 16],
        generation: 1,
    };
    let seal = |wraps: usize| {
        let of = recipients.get(..wraps).unwrap_or_default();
        rate(|| seal_record(&context, &number, of, &System))
    };
    let index = KeyId::index(1);
    let tags = || Tags::derive(&keys, &index, &DEPLOYMENT, &APPLICATION, &number);
    let found = match std::env::args().nth(1).as_deref() {
        Some("seal-1") => seal(1)?,
        Some("seal-2") => seal(2)?,
        Some("seal-3") => seal(3)?,
        Some("index") => rate(tags)?,
        Some("hmac") => rate(|| keys.hmac(&index, &[1; 80]))?,
        _ => return Err("usage: sealing seal-1|seal-2|seal-3|index|hmac".into()),
    };
    println!("{found:.0}");
    Ok(())
}
