//! The vault's keys at work: which key for what, and the sealed cells of the share store.

use std::{collections::BTreeMap, sync::Arc};

use model::{ApplicationId, Entropy, Subject, Timestamp};
use parking_lot::RwLock;
use peers::vault::OwnerProof;
use seal::{
    Class, Fill, Hsm, HsmError, Id, KeyId, RandomError,
    keys::{EpochKey, HourKey, SecretName, VaultSecret},
    record::ClassRecipient,
    share::Cell,
    tag::{Tag, Tags},
};
use store::{Store, StoreError, Tx, Value};
use zeroize::Zeroizing;

use crate::{
    fault::Fault,
    guard::Guard,
    rows::{Deployment, HourKeyRow, Rotated, Rotation},
    tags::{IndexKeys, NumberTags, Use},
};

/// Randomness in the shape that `seal` asks for.
pub struct Random(pub Arc<dyn Entropy>);

impl Fill for Random {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        self.0.fill(out).map_err(|_| RandomError)
    }
}

/// The present epoch and, while rows are carried over, the one before.
pub struct Epochs {
    /// New rows are sealed under this one.
    pub current: EpochKey,
    /// Rows not carried over yet are under this one.
    pub previous: Option<EpochKey>,
}

impl Epochs {
    /// The key of `epoch`, while it lives.
    pub fn key(&self, epoch: u32) -> Result<&EpochKey, Fault> {
        let previous = self.previous.as_ref().filter(|key| key.epoch() == epoch);
        let current = Some(&self.current).filter(|key| key.epoch() == epoch);
        current
            .or(previous)
            .ok_or(Fault::Contradiction("a row of an epoch that is gone"))
    }

    /// The epoch whose rows are being carried over, if its key lives.
    pub fn previous_epoch(&self) -> Option<u32> {
        self.previous.as_ref().map(EpochKey::epoch)
    }

    /// Lookup values of a tag, the present epoch's first.
    pub fn lookups(&self, tag: &Tag) -> Vec<[u8; 16]> {
        let previous = self.previous.as_ref();
        std::iter::once(&self.current)
            .chain(previous)
            .map(|key| key.lookup(tag))
            .collect()
    }
}

/// Every key the vault works with.
pub struct Keys {
    /// The key store.
    pub hsm: Arc<dyn Hsm>,
    /// Fixed at genesis.
    pub deployment: Id,
    /// Row MACs.
    pub guard: Arc<Guard>,
    /// Randomness for sealing.
    pub random: Random,
    /// Wraps of every new record.
    recipients: RwLock<Arc<Vec<ClassRecipient>>>,
    owner: VaultSecret,
    index: RwLock<Arc<IndexKeys>>,
    epochs: RwLock<Arc<Epochs>>,
    hours: RwLock<BTreeMap<u32, Arc<HourKey>>>,
}

/// Generation of the permanent keys that are never rotated, and the first of the others.
pub const FIRST_GENERATION: u32 = 1;

/// The first index key.
pub const INDEX: KeyId = KeyId::index(FIRST_GENERATION);
/// The root of vault secrets.
pub const ROOT: KeyId = KeyId::root(FIRST_GENERATION);
/// The log key.
pub const LOG: KeyId = KeyId::log(FIRST_GENERATION);

/// The first opening key of a class.
#[must_use]
pub const fn opening(class: Class) -> KeyId {
    KeyId::open(class, FIRST_GENERATION)
}

