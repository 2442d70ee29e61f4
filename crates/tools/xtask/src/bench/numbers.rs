//! `numbers-text` and `numbers-accuracy`: how fast and how well numbers are found in text.
//!
//! The work is an example of the crate `numbers`, so that this crate needs nothing of it. It says
//! a line for each figure: name, figure and unit, parted by tabs.

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

/// Units that a table knows.
const UNITS: [&str; 4] = ["MB/s", "%", "times", "1/MB"];

/// `numbers-text`: megabytes searched in a second.
pub fn text(options: &Options) -> Result<Vec<Measures>> {
    (0..options.runs).map(|_| said(options, "speed")).collect()
}

/// `numbers-accuracy`: recall and precision on labelled sentences. They are the same in each run.
pub fn accuracy(options: &Options) -> Result<Vec<Measures>> {
    Ok(vec![said(options, "accuracy")?])
}

fn said(options: &Options, task: &str) -> Result<Measures> {
    if !options.built {
        let build = ["build", "--release", "--quiet", "-p", "numbers"];
        Run::cargo()
            .args(build)
            .args(["--example", "finding"])
            .stream()?;
    }
    let program = host::root().join("target/release/examples/finding");
    let said = Run::new(program).arg(task).read()?;
    said.lines().map(measure).collect()
}

/// The figure of one line.
fn measure(line: &str) -> Result<Measure> {
    let unreadable = || Error::failed(format!("the example `finding` said `{line}`"));
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
