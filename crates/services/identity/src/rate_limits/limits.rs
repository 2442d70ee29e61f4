//! Rate limits: a name and what the application says of it.

use model::ApplicationId;
use store::{Scan, Tx, Write};

use super::{MAX_BUCKETS, MAX_LIMITS, RateLimitError, limit_key};
use crate::{
    Identity,
    rows::{BUCKET, Bucket, RATE_LIMIT, RateLimit, RateLimitId},
    start::IntoKey as _,
};

/// The name of a rate limit: 1 to 64 letters, digits, `-`, `_` and `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UniqueName(String);

impl UniqueName {
    /// The longest name, characters.
    pub const MAX_CHARS: usize = 64;

    /// A name as a request brought it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let fits = (1..=Self::MAX_CHARS).contains(&text.len()) && text.bytes().all(allowed);
        fits.then(|| Self(text.to_owned()))
    }
}

/// The longest description, characters.
const MAX_DESCRIPTION: usize = 256;

fn shortened(description: &str) -> String {
    description.chars().take(MAX_DESCRIPTION).collect()
}

impl Identity {
    /// Makes a rate limit without buckets. A description is cut after 256 characters.
    ///
    /// # Errors
    /// [`RateLimitError::Duplicate`], [`RateLimitError::TooMany`], [`RateLimitError::Storage`].
    pub async fn create_rate_limit(
        &self,
        application: ApplicationId,
        name: UniqueName,
        description: &str,
    ) -> Result<RateLimit, RateLimitError> {
        let core = &self.0;
        let now = core.clock.now();
        let id = core.entropy.random_16();
        let made = RateLimit {
            application,
            id: RateLimitId::from_bytes(id.map_err(|_| RateLimitError::Storage)?),
            unique_name: name.0,
            description: shortened(description),
            created_at: now,
            updated_at: now,
        };
        let row = made.clone();
        core.store
            .transact(
                "identity.rate_limit.create",
                async move |tx: &mut dyn Tx| {
                    if all(tx, application).await?.len() >= MAX_LIMITS {
                        return Err(RateLimitError::TooMany);
                    }
                    Ok(tx.insert(&row).await?)
                },
            )
            .await?;
        Ok(made)
    }

    /// All rate limits of an application.
    ///
    /// # Errors
    /// [`RateLimitError::Storage`].
    pub async fn rate_limits(
        &self,
        application: ApplicationId,
    ) -> Result<Vec<RateLimit>, RateLimitError> {
        self.0
            .store
            .read("identity.rate_limits", async move |tx: &mut dyn Tx| {
                Ok(all(tx, application).await?)
            })
            .await
    }

    /// One rate limit.
    ///
    /// # Errors
    /// [`RateLimitError::NotFound`], [`RateLimitError::Storage`].
    pub async fn rate_limit(
        &self,
        application: ApplicationId,
        id: RateLimitId,
    ) -> Result<RateLimit, RateLimitError> {
        self.0
            .store
            .read("identity.rate_limit", async move |tx: &mut dyn Tx| {
                one(tx, application, id).await
            })
            .await
    }

    /// Changes what is said of a rate limit.
    ///
    /// # Errors
    /// As [`Identity::rate_limit`].
    pub async fn describe_rate_limit(
        &self,
        application: ApplicationId,
        id: RateLimitId,
        description: &str,
    ) -> Result<RateLimit, RateLimitError> {
        let (now, description) = (self.0.clock.now(), shortened(description));
        self.0
            .store
            .transact(
                "identity.rate_limit.describe",
                async move |tx: &mut dyn Tx| {
                    let mut row = one(tx, application, id).await?;
                    row.description.clone_from(&description);
                    row.updated_at = now;
                    tx.put(&row).await?;
                    Ok(row)
                },
            )
            .await
    }

    /// Removes a rate limit with its buckets.
    ///
    /// # Errors
    /// As [`Identity::rate_limit`].
    pub async fn delete_rate_limit(
        &self,
        application: ApplicationId,
        id: RateLimitId,
    ) -> Result<(), RateLimitError> {
        self.0
            .store
            .transact(
                "identity.rate_limit.delete",
                async move |tx: &mut dyn Tx| {
                    one(tx, application, id).await?;
                    let key = limit_key(application, id).to_vec();
                    let mut writes = vec![Write::Delete {
                        table: &RATE_LIMIT,
                        key,
                    }];
                    for bucket in buckets_of(tx, application, id).await? {
                        let [application, rate_limit] = limit_key(application, id);
                        let key = vec![application, rate_limit, bucket.id.into_key()];
                        writes.push(Write::Delete {
                            table: &BUCKET,
                            key,
                        });
                    }
                    Ok(tx.write(writes).await?)
                },
            )
            .await
    }
}

pub(super) async fn all(
    tx: &mut dyn Tx,
    application: ApplicationId,
) -> Result<Vec<RateLimit>, store::StoreError> {
    let scan = Scan::of::<RateLimit>(MAX_LIMITS).prefix([application.into_key()]);
    tx.scan(scan).await
}

pub(super) async fn one(
    tx: &mut dyn Tx,
    application: ApplicationId,
    id: RateLimitId,
) -> Result<RateLimit, RateLimitError> {
    let found = tx.get::<RateLimit>(&limit_key(application, id)).await?;
    found.ok_or(RateLimitError::NotFound)
}

pub(super) async fn buckets_of(
    tx: &mut dyn Tx,
    application: ApplicationId,
    id: RateLimitId,
) -> Result<Vec<Bucket>, store::StoreError> {
    tx.scan(Scan::of::<Bucket>(MAX_BUCKETS).prefix(limit_key(application, id)))
        .await
}
