//! Who calls: applications and their API keys.

use std::{collections::HashMap, fmt, sync::Arc};

use data_encoding::BASE64URL_NOPAD;
use model::{ApplicationId, Entropy, Millis, Timestamp};
use parking_lot::RwLock;
use store::{Scan, Store, Tx, Value};

use crate::{
    Identity,
    error::OperationError,
    hash::sha256,
    rows::{APPLICATION, Application},
};

/// An API key: `rf_` and 43 characters. Shown once, kept as a hash.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey(String);

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(..)")
    }
}

const KEY_CHARS: usize = 46;

impl ApiKey {
    /// Draws a key.
    ///
    /// # Errors
    /// [`model::EntropyError`].
    pub fn draw(entropy: &dyn Entropy) -> Result<Self, model::EntropyError> {
        let mut secret = [0; 32];
        entropy.fill(&mut secret)?;
        Ok(Self(format!("rf_{}", BASE64URL_NOPAD.encode(&secret))))
    }

    /// A key as a header brought it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() == KEY_CHARS && text.starts_with("rf_")).then(|| Self(text.to_owned()))
    }

    /// The text, for showing it once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

/// An application to be made.
#[derive(Debug, Clone)]
pub struct NewApplication {
    /// The product's name.
    pub name: String,
    /// The host that codes are bound to.
    pub host: String,
    /// Whether it takes only test numbers.
    pub sandbox: bool,
}

/// Makes an application: the row, and the key to show once. The vault's register gets its half
/// from the same operator's command.
///
/// # Errors
/// [`OperationError::Storage`].
pub async fn create_application(
    store: &dyn Store,
    entropy: &dyn Entropy,
    now: Timestamp,
    new: NewApplication,
) -> Result<(Application, ApiKey), OperationError> {
    let id = entropy.random_16().map_err(|_| OperationError::Storage)?;
    let key = ApiKey::draw(entropy).map_err(|_| OperationError::Storage)?;
    let application = Application {
        id: ApplicationId::from_bytes(id),
        name: new.name,
        host: new.host,
        key_hash: key.hash(),
        created_at: now,
        sandbox: new.sandbox,
    };
    let row = application.clone();
    store
        .transact(
            "identity.application.create",
            async move |tx: &mut dyn Tx| tx.insert(&row).await,
        )
        .await?;
    Ok((application, key))
}

/// How long a cached answer is believed. A new or removed key is seen after this long.
const BELIEVED: Millis = Millis::from_seconds(5);
const MAX_CACHED: usize = 10_000;

type Cached = (Timestamp, Option<Arc<Application>>);

/// Finds applications by key, remembering them for a few seconds.
#[derive(Default)]
pub struct Applications {
    cache: RwLock<HashMap<[u8; 32], Cached>>,
}

impl Applications {
    /// The application whose key this is. The look-up goes by the key's hash, so its time says
    /// nothing about how much of a guess was right.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn authenticate(
        &self,
        identity: &Identity,
        key: &ApiKey,
    ) -> Result<Option<Arc<Application>>, OperationError> {
        let (hash, now) = (key.hash(), identity.now());
        if let Some((read_at, found)) = self.cache.read().get(&hash)
            && *read_at <= now
            && now.since(*read_at) < BELIEVED
        {
            return Ok(found.clone());
        }
        let found = identity
            .0
            .store
            .read("identity.authenticate", async move |tx: &mut dyn Tx| {
                tx.get_by::<Application>("application_key_hash", &[Value::from(hash)])
                    .await
            })
            .await?
            .map(Arc::new);
        let mut cache = self.cache.write();
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(hash, (now, found.clone()));
        Ok(found)
    }
}

impl Identity {
    /// Every application, oldest id first, for operators and the hosted pages.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn applications(&self) -> Result<Vec<Application>, OperationError> {
        let all = self
            .0
            .store
            .read("identity.applications", async |tx: &mut dyn Tx| {
                tx.scan::<Application>(Scan::new(&APPLICATION, 1000)).await
            })
            .await?;
        Ok(all)
    }
}
