//! How fast one core seals records and makes tags on keys in memory, as `cargo xtask bench seal`
//! and `index` print it: one line `NAME OPERATIONS_PER_SECOND` for each measure.
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
fn rate(mut act: impl FnMut() -> Result<(), Box<dyn Error>>) -> Result<f64, Box<dyn Error>> {
    let (begun, mut done) = (Instant::now(), 0_u32);
    while begun.elapsed() < Duration::from_secs(2) {
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
    for wraps in 1..=3 {
        let of = &recipients[..wraps];
        let sealed = rate(|| Ok(drop(seal_record(&context, &number, of, &System)?)))?;
        println!("seal-{wraps} {sealed:.0}");
    }
    let index = KeyId::index(1);
    let tags = || {
        Ok(drop(Tags::derive(
            &keys,
            &index,
            &DEPLOYMENT,
            &APPLICATION,
            &number,
        )?))
    };
    println!("index {:.0}", rate(tags)?);
    println!(
        "hmac {:.0}",
        rate(|| Ok(drop(keys.hmac(&index, &[1; 80])?)))?
    );
    Ok(())
}
