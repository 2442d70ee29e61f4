//! Rotation of opening keys and of the index key (sealing.md section 4). A new opening key serves
//! new seals at once. Then every record that is wrapped for an older one is wrapped anew: K is
//! opened, not the number. The older keys stay for a while, for copies that may be restored, and are
//! destroyed. Of the index key: `index`.
//!
//! The work is done a little in each round of housekeeping, and its place is a row: a crash costs
//! one page.

mod index;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{Millis, Timestamp};
use seal::{
    Class, Hsm, HsmError, KeyId, KeySpec,
    record::{RewrapError, StoredRecord, Wrap, rewrap, wrap_key_id},
};
use store::{Scan, Store, StoreError, Tx, Value, Write};

use crate::{
    Core, announce,
    budgets::Scope,
    fault::Fault,
    genesis,
    guard::Guard,
    keys::Keys,
    log::key_leaf,
    rows::{Account, Lane, Rotated, Rotation, SHARE, ShareRow},
    shares::Shares,
    tags::IndexKeys,
};

/// Records looked at in one transaction.
const PAGE: usize = 100;
/// Pages in one round of housekeeping, so that it ends within the minute.
const PAGES: usize = 40;
/// How long an older key is kept after its last use: as long as copies are, that may need it.
pub const KEPT: Millis = Millis::from_seconds(35 * 86_400);

/// A rotation cannot begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAsked {
    /// The one before is not finished.
    #[error("a rotation of this key is under way")]
    UnderWay(Box<Rotation>),
    /// Rows are still under as many older index keys as a number is looked for by.
    #[error("too many older index keys are still in use")]
    TooManyLive,
    /// The store or the key store.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<StoreError> for NotAsked {
    fn from(error: StoreError) -> Self {
        Self::Fault(error.into())
    }
}

/// Every rotation there was.
///
/// # Errors
/// [`Fault`] of the store.
pub async fn rotations(store: &dyn Store, guard: Arc<Guard>) -> Result<Vec<Rotation>, Fault> {
    store
        .read(
            "vault.rotations",
            async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                let all = Scan::new(&crate::rows::ROTATION, Rotated::COUNT);
                Ok(guard.scan::<Rotation>(tx, all).await?)
            },
        )
        .await
}

/// Asks for the next generation of a key: the vault's next housekeeping makes it.
///
/// # Errors
/// [`NotAsked`].
pub async fn ask(store: &dyn Store, hsm: &dyn Hsm, of: Rotated) -> Result<Rotation, NotAsked> {
    if of == Rotated::Index && IndexKeys::of(hsm)?.older.len() >= index::MAX_OLDER {
        return Err(NotAsked::TooManyLive);
    }
    let guard = Arc::new(genesis::guard(hsm)?);
    store
        .transact(
            "vault.rotate.ask",
            async move |tx: &mut dyn Tx| -> Result<_, NotAsked> {
                let found = guard.get::<Rotation>(tx, &Rotation::key(of)).await?;
                let mut row = found.unwrap_or(Rotation::first(of));
                if row.asked || row.is_under_way() {
                    return Err(NotAsked::UnderWay(Box::new(row)));
                }
                row.asked = true;
                tx.write(vec![guard.put(&row)]).await?;
                Ok(row)
            },
        )
        .await
}

/// A record that is wrapped for an older key.
struct Old {
    row: ShareRow,
    shares: Shares,
    account: Account,
}

/// What one page of the share store held.
struct Page {
    old: Vec<Old>,
    /// The last subject looked at; none at the end.
    last: Option<[u8; 16]>,
}

impl Core {
    /// Begins, goes on with, or ends the rotation of every key.
    pub(crate) async fn turn_keys(&self, now: Timestamp) -> Result<(), Fault> {
        let guard = Arc::clone(&self.keys.guard);
        let rows = rotations(&*self.store, guard).await?;
        let index = rows.iter().find(|row| row.of == Rotated::Index);
        let index = index.cloned().unwrap_or(Rotation::first(Rotated::Index));
        self.turn_index(index, now).await?;
        for row in rows {
            if let Rotated::Opening(class) = row.of {
                self.turn_opening(class, row, now).await?;
            }
        }
        Ok(())
    }

    async fn turn_opening(&self, class: Class, row: Rotation, now: Timestamp) -> Result<(), Fault> {
        // After a lost answer the row is ahead of memory: the row counts.
        self.keys.seal_to(class, row.generation)?;
        if row.is_under_way() {
            self.wrap_anew(class, row, now).await?;
        } else if row.asked {
            let generation = self.begin_generation(row, now).await?;
            self.keys.seal_to(class, generation)?;
        } else if row.finished_at.is_some_and(|at| now.since(at) >= KEPT) {
            self.destroy_older(&row, &BTreeSet::new(), now).await?;
        }
        Ok(())
    }

