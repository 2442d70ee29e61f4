//! `seal` and `index`: what one core does without a store, and the yardstick of the flows.
//!
//! The work is an example of the crate `hsm-software`, so that this crate stays free of
//! cryptography: it is the first thing a fresh machine compiles.

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

const PACKAGE: [&str; 4] = ["-p", "hsm-software", "--example", "sealing"];

/// `seal`: records with one, two and three wraps.
pub fn seal(options: &Options) -> Result<Vec<Measures>> {
    build(options)?;
    (0..options.runs)
        .map(|_| {
            let name = |wraps: &str| format!("records with {wraps} wraps, one core");
            Ok(vec![
                Measure::new(name("1"), "1/s", rate("seal-1")?),
                Measure::new(name("2"), "1/s", rate("seal-2")?),
                Measure::new(name("3"), "1/s", rate("seal-3")?),
            ])
        })
        .collect()
}

/// `index`: the tags of a number, against the HMAC that each of them costs the keystore.
pub fn index(options: &Options) -> Result<Vec<Measures>> {
    build(options)?;
    (0..options.runs)
        .map(|_| {
            let (tags, hmac) = (rate("index")?, rate("hmac")?);
            Ok(vec![
                Measure::new("tags of a number, one core", "1/s", tags),
                Measure::new("HMAC of the software keystore, one core", "1/s", hmac),
                Measure::new("share of the HMAC rate", "%", 100.0 * tags / hmac),
            ])
        })
        .collect()
}

/// How many records with two wraps one core seals at this moment. Machines that others share
/// differ by the hour; the ratio of a flow's rate to this one differs less.
pub fn yardstick(options: &Options) -> Result<f64> {
    build(options)?;
    rate("seal-2")
}

fn build(options: &Options) -> Result<()> {
    if options.built {
        return Ok(());
    }
    Run::cargo()
        .args(["build", "--release", "--quiet"])
        .args(PACKAGE)
        .stream()
}

fn rate(name: &str) -> Result<f64> {
    let program = host::root().join("target/release/examples/sealing");
    let said = Run::new(program).arg(name).read()?;
    let unreadable = || Error::failed("the example `sealing` said no rate");
    said.trim().parse().map_err(|_| unreadable())
}
