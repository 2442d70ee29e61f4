//! `cargo xtask test`: get what the tests need, then run every one of them.
//!
//! A test that needs a program from outside is `#[ignore = "needs Chromium"]`; the ignored ones
//! run too as soon as every program is there. They find it in `RINGFENCE_CHROMIUM`,
//! `RINGFENCE_PYTHON` and `RINGFENCE_NODE`; the tests of an SDK are started by such a test.

use std::path::PathBuf;

use crate::args::Args;
use crate::check;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use crate::metadata::Workspace;
use crate::rooms;

/// A program from outside that some tests need.
struct Need {
    programs: &'static [&'static str],
    debian_package: &'static str,
    for_tests: &'static str,
    /// The variable that tells tests where it is.
    variable: &'static str,
}

const NEEDS: &[Need] = &[
    Need {
        programs: &["chromium", "chromium-browser", "google-chrome"],
        debian_package: "chromium",
        for_tests: "browser tests",
        variable: "RINGFENCE_CHROMIUM",
    },
    Need {
        programs: &["python3"],
        debian_package: "python3",
        for_tests: "Python SDK tests",
        variable: "RINGFENCE_PYTHON",
    },
    Need {
        programs: &["node", "nodejs"],
        debian_package: "nodejs",
        for_tests: "TypeScript SDK tests",
        variable: "RINGFENCE_NODE",
    },
    Need {
        programs: &["psql"],
        debian_package: "postgresql",
        for_tests: "tests of the store on PostgreSQL",
        variable: "RINGFENCE_PSQL",
    },
];

/// By Deque, MPL-2.0: for tests only, never shipped.
const AXE: &str = "axe-core@4.14.1";

/// Runs every test, or those whose name contains a filter.
pub fn run(mut args: Args) -> Result<()> {
    let allow_missing = args.flag("--allow-missing");
    let filters = args.words()?;
    install_missing()?;
    install_axe();
    let missing: Vec<&Need> = NEEDS.iter().filter(|need| need.find().is_none()).collect();
    for need in &missing {
        host::note(format!(
            "missing: {} (Debian package `{}`); not run: {}",
            need.programs[0], need.debian_package, need.for_tests
        ));
    }
    let workspace = Workspace::load()?;
    let features = rooms::demo_features(&workspace);
    let suites = [
        ("source fences", check::run_scan("fences", Args::new([]))),
        ("rooms", build_rooms(&features)),
        ("tests", run_tests(&features, &filters, missing.is_empty())),
        ("documentation tests", run_doc_tests(&features, &filters)),
    ];
    conclude(&suites, &missing, allow_missing)
}

/// Integration tests start the rooms as processes, so all three must be there and fresh.
fn build_rooms(features: &[String]) -> Result<()> {
    with_features(Run::cargo().arg("build").args(rooms::packages()), features).stream()
}

fn run_tests(features: &[String], filters: &[String], everything: bool) -> Result<()> {
    if host::find_program(&["cargo-nextest"]).is_some() {
        let run = Run::cargo().args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        let run = if everything {
            run.args(["--run-ignored", "all"])
        } else {
            run
        };
        return with_needs(with_features(run, features))
            .args(filters)
            .stream();
    }
    let run = Run::cargo().args(["test", "--workspace", "--tests", "--no-fail-fast"]);
    let run = with_needs(with_features(run, features))
        .arg("--")
        .args(filters);
    if everything {
        run.arg("--include-ignored")
    } else {
        run
    }
    .stream()
}

fn run_doc_tests(features: &[String], filters: &[String]) -> Result<()> {
    let run = Run::cargo().args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    with_needs(with_features(run, features))
        .arg("--")
        .args(filters)
        .stream()
}

fn with_features(run: Run, features: &[String]) -> Run {
    if features.is_empty() {
        return run;
    }
    run.args(["--features", &features.join(",")])
}

fn with_needs(run: Run) -> Run {
    NEEDS.iter().fold(run, |run, need| match need.find() {
        Some(path) => run.env(need.variable, path),
        None => run,
    })
}

impl Need {
    /// The program: where its variable says, or on `PATH`.
    fn find(&self) -> Option<PathBuf> {
        let named = host::env(self.variable)
            .map(PathBuf::from)
            .filter(|path| path.is_file());
        named.or_else(|| host::find_program(self.programs))
    }
}

/// Installs what is missing where we may: as root, with apt. Failing to is no failure yet.
fn install_missing() -> Result<()> {
    let packages: Vec<&str> = NEEDS
        .iter()
        .filter(|n| n.find().is_none())
        .map(|n| n.debian_package)
        .collect();
    if packages.is_empty() || host::find_program(&["apt-get"]).is_none() || !is_root()? {
        return Ok(());
    }
    host::note(format!("installing {}", packages.join(", ")));
    let apt = || Run::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    let installed = apt().args(["update", "-qq"]).stream().and_then(|()| {
        apt()
            .args(["install", "-y", "-qq", "--no-install-recommends"])
            .args(&packages)
            .stream()
    });
    if let Err(error) = installed {
        host::note(format!("not installed: {error}"));
    }
    Ok(())
}

/// The judge of how pages serve people who hear them; beside the browser tests' own rules.
fn install_axe() {
    let there = host::root().join("target/browser/node_modules/axe-core");
    if there.exists() || host::find_program(&["npm"]).is_none() {
        return;
    }
    let quiet = ["--no-save", "--no-audit", "--no-fund"];
    let npm = Run::new("npm").args(["install", "--prefix", "target/browser"]);
    if let Err(error) = npm.args(quiet).arg(AXE).stream() {
        host::note(format!("{AXE} not installed, its rules not tried: {error}"));
    }
}

fn is_root() -> Result<bool> {
    Ok(Run::new("id").arg("-u").read()?.trim() == "0")
}

fn conclude(suites: &[(&str, Result<()>)], missing: &[&Need], allow_missing: bool) -> Result<()> {
    let mut failed = Vec::new();
    for (name, outcome) in suites {
        match outcome {
            Ok(()) => host::say(format!("ok      {name}")),
            Err(error) => {
                host::say(format!("FAILED  {name}  {error}"));
                failed.push(*name);
            }
        }
    }
    for need in missing {
        host::say(format!(
            "not run {}  {} is missing",
            need.for_tests, need.programs[0]
        ));
    }
    if !failed.is_empty() {
        return Err(Error::failed(format!("failed: {}", failed.join(", "))));
    }
    if !missing.is_empty() && !allow_missing {
        return Err(Error::failed(
            "some tests were not run; install what is missing, or add --allow-missing",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_fails_unless_it_is_allowed() {
        let suites = [("tests", Ok(()))];
        let missing = [&NEEDS[0]];
        assert!(conclude(&suites, &[], false).is_ok());
        assert!(conclude(&suites, &missing, false).is_err());
        assert!(conclude(&suites, &missing, true).is_ok());
    }

    #[test]
    fn a_failed_suite_fails_whatever_is_allowed() {
        let suites = [("tests", Err(Error::failed("no"))), ("others", Ok(()))];
        let error = conclude(&suites, &[], true).unwrap_err();
        assert_eq!(error.to_string(), "failed: tests");
    }
}
