//! `smpp`: texts that one session submits in a second.
//!
//! The work is an example of the crate `carriers`, so that this crate stays small: it is the first
//! thing a fresh machine compiles.

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

/// One session with a window of 64, to a local message centre that answers at once.
pub fn smpp(options: &Options) -> Result<Vec<Measures>> {
    if !options.built {
        Run::cargo()
            .args(["build", "--release", "--quiet", "-p", "carriers"])
            .args(["--example", "smpp_rate"])
            .stream()?;
    }
    let seconds = options.duration.as_secs().max(1).to_string();
    (0..options.runs)
        .map(|_| {
            let program = host::root().join("target/release/examples/smpp_rate");
            let said = Run::new(program).arg(&seconds).read()?;
            let unreadable = || Error::failed("the example `smpp_rate` said no rate");
            let rate: f64 = said.trim().parse().map_err(|_| unreadable())?;
            let name = "submit_sm, one session, window 64";
            Ok(vec![Measure::new(name, "1/s", rate)])
        })
        .collect()
}
