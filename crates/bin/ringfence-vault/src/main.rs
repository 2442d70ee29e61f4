//! The vault room: the only process with keys, ciphertexts and tags.

mod operator;
mod parts;
mod room;
mod settings;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

/// The vault of Ringfence. Operators use `ringfence`; it calls this program.
///
/// Example: ringfence-vault check-data --config ringfence.toml
#[derive(Parser)]
#[command(name = "ringfence-vault", version)]
struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, default_value = "ringfence.toml")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs as a room under the supervisor.
    #[command(hide = true)]
    Room,
    /// Makes keys and databases where there are none yet. Example: ringfence-vault init
    Init,
    /// Brings the databases to this program's schema. Example: ringfence-vault migrate
    Migrate,
    /// Registers an application: its terms as JSON on standard input. Example: ringfence-vault register < terms.json
    Register,
    /// Checks that the rows agree with each other; prints accounts and findings as JSON lines. Example: ringfence-vault check-data
    CheckData {
        /// Clears halves that a crash left in the share store.
        #[arg(long)]
        repair: bool,
    },
    /// Copies the long-lived database, or with `--share` the share store, to a file. Example: ringfence-vault backup /backup/vault.db
    Backup {
        /// The new file.
        to: PathBuf,
        /// Copies the share store instead: keep it for days, not years.
        #[arg(long)]
        share: bool,
    },
    /// Lists jobs that failed for good, as JSON lines. Example: ringfence-vault jobs
    Jobs,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config;
    let done = match arguments.command {
        Command::Room => room::run(&config),
        Command::Init => operator::init(&config),
        Command::Migrate => operator::migrate(&config),
        Command::Register => operator::register(&config),
        Command::CheckData { repair } => operator::check_data(&config, repair),
        Command::Backup { to, share } => operator::backup(&config, &to, share),
        Command::Jobs => operator::jobs(&config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
