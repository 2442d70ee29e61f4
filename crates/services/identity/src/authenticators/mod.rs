//! Authenticator apps as second factors, for people that an application knows by a name of its own.
//!
//! | file | concern |
//! |---|---|
//! | `entities` | those people |
//! | `factors` | their apps: made, confirmed by a first code, removed |
//! | `challenges` | requests for a code |
//!
//! Secrets and codes are the vault's. The rows here say what there is and what the vault judged.

mod challenges;
mod entities;
mod factors;

use model::Millis;
use peers::vault::{FactorRefusal, Unavailable};
use store::StoreError;

pub use entities::{EntityPage, Identifier};
pub use factors::{FactorName, NewFactor};

/// Most apps of one entity.
const MAX_FACTORS: usize = 20;
/// How long an app has to show its first code; the vault says the same.
const CONFIRM_WITHIN: Millis = Millis::from_seconds(24 * 3600);
/// How long a challenge is kept after its end.
pub(crate) const CHALLENGES_KEPT: Millis = Millis::from_seconds(24 * 3600);

/// Why something about authenticator apps was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FactorError {
    /// There is none at this application.
    #[error("no such entity, factor or challenge")]
    NotFound,
    /// There is an entity of that name.
    #[error("there is an entity of that name")]
    Exists,
    /// The entity has as many apps as it may.
    #[error("there are too many")]
    TooMany,
    /// The application made too many within the hour.
    #[error("too many were made within the hour")]
    TooFast,
    /// The secret that was given cannot be one.
    #[error("not a secret that can be kept")]
    Secret,
    /// The app has not shown that it has the secret.
    #[error("the factor is not confirmed")]
    Unconfirmed,
    /// The challenge was answered.
    #[error("the challenge was answered")]
    Answered,
    /// The challenge is over.
    #[error("the challenge is over")]
    Expired,
    /// Too many codes were wrong of late, or in a row; then no time is named.
    #[error("too many wrong codes")]
    Guesses {
        /// When another is taken.
        after_seconds: Option<u32>,
    },
    /// The vault cannot answer.
    #[error(transparent)]
    Vault(#[from] Unavailable),
    /// The front cannot write.
    #[error("the front cannot write")]
    Storage,
}

impl From<StoreError> for FactorError {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = %error, "identity.store");
        Self::Storage
    }
}

impl From<FactorRefusal> for FactorError {
    fn from(refusal: FactorRefusal) -> Self {
        match refusal {
            FactorRefusal::Secret => Self::Secret,
            FactorRefusal::TooMany => Self::TooFast,
            FactorRefusal::UnknownApplication => Self::NotFound,
            // The front draws each id; one that was used means that its draws repeat.
            FactorRefusal::IdReused => Self::Storage,
            FactorRefusal::Unavailable(why) => Self::Vault(why),
        }
    }
}