impl Keys {
    /// Loads the keys of a deployment.
    ///
    /// # Errors
    /// [`Fault::Hsm`] when one is missing or the key store does not answer.
    pub fn load(
        hsm: Arc<dyn Hsm>,
        guard: Arc<Guard>,
        deployment: &Deployment,
        (classes, rotations): (&[Class], &[Rotation]),
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, Fault> {
        let recipient = |class: &Class| {
            let opening = Rotated::Opening(*class);
            let rotation = rotations.iter().find(|row| row.of == opening);
            let generation = rotation.map_or(FIRST_GENERATION, |row| row.generation);
            recipient(&*hsm, &deployment.id, *class, generation)
        };
        let recipients = classes.iter().map(recipient).collect::<Result<_, _>>()?;
        let owner = VaultSecret::derive(&*hsm, &ROOT, SecretName::Pairwise, 1)?;
        let index = IndexKeys::of(&*hsm)?;
        let rotated = rotations.iter().find(|row| row.of == Rotated::Index);
        if rotated.is_some_and(|row| row.generation > index.present) {
            // A key store from before the rotation would look for everybody in vain.
            return Err(HsmError::NoSuchKey.into());
        }
        let epochs = Self::derive_epochs(&*hsm, deployment)?;
        Ok(Self {
            deployment: deployment.id,
            guard,
            random: Random(entropy),
            recipients: RwLock::new(Arc::new(recipients)),
            owner,
            index: RwLock::new(Arc::new(index)),
            epochs: RwLock::new(Arc::new(epochs)),
            hours: RwLock::default(),
            hsm,
        })
    }

    fn derive_epochs(hsm: &dyn Hsm, deployment: &Deployment) -> Result<Epochs, Fault> {
        let key = |epoch| EpochKey::derive(hsm, &KeyId::shred(epoch), &deployment.id);
        // A crash between destroying the old key and noting it leaves a name without a key.
        let previous = match deployment.previous_epoch.map(key).transpose() {
            Err(HsmError::NoSuchKey) => None,
            other => other?,
        };
        Ok(Epochs {
            current: key(deployment.epoch)?,
            previous,
        })
    }

    /// The epochs in force.
    pub fn epochs(&self) -> Arc<Epochs> {
        Arc::clone(&self.epochs.read())
    }

    /// Takes over the epochs of a changed deployment row.
    ///
    /// # Errors
    /// [`Fault::Hsm`].
    pub fn set_epochs(&self, deployment: &Deployment) -> Result<(), Fault> {
        let epochs = Self::derive_epochs(&*self.hsm, deployment)?;
        *self.epochs.write() = Arc::new(epochs);
        Ok(())
    }

    /// The keys that new records are sealed to, one for each base class.
    pub fn recipients(&self) -> Arc<Vec<ClassRecipient>> {
        Arc::clone(&self.recipients.read())
    }

    /// The key of a class in this generation, to seal to.
    ///
    /// # Errors
    /// [`Fault::Hsm`].
    pub fn recipient(&self, class: Class, generation: u32) -> Result<ClassRecipient, Fault> {
        recipient(&*self.hsm, &self.deployment, class, generation)
    }

    /// Seals new records of a base class to this generation of its key from now on.
    ///
    /// # Errors
    /// [`Fault::Hsm`]; the keys then stay as they were.
    pub fn seal_to(&self, class: Class, generation: u32) -> Result<(), Fault> {
        let mut known = self.recipients.read().to_vec();
        let of_class = known.iter_mut().find(|known| known.class() == class);
        let Some(of_class) = of_class.filter(|known| known.key_id().generation != generation)
        else {
            return Ok(());
        };
        *of_class = self.recipient(class, generation)?;
        *self.recipients.write() = Arc::new(known);
        Ok(())
    }

    /// The index keys in force.
    pub fn index(&self) -> Arc<IndexKeys> {
        Arc::clone(&self.index.read())
    }

    /// Uses these index keys from now on.
    pub fn set_index(&self, index: IndexKeys) {
        *self.index.write() = Arc::new(index);
    }

    /// The tags of a number, at the cost of one HSM operation for each index key that lives.
    ///
    /// # Errors
    /// [`Fault::Hsm`].
    pub fn tags(
        &self,
        application: ApplicationId,
        number: &seal::E164,
    ) -> Result<NumberTags, Fault> {
        self.tags_beside(application, number, None)
    }

    /// The tags of a number of which some are known: these cost nothing.
    ///
    /// # Errors
    /// [`Fault::Hsm`].
    pub fn tags_beside(
        &self,
        application: ApplicationId,
        number: &seal::E164,
        known: Option<&NumberTags>,
    ) -> Result<NumberTags, Fault> {
        let tags = |generation| -> Result<(u32, Tags), Fault> {
            let known = known.and_then(|known| known.of_generation(generation));
            let tags = match known {
                Some(known) => known.clone(),
                None => Tags::derive(
                    &*self.hsm,
                    &KeyId::index(generation),
                    &self.deployment,
                    application.as_bytes(),
                    number,
                )?,
            };
            Ok((generation, tags))
        };
        let index = self.index();
        let present = tags(index.present)?;
        let older = index.older.iter().map(|generation| tags(*generation));
        Ok(NumberTags::new(present, older.collect::<Result<_, _>>()?))
    }

    /// The key of an hour, if that hour has one.
    ///
    /// # Errors
    /// [`Fault`] of the store, or when the stored key does not open.
    pub async fn hour(&self, store: &dyn Store, hour: u32) -> Result<Option<Arc<HourKey>>, Fault> {
        if let Some(key) = self.hours.read().get(&hour) {
            return Ok(Some(Arc::clone(key)));
        }
        let row = store
            .read(
                "vault.hour",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    tx.get::<HourKeyRow>(&[Value::Int(hour.into())]).await
                },
            )
            .await?;
        row.map(|row| self.remember_hour(&row)).transpose()
    }

