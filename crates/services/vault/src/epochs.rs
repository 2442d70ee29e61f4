//! Shred epochs: every 30 days the share store's living rows move under a new key, and the old
//! key is destroyed in the key store. What copies of the old rows still hold is noise from then
//! on (sealing.md section 4).

use std::sync::Arc;

use model::Timestamp;
use seal::{HsmError, KeyId, KeySpec, keys::EpochKey};
use store::{Row, Scan, StoreError, Table, Tx, Value, Write};

use crate::{
    Core,
    factors::{open_secret, seal_secret},
    fault::Fault,
    genesis,
    keys::{Keys, hour_cell},
    rows::{
        BAN, Ban, Deployment, FACTOR, Factor, HOUR_KEY, HourKeyRow, NUMBER_LIMIT, NumberLimit,
        SHARE, ShareRow, TAG, TagRow,
    },
    shares::{Shares, open_ban, open_limit, open_tag, seal_ban, seal_tag, under},
};

/// Rows carried over in one transaction.
const BATCH: usize = 200;

/// From one epoch to the next.
struct Turn<'a> {
    keys: &'a Keys,
    old: &'a EpochKey,
    new: &'a EpochKey,
    now: Timestamp,
}

impl Core {
    /// Starts a new epoch when the present one has lasted long enough, and carries rows over
    /// while an old one is left.
    pub(crate) async fn turn_epoch(&self, now: Timestamp) -> Result<(), Fault> {
        let deployment = genesis::read(&*self.store, &self.keys.hsm).await?;
        // After a lost answer the row is ahead of memory: the row counts.
        let known = self.keys.epochs();
        if (known.current.epoch(), known.previous_epoch())
            != (deployment.epoch, deployment.previous_epoch)
        {
            self.keys.set_epochs(&deployment)?;
        }
        match deployment.previous_epoch {
            Some(previous) => self.finish_epoch(deployment, previous, now).await,
            None if now.since(deployment.epoch_began_at) >= self.config.epoch_length => {
                self.begin_epoch(deployment, now).await
            }
            None => Ok(()),
        }
    }

    async fn begin_epoch(&self, mut row: Deployment, now: Timestamp) -> Result<(), Fault> {
        let next = row.epoch + 1;
        // A crash after this line finds the key there already.
        match self.keys.hsm.create(KeySpec::of(KeyId::shred(next))) {
            Ok(()) | Err(HsmError::Exists) => {}
            Err(error) => return Err(error.into()),
        }
        (row.previous_epoch, row.epoch, row.epoch_began_at) = (Some(row.epoch), next, now);
        self.write_deployment(row).await
    }

    async fn finish_epoch(
        &self,
        mut row: Deployment,
        previous: u32,
        now: Timestamp,
    ) -> Result<(), Fault> {
        // Without its key there is nothing left to carry: it was destroyed just before a crash.
        let alive = self.keys.epochs().key(previous).is_ok();
        if alive && self.carry_all(previous, now).await? > 0 {
            // The next round proves that nothing was written under the old key meanwhile.
            return Ok(());
        }
        match self.keys.hsm.destroy(&KeyId::shred(previous)) {
            Ok(()) | Err(HsmError::NoSuchKey) => {}
            Err(error) => return Err(error.into()),
        }
        row.previous_epoch = None;
        self.write_deployment(row).await
    }

    /// Carries every table; counters of accounts go with their shares, the others after them.
    async fn carry_all(&self, previous: u32, now: Timestamp) -> Result<usize, Fault> {
        let mut moved = 0;
        for table in [&HOUR_KEY, &BAN, &TAG, &SHARE, &FACTOR, &NUMBER_LIMIT] {
            moved += self.carry_table(table, previous, now).await?;
        }
        Ok(moved)
    }

    async fn write_deployment(&self, row: Deployment) -> Result<(), Fault> {
        let (keys, written) = (Arc::clone(&self.keys), row.clone());
        self.store
            .transact(
                "vault.epoch",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let key = [Value::Int(Deployment::KEY)];
                    let present = keys.guard.get::<Deployment>(tx, &key).await?;
                    // An operator may have ended the epoch since it was read.
                    if present.is_none_or(|present| present.version != written.version) {
                        return Err(Fault::Contradiction("the deployment row changed meanwhile"));
                    }
                    tx.write(vec![keys.guard.put(&written)]).await?;
                    Ok(())
                },
            )
            .await?;
        self.keys.set_epochs(&row)
    }

    async fn carry_table(
        &self,
        table: &'static Table,
        previous: u32,
        now: Timestamp,
    ) -> Result<usize, Fault> {
        let mut place = None;
        let mut moved = 0;
        loop {
            let (keys, scan) = (
                Arc::clone(&self.keys),
                Scan::new(table, BATCH).after(place.take()),
            );
            let (count, next) = self
                .store
                .transact(
                    "vault.epoch.carry",
                    async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                        let rows = tx.scan_rows(scan.clone()).await?;
                        let full = rows.len() == BATCH;
                        let last = rows.last().filter(|_| full);
                        let next = last.map(|row| scan.place_of(row)).transpose()?;
                        let epochs = keys.epochs();
                        let old = epochs.key(previous)?;
                        let mut count = 0;
                        for row in rows.into_iter().filter(|row| is_of(table, row, previous)) {
                            let turn = Turn {
                                keys: &keys,
                                old,
                                new: &epochs.current,
                                now,
                            };
                            match turn.carry(tx, table, row).await {
                                Ok(writes) => {
                                    count += 1;
                                    tx.write(writes).await?;
                                }
                                Err(fault) if is_forgery(&fault) => keys.guard.alarm(table.name),
                                Err(fault) => return Err(fault),
                            }
                        }
                        Ok((count, next))
                    },
                )
                .await?;
            moved += count;
            match next {
                Some(next) => place = Some(next),
                None => return Ok(moved),
            }
        }
    }
}

