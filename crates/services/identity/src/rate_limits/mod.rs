//! Rate limits that an application programs for itself: named, with buckets, counted for each value
//! that a request gives.
//!
//! | file | concern |
//! |---|---|
//! | `limits`, `buckets` | making, changing, removing |
//! | `take` | counting a request |
//!
//! Definitions are rows. Counts are kept in memory as those by address are: they spare messages and
//! money, and the vault's rows hold behind them.

mod buckets;
mod limits;
mod take;

use model::ApplicationId;
use store::{StoreError, Value};

use crate::{
    rows::{BUCKET, RATE_LIMIT, RateLimitId},
    start::IntoKey as _,
};

pub use buckets::BucketSize;
pub use limits::UniqueName;
pub(crate) use take::Programmed;
pub use take::RateLimited;

/// Most rate limits of one application.
const MAX_LIMITS: usize = 10;
/// Most buckets of one rate limit.
const MAX_BUCKETS: usize = 5;

/// Why a rate limit or a bucket was not made or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RateLimitError {
    /// There is none at this application.
    #[error("no such rate limit or bucket")]
    NotFound,
    /// Another one has the name, or the interval.
    #[error("there is one with this name or interval")]
    Duplicate,
    /// There are as many as there may be.
    #[error("there are too many")]
    TooMany,
    /// The front cannot write.
    #[error("the front cannot write")]
    Storage,
}

impl From<StoreError> for RateLimitError {
    fn from(error: StoreError) -> Self {
        let unique = [
            (RATE_LIMIT.name, "rate_limit_unique_name"),
            (BUCKET.name, "rate_limit_bucket_seconds"),
        ];
        if unique
            .iter()
            .any(|(table, index)| error.is_duplicate(table, index))
        {
            return Self::Duplicate;
        }
        tracing::error!(error = %error, "identity.store");
        Self::Storage
    }
}

fn limit_key(application: ApplicationId, id: RateLimitId) -> [Value; 2] {
    [application.into_key(), id.into_key()]
}
