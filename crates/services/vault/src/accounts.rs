//! Accounts: finding them by number, opening their number, locking, banning, forgetting,
//! deleting.

use std::sync::Arc;

use model::{ApplicationId, Subject, Timestamp};
use peers::vault::DeletionState;
use seal::{
    Class,
    record::{RecordContext, StoredRecord, open_record},
    tag::Tags,
};
use store::{Scan, Tx, Value};

use crate::{
    Core, announce,
    budgets::Scope,
    fault::Fault,
    forgetting::{clear_later, forget},
    jobs::ShredAccount,
    keys::Keys,
    rows::{Account, AccountStatus, Ban, Lane, ShareRow, TAG, TAG_OF_SUBJECT, TagRow},
    shares::{Shares, open_tag, seal_ban},
    tags::{MadeTag, NumberTags, Use},
};

/// An account with its opened shares.
pub struct Found {
    /// The row.
    pub account: Account,
    /// What the share store holds for it.
    pub shares: Shares,
}

/// A number that was opened.
pub(crate) struct Opened {
    /// The number.
    pub(crate) number: seal::E164,
    /// Its tags as its rows tell them, so that the key store need not make them again. Rows that do
    /// not open, or are not of one index key, tell none.
    pub(crate) known: Option<NumberTags>,
}

/// Most accounts of one number that are looked at; the register allows fewer.
pub(crate) const MAX_FOUND: usize = 100;

/// The accounts that stand under a number, oldest first. Tag rows that do not open were planted
/// or swapped: they count as absent.
///
/// # Errors
/// [`Fault`] of the store; [`Fault::IndexTurned`].
pub async fn find_accounts(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
) -> Result<Vec<Found>, Fault> {
    tags.still_complete(keys)?;
    let epochs = keys.epochs();
    let mut subjects = Vec::new();
    for made in tags.all(Use::Account) {
        for lookup in epochs.lookups(&made.tag) {
            for row in tx.scan::<TagRow>(announce::tag_scan(lookup)).await? {
                let genuine = epochs
                    .key(row.epoch)
                    .and_then(|epoch| open_tag(&row, epoch))
                    .is_ok_and(|stored| stored == made);
                match genuine {
                    true => subjects.push(row.subject),
                    false => keys.guard.alarm(TAG.name),
                }
            }
        }
    }
    let reads = subjects.iter().copied().flat_map(announce::account);
    tx.prefetch(reads.collect()).await?;
    let mut found = Vec::new();
    for subject in &subjects {
        found.extend(load(tx, keys, subject).await?);
    }
    found.sort_by_key(|found| found.account.subject);
    Ok(found)
}

/// One account with its shares, unless a half of it is missing. An account whose number went to
/// a new owner has none: what is left of them is about to be deleted.
pub(crate) async fn load(
    tx: &mut dyn Tx,
    keys: &Keys,
    subject: &[u8; 16],
) -> Result<Option<Found>, Fault> {
    let key = [Value::from(*subject)];
    let account = keys.guard.get::<Account>(tx, &key).await?;
    let Some(account) = account.filter(|found| found.status != AccountStatus::NumberLost) else {
        return Ok(None);
    };
    let Some(row) = tx.get::<ShareRow>(&key).await? else {
        return Ok(None);
    };
    let shares = Shares::open(&row, keys.epochs().key(row.epoch)?)?;
    Ok(Some(Found { account, shares }))
}

/// The account that an application knows by `handle`.
///
/// # Errors
/// [`Fault`] of the store.
pub async fn by_handle(
    tx: &mut dyn Tx,
    keys: &Keys,
    application: ApplicationId,
    handle: Subject,
) -> Result<Option<Account>, Fault> {
    let handle = Value::from(*handle.as_bytes());
    let scan = Scan::new(&crate::rows::ACCOUNT, 1)
        .index("account_handle")
        .prefix([handle]);
    let found = keys.guard.scan::<Account>(tx, scan).await?;
    Ok(found
        .into_iter()
        .find(|account| account.application == application))
}

