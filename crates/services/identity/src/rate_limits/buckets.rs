//! Buckets: how many requests with one value in how long.

use model::ApplicationId;
use store::{Tx, Value, Write};

use super::{
    MAX_BUCKETS, RateLimitError, limit_key,
    limits::{buckets_of, one},
};
use crate::{
    Identity,
    rows::{BUCKET, Bucket, BucketId, RateLimitId},
    start::IntoKey as _,
};

/// The size of a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BucketSize {
    most: u32,
    seconds: u32,
}

impl BucketSize {
    /// Most requests that a bucket may hold.
    pub const MAX: u32 = 1_000_000;
    /// The longest interval: one day, in seconds.
    pub const MAX_SECONDS: u32 = 86_400;

    /// A number of requests, 1 to [`BucketSize::MAX`], in an interval of 1 to
    /// [`BucketSize::MAX_SECONDS`] seconds.
    #[must_use]
    pub fn new(most: u32, seconds: u32) -> Option<Self> {
        let fits = (1..=Self::MAX).contains(&most) && (1..=Self::MAX_SECONDS).contains(&seconds);
        fits.then_some(Self { most, seconds })
    }
}

fn bucket_key(application: ApplicationId, limit: RateLimitId, id: BucketId) -> [Value; 3] {
    let [application, limit] = limit_key(application, limit);
    [application, limit, id.into_key()]
}

async fn bucket(
    tx: &mut dyn Tx,
    application: ApplicationId,
    limit: RateLimitId,
    id: BucketId,
) -> Result<Bucket, RateLimitError> {
    let found = tx
        .get::<Bucket>(&bucket_key(application, limit, id))
        .await?;
    found.ok_or(RateLimitError::NotFound)
}

impl Identity {
    /// Makes a bucket of a rate limit.
    ///
    /// # Errors
    /// [`RateLimitError`].
    pub async fn create_bucket(
        &self,
        application: ApplicationId,
        limit: RateLimitId,
        size: BucketSize,
    ) -> Result<Bucket, RateLimitError> {
        let core = &self.0;
        let now = core.clock.now();
        let id = core.entropy.random_16();
        let made = Bucket {
            application,
            rate_limit: limit,
            id: BucketId::from_bytes(id.map_err(|_| RateLimitError::Storage)?),
            most: size.most,
            seconds: size.seconds,
            created_at: now,
            updated_at: now,
        };
        core.store
            .transact("identity.bucket.create", async move |tx: &mut dyn Tx| {
                one(tx, application, limit).await?;
                if buckets_of(tx, application, limit).await?.len() >= MAX_BUCKETS {
                    return Err(RateLimitError::TooMany);
                }
                Ok(tx.insert(&made).await?)
            })
            .await?;
        Ok(made)
    }

    /// All buckets of a rate limit.
    ///
    /// # Errors
    /// As [`Identity::rate_limit`].
    pub async fn buckets(
        &self,
        application: ApplicationId,
        limit: RateLimitId,
    ) -> Result<Vec<Bucket>, RateLimitError> {
        self.0
            .store
            .read("identity.buckets", async move |tx: &mut dyn Tx| {
                one(tx, application, limit).await?;
                Ok(buckets_of(tx, application, limit).await?)
            })
            .await
    }

    /// One bucket.
    ///
    /// # Errors
    /// As [`Identity::rate_limit`].
    pub async fn bucket(
        &self,
        application: ApplicationId,
        limit: RateLimitId,
        id: BucketId,
    ) -> Result<Bucket, RateLimitError> {
        self.0
            .store
            .read("identity.bucket", async move |tx: &mut dyn Tx| {
                bucket(tx, application, limit, id).await
            })
            .await
    }

    /// Gives a bucket another size, or a part of one. What it has counted stays counted.
    ///
    /// # Errors
    /// [`RateLimitError`].
    pub async fn resize_bucket(
        &self,
        application: ApplicationId,
        limit: RateLimitId,
        id: BucketId,
        size: BucketSize,
    ) -> Result<Bucket, RateLimitError> {
        let now = self.0.clock.now();
        self.0
            .store
            .transact("identity.bucket.resize", async move |tx: &mut dyn Tx| {
                let mut row = bucket(tx, application, limit, id).await?;
                (row.most, row.seconds, row.updated_at) = (size.most, size.seconds, now);
                tx.put(&row).await?;
                Ok(row)
            })
            .await
    }

    /// Removes a bucket.
    ///
    /// # Errors
    /// As [`Identity::rate_limit`].
    pub async fn delete_bucket(
        &self,
        application: ApplicationId,
        limit: RateLimitId,
        id: BucketId,
    ) -> Result<(), RateLimitError> {
        self.0
            .store
            .transact("identity.bucket.delete", async move |tx: &mut dyn Tx| {
                bucket(tx, application, limit, id).await?;
                let key = bucket_key(application, limit, id).to_vec();
                let delete = Write::Delete {
                    table: &BUCKET,
                    key,
                };
                Ok(tx.write(vec![delete]).await?)
            })
            .await
    }
}
