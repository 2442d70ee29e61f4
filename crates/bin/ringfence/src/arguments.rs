//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Phone verification your AI never sees.
///
/// Example: ringfence demo
#[derive(Parser)]
#[command(name = "ringfence", version)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, default_value = "ringfence.toml")]
    pub config: PathBuf,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Runs everything on this machine, with pretend phones. Example: ringfence demo --fresh
    Demo(Demo),
    /// Runs the rooms of a configured instance. Example: ringfence serve --config ringfence.toml
    Serve,
    /// Runs the front under the supervisor.
    #[command(hide = true)]
    RoomFront,
    /// Runs the console under the supervisor.
    #[command(hide = true)]
    RoomConsole,
    /// Writes a configuration, keys and databases. Example: ringfence init --data /srv/ringfence
    Init(Init),
    /// Brings every database to this program's schema. Example: ringfence migrate
    Migrate,
    /// Moves every row to the databases of another configuration, and compares; stop the instance first. What was interrupted goes on where it was. Example: ringfence migrate-store --to postgres.toml
    MigrateStore {
        /// The configuration with the new databases, otherwise the same.
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
    },
    /// Says what is configured and how the rooms are fenced. Example: ringfence check-config
    CheckConfig,
    /// Checks that no row of any database is lost, forged or orphaned. Example: ringfence check-data
    CheckData {
        /// Clears what a crash left half done, and records what the front missed.
        #[arg(long)]
        repair: bool,
    },
    /// Copies one of the three parts while the rooms run: front and vault, the share store, or the keystore. Example: ringfence backup /backup/today
    Backup {
        /// A folder that does not exist yet.
        to: PathBuf,
        /// Copies the share store instead: it is noise once its epoch has ended.
        #[arg(long, conflicts_with = "keys")]
        share: bool,
        /// Copies the keystore instead: destroy the copy once its epoch has ended.
        #[arg(long)]
        keys: bool,
    },
    /// Puts a backup in place of the databases; stop the instance first. Example: ringfence restore /backup/today --yes
    Restore {
        /// A folder that `backup` made.
        from: PathBuf,
        /// A folder that `backup --share` made; without it the share store that is here stays.
        #[arg(long)]
        share: Option<PathBuf>,
        /// Replaces what is there; it is kept beside it.
        #[arg(long)]
        yes: bool,
    },
    /// Applications that may call.
    #[command(subcommand)]
    Apps(Apps),
    /// Work that is done later.
    #[command(subcommand)]
    Jobs(Jobs),
}

/// What a new instance is made of.
#[derive(Args)]
pub struct Init {
    /// Where everything is kept.
    #[arg(long, default_value = "ringfence-data")]
    pub data: PathBuf,
    /// Protects the keystore with the passphrase in this file, one line. If there is no such file
    /// yet, the passphrase is asked for twice and the file is written.
    #[arg(long, value_name = "FILE")]
    pub passphrase_file: Option<PathBuf>,
    /// Runs each room as a system user of its own, and gives it its folder: PREFIX-front,
    /// PREFIX-vault, PREFIX-courier. For root.
    #[arg(long, value_name = "PREFIX")]
    pub users: Option<String>,
}

/// Options of the demonstration.
#[derive(Args)]
pub struct Demo {
    /// The public port; console and phones take the next two.
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Where everything is kept.
    #[arg(long, default_value = "ringfence-data")]
    pub data: PathBuf,
    /// Starts over with nothing.
    #[arg(long)]
    pub fresh: bool,
}

/// Applications that may call.
#[derive(Subcommand)]
pub enum Apps {
    /// Makes an application and prints its key, once. Example: ringfence apps create "Harbour Chat" --host chat.example
    Create(NewApp),
    /// Lists applications. Example: ringfence apps list
    List,
}

/// A new application.
#[derive(Args)]
pub struct NewApp {
    /// The product's name, as people know it.
    pub name: String,
    /// The host that codes are bound to.
    #[arg(long)]
    pub host: String,
    /// The sender shown on phones, at most 11 letters, digits or spaces.
    #[arg(long)]
    pub sender: Option<String>,
    /// Accounts that one number may have.
    #[arg(long, default_value_t = 1)]
    pub accounts_per_number: u8,
    /// Countries served, such as DE,FR; all without it.
    #[arg(long, value_delimiter = ',')]
    pub countries: Vec<String>,
    /// A sandbox: takes only these test numbers, as NUMBER=CODE.
    #[arg(long, value_delimiter = ',')]
    pub sandbox: Vec<String>,
}

/// Work that is done later.
#[derive(Subcommand)]
pub enum Jobs {
    /// Lists jobs that failed for good, one JSON object a line. Example: ringfence jobs list
    List,
}
