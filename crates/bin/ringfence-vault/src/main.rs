//! The vault room: the only process with keys, ciphertexts and tags.

mod copies;
mod databases;
mod epochs;
mod moving;
mod operator;
mod parts;
mod passphrase;
mod room;
mod settings;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::copies::Part;

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
    /// Moves every row to the databases of another configuration. Example: ringfence-vault migrate-store --to postgres.toml
    MigrateStore {
        /// The configuration with the new databases.
        #[arg(long)]
        to: PathBuf,
    },
    /// Registers an application: its terms as JSON on standard input. Example: ringfence-vault register < terms.json
    Register,
    /// Checks that the rows agree with each other; prints accounts and findings as JSON lines. Example: ringfence-vault check-data
    CheckData {
        /// Clears halves that a crash left in the share store.
        #[arg(long)]
        repair: bool,
    },
    /// Copies the long-lived database, the share store or the keystore to a file. Example: ringfence-vault backup /backup/vault.db
    Backup {
        /// The new file.
        to: PathBuf,
        /// Copies the share store instead: it is noise once its epoch has ended.
        #[arg(long, conflicts_with = "keys")]
        share: bool,
        /// Copies the keystore instead: destroy the copy once its epoch has ended.
        #[arg(long)]
        keys: bool,
    },
    /// Puts copies in place of the databases; the instance must be stopped. Example: ringfence-vault restore /backup/vault.db
    Restore {
        /// A copy of the long-lived database.
        main: PathBuf,
        /// A copy of the share store; without it the one that is here stays.
        #[arg(long)]
        share: Option<PathBuf>,
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
        Command::MigrateStore { to } => moving::migrate_store(&config, &to),
        Command::Register => operator::register(&config),
        Command::CheckData { repair } => operator::check_data(&config, repair),
        Command::Backup { to, share, keys } => copies::backup(&config, &to, &part(share, keys)),
        Command::Restore { main, share } => copies::restore(&config, &main, share.as_deref()),
        Command::Jobs => operator::jobs(&config),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

const fn part(share: bool, keys: bool) -> Part {
    match (share, keys) {
        (true, _) => Part::Share,
        (false, true) => Part::Keys,
        (false, false) => Part::Main,
    }
}
