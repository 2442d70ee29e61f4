//! What is cleared away, a little at a time, once a minute.

use std::sync::{Arc, atomic::Ordering};

use model::{Millis, Timestamp};
use store::{Record, Scan, StoreError, Table, Tx, Value, Write};

use crate::{
    Core,
    fault::Fault,
    intake::MAX_SEALED_MINUTES,
    rows::{
        BAN, Ban, FACTOR, HOUR_KEY, INGEST_KEY, INGEST_SEEN, LEAF, MESSAGE, NUMBER_LIMIT,
        NumberLimit, SIM_SIGNAL, Tally, VERIFICATION,
    },
    shares::open_ban,
};

/// Rows removed in one transaction, so that no request waits long behind it.
pub(crate) const BATCH: usize = 500;
/// Batches of one table in one round; what is left waits for the next minute.
const ROUNDS: usize = 200;
const MESSAGES_KEPT: Millis = Millis::from_seconds(24 * 3600);
/// Ingest keys and pending keys are of one hour, and are destroyed when the next one ends: two
/// hours after they began. A code lives ten minutes at most, and is looked at ten minutes longer.
const HOURS_KEPT: u32 = 1;
/// Counters of a number that was not seen for this long say nothing any more.
const LIMITS_KEPT: Millis = Millis::from_seconds(60 * 86_400);

impl Core {
    pub(crate) async fn housekeep(&self) -> Result<(), Fault> {
        let now = self.now_or_fault()?;
        let ended = back(now, self.config.recheck_window);
        let by_expiry = Scan::new(&VERIFICATION, BATCH)
            .index("verification_expires_at")
            .below(Value::Int(ended.as_millis()));
        self.clear("vault.clear.verification", by_expiry).await?;
        let signals = Scan::new(&SIM_SIGNAL, BATCH)
            .index("sim_signal_expires_at")
            .below(Value::Int(ended.as_millis()));
        self.clear("vault.clear.sim_signal", signals).await?;
        let unconfirmed = Scan::new(&FACTOR, BATCH)
            .index("factor_ends_at")
            .below(Value::Int(now.as_millis()));
        self.clear("vault.clear.factor", unconfirmed).await?;
        let old = store::id::time_ordered(back(now, MESSAGES_KEPT).as_millis(), [0; 10]);
        self.clear(
            "vault.clear.message",
            Scan::new(&MESSAGE, BATCH).below(Value::from(old)),
        )
        .await?;
        let minute = now.as_millis() / 60_000 - 2 * i64::from(MAX_SEALED_MINUTES);
        let seen = Scan::new(&INGEST_SEEN, BATCH).below(Value::Int(minute));
        self.clear("vault.clear.ingest_seen", seen).await?;
        let hour = now.hour().saturating_sub(HOURS_KEPT);
        for table in [&INGEST_KEY, &HOUR_KEY] {
            let old = Scan::new(table, BATCH).below(Value::Int(hour.into()));
            self.clear("vault.clear.hours", old).await?;
        }
        self.keys.forget_hours_before(hour);
        self.ingest.write().retain(|known, _| *known >= hour);
        self.clear_bans(now).await?;
        self.turn_epoch(now).await?;
        self.clear_limits(now).await?;
        self.keep_tally().await?;
        self.turn_keys(now).await
    }

