//! A closed loop: each worker does the same thing again as soon as it is done.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Barrier, mpsc::Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::histogram::Histogram;
use super::process::{self, Usage};
use crate::bench::report::Measure;
use crate::error::{Error, Result};
use crate::host;

const STACK_BYTES: usize = 256 * 1024;

/// How a loop is run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Workers, each a thread with its own connections.
    pub workers: u32,
    /// Time before anything counts.
    pub warm_up: Duration,
    /// Time that counts.
    pub measured: Duration,
    /// Processes whose cost in that time is reported, besides our own.
    pub watched: Vec<u32>,
}

/// One user of the system under load.
pub trait Worker {
    /// Does the whole thing once, for example a sign-up, timing its steps with the recorder.
    ///
    /// An error ends the whole loop: a benchmark with failures is no result.
    fn iterate(&mut self, recorder: &mut Recorder) -> Result<()>;
}

/// Collects the latencies of named steps.
#[derive(Default)]
pub struct Recorder {
    steps: Vec<(&'static str, Histogram)>,
    recording: bool,
}

impl Recorder {
    /// Does one step and records how long it took, if it counts already.
    pub fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let begun = host::now();
        let outcome = work();
        if self.recording {
            self.histogram(name).record(begun.elapsed());
        }
        outcome
    }

    fn histogram(&mut self, name: &'static str) -> &mut Histogram {
        let known = self.steps.iter().position(|(step, _)| *step == name);
        let at = known.unwrap_or_else(|| {
            self.steps.push((name, Histogram::default()));
            self.steps.len() - 1
        });
        &mut self.steps[at].1
    }
}

/// What a process cost in the time that counts.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Its process id.
    pub pid: u32,
    /// Processor time in the measured time.
    pub cpu: Duration,
    /// Its usage at the end.
    pub at_end: Usage,
}

/// What a loop found.
pub struct Outcome {
    /// The time that counted.
    pub measured: Duration,
    /// Latencies of whole iterations; their count is the number of iterations.
    pub whole: Histogram,
    /// Latencies of steps, in the order they were first met.
    pub steps: Vec<(&'static str, Histogram)>,
    /// Our own cost.
    pub own: Cost,
    /// The cost of each watched process.
    pub watched: Vec<Cost>,
}

impl Outcome {
    /// Iterations per second.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no 53 bits")]
    pub fn rate(&self) -> f64 {
        self.whole.count() as f64 / self.measured.as_secs_f64()
    }

