//! What became of the codes that were sent: an application's verifications by their beginning, as
//! long as the front keeps them. No number is known here.

use model::{ApplicationId, Channel, Lifecycle, Timestamp, VerificationId};
use store::{Scan, StoreError, Tx, Value};

use crate::{Identity, error::OperationError, rows::Verification, start::IntoKey as _};

/// Rows that are read at once.
const CHUNK: usize = 1_000;
/// Chunks that one page looks through for rows that fit its filter.
const CHUNKS_FOR_A_PAGE: usize = 10;
/// Chunks that totals look through.
const CHUNKS_FOR_TOTALS: usize = 200;

/// Which attempts are meant. Absent fields let all pass.
#[derive(Debug, Clone, Default)]
pub struct AttemptFilter {
    /// Begun at or after.
    pub after: Option<Timestamp>,
    /// Begun at or before.
    pub before: Option<Timestamp>,
    /// Country of the number, ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// Channel of the last message.
    pub channel: Option<Channel>,
    /// Whether the right code came.
    pub converted: Option<bool>,
    /// One verification.
    pub verification: Option<VerificationId>,
}

/// After which attempt a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttemptPlace {
    /// When it began.
    pub begun_at: Timestamp,
    /// Its verification.
    pub id: VerificationId,
}

/// Some attempts, newest first.
#[derive(Debug, Clone)]
pub struct AttemptPage {
    /// The verifications.
    pub attempts: Vec<Verification>,
    /// Where to go on. A page may have less than its size, or nothing, and still be followed by
    /// another.
    pub next: Option<AttemptPlace>,
}

/// Counts of attempts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttemptTotals {
    /// All.
    pub all: u64,
    /// Those whose right code came.
    pub converted: u64,
}

impl AttemptFilter {
    fn fits(&self, row: &Verification) -> bool {
        let country = row.traits.country.as_str();
        self.country
            .as_deref()
            .is_none_or(|wanted| wanted == country)
            && self.channel.is_none_or(|wanted| wanted == row.channel)
            && self
                .converted
                .is_none_or(|wanted| wanted == is_converted(row))
            && self.verification.is_none_or(|wanted| wanted == row.id)
    }

    fn scan(&self, application: ApplicationId, after: Option<AttemptPlace>) -> Scan {
        let mut scan = Scan::of::<Verification>(CHUNK)
            .index(Verification::BY_BEGINNING)
            .prefix([application.into_key()])
            .reverse();
        if let Some(from) = self.after {
            scan = scan.from(from.as_millis());
        }
        if let Some(to) = self.before {
            scan = scan.to(to.as_millis());
        }
        scan.after(after.map(|place| place.key(application)))
    }
}

impl AttemptPlace {
    const fn of(row: &Verification) -> Self {
        Self {
            begun_at: row.begun_at,
            id: row.id,
        }
    }

    fn key(self, application: ApplicationId) -> Vec<Value> {
        let begun_at = Value::Int(self.begun_at.as_millis());
        vec![application.into_key(), begun_at, self.id.into_key()]
    }
}

/// Whether the right code came.
const fn is_converted(row: &Verification) -> bool {
    matches!(row.lifecycle, Lifecycle::Approved { .. })
}

impl Identity {
    /// A page of at most `size` attempts, newest first.
    ///
    /// # Errors
    /// [`OperationError::Storage`].
    pub async fn attempts(
        &self,
        application: ApplicationId,
        filter: &AttemptFilter,
        after: Option<AttemptPlace>,
        size: usize,
    ) -> Result<AttemptPage, OperationError> {
        self.0.write_copies().await?;
        let mut page = AttemptPage {
            attempts: Vec::new(),
            next: after,
        };
        for _ in 0..CHUNKS_FOR_A_PAGE {
            let rows = self.chunk(filter.scan(application, page.next)).await?;
            let ended = rows.len() < CHUNK;
            for row in rows {
                if page.attempts.len() == size {
                    return Ok(page);
                }
                page.next = Some(AttemptPlace::of(&row));
                if filter.fits(&row) {
                    page.attempts.push(row);
                }
            }
            if ended {
                page.next = None;
                return Ok(page);
            }
        }
        Ok(page)
    }

    /// Counts of attempts; absent where there are more than are counted at once.
    ///
    /// # Errors
    /// [`OperationError::Storage`].
    pub async fn attempt_totals(
        &self,
        application: ApplicationId,
        filter: &AttemptFilter,
    ) -> Result<Option<AttemptTotals>, OperationError> {
        self.0.write_copies().await?;
        let (mut totals, mut place) = (AttemptTotals::default(), None);
        for _ in 0..CHUNKS_FOR_TOTALS {
            let rows = self.chunk(filter.scan(application, place)).await?;
            for row in rows.iter().filter(|row| filter.fits(row)) {
                totals.all += 1;
                totals.converted += u64::from(is_converted(row));
            }
            if rows.len() < CHUNK {
                return Ok(Some(totals));
            }
            place = rows.last().map(AttemptPlace::of);
        }
        Ok(None)
    }

    async fn chunk(&self, scan: Scan) -> Result<Vec<Verification>, StoreError> {
        self.0
            .store
            .read("identity.attempts", async move |tx: &mut dyn Tx| {
                tx.scan::<Verification>(scan.clone()).await
            })
            .await
    }
}
