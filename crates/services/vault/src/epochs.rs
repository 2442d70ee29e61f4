//! Shred epochs: every 30 days the share store's living rows move under a new key, and the old
//! key is destroyed in the key store. What copies of the old rows still hold is noise from then
//! on (sealing.md section 4).

use std::sync::Arc;

use model::Timestamp;
use seal::{HsmError, KeyId, KeySpec, keys::EpochKey};
use store::{Row, Scan, Table, Tx, Value, Write};

use crate::{
    Core,
    fault::Fault,
    genesis,
    keys::{Keys, hour_cell},
    rows::{
        BAN, Ban, Deployment, HOUR_KEY, HourKeyRow, NUMBER_LIMIT, NumberLimit, SHARE, ShareRow,
        TAG, TagRow,
    },
    shares::{Shares, open_ban, open_tag, seal_ban, seal_tag},
};

/// Rows carried over in one transaction.
const BATCH: usize = 200;

/// How the rows of one table move: from a row of the old epoch to the writes that replace it.
type Carry = fn(&Keys, Row, &EpochKey, &EpochKey) -> Result<Vec<Write>, Fault>;

impl Core {
    /// Starts a new epoch when the present one has lasted long enough, and carries rows over
    /// while an old one is left.
    pub(crate) async fn turn_epoch(&self, now: Timestamp) -> Result<(), Fault> {
        let deployment = genesis::read(&*self.store, &self.keys.hsm).await?;
        match deployment.previous_epoch {
            Some(previous) => self.finish_epoch(deployment, previous).await,
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

    async fn finish_epoch(&self, mut row: Deployment, previous: u32) -> Result<(), Fault> {
        let tables: [(&'static Table, Carry); 4] = [
            (&HOUR_KEY, carry_hour),
            (&BAN, carry_ban),
            (&TAG, carry_tag),
            (&SHARE, carry_share),
        ];
        let mut moved = 0;
        for (table, carry) in tables {
            moved += self.carry_table(table, carry, previous).await?;
        }
        if moved > 0 {
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

    async fn write_deployment(&self, row: Deployment) -> Result<(), Fault> {
        let (keys, written) = (Arc::clone(&self.keys), row.clone());
        self.store
            .transact(
                "vault.epoch",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
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
        carry: Carry,
        previous: u32,
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
                            count += 1;
                            let limits =
                                carried_limit(tx, &keys, table, &row, old, &epochs.current);
                            let mut writes = limits.await?;
                            writes.extend(carry(&keys, row, old, &epochs.current)?);
                            tx.write(writes).await?;
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

/// The counters of an account's number move with its shares: their key is a lookup value too.
async fn carried_limit(
    tx: &mut dyn Tx,
    keys: &Keys,
    table: &'static Table,
    row: &Row,
    old: &EpochKey,
    new: &EpochKey,
) -> Result<Vec<Write>, Fault> {
    if table.name != SHARE.name {
        return Ok(Vec::new());
    }
    let share = <ShareRow as store::Record>::from_row(row.clone())?;
    let limit = Shares::open(&share, old)?.limit;
    let (from, to) = (old.lookup(&limit), new.lookup(&limit));
    let found = keys
        .guard
        .get::<NumberLimit>(tx, &[Value::from(from)])
        .await?;
    let taken = keys
        .guard
        .get::<NumberLimit>(tx, &[Value::from(to)])
        .await?;
    let Some(mut found) = found.filter(|_| taken.is_none()) else {
        return Ok(Vec::new());
    };
    (found.lookup, found.version) = (to, 0);
    let key = vec![Value::from(from)];
    Ok(vec![
        Write::Delete {
            table: &NUMBER_LIMIT,
            key,
        },
        keys.guard.put(&found),
    ])
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
    let (tag, until) = open_ban(&row, old)?;
    let moved = seal_ban(&tag, until, new, &keys.random)?;
    Ok(vec![
        store::delete::<Ban>(&[Value::from(row.lookup)]),
        store::put(&moved),
    ])
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
