//! Shred epochs and copies: which epoch a copy is of, and what of it still opens.
//!
//! The share store is sealed under the epoch's key, which the key store destroys at each turn. A
//! copy of the share store ends with its epoch; that is what makes a deletion final (sealing.md,
//! section 4). The long-lived database has no such end, but its one deployment row names the
//! epoch in force when it was copied. After a turn that name has no key any more, so a restore
//! writes the present one into it.

use std::sync::Arc;

use model::{Millis, Timestamp};
use rooms::Failure;
use seal::{Hsm, KeyPurpose};
use store::{Scan, Store, Tx, Value};
use vault::{
    Fault, genesis,
    rows::{Deployment, ShareRow},
};

const BATCH: usize = 500;

/// The epochs whose keys live, oldest first: one, or two while rows are carried over.
pub fn living(hsm: &dyn Hsm) -> Result<Vec<u32>, Failure> {
    let keys = hsm
        .list()
        .map_err(Failure::while_doing("reading the keystore"))?;
    let shred = keys
        .iter()
        .filter(|key| key.id.purpose == KeyPurpose::Shred);
    let mut epochs: Vec<u32> = shred.map(|key| key.id.generation).collect();
    epochs.sort_unstable();
    Ok(epochs)
}

/// Where a deployment stands and until when.
pub struct Standing {
    /// The present epoch.
    pub epoch: u32,
    /// When its key is destroyed, a few minutes more or less.
    pub ends_at: Timestamp,
}

/// The present epoch of these databases.
pub async fn standing(
    store: &dyn Store,
    hsm: &Arc<dyn Hsm>,
    length: Millis,
) -> Result<Standing, Failure> {
    let row = read(store, hsm).await?;
    Ok(Standing {
        epoch: row.epoch,
        ends_at: row.epoch_began_at.plus(length),
    })
}

async fn read(store: &dyn Store, hsm: &Arc<dyn Hsm>) -> Result<Deployment, Failure> {
    genesis::read(store, hsm)
        .await
        .map_err(Failure::while_doing(
            "the copy and the keystore do not belong together",
        ))
}

/// Writes the epochs whose keys live into a restored database. Answers with the epoch it was
/// copied in and the present one.
pub async fn settle(
    store: &dyn Store,
    hsm: &Arc<dyn Hsm>,
    length: Millis,
    now: Timestamp,
) -> Result<(u32, u32), Failure> {
    let mut row = read(store, hsm).await?;
    let copied_in = row.epoch;
    let epochs = living(&**hsm)?;
    let newest = match epochs.last() {
        Some(newest) if *newest >= copied_in => *newest,
        _ => {
            return Err(Failure::Failed(format!(
                "the keystore is older than this copy: it has no key of epoch {copied_in}. Put \
                 the newest copy of the keystore in place; nothing was changed"
            )));
        }
    };
    let previous = epochs.iter().rev().nth(1).copied();
    if (row.epoch, row.previous_epoch) == (newest, previous) {
        return Ok((copied_in, newest));
    }
    // Its true beginning is not in the copy. It was no earlier than this: too early an end
    // shortens the life of what was deleted, too late a one would lengthen it.
    let turns = i64::from(newest - copied_in);
    let began = row.epoch_began_at.as_millis() + turns * length.as_millis();
    row.epoch_began_at = Timestamp::from_millis(began.min(now.as_millis()));
    (row.epoch, row.previous_epoch) = (newest, previous);
    write(store, &**hsm, row).await?;
    Ok((copied_in, newest))
}

async fn write(store: &dyn Store, hsm: &dyn Hsm, row: Deployment) -> Result<(), Failure> {
    let doing = Failure::while_doing("writing the epoch");
    let guard = genesis::guard(hsm).map_err(&doing)?;
    let written = store
        .transact(
            "restore.epoch",
            async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                tx.write(vec![guard.put(&row)]).await?;
                Ok(())
            },
        )
        .await;
    written.map_err(doing)
}

/// Ends the present epoch: the room's next housekeeping begins another. Answers with its number.
pub async fn end(store: &dyn Store, hsm: &Arc<dyn Hsm>, began: Timestamp) -> Result<u32, Failure> {
    let doing = Failure::while_doing("ending the epoch");
    let guard = genesis::guard(&**hsm).map_err(&doing)?;
    // Read and written in one transaction: the room may be at the same row.
    let ended = store
        .transact(
            "operator.epoch.end",
            async move |tx: &mut dyn Tx| -> Result<Result<u32, u32>, Fault> {
                let key = [Value::Int(Deployment::KEY)];
                let found = guard.get::<Deployment>(tx, &key).await?;
                let mut row = found.ok_or(Fault::Contradiction(
                    "the deployment row is not genuine under this key store",
                ))?;
                if let Some(previous) = row.previous_epoch {
                    return Ok(Err(previous));
                }
                row.epoch_began_at = began;
                tx.write(vec![guard.put(&row)]).await?;
                Ok(Ok(row.epoch))
            },
        )
        .await;
    ended.map_err(&doing)?.map_err(|previous| {
        Failure::Failed(format!(
            "epoch {previous} is still being carried over; nothing was changed"
        ))
    })
}

/// Accounts of a share store by what becomes of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Under a key that lives.
    pub alive: u64,
    /// Under a key that was destroyed: noise.
    pub noise: u64,
    /// Under a key that this key store does not have yet.
    pub ahead: u64,
}

impl Shares {
    /// Why nothing at all in this share store opens, if that is so and it holds anything.
    pub fn nothing_opens(&self) -> Option<&'static str> {
        match self {
            Self { alive: 1.., .. }
            | Self {
                noise: 0, ahead: 0, ..
            } => None,
            Self { ahead: 1.., .. } => Some(
                "the keystore is older than this share store and has no key for it. Put the \
                 newest copy of the keystore in place; nothing was changed",
            ),
            _ => Some(
                "this share store is of an epoch that has ended. Its key was destroyed, so that \
                 deletions are final: nothing in it opens any more, and nothing can change that. \
                 Use a newer copy of the share store, or leave --share out to keep the one that \
                 is here; nothing was changed",
            ),
        }
    }
}

/// Counts the rows of the share store by what opens them.
pub async fn count(store: &dyn Store, hsm: &dyn Hsm) -> Result<Shares, Failure> {
    let epochs = living(hsm)?;
    let mut shares = Shares::default();
    let mut place = None;
    loop {
        let scan = Scan::of::<ShareRow>(BATCH).after(place.take());
        let page = store
            .read("restore.shares", async move |tx: &mut dyn Tx| {
                tx.scan::<ShareRow>(scan.clone()).await
            })
            .await
            .map_err(Failure::while_doing("reading the share store"))?;
        for row in &page {
            match row.epoch {
                epoch if epochs.contains(&epoch) => shares.alive += 1,
                epoch if epochs.last().is_some_and(|newest| epoch > *newest) => shares.ahead += 1,
                _ => shares.noise += 1,
            }
        }
        match page.last() {
            Some(last) if page.len() == BATCH => place = Some(vec![last.subject.into()]),
            _ => return Ok(shares),
        }
    }
}

#[cfg(test)]
mod tests;
