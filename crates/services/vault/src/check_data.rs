//! Do the rows agree with each other? For `ringfence check-data`, after a crash or a restore.

use std::sync::Arc;

use model::{ApplicationId, Millis, Subject, Timestamp};
use store::{Scan, Store, Tx, Value, Write};

use crate::{
    fault::Fault,
    forgetting::share_deletions,
    keys::Keys,
    rows::{ACCOUNT, Account, AccountStatus, SHARE, ShareRow, TAG, TagRow},
    shares::{Shares, open_tag},
};

/// What was looked at and what was wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Findings {
    /// Accounts looked at.
    pub accounts: u64,
    /// Accounts whose number cannot be opened any more because a half is missing.
    pub accounts_without_number: u64,
    /// Halves in the share store whose account was never finished: left by a crash between the
    /// two commits. Cleared when asked to.
    pub halves: u64,
    /// Tags that lead nowhere or do not open.
    pub stray_tags: u64,
    /// Rows whose MAC is wrong.
    pub forged: u64,
}

impl Findings {
    /// Whether nothing is lost and nothing was forged. Halves are harmless: nothing leads to them
    /// but a number typed again.
    #[must_use]
    pub const fn is_sound(&self) -> bool {
        self.accounts_without_number == 0 && self.forged == 0
    }
}

const BATCH: usize = 500;
/// A half younger than this may belong to a transaction that is under way.
const SETTLED: Millis = Millis::from_seconds(60);

/// Looks at every account, share and tag; with `repair` clears halves. `seen` gets every account
/// that has a pseudonym.
///
/// # Errors
/// [`Fault`] of the store.
pub async fn check_data(
    store: &dyn Store,
    keys: &Arc<Keys>,
    now: Timestamp,
    repair: bool,
    seen: &mut (dyn FnMut(ApplicationId, Subject) + Send),
) -> Result<Findings, Fault> {
    let mut findings = Findings::default();
    let before = keys.guard.alarms();
    accounts(store, keys, &mut findings, seen).await?;
    halves(store, keys, now, repair, &mut findings).await?;
    tags(store, keys, now, repair, &mut findings).await?;
    findings.forged = keys.guard.alarms() - before;
    Ok(findings)
}

async fn accounts(
    store: &dyn Store,
    keys: &Arc<Keys>,
    findings: &mut Findings,
    seen: &mut (dyn FnMut(ApplicationId, Subject) + Send),
) -> Result<(), Fault> {
    let mut place = None;
    loop {
        let (reader, scan) = (
            Arc::clone(keys),
            Scan::new(&ACCOUNT, BATCH).after(place.take()),
        );
        let page = store
            .read(
                "check.accounts",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let rows = tx.scan_rows(scan.clone()).await?;
                    let full = rows.len() == BATCH;
                    let last = rows.last().filter(|_| full);
                    let next = last.map(|row| scan.place_of(row)).transpose()?;
                    let mut checked = Vec::with_capacity(rows.len());
                    for row in rows {
                        let Some(account) = reader.guard.open::<Account>(row)? else {
                            continue;
                        };
                        let whole = is_whole(tx, &reader, &account).await?;
                        checked.push((account.application, account.handle, whole));
                    }
                    Ok((checked, next))
                },
            )
            .await?;
        let (checked, next) = page;
        for (application, handle, whole) in checked {
            findings.accounts += 1;
            findings.accounts_without_number += u64::from(!whole);
            seen(application, handle);
        }
        match next {
            Some(next) => place = Some(next),
            None => return Ok(()),
        }
    }
}

/// An account with a number has its share with wraps, and its tag; one without needs none.
async fn is_whole(tx: &mut dyn Tx, keys: &Keys, account: &Account) -> Result<bool, Fault> {
    if account.status == AccountStatus::NumberLost {
        return Ok(true);
    }
    let key = [Value::from(account.subject)];
    let Some(row) = tx.get::<ShareRow>(&key).await? else {
        return Ok(false);
    };
    let Ok(shares) = keys
        .epochs()
        .key(row.epoch)
        .and_then(|epoch| Shares::open(&row, epoch))
    else {
        return Ok(false);
    };
    let tag = tx.get_by::<TagRow>("tag_subject", &key).await?;
    Ok(tag.is_some() && (!account.has_number() || !shares.wraps.is_empty()))
}

async fn halves(
    store: &dyn Store,
    keys: &Arc<Keys>,
    now: Timestamp,
    repair: bool,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let mut place = None;
    loop {
        let (keys, scan) = (
            Arc::clone(keys),
            Scan::new(&SHARE, BATCH).after(place.take()),
        );
        let (found, next) = store
            .transact(
                "check.halves",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let rows = tx.scan::<ShareRow>(scan.clone()).await?;
                    let full = rows.len() == BATCH;
                    let next = rows
                        .last()
                        .filter(|_| full)
                        .map(|row| vec![Value::from(row.subject)]);
                    let mut found = 0;
                    for row in rows {
                        let key = [Value::from(row.subject)];
                        let account = keys.guard.get::<Account>(tx, &key).await?;
                        if account.is_some() || !is_settled(&row.subject, now) {
                            continue;
                        }
                        found += 1;
                        if repair {
                            let writes = share_deletions(tx, &row.subject).await?;
                            tx.write(writes).await?;
                        }
                    }
                    Ok((found, next))
                },
            )
            .await?;
        findings.halves += found;
        match next {
            Some(next) => place = Some(next),
            None => return Ok(()),
        }
    }
}

async fn tags(
    store: &dyn Store,
    keys: &Arc<Keys>,
    now: Timestamp,
    repair: bool,
    findings: &mut Findings,
) -> Result<(), Fault> {
    let mut place = None;
    loop {
        let (keys, scan) = (Arc::clone(keys), Scan::new(&TAG, BATCH).after(place.take()));
        let (found, next) = store
            .transact(
                "check.tags",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let rows = tx.scan_rows(scan.clone()).await?;
                    let full = rows.len() == BATCH;
                    let last = rows.last().filter(|_| full);
                    let next = last.map(|row| scan.place_of(row)).transpose()?;
                    let mut found = 0;
                    for row in rows {
                        let row = <TagRow as store::Record>::from_row(row)?;
                        if !is_settled(&row.subject, now)
                            || leads_somewhere(tx, &keys, &row).await?
                        {
                            continue;
                        }
                        found += 1;
                        if repair {
                            let key = vec![Value::from(row.lookup), Value::from(row.subject)];
                            tx.write(vec![Write::Delete { table: &TAG, key }]).await?;
                        }
                    }
                    Ok((found, next))
                },
            )
            .await?;
        findings.stray_tags += found;
        match next {
            Some(next) => place = Some(next),
            None => return Ok(()),
        }
    }
}

async fn leads_somewhere(tx: &mut dyn Tx, keys: &Keys, row: &TagRow) -> Result<bool, Fault> {
    let opens = keys
        .epochs()
        .key(row.epoch)
        .and_then(|epoch| open_tag(row, epoch))
        .is_ok();
    let share = tx.get::<ShareRow>(&[Value::from(row.subject)]).await?;
    Ok(opens && share.is_some())
}

/// The internal subject tells when it was made.
fn is_settled(subject: &[u8; 16], now: Timestamp) -> bool {
    let settled = now.as_millis().saturating_sub(SETTLED.as_millis());
    *subject < store::id::time_ordered(settled, [0; 10])
}
