//! The register of applications: checked when written, cached when read.

use std::{collections::HashMap, sync::Arc};

use messages::{Host, ProductName};
use model::{ApplicationId, Millis, Timestamp};
use parking_lot::RwLock;
use store::{Store, StoreError, Tx, Value};

use crate::{fault::Fault, keys::Keys, rows::Application};

/// How long a cached application is believed. An operator's command writes the row from another
/// process; this is how soon it is seen.
const BELIEVED: Millis = Millis::from_seconds(5);
/// Longest sender shown on a phone (3GPP TS 23.040, 9.1.2.5: 11 characters).
const MAX_SENDER: usize = 11;
/// Most test numbers of a sandbox.
const MAX_SANDBOX_NUMBERS: usize = 100;

/// Why an application cannot be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsRefused {
    /// The name cannot stand in a message.
    #[error("the name must be 1 to 24 visible characters without @, # or an address")]
    Name,
    /// The host is no host name.
    #[error("the host must be a host name such as chat.example")]
    Host,
    /// The sender cannot be shown on a phone.
    #[error("the sender must be 1 to 11 letters, digits or spaces")]
    Sender,
    /// Between 1 and 100 accounts for one number.
    #[error("accounts per number must be between 1 and 100")]
    Accounts,
    /// A country or kind of line that does not exist.
    #[error("unknown country or kind of line")]
    Policy,
    /// A test number is not E.164, or its code not 4 to 10 digits.
    #[error("a test number must be E.164 with a code of 4 to 10 digits")]
    Sandbox,
    /// Neither texts nor calls.
    #[error("an application must offer texts or calls")]
    NoChannel,
}

impl Application {
    /// Checks what an operator wrote.
    ///
    /// # Errors
    /// [`TermsRefused`] names the first thing that is wrong.
    pub fn check(&self) -> Result<(), TermsRefused> {
        ProductName::parse(&self.name).map_err(|_| TermsRefused::Name)?;
        Host::parse(&self.host).map_err(|_| TermsRefused::Host)?;
        let plain = |c: char| c.is_ascii_alphanumeric() || c == ' ';
        if self.sender.is_empty()
            || self.sender.len() > MAX_SENDER
            || !self.sender.chars().all(plain)
        {
            return Err(TermsRefused::Sender);
        }
        if !(1..=100).contains(&self.accounts_per_number) {
            return Err(TermsRefused::Accounts);
        }
        if self
            .countries
            .iter()
            .any(|code| numbers::Region::parse(code).is_err())
        {
            return Err(TermsRefused::Policy);
        }
        if !self.sms && !self.voice {
            return Err(TermsRefused::NoChannel);
        }
        self.check_sandbox()
    }

    /// Whether numbers of this country are served.
    pub(crate) fn serves(&self, region: numbers::Region) -> bool {
        self.countries.is_empty() || self.countries.iter().any(|code| code == region.as_str())
    }

    fn check_sandbox(&self) -> Result<(), TermsRefused> {
        let Some(numbers) = &self.sandbox else {
            return Ok(());
        };
        let good = |entry: &crate::rows::SandboxNumber| {
            seal::E164::parse(&entry.number).is_ok()
                && (4..=10).contains(&entry.code.len())
                && entry.code.bytes().all(|digit| digit.is_ascii_digit())
        };
        if numbers.len() <= MAX_SANDBOX_NUMBERS && numbers.iter().all(good) {
            return Ok(());
        }
        Err(TermsRefused::Sandbox)
    }
}

type Cached = (Timestamp, Option<Arc<Application>>);

/// Reads applications, remembering them for a few seconds.
#[derive(Default)]
pub struct Applications {
    cache: RwLock<HashMap<ApplicationId, Cached>>,
}

/// Ids asked for that do not exist are remembered too; this bounds them.
const MAX_CACHED: usize = 10_000;

impl Applications {
    /// The application with this id.
    ///
    /// # Errors
    /// [`Fault`] of the store.
    pub async fn get(
        &self,
        id: ApplicationId,
        now: Timestamp,
        keys: &Arc<Keys>,
        store: &dyn Store,
    ) -> Result<Option<Arc<Application>>, Fault> {
        if let Some((read_at, app)) = self.cache.read().get(&id)
            && now.since(*read_at) < BELIEVED
            && *read_at <= now
        {
            return Ok(app.clone());
        }
        let reader = Arc::clone(keys);
        let found = store
            .read(
                "vault.application",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    reader
                        .guard
                        .get::<Application>(tx, &[Value::from(*id.as_bytes())])
                        .await
                },
            )
            .await?
            .map(Arc::new);
        let mut cache = self.cache.write();
        if cache.len() >= MAX_CACHED {
            cache.clear();
        }
        cache.insert(id, (now, found.clone()));
        Ok(found)
    }
}

/// Writes an application into the register, new or changed.
///
/// # Errors
/// [`Fault`] of the store. Terms are checked by the caller with [`Application::check`].
pub async fn register(app: Application, keys: &Arc<Keys>, store: &dyn Store) -> Result<(), Fault> {
    let keys = Arc::clone(keys);
    store
        .transact(
            "vault.application.register",
            async move |tx: &mut dyn Tx| {
                let key = [Value::from(*app.id.as_bytes())];
                let found = keys.guard.get::<Application>(tx, &key).await?;
                let version = found.map_or(0, |found| found.version);
                tx.write(vec![keys.guard.put(&Application {
                    version,
                    ..app.clone()
                })])
                .await?;
                Ok(())
            },
        )
        .await
}
