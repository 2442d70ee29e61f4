//! What a benchmark found: runs, each a list of measures, and their summary.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use super::table::{Column, Table, figure};
use crate::error::{Error, Result};
use crate::host;

/// One figure of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// What was measured, for example `requests`.
    pub name: String,
    /// Its unit, for example `1/s`.
    pub unit: &'static str,
    /// The figure.
    pub value: f64,
}

impl Measure {
    /// A figure with its name and unit.
    pub fn new(name: impl Into<String>, unit: &'static str, value: f64) -> Self {
        Self {
            name: name.into(),
            unit,
            value,
        }
    }
}

/// One repetition of a benchmark.
pub type Measures = Vec<Measure>;

/// One measure over all runs.
#[derive(Debug, PartialEq)]
struct Summary {
    name: String,
    unit: &'static str,
    min: f64,
    median: f64,
    max: f64,
}

/// Minimum, median and maximum of each measure, in the order of the first run.
fn summarise(runs: &[Measures]) -> Vec<Summary> {
    let first = runs.first().into_iter().flatten();
    let summary = first.filter_map(|measure| {
        let same = |other: &&Measure| other.name == measure.name && other.unit == measure.unit;
        let mut values: Vec<f64> = runs
            .iter()
            .filter_map(|run| run.iter().find(same))
            .map(|m| m.value)
            .collect();
        values.sort_by(f64::total_cmp);
        Some(Summary {
            name: measure.name.clone(),
            unit: measure.unit,
            min: *values.first()?,
            median: median(&values),
            max: *values.last()?,
        })
    });
    summary.collect()
}

/// The middle of sorted values; the mean of the two in the middle if their number is even.
fn median(sorted: &[f64]) -> f64 {
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => f64::NAN,
        length if length.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

/// The table for the terminal.
pub fn table(title: &str, runs: &[Measures]) -> Table {
    let columns = vec![
        Column::text("measure"),
        Column::figure("min"),
        Column::figure("median"),
        Column::figure("max"),
        Column::text("unit"),
    ];
    let mut table = Table::new(&format!("{title}, {} runs", runs.len()), columns);
    for summary in summarise(runs) {
        let Summary {
            name,
            unit,
            min,
            median,
            max,
        } = summary;
        table.row(vec![
            name,
            figure(min),
            figure(median),
            figure(max),
            unit.to_owned(),
        ]);
    }
    table
}

/// Writes `target/bench/NAME.json` and returns its path.
pub fn write(name: &str, facts: Value, options: Value, runs: &[Measures]) -> Result<PathBuf> {
    let folder = host::root().join("target").join("bench");
    fs::create_dir_all(&folder).map_err(|e| Error::file(&folder, &e))?;
    let path = folder.join(format!("{name}.json"));
    let text = format!("{:#}\n", json(name, facts, options, runs));
    fs::write(&path, text).map_err(|e| Error::file(&path, &e))?;
    Ok(path)
}

fn json(name: &str, facts: Value, options: Value, runs: &[Measures]) -> Value {
    let measure = |m: &Measure| json!({"name": m.name, "unit": m.unit, "value": m.value});
    let run = |run: &Measures| run.iter().map(measure).collect::<Vec<_>>();
    let summary = |s: Summary| json!({"name": s.name, "unit": s.unit, "min": s.min, "median": s.median, "max": s.max});
    json!({
        "bench": name,
        "machine": facts,
        "options": options,
        "runs": runs.iter().map(run).collect::<Vec<_>>(),
        "summary": summarise(runs).into_iter().map(summary).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[f64]) -> Vec<Measures> {
        values
            .iter()
            .map(|value| vec![Measure::new("rate", "1/s", *value)])
            .collect()
    }

    #[test]
    fn the_median_is_in_the_middle() {
        let odd = &summarise(&runs(&[3.0, 1.0, 2.0]))[0];
        assert_eq!((odd.min, odd.median, odd.max), (1.0, 2.0, 3.0));
        assert_eq!(summarise(&runs(&[4.0, 1.0]))[0].median, 2.5);
        assert_eq!(summarise(&[]), []);
    }

    #[test]
    fn the_file_holds_every_run_and_the_summary() {
        let value = json("x", Value::Null, Value::Null, &runs(&[1.0, 2.0]));
        assert_eq!(value["runs"][1][0]["value"], 2.0);
        assert_eq!(value["summary"][0]["median"], 1.5);
    }
}