    /// The rate, the latencies of the whole and of each step, ready for a report.
    pub fn measures(&self, name: &str) -> Vec<Measure> {
        let mut measures = vec![Measure::new(name, "1/s", self.rate())];
        measures.extend(latencies(name, &self.whole));
        for (step, histogram) in &self.steps {
            measures.extend(latencies(step, histogram));
        }
        measures
    }
}

fn latencies(name: &str, histogram: &Histogram) -> Vec<Measure> {
    let ms = |duration: Duration| duration.as_secs_f64() * 1e3;
    let percentile = |percent| {
        Measure::new(
            format!("{name} p{percent}"),
            "ms",
            ms(histogram.percentile(percent)),
        )
    };
    let mut measures: Vec<Measure> = [50, 90, 99].map(percentile).into();
    measures.push(Measure::new(
        format!("{name} max"),
        "ms",
        ms(histogram.max()),
    ));
    measures
}

/// Runs the loop: `make` makes each worker, in its own thread, before the time starts.
pub fn run<W: Worker>(plan: &Plan, make: impl Fn(u32) -> Result<W> + Sync) -> Result<Outcome> {
    let stop = AtomicBool::new(false);
    let start = Barrier::new(plan.workers as usize + 1);
    let (failed, failures) = mpsc::channel();
    thread::scope(|scope| {
        let mut handles = Vec::new();
        for number in 0..plan.workers {
            let (stop, start, make, failed) = (&stop, &start, &make, failed.clone());
            let work = move || {
                let made = make(number);
                start.wait();
                let outcome = made.and_then(|worker| iterate(worker, plan, stop));
                outcome.map_err(|error| drop(failed.send(error))).ok()
            };
            let builder = thread::Builder::new().stack_size(STACK_BYTES);
            handles.push(builder.spawn_scoped(scope, work)?);
        }
        drop(failed);
        start.wait();
        let costs = measure_costs(plan, &failures);
        stop.store(true, Ordering::Relaxed);
        let tallies = handles
            .into_iter()
            .filter_map(|handle| handle.join().ok().flatten());
        let tallies: Vec<Tally> = tallies.collect();
        costs.and_then(|costs| conclude(plan, &tallies, costs, &failures))
    })
}

/// What one worker found.
#[derive(Default)]
struct Tally {
    whole: Histogram,
    recorder: Recorder,
}

fn iterate<W: Worker>(mut worker: W, plan: &Plan, stop: &AtomicBool) -> Result<Tally> {
    let mut tally = Tally::default();
    let counts_from = host::now() + plan.warm_up;
    let ends = counts_from + plan.measured;
    let mut begun = host::now();
    while begun < ends && !stop.load(Ordering::Relaxed) {
        tally.recorder.recording = begun >= counts_from;
        worker.iterate(&mut tally.recorder)?;
        let done = host::now();
        if tally.recorder.recording && done <= ends {
            tally.whole.record(done - begun);
        }
        begun = done;
    }
    Ok(tally)
}

/// Reads what the processes cost from the end of the warm-up to the end of the measured time.
fn measure_costs(plan: &Plan, failures: &Receiver<Error>) -> Result<Vec<Cost>> {
    let counts_from = host::now() + plan.warm_up;
    wait_until(counts_from, failures)?;
    let mut pids = vec![std::process::id()];
    pids.extend(&plan.watched);
    let before = pids
        .iter()
        .map(|pid| process::usage(*pid))
        .collect::<Result<Vec<_>>>()?;
    wait_until(counts_from + plan.measured, failures)?;
    let cost = |(pid, before): (&u32, &Usage)| {
        let at_end = process::usage(*pid)?;
        Ok(Cost {
            pid: *pid,
            cpu: at_end.cpu.saturating_sub(before.cpu),
            at_end,
        })
    };
    pids.iter().zip(&before).map(cost).collect()
}

/// Waits for a moment, or for the first failure.
fn wait_until(moment: Instant, failures: &Receiver<Error>) -> Result<()> {
    let left = moment.saturating_duration_since(host::now());
    match failures.recv_timeout(left) {
        Ok(error) => Err(error),
        // All workers may be done a moment before us: that is no failure.
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
    }
}

fn conclude(
    plan: &Plan,
    tallies: &[Tally],
    costs: Vec<Cost>,
    failures: &Receiver<Error>,
) -> Result<Outcome> {
    if let Ok(error) = failures.try_recv() {
        return Err(error);
    }
    let mut whole = Histogram::default();
    let mut steps = Recorder::default();
    for tally in tallies {
        whole.merge(&tally.whole);
        for (name, histogram) in &tally.recorder.steps {
            steps.histogram(name).merge(histogram);
        }
    }
    let mut costs = costs.into_iter();
    let own = costs
        .next()
        .ok_or_else(|| Error::failed("our own cost is unknown"))?;
    let watched = costs.collect();
    Ok(Outcome {
        measured: plan.measured,
        whole,
        steps: steps.steps,
        own,
        watched,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spinner {
        fails: bool,
    }

    impl Worker for Spinner {
        fn iterate(&mut self, recorder: &mut Recorder) -> Result<()> {
            recorder.step("yield", || {
                thread::yield_now();
                Ok(())
            })?;
            if self.fails {
                Err(Error::failed("no"))
            } else {
                Ok(())
            }
        }
    }

    fn plan() -> Plan {
        Plan {
            workers: 2,
            warm_up: Duration::from_millis(1),
            measured: Duration::from_millis(20),
            watched: Vec::new(),
        }
    }

    #[test]
    fn every_worker_counts() {
        let outcome = run(&plan(), |_| Ok(Spinner { fails: false })).unwrap();
        assert!(outcome.whole.count() > 0 && outcome.rate() > 0.0);
        assert_eq!(outcome.steps[0].0, "yield");
        assert!(outcome.steps[0].1.count() >= outcome.whole.count());
        assert_eq!(outcome.measures("x")[0].unit, "1/s");
    }

    #[test]
    fn one_failure_is_the_result() {
        let outcome = run(&plan(), |number| Ok(Spinner { fails: number == 1 }));
        assert_eq!(outcome.err().unwrap().to_string(), "no");
        let outcome = run(&plan(), |_| Err::<Spinner, _>(Error::failed("not made")));
        assert_eq!(outcome.err().unwrap().to_string(), "not made");
    }
}