fn is_of(table: &'static Table, row: &Row, epoch: u32) -> bool {
    let at = table.position("epoch").ok();
    at.and_then(|at| row.get(at)) == Some(&Value::Int(epoch.into()))
}

/// A row that does not open was planted or damaged. It is left behind: it must not keep the old
/// key alive, and nothing can open it afterwards either.
const fn is_forgery(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::Open(_) | Fault::Contradiction(_) | Fault::Store(StoreError::Corrupt { .. })
    )
}

impl Turn<'_> {
    /// From a row of the old epoch to the writes that replace it.
    async fn carry(
        &self,
        tx: &mut dyn Tx,
        table: &'static Table,
        row: Row,
    ) -> Result<Vec<Write>, Fault> {
        let Self { keys, old, new, .. } = *self;
        match table.name {
            name if name == HOUR_KEY.name => carry_hour(keys, row, old, new),
            name if name == BAN.name => carry_ban(keys, row, old, new),
            name if name == TAG.name => carry_tag(keys, row, old, new),
            name if name == FACTOR.name => carry_factor(keys, row, old, new),
            name if name == SHARE.name => {
                let mut writes = self.owned_limit(tx, &row).await?;
                writes.extend(carry_share(keys, row, old, new)?);
                Ok(writes)
            }
            _ => match keys.guard.open::<NumberLimit>(row)? {
                Some(limit) => self.moved_limit(tx, limit).await,
                None => Err(Fault::Contradiction("a forged row of counters")),
            },
        }
    }

    /// The counters of an account's number move with its shares, and stay awake: wrong guesses
    /// at an account must not fade with time. Those of other numbers fall asleep.
    async fn owned_limit(&self, tx: &mut dyn Tx, row: &Row) -> Result<Vec<Write>, Fault> {
        let share = <ShareRow as store::Record>::from_row(row.clone())?;
        let limit = Shares::open(&share, self.old)?.limit;
        let key = [Value::from(self.old.lookup(&limit))];
        match self.keys.guard.get::<NumberLimit>(tx, &key).await? {
            None => Ok(Vec::new()),
            Some(mut found) => {
                found.touched_at = self.now;
                self.moved_limit(tx, found).await
            }
        }
    }

    /// Counters under the new key, unless a request has moved them there already.
    async fn moved_limit(&self, tx: &mut dyn Tx, limit: NumberLimit) -> Result<Vec<Write>, Fault> {
        let Self { keys, old, new, .. } = *self;
        let made = open_limit(&limit, old)?;
        let key = vec![Value::from(limit.lookup)];
        let mut writes = vec![Write::Delete {
            table: &NUMBER_LIMIT,
            key,
        }];
        let there = [Value::from(new.lookup(&made.tag))];
        if keys.guard.get::<NumberLimit>(tx, &there).await?.is_none() {
            let moved = under(limit, &made, new, &keys.random)?;
            writes.push(keys.guard.put(&moved));
        }
        Ok(writes)
    }
}

fn carry_share(keys: &Keys, row: Row, old: &EpochKey, new: &EpochKey) -> Result<Vec<Write>, Fault> {
    let row = <ShareRow as store::Record>::from_row(row)?;
    let shares = Shares::open(&row, old)?;
    Ok(vec![store::put(&shares.seal(
        row.subject,
        new,
        &keys.random,
    )?)])
}

fn carry_tag(keys: &Keys, row: Row, old: &EpochKey, new: &EpochKey) -> Result<Vec<Write>, Fault> {
    let row = <TagRow as store::Record>::from_row(row)?;
    let moved = seal_tag(&open_tag(&row, old)?, row.subject, new, &keys.random)?;
    let key = [Value::from(row.lookup), Value::from(row.subject)];
    Ok(vec![store::delete::<TagRow>(&key), store::insert(&moved)])
}

fn carry_ban(keys: &Keys, row: Row, old: &EpochKey, new: &EpochKey) -> Result<Vec<Write>, Fault> {
    let row = <Ban as store::Record>::from_row(row)?;
    let (made, until) = open_ban(&row, old)?;
    let moved = seal_ban(&made, until, new, &keys.random)?;
    Ok(vec![
        store::delete::<Ban>(&[Value::from(row.lookup)]),
        store::put(&moved),
    ])
}

fn carry_factor(
    keys: &Keys,
    row: Row,
    old: &EpochKey,
    new: &EpochKey,
) -> Result<Vec<Write>, Fault> {
    let row = keys.guard.open::<Factor>(row)?;
    let mut row = row.ok_or(Fault::Contradiction("a forged factor"))?;
    let secret = open_secret(&row, old)?;
    seal_secret(&mut row, &secret, new, &keys.random)?;
    Ok(vec![keys.guard.put(&row)])
}

fn carry_hour(keys: &Keys, row: Row, old: &EpochKey, new: &EpochKey) -> Result<Vec<Write>, Fault> {
    let row = <HourKeyRow as store::Record>::from_row(row)?;
    let name = row.hour.to_be_bytes();
    let plain = old.open(&hour_cell(&name), &row.sealed)?;
    let sealed = new.seal(&hour_cell(&name), &plain, &keys.random)?;
    Ok(vec![store::put(&HourKeyRow {
        epoch: new.epoch(),
        sealed,
        ..row
    })])
}