    /// Deletes what a scan finds, batch by batch.
    async fn clear(&self, name: &'static str, scan: Scan) -> Result<(), Fault> {
        for _ in 0..ROUNDS {
            let scan = scan.clone();
            let removed = self
                .store
                .transact(
                    name,
                    async move |tx: &mut dyn Tx| -> Result<usize, StoreError> {
                        let rows = tx.scan_rows(scan.clone()).await?;
                        let removed = rows.len();
                        tx.write(deletions(scan.table, &rows)?).await?;
                        Ok(removed)
                    },
                )
                .await?;
            if removed < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn clear_bans(&self, now: Timestamp) -> Result<(), Fault> {
        // The column is for reading; the sealed end is the one that counts.
        let epochs = self.keys.epochs();
        let over = move |ban: &Ban| {
            let key = epochs.key(ban.epoch);
            let end = key.and_then(|key| open_ban(ban, key));
            end.is_ok_and(|(_, until)| until <= now.as_millis())
        };
        self.clear_where("vault.clear.ban", &BAN, over).await
    }

    /// Once a day: counters that are too old to matter, and those that say nothing.
    async fn clear_limits(&self, now: Timestamp) -> Result<(), Fault> {
        // Each turn of the epoch touches the counters of accounts, so that those never get this
        // old; while it is under way they may look it.
        let today = i64::from(now.day());
        if now.hour() % 24 != 3
            || self.limits_cleared.load(Ordering::Relaxed) == today
            || self.keys.epochs().previous_epoch().is_some()
        {
            return Ok(());
        }
        let keys = Arc::clone(&self.keys);
        let oldest = back(now, LIMITS_KEPT);
        let mut place = None;
        loop {
            let scan = Scan::new(&NUMBER_LIMIT, BATCH).after(place.take());
            let keys = Arc::clone(&keys);
            let next = self
                .store
                .transact(
                    "vault.clear.limit",
                    async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                        let rows = tx.scan_rows(scan.clone()).await?;
                        let last = rows.last().filter(|_| rows.len() == BATCH);
                        let next = last.map(|row| scan.place_of(row)).transpose()?;
                        let mut writes = Vec::new();
                        for row in rows {
                            let found = keys.guard.open::<NumberLimit>(row)?;
                            let old =
                                found.filter(|row| row.touched_at < oldest || row.is_blank(now));
                            writes.extend(old.map(|row| Write::Delete {
                                table: &NUMBER_LIMIT,
                                key: vec![Value::from(row.lookup)],
                            }));
                        }
                        tx.write(writes).await?;
                        Ok(next)
                    },
                )
                .await?;
            match next {
                Some(next) => place = Some(next),
                None => break,
            }
        }
        self.limits_cleared.store(today, Ordering::Relaxed);
        Ok(())
    }

    async fn clear_where<R: Record + Send + 'static>(
        &self,
        name: &'static str,
        table: &'static Table,
        over: impl Fn(&R) -> bool + Clone + Send + 'static,
    ) -> Result<(), Fault> {
        let mut place = None;
        loop {
            let (scan, over) = (Scan::new(table, BATCH).after(place.take()), over.clone());
            let next = self
                .store
                .transact(name, async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let rows = tx.scan::<R>(scan.clone()).await?;
                    let old: Vec<_> = rows
                        .iter()
                        .filter(|row| over(row))
                        .map(Record::to_row)
                        .collect();
                    tx.write(deletions(table, &old)?).await?;
                    let last = rows
                        .last()
                        .filter(|_| rows.len() == BATCH)
                        .map(Record::to_row);
                    Ok(last.map(|row| scan.place_of(&row)).transpose()?)
                })
                .await?;
            match next {
                Some(next) => place = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// What memory starts with: the count of accounts, and the latest time the log has seen, so
    /// that a restart does not forget that the clock went back.
    pub(crate) async fn recall(&self) -> Result<(), Fault> {
        let keys = Arc::clone(&self.keys);
        let (accounts, latest) = self
            .store
            .read(
                "vault.recall",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(Tally::ACCOUNTS)];
                    let tally = keys.guard.get::<Tally>(tx, &key).await?;
                    let newest = tx.scan_rows(Scan::new(&LEAF, 1).reverse()).await?;
                    let id = newest.first().and_then(|row| row.first()).cloned();
                    Ok((
                        tally.map_or(0, |tally| tally.value),
                        id.as_ref().and_then(time_of),
                    ))
                },
            )
            .await?;
        self.accounts.store(accounts, Ordering::Relaxed);
        self.latest.fetch_max(latest.unwrap_or(0), Ordering::AcqRel);
        Ok(())
    }

    pub(crate) async fn keep_tally(&self) -> Result<(), Fault> {
        let (keys, value) = (
            Arc::clone(&self.keys),
            self.accounts.load(Ordering::Relaxed),
        );
        self.store
            .transact(
                "vault.tally",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let key = [Value::from(Tally::ACCOUNTS)];
                    let found = keys.guard.get::<Tally>(tx, &key).await?;
                    let version = match found {
                        Some(found) if found.value == value => return Ok(()),
                        Some(found) => found.version,
                        None => 0,
                    };
                    let tally = Tally {
                        name: Tally::ACCOUNTS.to_owned(),
                        value,
                        version,
                    };
                    tx.write(vec![keys.guard.put(&tally)]).await?;
                    Ok(())
                },
            )
            .await
    }
}

fn back(now: Timestamp, span: Millis) -> Timestamp {
    now.plus(Millis::from_millis(-span.as_millis()))
}

/// Writes that delete these rows.
pub(crate) fn deletions(
    table: &'static Table,
    rows: &[store::Row],
) -> Result<Vec<Write>, StoreError> {
    rows.iter()
        .map(|row| {
            Ok(Write::Delete {
                table,
                key: table.pick(row, table.key)?,
            })
        })
        .collect()
}

/// Milliseconds at the head of a time-ordered key.
pub(crate) fn time_of(id: &Value) -> Option<i64> {
    let Value::Bytes(bytes) = id else { return None };
    let head: [u8; 6] = bytes.get(..6)?.try_into().ok()?;
    let mut wide = [0; 8];
    wide[2..].copy_from_slice(&head);
    Some(i64::from_be_bytes(wide))
}
