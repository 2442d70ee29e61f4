//! The courier room: the only process that talks to carriers. It has no database, and no key but those of carriers.

mod room;
mod ways;
mod webhooks;

use std::{path::PathBuf, process::ExitCode};

/// The configuration file named on the command line, after `room --config`.
fn config(mut args: impl Iterator<Item = String>) -> Option<PathBuf> {
    match (
        args.next().as_deref(),
        args.next().as_deref(),
        args.next(),
        args.next(),
    ) {
        (Some("room"), Some("--config"), Some(path), None) => Some(PathBuf::from(path)),
        _ => None,
    }
}

fn main() -> ExitCode {
    let Some(config) = config(std::env::args().skip(1)) else {
        eprintln!("error: this program is run by `ringfence serve`");
        return ExitCode::from(2);
    };
    match room::run(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
