//! The vault as a front that lies would use it, and its rows as a thief would see them.

use model::{ApplicationId, ChannelChoice, CodePurpose, TypedCode, TypedNumber, VerificationId};
use numbers::{E164, Region};
use peers::vault::{Begin, CheckCode, CheckNumber, Destination, FindOpen};
use store::{Row, Scan, Schema, Step, Store, Table, Tx, Value};

use crate::Product;

/// A plain request of the vault for a number as typed in Britain.
#[must_use]
pub fn begin(
    verification: VerificationId,
    application: ApplicationId,
    purpose: CodePurpose,
    number: &str,
) -> Begin {
    Begin {
        verification,
        application,
        purpose,
        destination: Destination::Typed {
            text: TypedNumber::new(number.to_owned()).expect("short"),
            region: Region::parse("GB").ok(),
        },
        channel: ChannelChoice::Auto,
        subject: None,
        locale: None,
        owner: None,
        until: model::Timestamp::from_millis(i64::MAX),
        unless_open: false,
    }
}

/// One guess.
#[must_use]
pub fn guess(application: ApplicationId, verification: VerificationId, code: &str) -> CheckCode {
    CheckCode {
        application,
        verification,
        code: TypedCode::new(code.to_owned()).expect("short"),
    }
}

/// One guess at whatever is open for a number as typed in Britain.
#[must_use]
pub fn guess_at(
    application: ApplicationId,
    purpose: CodePurpose,
    number: &str,
    code: &str,
) -> CheckNumber {
    CheckNumber {
        number: FindOpen {
            application,
            purpose,
            text: TypedNumber::new(number.to_owned()).expect("short"),
            region: Region::parse("GB").ok(),
        },
        code: TypedCode::new(code.to_owned()).expect("short"),
    }
}

/// What an authenticator app with this secret shows: SHA-1, six digits, thirty seconds.
#[must_use]
pub fn totp_code(secret: &str, at: model::Timestamp) -> String {
    let secret = seal::totp::Secret::parse(secret).expect("base32");
    let app = seal::totp::Totp {
        hash: seal::totp::Hash::Sha1,
        digits: 6,
        period: 30,
        skew: 0,
    };
    let seconds = u64::try_from(at.as_millis() / 1000).expect("after 1970");
    app.code(&secret, app.step_at(seconds)).to_string()
}

/// A number of a test in E.164.
#[must_use]
pub fn parse_e164(text: &str) -> E164 {
    numbers::parse(text, Region::parse("GB").ok())
        .expect("a number")
        .number
}

/// A code of the same length that is not `code`; another one for each `nth` below 9.
#[must_use]
pub fn wrong_code(code: &str, nth: usize) -> String {
    let digit = |c: char| usize::try_from(c.to_digit(10).expect("a digit")).expect("small");
    let last = code.chars().next_back().map_or(0, digit);
    let wrong = (last + 1 + nth % 9) % 10;
    format!("{}{wrong}", &code[..code.len() - 1])
}

/// Every row of every table of a schema.
pub async fn scan_all(store: &dyn Store, schema: &Schema) -> Vec<(&'static Table, Row)> {
    let tables = schema
        .migrations
        .iter()
        .flat_map(|migration| migration.steps)
        .filter_map(|step| match step {
            Step::CreateTable(table) => Some(*table),
            _ => None,
        });
    let mut rows = Vec::new();
    for table in tables {
        let found = store
            .read("testkit.scan", async move |tx: &mut dyn Tx| {
                tx.scan_rows(Scan::new(table, 10_000)).await
            })
            .await
            .expect("the store can be read");
        rows.extend(found.into_iter().map(|row| (table, row)));
    }
    rows
}

impl Product {
    /// The code that was sent for a verification, if its last message arrived.
    pub async fn code_of(&self, number: &str, id: VerificationId) -> Option<String> {
        // The dispatcher is a task of its own: let it run until it has an outcome.
        for _ in 0..100_000 {
            let message = self.last_message(id).await?;
            if message.state != vault::rows::MessageState::Handing {
                let thread = self.phones.thread(parse_e164(number).as_str());
                let sent = thread.into_iter().find(|arrived| arrived.id == message.id);
                return sent.map(|arrived| arrived.code);
            }
            tokio::task::yield_now().await;
        }
        None
    }

    async fn last_message(&self, id: VerificationId) -> Option<vault::rows::Message> {
        let at = vault::rows::VERIFICATION.position("message").ok()?;
        self.vault_store
            .read("testkit.message", async move |tx: &mut dyn Tx| {
                let key = [Value::from(*id.as_bytes())];
                let row = tx.get_row(&vault::rows::VERIFICATION, &key).await?;
                match row.and_then(|row| row.get(at).cloned()) {
                    Some(message) => tx.get(&[message]).await,
                    None => Ok(None),
                }
            })
            .await
            .expect("the store can be read")
    }

    /// Days of quiet, with housekeeping every night at three o'clock and three times in a row,
    /// so that an epoch that has to turn does.
    pub async fn quiet_days(&self, days: u32) {
        const DAY: i64 = 86_400_000;
        const NIGHT: i64 = 3 * 3_600_000;
        for _ in 0..days {
            let into_day = (self.identity.now().as_millis() - NIGHT).rem_euclid(DAY);
            self.wait(model::Millis::from_millis(DAY - into_day));
            for _ in 0..3 {
                self.vault.housekeep().await.expect("housekeeping works");
                self.wait(model::Millis::from_seconds(60));
            }
        }
    }
}
