//! The project's own commands: demo, test, bench, check.

mod args;
pub mod bench;
mod check;
mod demo;
pub mod error;
mod host;
mod metadata;
mod numbering;
mod rooms;
mod test;

use std::process::ExitCode;

use args::Args;
use error::{Error, Result};

const HELP: &str = "\
example: cargo xtask demo

  demo [ARGS…]             build the release binaries, run `ringfence demo ARGS…`
  test [FILTER…]           run every test; --allow-missing: even if programs are missing
  check [STEP…]            format, lints, arrows, sizes, fences, policy, docs, links, derived
                           --fix: repair what can be; --quick: only what needs no compiling
  arrows, sizes, fences    one scan of `check`, with its tables
  numbering                compile the numbering plans: --data FOLDER  --version TEXT  --check
  bench [NAME…]            measure, print, write target/bench/NAME.json
                           --runs N  --seconds S  --connections N  --date D  --list

exit codes: 0 done, 1 failed, 2 usage";

/// Runs the command of this process's arguments.
pub fn main() -> ExitCode {
    match run(Args::new(std::env::args().skip(1))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            host::note(format!("error: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(mut args: Args) -> Result<()> {
    let command = args.word().unwrap_or_default();
    // Everything after `demo` belongs to the demonstration, `--help` too.
    if command == "demo" {
        return demo::run(args);
    }
    if args.flag("--help") || args.flag("-h") || command == "help" {
        host::say(HELP);
        return Ok(());
    }
    match command.as_str() {
        "test" => test::run(args),
        "check" => check::run(args),
        "arrows" | "sizes" | "fences" => check::run_scan(&command, args),
        "bench" => bench::run(args),
        "numbering" => numbering::run(args),
        "" => Err(Error::Usage(format!("which command?\n{HELP}"))),
        unknown => Err(Error::Usage(format!("unknown command `{unknown}`\n{HELP}"))),
    }
}
