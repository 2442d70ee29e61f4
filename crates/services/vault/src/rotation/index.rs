//! Rotation of the index key.
//!
//! A tag under the new key can only be computed from the number, so each sealed number is opened
//! once: logged before, from a budget of its own, counted. A number that is typed meanwhile moves
//! at once and unopened ([`crate::reindex`]). What has no number any more waits under the older key:
//! forgotten numbers until they are typed or deleted, bans until their end, counters until they
//! fade. An older key lives as long as any of these, and 35 days at least.

use std::{
    cmp::Ordering,
    collections::BTreeSet,
    sync::{Arc, atomic::Ordering::Relaxed},
};

use model::Timestamp;
use seal::{Class, HsmError};
use store::{Row, Scan, Table, Tx, Value};

use super::{KEPT, PAGE, opened, present_row};
use crate::{
    Core,
    accounts::{Opened, load},
    announce,
    budgets::Scope,
    fault::Fault,
    keys::Keys,
    log::{Labelled, unasked_leaf},
    reindex::carry_number,
    rows::{Account, BAN, Ban, NUMBER_LIMIT, NumberLimit, Rotated, Rotation, SHARE, ShareRow},
    shares::{open_ban, open_limit},
    tags::IndexKeys,
};

/// Older index keys that may live beside the present one: a number costs an operation for each.
pub(super) const MAX_OLDER: usize = 2;
/// Pages in one round of housekeeping, so that it ends within the minute: each record is a commit.
const PAGES: usize = 20;
/// Rows looked at in one read when an older key may go.
const BATCH: usize = 500;

/// Accounts whose number is still found by an older tag.
struct Left {
    subjects: Vec<[u8; 16]>,
    /// The last subject looked at; none at the end.
    last: Option<[u8; 16]>,
}

impl Core {
    /// Begins, goes on with, or ends the rotation of the index key.
    pub(super) async fn turn_index(&self, row: Rotation, now: Timestamp) -> Result<(), Fault> {
        let index = self.keys.index();
        match row.generation.cmp(&index.present) {
            // The answer to the write that began it was lost.
            Ordering::Greater => return self.learn_index(row.generation),
            // The key was made just before a crash, or an older copy of the rows was put back.
            Ordering::Less => {
                let next = Rotation {
                    generation: index.present,
                    began_at: now,
                    version: row.version,
                    ..Rotation::first(Rotated::Index)
                };
                return self.write_rotation(next, now).await;
            }
            Ordering::Equal => {}
        }
        if row.is_under_way() {
            self.tag_anew(row, now).await
        } else if row.asked {
            let generation = self.begin_generation(row, now).await?;
            self.learn_index(generation)
        } else if row.finished_at.is_some_and(|at| now.since(at) >= KEPT) && !index.older.is_empty()
        {
            self.drop_older(row, now).await
        } else {
            Ok(())
        }
    }

    /// Takes up a new key. Nothing moves before the next round: requests that began without it are
    /// over by then.
    fn learn_index(&self, generation: u32) -> Result<(), Fault> {
        let index = IndexKeys::of(&*self.keys.hsm)?;
        if index.present < generation {
            return Err(HsmError::NoSuchKey.into());
        }
        self.keys.set_index(index);
        Ok(())
    }

    async fn tag_anew(&self, mut row: Rotation, now: Timestamp) -> Result<(), Fault> {
        for _ in 0..PAGES {
            let left = self.left_behind(row.generation, row.place).await?;
            let mut allowed = Vec::new();
            for subject in &left.subjects {
                if !self.may_take(Scope::Reindexings, now).await? {
                    break;
                }
                allowed.push(*subject);
            }
            let used_up = allowed.len() < left.subjects.len();
            let last = match used_up {
                true => allowed.last().copied(),
                false => left.last,
            };
            if used_up && last.is_none() {
                return Ok(());
            }
            let mut moved = 0;
            for account in self.log_openings(allowed, now).await? {
                match self.tag_one(&account, now).await {
                    Ok(any) => moved += u64::from(any),
                    // It stays under its older tag, as what has no number does.
                    Err(Fault::Open(_)) => self.keys.guard.alarm(SHARE.name),
                    // Forgotten or taken away since it was looked at.
                    Err(Fault::Contradiction(_)) => {}
                    Err(fault) => return Err(fault),
                }
            }
            row = self.keep_place(row, last, moved, now).await?;
            if used_up || last.is_none() {
                // The next pass proves that nothing was left out.
                return Ok(());
            }
        }
        Ok(())
    }

