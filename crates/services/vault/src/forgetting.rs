//! Taking numbers away: forgetting, reclaiming, shredding.
//!
//! The share store commits before the main database, so a transaction that does both can stop
//! half-way. Here the main database goes first and alone: the leaf, the ciphertext and the
//! account's state are one commit, and from then on nothing opens. What the share store still
//! holds goes right after it, by a job of that same commit.

use std::sync::Arc;

use model::Timestamp;
use seal::record::Share;
use serde::{Deserialize, Serialize};
use store::{
    StoreError, Tx, Value, Write,
    jobs::{Job, Lease, enqueued, finish},
};
use zeroize::Zeroizing;

use crate::{
    Core,
    accounts::{Found, load},
    fault::Fault,
    keys::Keys,
    log::{Labelled, deleted_leaf},
    rows::{ACCOUNT, Account, AccountStatus, ShareRow, TagRow},
    shares::Shares,
};

/// Clear the share store of a number that was taken from an account.
#[derive(Debug, Serialize, Deserialize)]
pub struct ClearShares {
    /// Internal subject.
    pub subject: [u8; 16],
}

impl Job for ClearShares {
    const KIND: &'static str = "ClearShares";
}

/// The job that follows [`forget`] and [`take_number`], in the same batch.
pub(crate) fn clear_later(
    subject: [u8; 16],
    now: Timestamp,
    job_id: [u8; 16],
) -> Result<Write, StoreError> {
    enqueued(&ClearShares { subject }, now.as_millis(), job_id)
}

/// The number of an account is forgotten: what recognises it stays.
pub(crate) fn forget(
    found: Found,
    keys: &Keys,
    leaf_key: [u8; 16],
    now: Timestamp,
) -> Result<Vec<Write>, Fault> {
    let mut account = found.account;
    let leaf = take_ciphertext(&mut account, found.shares.view_key);
    if account.status == AccountStatus::Active {
        account.status = AccountStatus::Forgotten;
    }
    Ok(vec![
        keys.guard.put(&account),
        deleted_leaf(&leaf, keys, leaf_key, now)?,
    ])
}

/// The number of an account went to a new owner: the row stays, so that the application's
/// pseudonym keeps an answer, and the number leads to it no more.
pub(crate) fn take_number(
    found: Found,
    keys: &Keys,
    leaf_key: [u8; 16],
    now: Timestamp,
) -> Result<Vec<Write>, Fault> {
    let mut account = found.account;
    let leaf = account
        .has_number()
        .then(|| take_ciphertext(&mut account, found.shares.view_key));
    account.status = AccountStatus::NumberLost;
    let mut writes = vec![keys.guard.put(&account)];
    if let Some(leaf) = leaf {
        writes.push(deleted_leaf(&leaf, keys, leaf_key, now)?);
    }
    Ok(writes)
}

/// Takes the ciphertext from an account. Returns what the leaf about it is labelled with.
fn take_ciphertext(account: &mut Account, view_key: Zeroizing<[u8; 32]>) -> Labelled {
    (account.ct, account.commit) = (None, None);
    account.leaves += 1;
    Labelled {
        view_key,
        n: account.leaves,
    }
}

impl Core {
    /// Deletes what the share store still holds of a number that was taken away, in the
    /// transaction that also finishes the job.
    pub(crate) async fn clear_shares(&self, subject: [u8; 16], lease: Lease) -> Result<(), Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact("vault.clear", async move |tx: &mut dyn Tx| {
                let writes = cleared(tx, &keys, &subject).await?;
                tx.write(writes).await?;
                finish(tx, &lease).await?;
                Ok::<_, Fault>(())
            })
            .await?;
        self.shredded();
        Ok(())
    }

    /// Shreds an account whose time has come: first its leaf, then its rows in the transaction
    /// that also finishes the job. A deletion that was undone stays undone.
    pub(crate) async fn shred(&self, subject: [u8; 16], lease: Lease) -> Result<(), Fault> {
        let now = self.now_or_fault()?;
        self.forget_before_shredding(subject, now).await?;
        let keys = Arc::clone(&self.keys);
        let shredded = self
            .store
            .transact("vault.shred", async move |tx: &mut dyn Tx| {
                let key = [Value::from(subject)];
                let account = keys.guard.get::<Account>(tx, &key).await?;
                let due = account.is_some_and(|account| is_due(&account, now));
                if due {
                    let mut writes = share_deletions(tx, &subject).await?;
                    writes.push(Write::Delete {
                        table: &ACCOUNT,
                        key: key.to_vec(),
                    });
                    tx.write(writes).await?;
                }
                finish(tx, &lease).await?;
                Ok::<_, Fault>(due)
            })
            .await?;
        if shredded {
            self.count_shredded();
        }
        Ok(())
    }

    async fn forget_before_shredding(
        &self,
        subject: [u8; 16],
        now: Timestamp,
    ) -> Result<(), Fault> {
        let keys = Arc::clone(&self.keys);
        let leaf_key = self.entropy.row_key(now)?;
        self.store
            .transact("vault.shred.forget", async move |tx: &mut dyn Tx| {
                let found = load(tx, &keys, &subject).await?;
                // A number that was forgotten has its leaf already: each sealed number is
                // deleted once.
                let due = |found: &Found| found.account.has_number() && is_due(&found.account, now);
                if let Some(found) = found.filter(due) {
                    tx.write(forget(found, &keys, leaf_key, now)?).await?;
                }
                Ok(())
            })
            .await
    }
}

fn is_due(account: &Account, now: Timestamp) -> bool {
    account.shred_at.is_some_and(|at| at <= now)
}

/// The writes that clear the share store. A number that was proven and sealed again meanwhile
/// keeps its shares.
async fn cleared(tx: &mut dyn Tx, keys: &Keys, subject: &[u8; 16]) -> Result<Vec<Write>, Fault> {
    let key = [Value::from(*subject)];
    let account = keys.guard.get::<Account>(tx, &key).await?;
    let Some(account) = account.filter(|account| account.status != AccountStatus::NumberLost)
    else {
        return Ok(share_deletions(tx, subject).await?);
    };
    if account.has_number() {
        return Ok(Vec::new());
    }
    let Some(row) = tx.get::<ShareRow>(&key).await? else {
        return Ok(Vec::new());
    };
    let mut shares = Shares::open(&row, keys.epochs().key(row.epoch)?)?;
    shares.wraps.clear();
    shares.share = Share::from_bytes([0; 32]);
    let row = shares.seal(*subject, &keys.epochs().current, &keys.random)?;
    Ok(vec![store::put(&row)])
}

/// Deletes everything that the share store holds for a subject.
pub(crate) async fn share_deletions(
    tx: &mut dyn Tx,
    subject: &[u8; 16],
) -> Result<Vec<Write>, StoreError> {
    let mut writes = vec![store::delete::<ShareRow>(&[Value::from(*subject)])];
    let key = [Value::from(*subject)];
    if let Some(tag) = tx.get_by::<TagRow>("tag_subject", &key).await? {
        let key = [Value::from(tag.lookup), Value::from(tag.subject)];
        writes.push(store::delete::<TagRow>(&key));
    }
    Ok(writes)
}