    /// The key of the present hour, made when it is the hour's first use.
    ///
    /// # Errors
    /// [`Fault`] of the store or the key store.
    pub async fn hour_or_new(&self, store: &dyn Store, hour: u32) -> Result<Arc<HourKey>, Fault> {
        if let Some(key) = self.hour(store, hour).await? {
            return Ok(key);
        }
        let key = HourKey::generate(&self.random)?;
        let epochs = self.epochs();
        let row_key = hour.to_be_bytes();
        let sealed = epochs
            .current
            .seal(&hour_cell(&row_key), key.as_bytes(), &self.random)?;
        let row = HourKeyRow {
            hour,
            epoch: epochs.current.epoch(),
            sealed,
        };
        let stored = store
            .transact(
                "vault.hour.new",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    if let Some(there) = tx.get::<HourKeyRow>(&[Value::Int(hour.into())]).await? {
                        return Ok(there);
                    }
                    tx.insert(&row).await?;
                    Ok(row.clone())
                },
            )
            .await?;
        self.remember_hour(&stored)
    }

    fn remember_hour(&self, row: &HourKeyRow) -> Result<Arc<HourKey>, Fault> {
        let epochs = self.epochs();
        let row_key = row.hour.to_be_bytes();
        let plain = epochs
            .key(row.epoch)?
            .open(&hour_cell(&row_key), &row.sealed)?;
        let mut bytes = Zeroizing::new([0; 32]);
        if plain.len() != bytes.len() {
            return Err(Fault::Contradiction("an hour key of the wrong size"));
        }
        bytes.copy_from_slice(&plain);
        let key = Arc::new(HourKey::from_bytes(bytes));
        let mut hours = self.hours.write();
        hours.insert(row.hour, Arc::clone(&key));
        Ok(key)
    }

    /// Forgets hour keys that ended before `hour`.
    pub fn forget_hours_before(&self, hour: u32) {
        self.hours.write().retain(|known, _| *known >= hour);
    }

    /// Marks a device as one on which this number was proven for this account.
    #[must_use]
    pub fn owner_proof(
        &self,
        application: ApplicationId,
        handle: Subject,
        account: &Tag,
        expires_at: Timestamp,
    ) -> OwnerProof {
        OwnerProof {
            expires_at,
            mac: self.owner_mac(application, handle, account, expires_at),
        }
    }

    /// Whether the proof is ours, for this account of this number, and still counts. Once the
    /// number went to a new owner's account, the former owner's proof names none that stands. A
    /// proof names a tag: it counts as long as the index key of that tag lives.
    #[must_use]
    pub fn is_owner(
        &self,
        application: ApplicationId,
        handle: Subject,
        tags: &NumberTags,
        proof: &OwnerProof,
        now: Timestamp,
    ) -> bool {
        let same = tags.all(Use::Account).any(|made| {
            let expected = self.owner_mac(application, handle, &made.tag, proof.expires_at);
            aws_lc_rs::constant_time::verify_slices_are_equal(&expected, &proof.mac).is_ok()
        });
        same && proof.expires_at > now
    }

    fn owner_mac(
        &self,
        application: ApplicationId,
        handle: Subject,
        account: &Tag,
        expires_at: Timestamp,
    ) -> [u8; 32] {
        let expiry = expires_at.as_millis().to_be_bytes();
        self.owner.mac([
            b"ringfence/owner/v1".as_slice(),
            &self.deployment,
            application.as_bytes(),
            handle.as_bytes(),
            account.as_bytes(),
            &expiry,
        ])
    }
}

fn recipient(
    hsm: &dyn Hsm,
    deployment: &Id,
    class: Class,
    generation: u32,
) -> Result<ClassRecipient, Fault> {
    let key_id = KeyId::open(class, generation);
    let public = hsm.public_key(&key_id)?;
    ClassRecipient::new(deployment, key_id, &public)
        .map_err(|_| Fault::Contradiction("an opening key that cannot be sealed to"))
}

/// The cell of an hour's key.
pub fn hour_cell(row: &[u8; 4]) -> Cell<'_> {
    Cell {
        table: "hour_key",
        row,
        column: "sealed",
    }
}
