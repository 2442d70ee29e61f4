//! Counting a request against the buckets of the limits that it names.

use model::{ApplicationId, Millis};
use store::Tx;

use super::limits::{all, buckets_of};
use crate::{
    Identity,
    hash::sha256,
    rows::{Bucket, BucketId},
    windows::{Take, Windows},
};

/// What is counted: a bucket, and the hash of a value, so that a long one takes no more room.
type Counted = (BucketId, [u8; 32]);

/// Counts of all applications.
#[derive(Default)]
pub struct Programmed(Windows<Counted>);

/// Why a request was not counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RateLimited {
    /// A name that no rate limit of the application has.
    #[error("no rate limit has this name")]
    Unknown,
    /// A bucket is full.
    #[error("a bucket of a rate limit is full")]
    Full {
        /// When all buckets take requests again.
        retry_after_seconds: u32,
    },
    /// The front cannot read.
    #[error("the front cannot read")]
    Storage,
}

impl From<store::StoreError> for RateLimited {
    fn from(error: store::StoreError) -> Self {
        tracing::error!(error = %error, "identity.store");
        Self::Storage
    }
}

impl Identity {
    /// Counts one request with a value for each name in all buckets of those rate limits, or in
    /// none where one is full. Values must not hold a number.
    ///
    /// # Errors
    /// [`RateLimited`].
    pub async fn count_request(
        &self,
        application: ApplicationId,
        values: Vec<(String, String)>,
    ) -> Result<(), RateLimited> {
        let core = &self.0;
        let named: Vec<_> = values.iter().map(|(name, _)| name.clone()).collect();
        let found = core
            .store
            .read(
                "identity.rate_limits.count",
                async move |tx: &mut dyn Tx| named_buckets(tx, application, &named).await,
            )
            .await?;
        let with_values = found.iter().zip(&values);
        let takes = with_values.flat_map(|(buckets, (_, value))| {
            let hash = sha256(value.as_bytes());
            buckets.iter().map(move |bucket| Take {
                key: (bucket.id, hash),
                length: Millis::from_seconds(bucket.seconds.into()),
                most: bucket.most,
            })
        });
        let takes: Vec<_> = takes.collect();
        let counted = core.programmed.0.take(&takes, core.clock.now());
        counted.map_err(|wait| RateLimited::Full {
            retry_after_seconds: wait.seconds_up(),
        })
    }
}

/// The buckets of each rate limit named, in the same order.
async fn named_buckets(
    tx: &mut dyn Tx,
    application: ApplicationId,
    names: &[String],
) -> Result<Vec<Vec<Bucket>>, RateLimited> {
    let limits = all(tx, application).await?;
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        let limit = limits.iter().find(|limit| limit.unique_name == *name);
        let limit = limit.ok_or(RateLimited::Unknown)?;
        found.push(buckets_of(tx, application, limit.id).await?);
    }
    Ok(found)
}
