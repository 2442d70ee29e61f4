//! `numbers-parse`, `numbers-text` and `numbers-accuracy`: how fast numbers are read, and how fast and
//! how well they are found in text.
//!
//! The work is examples of the crate `numbers`, so that this crate needs nothing of it. They say a
//! line for each figure: name, figure and unit, parted by tabs.

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

/// Units that a table knows.
const UNITS: [&str; 6] = ["MB/s", "%", "times", "1/MB", "ns", ""];

/// `numbers-parse`: nanoseconds a number, and how often the other implementation's time is ours.
pub fn parse(options: &Options) -> Result<Vec<Measures>> {
    let run = |_| said(options, "speed", &[]);
    (0..options.runs).map(run).collect()
}

/// `numbers-text`: megabytes searched in a second.
pub fn text(options: &Options) -> Result<Vec<Measures>> {
    let run = |_| said(options, "finding", &["speed"]);
    (0..options.runs).map(run).collect()
}

/// `numbers-accuracy`: recall and precision on labelled sentences. They are the same in each run.
pub fn accuracy(options: &Options) -> Result<Vec<Measures>> {
    Ok(vec![said(options, "finding", &["accuracy"])?])
}

fn said(options: &Options, example: &str, task: &[&str]) -> Result<Measures> {
    if !options.built {
        let build = ["build", "--release", "--quiet", "-p", "numbers"];
        Run::cargo()
            .args(build)
            .args(["--example", example])
            .stream()?;
    }
    let program = host::root().join("target/release/examples").join(example);
    let said = Run::new(program).args(task).read()?;
    said.lines().map(measure).collect()
}

/// The figure of one line.
fn measure(line: &str) -> Result<Measure> {
    let unreadable = || Error::failed(format!("an example of `numbers` said `{line}`"));
    let mut parts = line.split('\t');
    let (Some(name), Some(figure), Some(unit)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(unreadable());
    };
    let unit = UNITS.into_iter().find(|known| *known == unit);
    let value = figure.parse().map_err(|_| unreadable())?;
    Ok(Measure::new(name, unit.ok_or_else(unreadable)?, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_a_figure_and_anything_else_is_refused() {
        let expected = Measure::new("logs: google", "MB/s", 412.5);
        assert_eq!(measure("logs: google\t412.5\tMB/s").unwrap(), expected);
        for line in ["", "logs", "logs\tmany\tMB/s", "logs\t1\tfurlongs"] {
            assert!(measure(line).is_err(), "{line}");
        }
    }
}
