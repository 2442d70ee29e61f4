//! Money as a limit: what an application spends on messages in a day.
//!
//! The books are kept in memory, so that the check before a message costs nothing, and written
//! with the copies of the verifications whose messages were charged.

use std::collections::HashMap;

use model::{ApplicationId, Channel, Timestamp};
use numbers::Region;
use parking_lot::Mutex;
use store::{Read, Record, StoreError, Tx, Value, Write};

use crate::{
    config::IdentityConfig,
    error::{FrontLimit, StartError},
    rows::{Spend, Verification},
};

/// What each application spent.
#[derive(Default)]
pub struct Money {
    books: Mutex<HashMap<(ApplicationId, u32), Book>>,
}

/// One application's day.
#[derive(Default)]
struct Book {
    /// As the row says, which other processes may write too.
    written_micros: u64,
    owed_micros: u64,
    owed_messages: u64,
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
        let books = self.books.lock();
        let spent = books.get(&(application, now.day())).map_or(0, |book| {
            book.written_micros.saturating_add(book.owed_micros)
        });
        if spent < config.daily_budget_micros {
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

    /// Notes the price of a message that is to be written.
    pub fn owe(&self, charge: Charge) {
        let mut books = self.books.lock();
        let book = books.entry((charge.application, charge.day)).or_default();
        book.owed_micros = book.owed_micros.saturating_add(charge.micros);
        book.owed_messages = book.owed_messages.saturating_add(charge.messages);
    }

    /// Whether something is to be written.
    pub fn is_owed(&self) -> bool {
        let books = self.books.lock();
        books.values().any(|book| book.owed_messages > 0)
    }

    /// What is to be written now.
    pub fn owed(&self) -> Vec<Charge> {
        let books = self.books.lock();
        let owing = books.iter().filter(|(_, book)| book.owed_messages > 0);
        owing
            .map(|(&(application, day), book)| Charge {
                application,
                day,
                micros: book.owed_micros,
                messages: book.owed_messages,
            })
            .collect()
    }

    /// What was owed was written, and led to these rows.
    pub fn paid(&self, charges: &[Charge], rows: Vec<Spend>) {
        let mut books = self.books.lock();
        for charge in charges {
            let book = books.entry((charge.application, charge.day)).or_default();
            book.owed_micros = book.owed_micros.saturating_sub(charge.micros);
            book.owed_messages = book.owed_messages.saturating_sub(charge.messages);
        }
        let newest = rows.iter().map(|spend| spend.day).max();
        for spend in rows {
            let book = books.entry((spend.application, spend.day)).or_default();
            book.written_micros = spend.micros;
        }
        // Yesterday's books are closed.
        books.retain(|(_, day), book| Some(*day) >= newest || book.owed_messages > 0);
    }
}

/// The price of messages, to be charged.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    application: ApplicationId,
    day: u32,
    micros: u64,
    messages: u64,
}

impl Charge {
    /// What the last message of a verification costs.
    #[must_use]
    pub fn of(row: &Verification, now: Timestamp, config: &IdentityConfig) -> Self {
        let country = row.traits.country;
        Self::message(row.application, country, row.channel, now, config)
    }

    /// What a message to a country by a channel costs.
    #[must_use]
    pub fn message(
        application: ApplicationId,
        country: Region,
        channel: Channel,
        now: Timestamp,
        config: &IdentityConfig,
    ) -> Self {
        Self {
            application,
            day: now.day(),
            micros: config.price_micros(country.as_str(), channel),
            messages: 1,
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
        spend.messages = spend.messages.saturating_add(self.messages);
        let write = store::put(&spend);
        Ok((spend, write))
    }
}
