//! `hsm`: the vault on keys in SoftHSM, as it is and with the latency and rate of a module behind
//! a network. The work is an example of `ringfence-vault`, so that this crate stays free of
//! cryptography.

use std::fs;
use std::path::{Path, PathBuf};

use super::Options;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};
use crate::host::{self, Run};

const PACKAGE: [&str; 4] = ["-p", "ringfence-vault", "--example", "hsm"];
const LIBRARIES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];
const TOKEN: &str = "ringfence-bench";
/// What the shim allows in a second: `SLOW` of the example.
const SHIM_RATE: f64 = 3_000.0;

/// A SoftHSM token in a folder of its own.
struct Token {
    folder: PathBuf,
    library: &'static str,
}

/// Every measure as it is and behind the shim.
pub fn hsm(options: &Options) -> Result<Vec<Measures>> {
    build(options)?;
    (0..options.runs).map(|_| one(options)).collect()
}

fn one(options: &Options) -> Result<Measures> {
    let mut measures = Vec::new();
    let token = Token::make("as-is")?;
    let found = token.run(options, "as-is")?;
    let of = |found: &[Said], name: &str| {
        let there = found.iter().find(|said| said.name == name);
        let unsaid = || Error::failed(format!("the example `hsm` said no {name}"));
        there.map(|said| (said.rate, said.cost)).ok_or_else(unsaid)
    };
    for (name, title) in TITLES {
        let (rate, cost) = of(&found, name)?;
        measures.push(Measure::new(*title, "1/s", rate));
        // Others' work on the machine moves the rate and hardly this.
        let title = format!("{title}, processor time for each");
        measures.push(Measure::new(title, "µs", cost));
    }
    let token = Token::make("slow")?;
    let found = token.run(options, "slow")?;
    for (name, title) in TITLES {
        let (rate, _) = of(&found, name)?;
        measures.push(Measure::new(
            format!("{title}, 1 ms and 3,000/s"),
            "1/s",
            rate,
        ));
        // Each of them is one operation.
        let share = 100.0 * rate / SHIM_RATE;
        measures.push(Measure::new(
            format!("{title}, share of the shim's rate"),
            "%",
            share,
        ));
    }
    Ok(measures)
}

const TITLES: &[(&str, &str)] = &[
    ("lookups", "lookups"),
    ("starts", "codes to new numbers"),
    ("openings", "openings (codes to numbers on file)"),
];

impl Token {
    fn make(name: &str) -> Result<Self> {
        let library = LIBRARIES.into_iter().find(|path| Path::new(path).exists());
        let library = library.ok_or_else(|| {
            Error::failed("SoftHSM is missing; install the Debian package softhsm2")
        })?;
        let folder = host::root().join("target/bench/hsm").join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("tokens"))?;
        let token = Self { folder, library };
        let conf = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            token.folder.join("tokens").display()
        );
        fs::write(token.conf(), conf)?;
        fs::write(token.pin(), PIN)?;
        Run::new("chmod").arg("600").arg(token.pin()).read()?;
        Run::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", TOKEN])
            .args(["--pin", PIN, "--so-pin", PIN])
            .env("SOFTHSM2_CONF", token.conf())
            .read()?;
        Ok(token)
    }

    fn conf(&self) -> PathBuf {
        self.folder.join("softhsm2.conf")
    }

    fn pin(&self) -> PathBuf {
        self.folder.join("pin")
    }

    /// Runs the example.
    fn run(&self, options: &Options, how: &str) -> Result<Vec<Said>> {
        let program = host::root().join("target/release/examples/hsm");
        let said = Run::new(program)
            .arg(self.library)
            .arg(TOKEN)
            .arg(self.pin())
            .arg(how)
            .arg(options.duration.as_secs().to_string())
            .env("SOFTHSM2_CONF", self.conf())
            .read()?;
        parse(&said).ok_or_else(|| Error::failed("the example `hsm` said something else"))
    }
}

/// Not a secret: the token lasts as long as the benchmark.
const PIN: &str = "bench-4711";

/// A line of the example: `NAME RATE MICROS`.
#[derive(Debug, PartialEq)]
struct Said {
    name: String,
    /// Calls in a second.
    rate: f64,
    /// Microseconds of processor time for each.
    cost: f64,
}

fn parse(said: &str) -> Option<Vec<Said>> {
    let lines = said.lines().map(|line| {
        let words: Vec<&str> = line.split(' ').collect();
        let [name, rate, cost] = words[..] else {
            return None;
        };
        Some(Said {
            name: name.to_owned(),
            rate: rate.parse().ok()?,
            cost: cost.parse().ok()?,
        })
    });
    lines.collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_example_says_is_read_or_refused() {
        let line = |name: &str, rate, cost| Said {
            name: name.to_owned(),
            rate,
            cost,
        };
        assert_eq!(
            parse("lookups 12.5 60\nopenings 3 410.25\n"),
            Some(vec![
                line("lookups", 12.5, 60.0),
                line("openings", 3.0, 410.25)
            ])
        );
        for wrong in [
            "lookups\n",
            "lookups 1\n",
            "lookups many 1\n",
            "lookups 1 2 3\n",
        ] {
            assert_eq!(parse(wrong), None);
        }
    }
}
