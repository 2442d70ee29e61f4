//! The vault room: the only process with keys, ciphertexts and tags.

mod copies;
mod custody;
mod databases;
mod environment;
mod epochs;
mod keys;
mod moving;
mod operator;
mod parts;
mod passphrase;
mod room;
mod settings;
mod waiting;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::{Parser, Subcommand};
use rooms::{Failure, answer::Form};

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
    /// Answers of `probe` and `keys list`: one JSON object a line.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs as a room under the supervisor.
    #[command(hide = true)]
    Room,
    /// Makes keys and databases where there are none yet. Example: ringfence-vault init
    Init {
        /// The wrap suite of opening keys in a token: 1, 2 or 3; without it the first that works.
        #[arg(long)]
        suite: Option<u8>,
    },
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
    /// Says who holds the keys. Example: ringfence-vault custody
    Custody,
    /// Says what each token calls itself, for the configuration of a new instance.
    #[command(hide = true)]
    Makes,
    /// Says what the tokens offer, what is missing and how fast they are. Example: ringfence-vault probe
    Probe,
    /// The keys themselves. Example: ringfence-vault keys list
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Subcommand)]
enum Keys {
    /// Lists every key. Example: ringfence-vault keys list
    List,
    /// Rotates the keys of a purpose. Example: ringfence-vault keys rotate shred
    Rotate {
        /// The purpose, such as shred.
        purpose: String,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let config = arguments.config;
    let done = environment::provide(&config)
        .and_then(|()| run(&config, arguments.command, Form::of(arguments.json)));
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(config: &Path, command: Command, form: Form) -> Result<(), Failure> {
    match command {
        Command::Room => room::run(config),
        Command::Init { suite } => operator::init(config, suite),
        Command::Migrate => operator::migrate(config),
        Command::MigrateStore { to } => moving::migrate_store(config, &to),
        Command::Register => operator::register(config),
        Command::CheckData { repair } => operator::check_data(config, repair),
        Command::Backup { to, share, keys } => copies::backup(config, &to, &part(share, keys)),
        Command::Restore { main, share } => copies::restore(config, &main, share.as_deref()),
        Command::Jobs => operator::jobs(config),
        Command::Custody => custody::custody(config),
        Command::Makes => custody::makes(config),
        Command::Probe => custody::probe(config, form),
        Command::Keys(Keys::List) => custody::list(config, form),
        Command::Keys(Keys::Rotate { purpose }) => custody::rotate(config, &purpose),
    }
}

const fn part(share: bool, keys: bool) -> Part {
    match (share, keys) {
        (true, _) => Part::Share,
        (false, true) => Part::Keys,
        (false, false) => Part::Main,
    }
}
