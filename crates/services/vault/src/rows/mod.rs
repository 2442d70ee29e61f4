//! The vault's tables. `main` holds what long-lived backups may keep; `share` holds what must be
//! gone with its epoch and has backups of its own (sealing.md section 4).

mod account;
mod application;
mod factor;
mod limits;
mod log;
mod message;
mod rotation;
mod share;
mod sim_signal;
mod singletons;
mod tally;
mod verification;

use store::{Migration, Schema, Step};

pub use account::{ACCOUNT, Account, AccountStatus};
pub use application::{APPLICATION, Application, SandboxNumber};
pub use factor::{FACTOR, Factor, Used};
pub use limits::{BUDGET, Budget, Lane, NUMBER_LIMIT, NumberLimit};
pub use log::{LEAF, LeafRow};
pub use message::{MESSAGE, Message, MessageState};
pub use rotation::{ROTATION, Rotated, Rotation};
pub use share::{BAN, Ban, HOUR_KEY, HourKeyRow, SHARE, ShareRow, TAG, TAG_OF_SUBJECT, TagRow};
pub use sim_signal::{SIM_SIGNAL, Said, SimSignal};
pub use singletons::{DEPLOYMENT, Deployment, INGEST_KEY, INGEST_SEEN, IngestKeyRow, IngestSeen};
pub use tally::{TALLY, Tally};
pub use verification::{VERIFICATION, Verification};

/// Databases and migrations of the vault. `share` commits first: creation and deletion must
/// reach it first.
pub static SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[
        Migration {
            name: "0001_start",
            steps: &[
                Step::CreateTable(&SHARE),
                Step::CreateTable(&TAG),
                Step::CreateTable(&BAN),
                Step::CreateTable(&HOUR_KEY),
                Step::CreateTable(&DEPLOYMENT),
                Step::CreateTable(&APPLICATION),
                Step::CreateTable(&VERIFICATION),
                Step::CreateTable(&MESSAGE),
                Step::CreateTable(&ACCOUNT),
                Step::CreateTable(&BUDGET),
                Step::CreateTable(&NUMBER_LIMIT),
                Step::CreateTable(&LEAF),
                Step::CreateTable(&INGEST_KEY),
                Step::CreateTable(&INGEST_SEEN),
                Step::CreateTable(&TALLY),
                Step::CreateTable(&store::jobs::JOB),
            ],
        },
        Migration {
            name: "0002_rotation",
            steps: &[Step::CreateTable(&ROTATION)],
        },
        Migration {
            name: "0003_sim_signal",
            steps: &[Step::CreateTable(&SIM_SIGNAL)],
        },
        Migration {
            name: "0004_factor",
            steps: &[Step::CreateTable(&FACTOR)],
        },
    ],
};
