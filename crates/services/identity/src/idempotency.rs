//! Requests that may be repeated: the same `Idempotency-Key` gives the same answer.
//!
//! A start derives its verification's id from the key, so even a crash between the vault's work
//! and ours cannot start two. The number is never part of what is compared here: the vault
//! compares it, by tags.

use aws_lc_rs::hmac;
use model::{ApplicationId, Entropy};
use store::{Store, StoreError, Tx, Value};

use crate::{
    Identity,
    error::OperationError,
    hash::sha256,
    rows::{Idempotency, Setting},
};

/// Derives ids from keys under the front's own secret.
pub struct Derive(hmac::Key);

impl Derive {
    /// Reads the secret, or makes it at the first start.
    ///
    /// # Errors
    /// [`OperationError::Storage`].
    pub async fn load(store: &dyn Store, entropy: &dyn Entropy) -> Result<Self, OperationError> {
        let mut fresh = [0; 32];
        entropy
            .fill(&mut fresh)
            .map_err(|_| OperationError::Storage)?;
        let secret = store
            .transact(
                "identity.secret",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    let name = Setting::IDEMPOTENCY_KEY;
                    if let Some(found) = tx.get::<Setting>(&[Value::from(name)]).await? {
                        return Ok(found.value);
                    }
                    let setting = Setting {
                        name: name.to_owned(),
                        value: fresh.to_vec(),
                    };
                    tx.insert(&setting).await?;
                    Ok(setting.value)
                },
            )
            .await?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &secret)))
    }

    /// The verification id of an application's key.
    #[must_use]
    pub fn verification(&self, application: ApplicationId, key: &str) -> [u8; 16] {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(b"ringfence/idempotent-verification/v1");
        context.update(application.as_bytes());
        context.update(key.as_bytes());
        let mut id = [0; 16];
        id.copy_from_slice(context.sign().as_ref().split_at(16).0);
        id
    }

    /// The secret by which pages know their own cookies again.
    #[must_use]
    pub fn cookie_secret(&self) -> [u8; 32] {
        let mut secret = [0; 32];
        let sign = hmac::sign(&self.0, b"ringfence/cookies/v1");
        secret.copy_from_slice(sign.as_ref());
        secret
    }
}

/// An answer that was given before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// The body, which never holds a number or a code.
    pub body: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replay {
    /// Never seen.
    Fresh,
    /// Seen with the same request.
    Same(Answered),
    /// Seen with another request.
    Different,
}

impl Identity {
    /// What is known of an application's key and this request.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn replay(
        &self,
        application: ApplicationId,
        key: &str,
        request_hash: [u8; 32],
    ) -> Result<Replay, OperationError> {
        let key_hash = sha256(key.as_bytes());
        let found = self
            .0
            .store
            .read(
                "identity.replay",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    let key = [Value::from(*application.as_bytes()), Value::from(key_hash)];
                    tx.get::<Idempotency>(&key).await
                },
            )
            .await?;
        Ok(match found {
            None => Replay::Fresh,
            Some(row) if row.request_hash == request_hash => Replay::Same(Answered {
                status: row.status,
                body: row.body,
            }),
            Some(_) => Replay::Different,
        })
    }

    /// Remembers an answer. Whoever is first wins.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn remember(
        &self,
        application: ApplicationId,
        key: &str,
        request_hash: [u8; 32],
        answered: Answered,
    ) -> Result<(), OperationError> {
        let row = Idempotency {
            application,
            key_hash: sha256(key.as_bytes()),
            request_hash,
            status: answered.status,
            body: answered.body,
            at: self.0.clock.now(),
        };
        self.0
            .store
            .transact(
                "identity.remember",
                async move |tx: &mut dyn Tx| -> Result<(), StoreError> {
                    let key = [
                        Value::from(*application.as_bytes()),
                        Value::from(row.key_hash),
                    ];
                    if tx.get::<Idempotency>(&key).await?.is_none() {
                        tx.insert(&row).await?;
                    }
                    Ok(())
                },
            )
            .await?;
        Ok(())
    }
}