    /// Makes the next key, and answers with its generation.
    async fn begin_generation(&self, row: Rotation, now: Timestamp) -> Result<u32, Fault> {
        let (hsm, of) = (&self.keys.hsm, row.of);
        let present = of.key(row.generation);
        let known = hsm.list()?;
        let kind = known.iter().find(|spec| spec.id == present);
        let kind = kind.ok_or(Fault::Hsm(HsmError::NoSuchKey))?.kind;
        let id = of.key(row.generation + 1);
        // A crash after this line finds the key there already.
        match hsm.create(KeySpec { id, kind }) {
            Ok(()) | Err(HsmError::Exists) => {}
            Err(error) => return Err(error.into()),
        }
        let next = Rotation {
            generation: id.generation,
            began_at: now,
            version: row.version,
            ..Rotation::first(of)
        };
        self.write_rotation(next, now).await?;
        Ok(id.generation)
    }

    /// Destroys the keys before the present one, but for those in use.
    async fn destroy_older(
        &self,
        row: &Rotation,
        used: &BTreeSet<u32>,
        now: Timestamp,
    ) -> Result<(), Fault> {
        let mut destroyed = false;
        for spec in self.keys.hsm.list()? {
            let KeyId {
                purpose,
                generation,
            } = spec.id;
            let older = purpose == row.of.purpose() && generation < row.generation;
            if older && !used.contains(&generation) {
                self.keys.hsm.destroy(&spec.id)?;
                destroyed = true;
            }
        }
        if destroyed {
            self.write_rotation(row.clone(), now).await?;
        }
        Ok(())
    }