    /// A page of accounts with a number under an older tag. What is suspended is not opened: it is
    /// deleted soon, or found by the pass before an older key goes.
    async fn left_behind(&self, generation: u32, place: Option<[u8; 16]>) -> Result<Left, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .read(
                "vault.reindex.page",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let after = place.map(|subject| vec![Value::from(subject)]);
                    let scan = Scan::new(&SHARE, PAGE).after(after);
                    let found = tx.scan::<ShareRow>(scan).await?;
                    let last = found.last().filter(|_| found.len() == PAGE);
                    let last = last.map(|row| row.subject);
                    let older = |row: &ShareRow| {
                        opened(&keys, row).is_some_and(|shares| shares.generation < generation)
                    };
                    let old = found.iter().filter(|row| older(row));
                    let old: Vec<_> = old.map(|row| row.subject).collect();
                    let reads = old.iter().copied().flat_map(announce::account);
                    tx.prefetch(reads.collect()).await?;
                    let mut subjects = Vec::new();
                    for subject in old {
                        let key = [Value::from(subject)];
                        let account = keys.guard.get::<Account>(tx, &key).await?;
                        if account.is_some_and(|account| may_open(&account)) {
                            subjects.push(subject);
                        }
                    }
                    Ok(Left { subjects, last })
                },
            )
            .await
    }

    /// Writes the leaf of each opening before it happens. Answers with those that may be opened.
    async fn log_openings(
        &self,
        subjects: Vec<[u8; 16]>,
        now: Timestamp,
    ) -> Result<Vec<Account>, Fault> {
        let leaf_keys = subjects.iter().map(|_| self.entropy.row_key(now));
        let leaf_keys = leaf_keys.collect::<Result<Vec<_>, _>>()?;
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.reindex.log",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let reads = subjects.iter().copied().flat_map(announce::account);
                    tx.prefetch(reads.collect()).await?;
                    let (mut writes, mut accounts) = (Vec::new(), Vec::new());
                    for (subject, leaf_key) in subjects.iter().zip(&leaf_keys) {
                        let Some(mut found) = load(tx, &keys, subject).await? else {
                            continue;
                        };
                        if !may_open(&found.account) {
                            continue;
                        }
                        found.account.leaves += 1;
                        let whose = Labelled {
                            view_key: found.shares.view_key,
                            n: found.account.leaves,
                        };
                        writes.push(unasked_leaf(Class::Account, &whose, &keys, *leaf_key, now)?);
                        writes.push(keys.guard.put(&found.account));
                        accounts.push(found.account);
                    }
                    tx.write(writes).await?;
                    Ok(accounts)
                },
            )
            .await
    }

    /// Opens one number and moves all that stands under it: two operations of the key store, and
    /// one more for each older key but the one that its rows are under.
    async fn tag_one(&self, account: &Account, now: Timestamp) -> Result<bool, Fault> {
        let Opened { number, known } = self.open_number(account, Class::Account).await?;
        let tags = self
            .keys
            .tags_beside(account.application, &number, known.as_ref())?;
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.reindex",
                async move |tx: &mut dyn Tx| -> Result<bool, Fault> {
                    carry_number(tx, &keys, &tags, now).await
                },
            )
            .await
    }

    async fn keep_place(
        &self,
        row: Rotation,
        last: Option<[u8; 16]>,
        moved: u64,
        now: Timestamp,
    ) -> Result<Rotation, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.reindex.place",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let mut row = present_row(tx, &keys, &row).await?;
                    row.moved += moved;
                    row.advance(moved, last, now);
                    tx.write(vec![keys.guard.put(&row)]).await?;
                    row.version += 1;
                    Ok(row)
                },
            )
            .await
    }

    /// Destroys the older keys that no row names any more; looks once a day.
    async fn drop_older(&self, row: Rotation, now: Timestamp) -> Result<(), Fault> {
        let today = i64::from(now.day());
        if self.index_looked.load(Relaxed) == today {
            return Ok(());
        }
        if self.any_left(row.generation).await? {
            // Suspended then, and not deleted since.
            return self.one_more_pass(row).await;
        }
        let mut used = BTreeSet::new();
        for table in [&SHARE, &BAN, &NUMBER_LIMIT] {
            used.append(&mut self.generations_in(table).await?);
        }
        self.index_looked.store(today, Relaxed);
        let index = self.keys.index();
        let older = index.older.iter().copied();
        let older: Vec<u32> = older.filter(|known| used.contains(known)).collect();
        if older.len() == index.older.len() {
            return Ok(());
        }
        // First, so that no request begins with a key that is about to go.
        self.keys.set_index(IndexKeys {
            present: index.present,
            older,
        });
        self.destroy_older(&row, &used, now).await
    }

    async fn one_more_pass(&self, row: Rotation) -> Result<(), Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.reindex.again",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let mut row = present_row(tx, &keys, &row).await?;
                    (row.finished_at, row.place) = (None, None);
                    tx.write(vec![keys.guard.put(&row)]).await?;
                    Ok(())
                },
            )
            .await
    }

    async fn any_left(&self, generation: u32) -> Result<bool, Fault> {
        let mut place = None;
        loop {
            let left = self.left_behind(generation, place).await?;
            match (left.subjects.is_empty(), left.last) {
                (false, _) => return Ok(true),
                (true, None) => return Ok(false),
                (true, last) => place = last,
            }
        }
    }

    /// Generations of index keys that rows of a table are under. A row that does not open was
    /// planted or damaged, and keeps no key alive.
    async fn generations_in(&self, table: &'static Table) -> Result<BTreeSet<u32>, Fault> {
        let (mut all, mut place) = (BTreeSet::new(), None);
        loop {
            let keys = Arc::clone(&self.keys);
            let scan = Scan::new(table, BATCH).after(place.take());
            let (mut found, next) = self
                .store
                .read(
                    "vault.reindex.used",
                    async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                        let rows = tx.scan_rows(scan.clone()).await?;
                        let last = rows.last().filter(|_| rows.len() == BATCH);
                        let next = last.map(|row| scan.place_of(row)).transpose()?;
                        let rows = rows.into_iter();
                        let found = rows.filter_map(|row| generation_in(&keys, table, row).ok());
                        Ok((found.collect::<BTreeSet<u32>>(), next))
                    },
                )
                .await?;
            all.append(&mut found);
            match next {
                Some(next) => place = Some(next),
                None => return Ok(all),
            }
        }
    }
}

/// Whether the system may open the number of an account.
const fn may_open(account: &Account) -> bool {
    account.has_number() && account.shred_at.is_none()
}

/// The generation of the index key that a row's tag was made with.
fn generation_in(keys: &Keys, table: &'static Table, row: Row) -> Result<u32, Fault> {
    let epochs = keys.epochs();
    let made = match table.name {
        name if name == SHARE.name => {
            let row = <ShareRow as store::Record>::from_row(row)?;
            let shares = opened(keys, &row).ok_or(Fault::Contradiction("no shares"))?;
            return Ok(shares.generation);
        }
        name if name == BAN.name => {
            let row = <Ban as store::Record>::from_row(row)?;
            open_ban(&row, epochs.key(row.epoch)?)?.0
        }
        _ => {
            let row = keys.guard.open::<NumberLimit>(row)?;
            let row = row.ok_or(Fault::Contradiction("a forged row of counters"))?;
            open_limit(&row, epochs.key(row.epoch)?)?
        }
    };
    Ok(made.generation)
}
