//! `cargo xtask bench`: named benchmarks, a table on the terminal, a file to keep.
//!
//! To add one, write a module with a function from [`Options`] to the runs, and a line in
//! `BENCHES`. [`harness`] has the load generator, the histogram and what a process costs.

mod carriers;
mod facade;
mod facts;
mod flows;
pub mod harness;
mod harness_self;
mod hsm;
mod numbers;
mod product;
pub mod report;
mod sealing;
mod server;
pub mod table;
mod timing;

use std::time::Duration;

use serde_json::json;

use crate::args::Args;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use report::Measures;

/// How to measure.
#[derive(Clone, Debug)]
pub struct Options {
    /// Repetitions.
    pub runs: u32,
    /// Length of one repetition, without warm-up.
    pub duration: Duration,
    /// Connections of the load generator.
    pub connections: u32,
    /// Measures the programs that are there instead of building them first.
    pub built: bool,
}

/// One benchmark.
struct Bench {
    name: &'static str,
    about: &'static str,
    run: fn(&Options) -> Result<Vec<Measures>>,
}

const BENCHES: &[Bench] = &[
    Bench {
        name: "harness-self",
        about: "what the load generator itself costs, against a server that does nothing",
        run: harness_self::run,
    },
    Bench {
        name: "signup",
        about: "start, read the code at the simulator, check; a new number each time",
        run: flows::signup,
    },
    Bench {
        name: "signup-postgres",
        about: "the same with the rows on a PostgreSQL server on this machine",
        run: flows::signup_postgres,
    },
    Bench {
        name: "login",
        about: "the same for accounts that exist",
        run: flows::login,
    },
    Bench {
        name: "million",
        about: "sign-ups over a database of a million accounts, and the disk they take",
        run: flows::million,
    },
    Bench {
        name: "facade",
        about: "one flow by the native API, by Twilio's and by CAMARA's, and what the others' words cost",
        run: facade::run,
    },
    Bench {
        name: "timing",
        about: "whether the time of an answer tells that a number has an account",
        run: timing::run,
    },
    Bench {
        name: "seal",
        about: "sealing records on one core, without a store",
        run: sealing::seal,
    },
    Bench {
        name: "smpp",
        about: "texts submitted in a second by one SMPP session with window 64",
        run: carriers::smpp,
    },
    Bench {
        name: "index",
        about: "tags of numbers on one core, and the keystore's own rate",
        run: sealing::index,
    },
    Bench {
        name: "numbers-parse",
        about: "reading and classifying one number, and the ratio to rlibphonenumber",
        run: numbers::parse,
    },
    Bench {
        name: "hsm",
        about: "lookups and openings of a vault on SoftHSM, as it is and as behind a network",
        run: hsm::hsm,
    },
    Bench {
        name: "numbers-text",
        about: "megabytes of text searched for numbers, beside memchr and another matcher",
        run: numbers::text,
    },
    Bench {
        name: "numbers-accuracy",
        about: "numbers found and missed in labelled sentences of 16 languages, and false finds",
        run: numbers::accuracy,
    },
];

/// Runs the benchmarks named, or all of them.
pub fn run(mut args: Args) -> Result<()> {
    if args.flag("--list") {
        for bench in BENCHES {
            host::say(format!("{:<14}  {}", bench.name, bench.about));
        }
        return args.done();
    }
    if cfg!(debug_assertions) {
        return Err(again_in_release(args));
    }
    if args.flag(harness_self::SERVE_FLAG) {
        return harness_self::serve();
    }
    let date = args.option("--date")?;
    let options = Options {
        runs: args.count("--runs", 5)?,
        duration: Duration::from_secs(args.count("--seconds", 5)?.into()),
        connections: args.count("--connections", 16)?,
        built: args.flag("--built"),
    };
    for bench in chosen(&args.words()?)? {
        run_one(bench, &options, date.clone())?;
    }
    Ok(())
}

/// A load generator built without optimisation would measure itself: start once more, built well.
fn again_in_release(args: Args) -> Error {
    let run = Run::cargo().args(["run", "--quiet", "--release", "-p", "xtask", "--", "bench"]);
    run.args(args.rest()).replace_self()
}

fn chosen(names: &[String]) -> Result<Vec<&'static Bench>> {
    if names.is_empty() {
        return Ok(BENCHES.iter().collect());
    }
    let find = |name: &String| {
        let unknown = || Error::Usage(format!("no benchmark `{name}`; see `bench --list`"));
        BENCHES
            .iter()
            .find(|bench| bench.name == *name)
            .ok_or_else(unknown)
    };
    names.iter().map(find).collect()
}

fn run_one(bench: &Bench, options: &Options, date: Option<String>) -> Result<()> {
    host::note(format!("{}: {}", bench.name, bench.about));
    let facts = facts::gather(date);
    let runs = (bench.run)(options)?;
    host::say(report::table(bench.name, &runs).render());
    let used = json!({
        "runs": options.runs,
        "seconds": options.duration.as_secs(),
        "connections": options.connections,
    });
    let path = report::write(bench.name, facts, used, &runs)?;
    host::note(format!("written to {}", path.display()));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_choose_and_unknown_names_are_refused() {
        assert_eq!(chosen(&[]).unwrap().len(), BENCHES.len());
        assert_eq!(
            chosen(&["harness-self".to_owned()]).unwrap()[0].name,
            "harness-self"
        );
        assert!(matches!(
            chosen(&["nonsense".to_owned()]),
            Err(Error::Usage(_))
        ));
    }
}