impl Core {
    /// The account of a pseudonym.
    pub(crate) async fn account_of(
        &self,
        application: ApplicationId,
        handle: Subject,
    ) -> Result<Option<Account>, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .read("vault.account", async move |tx: &mut dyn Tx| {
                by_handle(tx, &keys, application, handle).await
            })
            .await
    }

    /// Opens the number of an account for a class: one HSM operation.
    pub(crate) async fn open_number(
        &self,
        account: &Account,
        class: Class,
    ) -> Result<Opened, Fault> {
        let (keys, subject) = (Arc::clone(&self.keys), account.subject);
        let found = self
            .store
            .read(
                "vault.shares",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    tx.prefetch(announce::opening(subject)).await?;
                    let Some(found) = load(tx, &keys, &subject).await? else {
                        return Ok(None);
                    };
                    let key = [Value::from(subject)];
                    let tag = tx.get_by::<TagRow>(TAG_OF_SUBJECT, &key).await?;
                    let known = tag.and_then(|tag| tags_on_file(&keys, &found.shares, &tag));
                    Ok(Some((found, known)))
                },
            )
            .await?;
        let (found, known) = found.ok_or(Fault::Contradiction("an account without shares"))?;
        let (Some(ct), Some(commit), Some(wrap)) = (
            &found.account.ct,
            &found.account.commit,
            found.shares.wrap(class),
        ) else {
            return Err(Fault::Contradiction(
                "an account without a number was opened",
            ));
        };
        let context = self.record_context(&found.account);
        let stored = StoredRecord {
            ct,
            commit,
            share: &found.shares.share,
            wrap: &wrap.bytes,
        };
        let opened = open_record(&context, class, &stored, &*self.keys.hsm);
        let number = opened.map_err(|error| match error {
            seal::record::OpenRecordError::Hsm(error) => Fault::Hsm(error),
            seal::record::OpenRecordError::Failed(error) => Fault::Open(error),
        })?;
        Ok(Opened { number, known })
    }

    pub(crate) fn record_context(&self, account: &Account) -> RecordContext {
        RecordContext {
            deployment: self.keys.deployment,
            subject: account.subject,
            generation: account.generation,
        }
    }

    /// The verb `set_locked`.
    pub(crate) async fn set_locked(
        &self,
        application: ApplicationId,
        handle: Subject,
        locked: bool,
    ) -> Result<bool, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact("vault.lock", async move |tx: &mut dyn Tx| {
                let Some(mut account) = by_handle(tx, &keys, application, handle).await? else {
                    return Ok(false);
                };
                account.status = match (account.status, locked) {
                    (AccountStatus::Active | AccountStatus::Forgotten, true) => {
                        AccountStatus::Locked
                    }
                    (AccountStatus::Locked, false) => alive(&account),
                    (same, _) => same,
                };
                tx.write(vec![keys.guard.put(&account)]).await?;
                Ok(true)
            })
            .await
    }

    /// The verb `ban`: the tag was kept at sign-up, so the number is not opened.
    pub(crate) async fn ban(
        &self,
        application: ApplicationId,
        handle: Subject,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact("vault.ban", async move |tx: &mut dyn Tx| {
                let Some(account) = by_handle(tx, &keys, application, handle).await? else {
                    return Ok(false);
                };
                let Some(found) = load(tx, &keys, &account.subject).await? else {
                    return Ok(false);
                };
                let epochs = keys.epochs();
                let made = found.shares.made_ban();
                let mut writes: Vec<_> = epochs
                    .lookups(&made.tag)
                    .into_iter()
                    .map(|lookup| store::delete::<Ban>(&[Value::from(lookup)]))
                    .collect();
                if until > now {
                    let ban = seal_ban(&made, until.as_millis(), &epochs.current, &keys.random)?;
                    writes.push(store::put(&ban));
                }
                tx.write(writes).await?;
                Ok(true)
            })
            .await
    }

    /// The verb `forget_number`: what opens the number goes, what recognises it stays.
    pub(crate) async fn forget_number(
        &self,
        application: ApplicationId,
        handle: Subject,
        now: Timestamp,
    ) -> Result<bool, Fault> {
        let keys = Arc::clone(&self.keys);
        let (leaf_key, job_id) = (self.entropy.row_key(now)?, self.entropy.row_key(now)?);
        let done = self
            .store
            .transact("vault.forget", async move |tx: &mut dyn Tx| {
                let Some(account) = by_handle(tx, &keys, application, handle).await? else {
                    return Ok(false);
                };
                let Some(found) = load(tx, &keys, &account.subject).await? else {
                    return Ok(false);
                };
                if found.account.has_number() {
                    let mut writes = forget(found, &keys, leaf_key, now)?;
                    writes.push(clear_later(account.subject, now, job_id)?);
                    tx.write(writes).await?;
                }
                Ok(true)
            })
            .await;
        self.jobs_wake.notify_one();
        done
    }

    /// The verb `delete`: suspends at once, shreds after the delay.
    pub(crate) async fn delete(
        &self,
        application: ApplicationId,
        handle: Subject,
        now: Timestamp,
    ) -> Result<DeletionState, Fault> {
        let Some(account) = self.account_of(application, handle).await? else {
            return Ok(DeletionState::Gone);
        };
        if let Some(shred_at) = account.shred_at {
            return Ok(DeletionState::Scheduled { shred_at });
        }
        let measure = self.measure(now);
        let taken = self
            .budgets
            .take(
                &[Scope::Deletions],
                Lane::Owner,
                &measure,
                &self.keys,
                &*self.store,
            )
            .await?;
        if let Err(used_up) = taken {
            return Ok(DeletionState::TooMany {
                retry_at: now.plus(used_up.wait),
            });
        }
        let (keys, shred_at) = (Arc::clone(&self.keys), now.plus(self.config.deletion_delay));
        let job_id = self.entropy.row_key(now)?;
        self.store
            .transact(
                "vault.delete",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let Some(mut account) = by_handle(tx, &keys, application, handle).await? else {
                        return Ok(DeletionState::Gone);
                    };
                    account.shred_at = Some(shred_at);
                    tx.write(vec![keys.guard.put(&account)]).await?;
                    let job = ShredAccount {
                        subject: account.subject,
                    };
                    store::jobs::enqueue(tx, &job, shred_at.as_millis(), job_id).await?;
                    Ok(DeletionState::Scheduled { shred_at })
                },
            )
            .await
    }

    /// The verb `undo_delete`. A deletion is final at its time, even if its job is late.
    pub(crate) async fn undo_delete(
        &self,
        application: ApplicationId,
        handle: Subject,
        now: Timestamp,
    ) -> Result<DeletionState, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.undo_delete",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let Some(mut account) = by_handle(tx, &keys, application, handle).await? else {
                        return Ok(DeletionState::Gone);
                    };
                    if account.shred_at.is_some_and(|at| at <= now) {
                        return Ok(DeletionState::Gone);
                    }
                    if account.shred_at.take().is_some() {
                        tx.write(vec![keys.guard.put(&account)]).await?;
                    }
                    Ok(DeletionState::Active)
                },
            )
            .await
    }
}

/// The tags of a number as its shares and its tag row hold them, sealed there for this subject.
fn tags_on_file(keys: &Keys, shares: &Shares, row: &TagRow) -> Option<NumberTags> {
    let epochs = keys.epochs();
    let opened = epochs.key(row.epoch).and_then(|epoch| open_tag(row, epoch));
    let Ok(MadeTag { generation, tag }) = opened else {
        keys.guard.alarm(TAG.name);
        return None;
    };
    let tags = Tags {
        account: tag,
        limit: shares.limit.clone(),
        ban: shares.ban.clone(),
    };
    let whole = generation == shares.generation;
    whole.then(|| NumberTags::new((generation, tags), Vec::new()))
}

/// The state of an account that nothing holds back.
const fn alive(account: &Account) -> AccountStatus {
    if account.has_number() {
        AccountStatus::Active
    } else {
        AccountStatus::Forgotten
    }
}
