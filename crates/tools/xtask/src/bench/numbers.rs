//! `numbers-parse`: reading and classifying one number, against another implementation in the same
//! run.
//!
//! The work is an example of the crate `numbers`, so that this crate stays small: it is the first
//! thing a fresh machine compiles.

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

/// Nanoseconds a number, and how often the other implementation's time is ours.
pub fn parse(options: &Options) -> Result<Vec<Measures>> {
    if !options.built {
        Run::cargo()
            .args(["build", "--release", "--quiet", "-p", "numbers"])
            .args(["--example", "speed"])
            .stream()?;
    }
    let program = host::root().join("target/release/examples/speed");
    (0..options.runs)
        .map(|_| measures(&Run::new(&program).read()?))
        .collect()
}

/// The measures in lines of name, unit and figure with tabs between.
fn measures(said: &str) -> Result<Measures> {
    let unreadable = || Error::failed("the example `speed` said something that is no figure");
    let measure = |line: &str| {
        let mut parts = line.split('\t');
        let (name, unit) = (parts.next()?, parts.next()?);
        let value = parts.next()?.parse().ok()?;
        let unit = match unit {
            "ns" => "ns",
            "" => "",
            _ => return None,
        };
        Some(Measure::new(name, unit, value))
    };
    let lines = said
        .lines()
        .map(|line| measure(line).ok_or_else(unreadable));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_measures_and_anything_else_is_refused() {
        let read = measures("parse\tns\t61.5\nparse, ratio\t\t20\n").unwrap();
        assert_eq!(read[0], Measure::new("parse", "ns", 61.5));
        assert_eq!(read[1], Measure::new("parse, ratio", "", 20.0));
        for wrong in ["parse ns 5", "parse\tms\t5", "parse\tns\tfast"] {
            assert!(measures(wrong).is_err(), "{wrong}");
        }
    }
}
