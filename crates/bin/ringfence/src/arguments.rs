//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::text::Numbers;

/// Phone verification your AI never sees.
///
/// Example: ringfence demo
#[derive(Parser)]
#[command(name = "ringfence", version)]
pub struct Arguments {
    /// The configuration file.
    #[arg(long, global = true, default_value = "ringfence.toml")]
    pub config: PathBuf,
    /// Answers of commands that read something: one JSON object a line.
    #[arg(long, global = true)]
    pub json: bool,
    /// Says nothing but answers and errors.
    #[arg(long, global = true)]
    pub quiet: bool,
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
    /// Applications that may call. Example: ringfence apps list
    #[command(subcommand)]
    Apps(Apps),
    /// Work that is done later. Example: ringfence jobs list
    #[command(subcommand)]
    Jobs(Jobs),
    /// The tokens that hold the keys. Example: ringfence hsm probe
    #[command(subcommand)]
    Hsm(HsmCommand),
    /// The keys of the vault. Example: ringfence keys list
    #[command(subcommand)]
    Keys(Keys),
    /// Numbers in text. Needs no instance. Example: ringfence numbers find < chat.txt
    #[command(subcommand)]
    Numbers(Numbers),
}

/// The tokens that hold the keys.
#[derive(Subcommand)]
pub enum HsmCommand {
    /// Says what the tokens offer, how fast they are and what is missing. Example: ringfence hsm probe
    Probe,
}

/// The keys of the vault.
#[derive(Subcommand)]
pub enum Keys {
    /// Lists every key with what protects it. Example: ringfence keys list
    List,
    /// Begins a new generation of shred, which ends the present epoch, of open/CLASS, for which records are then wrapped anew, or of index, by which numbers are then tagged anew. Example: ringfence keys rotate open/account
    Rotate {
        /// The purpose, as `keys list` prints it, without its number.
        purpose: String,
    },
}

/// What a new instance is made of.
#[derive(Args)]
pub struct Init {
    /// Where everything is kept.
    #[arg(long, default_value = "ringfence-data")]
    pub data: PathBuf,
    /// Protects the keystore with the passphrase in this file, one line. If there is no such file
    /// yet, the passphrase is asked for twice and the file is written.
    #[arg(long, value_name = "FILE", conflicts_with = "hsm")]
    pub passphrase_file: Option<PathBuf>,
    /// Keys in a token instead of a file.
    #[command(flatten)]
    pub hsm: InitHsm,
    /// Runs each room as a system user of its own, and gives it its folder: PREFIX-front,
    /// PREFIX-vault, PREFIX-courier. For root.
    #[arg(long, value_name = "PREFIX")]
    pub users: Option<String>,
}

/// The tokens of a new instance. What is given here stands in its configuration.
#[derive(Args)]
pub struct InitHsm {
    /// Keeps the keys in a PKCS#11 token, by this library.
    #[arg(long, value_name = "LIBRARY", requires = "hsm_pin_file")]
    pub hsm: Option<PathBuf>,
    /// The label of the token.
    #[arg(
        long,
        value_name = "LABEL",
        default_value = "ringfence",
        requires = "hsm"
    )]
    pub hsm_token: String,
    /// The file with the token's PIN, one line.
    #[arg(long, value_name = "FILE", requires = "hsm")]
    pub hsm_pin_file: Option<PathBuf>,
    /// The label of a token of its own for the staff key.
    #[arg(long, value_name = "LABEL", requires = "hsm_staff_pin_file")]
    pub hsm_staff_token: Option<String>,
    /// The file with that token's PIN.
    #[arg(long, value_name = "FILE", requires = "hsm_staff_token")]
    pub hsm_staff_pin_file: Option<PathBuf>,
    /// A file or folder that the library reads.
    #[arg(long, value_name = "PATH", requires = "hsm")]
    pub hsm_read: Vec<PathBuf>,
    /// A folder that the library writes.
    #[arg(long, value_name = "DIR", requires = "hsm")]
    pub hsm_write: Vec<PathBuf>,
    /// A variable that the library is told by, NAME=VALUE. Never a PIN.
    #[arg(long, value_name = "NAME=VALUE", requires = "hsm")]
    pub hsm_env: Vec<String>,
    /// The wrap suite of opening keys: 1, 2 or 3. Without it the first that the token offers.
    #[arg(long, value_name = "N", requires = "hsm")]
    pub hsm_suite: Option<u8>,
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
