//! Verification as the product sees it: pseudonyms, channels, limits by address and money.
//!
//! | file | concern |
//! |---|---|
//! | `start`, `check`, `resend`, `view`, `reclaim` | one verification |
//! | `ask` | a question to a number's operator |
//! | `subjects`, `sessions` | accounts by pseudonym |
//! | `copies` | read copies that no answer waits for |
//! | `applications`, `idempotency` | who calls, and calls that repeat |
//! | `limits`, `rate_limits`, `windows`, `money` | what comes before the vault's hard limits |
//! | `authenticators` | authenticator apps as second factors |
//! | `attempts` | what became of the codes that were sent |
//! | `fallback`, `catch_up`, `jobs`, `housekeeping` | what happens without being asked |
//! | `rows` | the tables: no number, no tag, no ciphertext |

mod applications;
mod ask;
mod attempts;
mod authenticators;
mod catch_up;
mod check;
mod config;
mod copies;
mod error;
mod fallback;
pub mod hash;
mod housekeeping;
mod idempotency;
mod jobs;
mod limits;
mod money;
mod rate_limits;
mod reclaim;
mod resend;
pub mod rows;
mod sessions;
mod start;
mod subjects;
mod view;
mod windows;

use std::sync::Arc;

use model::{Clock, Entropy};
use peers::vault::NumberVault;
use store::Store;
use tokio::sync::Notify;

pub use applications::{ApiKey, Applications, NewApplication, create_application};
pub use attempts::{AttemptFilter, AttemptPage, AttemptPlace, AttemptTotals};
pub use authenticators::{EntityPage, FactorError, FactorName, Identifier, NewFactor};
pub use check::CheckAnswer;
pub use config::{IdentityConfig, PATIENCE};
pub use error::{FrontLimit, OperationError, StartError};
pub use idempotency::{Answered, Replay};
pub use jobs::worker;
pub use limits::Client;
/// An operator's words.
pub use peers::operator::{HOURS_MAX, NoAnswer, OperatorAnswer, SimQuestion};
#[cfg(feature = "demo")]
pub use peers::vault::StoredView;
/// The vault's words that pages and answers speak too.
pub use peers::vault::{
    Approved, AskRefusal, Asked, BeginRefusal, Begun, Checked, Custody, DeletionState, Destination,
    Health, Held, HeldFor, LimitKind, Open, OtherWay, OwnerProof, PendingView, Reclaimed, SealKey,
    Traits, TypedClaim, Unavailable, Verdict, Viewed,
};
pub use rate_limits::{BucketSize, RateLimitError, RateLimited, UniqueName};
pub use rows::{
    Account, AccountStatus, Application, Bucket, BucketId, Challenge, ChallengeId, Entity,
    EntityId, Factor, RateLimit, RateLimitId, Verification,
};
pub use sessions::{OpenedSession, SessionToken};
pub use start::Start;

use copies::Copies;
use limits::Limits;
use money::Money;
use rate_limits::Programmed;

/// Everything the front's identity service is made of.
pub struct Parts {
    /// The front's database.
    pub store: Arc<dyn Store>,
    /// The vault.
    pub vault: Arc<dyn NumberVault>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Limits and prices.
    pub config: IdentityConfig,
}

pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) vault: Arc<dyn NumberVault>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) config: IdentityConfig,
    pub(crate) limits: Limits,
    pub(crate) programmed: Programmed,
    pub(crate) money: Money,
    pub(crate) copies: Copies,
    pub(crate) jobs_wake: Arc<Notify>,
    pub(crate) derive: idempotency::Derive,
    token_secret: [u8; 32],
}

/// The identity service. Cheap to clone.
#[derive(Clone)]
pub struct Identity(Arc<Core>);

impl Identity {
    /// Opens the service over a migrated database.
    ///
    /// # Errors
    /// [`OperationError::Storage`] when the front's own secrets cannot be read or made.
    pub async fn open(parts: Parts) -> Result<Self, OperationError> {
        let Parts {
            store,
            vault,
            clock,
            entropy,
            config,
        } = parts;
        let derive = idempotency::Derive::load(&*store, &*entropy).await?;
        let mut token_secret = [0; 32];
        let drawn = entropy.fill(&mut token_secret);
        drawn.map_err(|_| OperationError::Storage)?;
        Ok(Self(Arc::new(Core {
            store,
            vault,
            clock,
            entropy,
            config,
            limits: Limits::default(),
            programmed: Programmed::default(),
            money: Money::default(),
            copies: Copies::default(),
            jobs_wake: Arc::new(Notify::new()),
            derive,
            token_secret,
        })))
    }

    /// The vault's health, for pages and checks.
    ///
    /// # Errors
    /// [`Unavailable`] when the vault does not answer.
    pub async fn health(&self) -> Result<Health, Unavailable> {
        self.0.vault.health().await
    }

    /// The note with the key that pages and SDKs seal to.
    ///
    /// # Errors
    /// [`Unavailable`] when the vault does not answer.
    pub async fn seal_key(&self) -> Result<SealKey, Unavailable> {
        self.0.vault.seal_key().await
    }

    /// What the vault stores for an account, as ciphertext.
    ///
    /// # Errors
    /// [`Unavailable`] when the vault does not answer.
    #[cfg(feature = "demo")]
    pub async fn stored(
        &self,
        application: model::ApplicationId,
        subject: model::Subject,
    ) -> Result<Option<StoredView>, Unavailable> {
        self.0.vault.stored(application, subject).await
    }

    /// The secret by which the hosted pages know their own cookies again. It is the front's own:
    /// the same after a restart, and another in every instance.
    #[must_use]
    pub fn cookie_secret(&self) -> [u8; 32] {
        self.0.derive.cookie_secret()
    }

    /// The secret of access tokens that are known again without a table. Drawn anew at each
    /// start and kept nowhere, so that a copy of the database makes no tokens.
    #[must_use]
    pub fn token_secret(&self) -> [u8; 32] {
        self.0.token_secret
    }

    /// The time as the service reads it.
    #[must_use]
    pub fn now(&self) -> model::Timestamp {
        self.0.clock.now()
    }
}
