//! Money as a limit: what an application spends on messages in a day.
//!
//! The row is charged in the transaction that records the message. The last figure seen is kept in
//! memory, so that the check before a message costs nothing; it may lag by what is under way.

use std::collections::HashMap;

use model::{ApplicationId, Timestamp};
use parking_lot::Mutex;
use store::{Read, Record, StoreError, Tx, Value, Write};

use crate::{
    config::IdentityConfig,
    error::{FrontLimit, StartError},
    rows::{Spend, Verification},
};

/// The last figures seen.
#[derive(Default)]
pub struct Money {
    spent: Mutex<HashMap<ApplicationId, Spend>>,
}

impl Money {
    /// Whether the application may spend on another message today.
    ///
    /// # Errors
    /// [`StartError::Limited`] until midnight UTC.
    pub fn check(
        &self,
        application: ApplicationId,
        now: Timestamp,
        config: &IdentityConfig,
    ) -> Result<(), StartError> {
        let spent = self.spent.lock();
        let today = spent
            .get(&application)
            .filter(|spend| spend.day == now.day());
        if today.is_none_or(|spend| spend.micros < config.daily_budget_micros) {
            return Ok(());
        }
        let midnight = i64::from(now.day() + 1) * 86_400_000;
        let wait = Timestamp::from_millis(midnight).since(now);
        let limit = FrontLimit::Money;
        Err(StartError::Limited {
            limit,
            retry_after_seconds: wait.seconds_up(),
        })
    }

    /// Remembers a row that was written.
    pub fn note(&self, spend: Option<Spend>) {
        if let Some(spend) = spend {
            self.spent.lock().insert(spend.application, spend);
        }
    }
}

/// The price of one message, to be charged.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    application: ApplicationId,
    day: u32,
    micros: u64,
}

impl Charge {
    /// What the last message of a verification costs.
    #[must_use]
    pub fn of(row: &Verification, now: Timestamp, config: &IdentityConfig) -> Self {
        let micros = config.price_micros(row.traits.country.as_str(), row.channel);
        Self {
            application: row.application,
            day: now.day(),
            micros,
        }
    }

    /// The read that [`Charge::apply`] makes.
    #[must_use]
    pub fn announced(&self) -> Read {
        Read::Get {
            table: Spend::TABLE,
            key: self.key().to_vec(),
        }
    }

    fn key(&self) -> [Value; 2] {
        let application = Value::from(*self.application.as_bytes());
        [application, Value::Int(self.day.into())]
    }

    /// The application's row of the day with the charge added, and the write that stores it.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn apply(&self, tx: &mut dyn Tx) -> Result<(Spend, Write), StoreError> {
        let found = tx.get::<Spend>(&self.key()).await?;
        let mut spend = found.unwrap_or(Spend {
            application: self.application,
            day: self.day,
            micros: 0,
            messages: 0,
        });
        spend.micros = spend.micros.saturating_add(self.micros);
        spend.messages = spend.messages.saturating_add(1);
        let write = store::put(&spend);
        Ok((spend, write))
    }
}
