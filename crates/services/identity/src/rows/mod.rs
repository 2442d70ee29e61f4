//! The front's tables: pseudonyms, traits and what applications may do. No number, no tag, no
//! ciphertext.

mod account;
mod application;
mod authenticator;
mod rate_limit;
mod small;
mod verification;

use store::{Fill, Migration, Schema, Step};

pub use account::{ACCOUNT, Account, AccountStatus};
pub use application::{APPLICATION, Application};
pub use authenticator::{
    CHALLENGE, Challenge, ChallengeId, ENTITY, Entity, EntityId, FACTOR, Factor,
};
pub use rate_limit::{BUCKET, Bucket, BucketId, RATE_LIMIT, RateLimit, RateLimitId};
pub use small::{
    CURSOR, Cursor, IDEMPOTENCY, Idempotency, SESSION, SETTING, SPEND, Session, Setting, Spend,
};
pub use verification::{VERIFICATION, Verification};

/// Databases and migrations of the front.
pub static SCHEMA: Schema = Schema {
    databases: &["main"],
    migrations: &[
        Migration {
            name: "0001_first",
            steps: &[
                Step::CreateTable(&APPLICATION),
                Step::CreateTable(&VERIFICATION),
                Step::CreateTable(&ACCOUNT),
                Step::CreateTable(&IDEMPOTENCY),
                Step::CreateTable(&SESSION),
                Step::CreateTable(&SPEND),
                Step::CreateTable(&SETTING),
                Step::CreateTable(&CURSOR),
                Step::CreateTable(&store::jobs::JOB),
            ],
        },
        Migration {
            name: "0002_attempts_and_rate_limits",
            steps: &[
                Step::AddColumn {
                    table: &VERIFICATION,
                    column: "begun_at",
                    fill: Fill::Int(0),
                },
                Step::CreateIndex(&VERIFICATION, Verification::BY_BEGINNING),
                Step::CreateTable(&RATE_LIMIT),
                Step::CreateTable(&BUCKET),
            ],
        },
        Migration {
            name: "0003_authenticators",
            steps: &[
                Step::CreateTable(&ENTITY),
                Step::CreateTable(&FACTOR),
                Step::CreateTable(&CHALLENGE),
            ],
        },
    ],
};

/// A small number that stands for an enum's value.
pub(crate) fn coded<T>(
    row: &mut store::RowReader,
    decode: impl Fn(u8) -> Option<T>,
) -> Result<T, store::StoreError> {
    let code: u8 = row.int_as()?;
    decode(code).ok_or_else(|| row.corrupt())
}
