//! `timing`: whether the time of an answer tells that a number has an account.
//!
//! One connection asks for sign-in codes, for a number with an account and for one without in turn,
//! so that whatever else happens to the machine happens to both.

use std::sync::atomic::{AtomicU64, Ordering};

use super::Options;
use super::flows::{Load, Person, fill, number};
use super::harness::histogram::Histogram;
use super::harness::load::{self, Plan, Recorder, Worker};
use super::product::Product;
use super::report::{Measure, Measures};
use crate::error::Result;
use crate::host;

/// Accounts that are asked for in turn.
const KNOWN: u64 = 2_000;
/// Numbers from here on have no account.
const UNKNOWN: u64 = 10_000_000;

/// Compares the two.
pub fn run(options: &Options) -> Result<Vec<Measures>> {
    let product = Product::start(options.built)?;
    host::note(format!("making {KNOWN} accounts"));
    fill(&product, options, 0, KNOWN, None)?;
    let asked = AtomicU64::new(0);
    (0..options.runs)
        .map(|_| run_once(&product, options, &asked))
        .collect()
}

fn run_once(product: &Product, options: &Options, asked: &AtomicU64) -> Result<Measures> {
    let never = || 0;
    let load = Load {
        purpose: "login",
        next: &never,
        seen: None,
    };
    let plan = Plan {
        workers: 1,
        warm_up: options.duration / 5,
        measured: options.duration,
        watched: Vec::new(),
    };
    let asker = |_| {
        let person = Person::new(product, &load)?;
        Ok(Asker { person, asked })
    };
    let outcome = load::run(&plan, asker)?;
    let mut measures = Vec::new();
    for percent in [50, 90] {
        let time = |name| {
            let step = outcome.steps.iter().find(|(step, _)| *step == name);
            step.map_or(f64::NAN, |(_, times)| milliseconds(times, percent))
        };
        let (known, unknown) = (time("known"), time("unknown"));
        let name = |what: &str| format!("{what}, p{percent}");
        measures.push(Measure::new(name("with an account"), "ms", known));
        measures.push(Measure::new(name("without one"), "ms", unknown));
        measures.push(Measure::new(name("ratio"), "", known / unknown));
    }
    Ok(measures)
}

fn milliseconds(times: &Histogram, percent: u8) -> f64 {
    times.percentile(percent).as_secs_f64() * 1e3
}

struct Asker<'a> {
    person: Person<'a>,
    asked: &'a AtomicU64,
}

impl Worker for Asker<'_> {
    fn iterate(&mut self, recorder: &mut Recorder) -> Result<()> {
        let n = self.asked.fetch_add(1, Ordering::Relaxed);
        let known = number(n % KNOWN);
        recorder.step("known", || self.person.start(&known))?;
        let unknown = number(UNKNOWN + n);
        recorder.step("unknown", || self.person.start(&unknown))?;
        Ok(())
    }
}