    /// Writes the row, with a leaf: a key was made or destroyed.
    async fn write_rotation(&self, row: Rotation, now: Timestamp) -> Result<(), Fault> {
        let (keys, id) = (Arc::clone(&self.keys), self.entropy.row_key(now)?);
        self.store
            .transact(
                "vault.rotate",
                async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                    let leaf = key_leaf(row.of.class(), id, now)?;
                    tx.write(vec![keys.guard.put(&row), leaf]).await?;
                    Ok(())
                },
            )
            .await
    }

    async fn wrap_anew(
        &self,
        class: Class,
        mut row: Rotation,
        now: Timestamp,
    ) -> Result<(), Fault> {
        for _ in 0..PAGES {
            let page = self.page(class, &row).await?;
            let mut wrapped = BTreeMap::new();
            for old in page.old {
                if !self.may_take(Scope::Rewraps, now).await? {
                    return Ok(());
                }
                let subject = old.row.subject;
                match self.wrapped_anew(class, &old, row.generation) {
                    Ok(share) => drop(wrapped.insert(subject, (old.row, share))),
                    // Planted or damaged: not counted, as it must not keep the older key alive.
                    Err(Fault::Open(_) | Fault::Contradiction(_)) => {
                        self.keys.guard.alarm(SHARE.name);
                    }
                    Err(fault) => return Err(fault),
                }
            }
            let over = page.last.is_none();
            row = self.keep_page(row, page.last, wrapped, now).await?;
            if over {
                // The next pass proves that nothing was sealed to the older key meanwhile.
                return Ok(());
            }
        }
        Ok(())
    }

    /// Takes one from a budget of rotations.
    async fn may_take(&self, scope: Scope, now: Timestamp) -> Result<bool, Fault> {
        let measure = self.measure(now);
        let taken = self
            .budgets
            .take(&[scope], Lane::Owner, &measure, &self.keys, &*self.store)
            .await?;
        Ok(taken.is_ok())
    }

    async fn page(&self, class: Class, row: &Rotation) -> Result<Page, Fault> {
        let (keys, row) = (Arc::clone(&self.keys), row.clone());
        self.store
            .read(
                "vault.rotate.page",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let after = row.place.map(|subject| vec![Value::from(subject)]);
                    let scan = Scan::new(&SHARE, PAGE).after(after);
                    let found = tx.scan::<ShareRow>(scan).await?;
                    let last = found.last().filter(|_| found.len() == PAGE);
                    let last = last.map(|row| row.subject);
                    let accounts = found.iter().flat_map(|row| announce::account(row.subject));
                    tx.prefetch(accounts.collect()).await?;
                    let mut old = Vec::new();
                    for share in found {
                        old.extend(old_record(tx, &keys, class, row.generation, share).await?);
                    }
                    Ok(Page { old, last })
                },
            )
            .await
    }

    /// The row of the share store with the class's wrap made anew: one HSM operation.
    fn wrapped_anew(&self, class: Class, old: &Old, generation: u32) -> Result<ShareRow, Fault> {
        let missing = Fault::Contradiction("a record without its wrap");
        let (account, shares) = (&old.account, &old.shares);
        let (Some(ct), Some(commit)) = (&account.ct, &account.commit) else {
            return Err(missing);
        };
        // That of the account opens every record; a class's own key may be elsewhere.
        let wrap = shares.wrap(Class::Account).ok_or(missing)?;
        let stored = StoredRecord {
            ct,
            commit,
            share: &shares.share,
            wrap: &wrap.bytes,
        };
        let recipient = self.keys.recipient(class, generation)?;
        let context = self.record_context(account);
        let made = rewrap(
            &context,
            Class::Account,
            &stored,
            &*self.keys.hsm,
            &[recipient],
        );
        let made = made.map_err(|error| match error {
            RewrapError::Open(seal::record::OpenRecordError::Hsm(error)) => Fault::Hsm(error),
            RewrapError::Open(seal::record::OpenRecordError::Failed(error)) => Fault::Open(error),
            RewrapError::Seal(error) => Fault::Seal(error),
        })?;
        let kept = shares.wraps.iter().filter(|wrap| wrap.class != class);
        let wraps: Vec<Wrap> = kept.cloned().chain(made).collect();
        let renewed = Shares {
            wraps,
            ..shares.clone()
        };
        let epochs = self.keys.epochs();
        renewed.seal(old.row.subject, &epochs.current, &self.keys.random)
    }

    /// Writes what was wrapped anew, where nothing has changed meanwhile, and the place.
    async fn keep_page(
        &self,
        row: Rotation,
        last: Option<[u8; 16]>,
        wrapped: BTreeMap<[u8; 16], (ShareRow, ShareRow)>,
        now: Timestamp,
    ) -> Result<Rotation, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .transact(
                "vault.rotate.wrap",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let mut row = present_row(tx, &keys, &row).await?;
                    let mut writes: Vec<Write> = Vec::new();
                    let subjects = wrapped.keys().map(|subject| announce::share(*subject));
                    tx.prefetch(subjects.collect()).await?;
                    for (subject, (old, new)) in &wrapped {
                        let known = tx.get::<ShareRow>(&[Value::from(*subject)]).await?;
                        let same = known.is_some_and(|known| {
                            (known.epoch, &known.secrets, &known.wraps)
                                == (old.epoch, &old.secrets, &old.wraps)
                        });
                        if same {
                            writes.push(store::put(new));
                            row.moved += 1;
                        }
                    }
                    let found = u64::try_from(wrapped.len()).unwrap_or(u64::MAX);
                    row.advance(found, last, now);
                    writes.push(keys.guard.put(&row));
                    tx.write(writes).await?;
                    row.version += 1;
                    Ok(row)
                },
            )
            .await
    }
}

/// What a row of the share store hides, unless it was planted or damaged.
fn opened(keys: &Keys, row: &ShareRow) -> Option<Shares> {
    let epochs = keys.epochs();
    let shares = epochs.key(row.epoch);
    let shares = shares.and_then(|key| Shares::open(row, key));
    if shares.is_err() {
        keys.guard.alarm(SHARE.name);
    }
    shares.ok()
}

/// The row of a rotation as it stands, if it is still the same rotation.
async fn present_row(tx: &mut dyn Tx, keys: &Keys, row: &Rotation) -> Result<Rotation, Fault> {
    let known = keys
        .guard
        .get::<Rotation>(tx, &Rotation::key(row.of))
        .await?;
    known
        .filter(|known| known.generation == row.generation)
        .ok_or(Fault::Contradiction("a rotation that is not this one"))
}

/// A record whose wrap of the class is for an older key. What has no account, no number or no such
/// wrap has nothing to carry over.
async fn old_record(
    tx: &mut dyn Tx,
    keys: &Keys,
    class: Class,
    generation: u32,
    row: ShareRow,
) -> Result<Option<Old>, Fault> {
    let Some(shares) = opened(keys, &row) else {
        return Ok(None);
    };
    let key = shares.wrap(class).map(|w| wrap_key_id(&w.bytes));
    let older = matches!(key, Some(Ok(id)) if id.generation < generation);
    if !older {
        return Ok(None);
    }
    let key = [Value::from(row.subject)];
    let account = keys.guard.get::<Account>(tx, &key).await?;
    let account = account.filter(|account| account.ct.is_some());
    Ok(account.map(|account| Old {
        row,
        shares,
        account,
    }))
}
