//! Keys in process memory: for tests, and underneath the software keystore.

use crate::{
    Custody, Fill, Hsm, HsmError, KeyId, KeyKind, KeySpec, PublicKey, RSA_BYTES,
    hpke::{self, ENC_BYTES, Point},
    kdf::{self, Secret},
};
use aws_lc_rs::{
    agreement::PrivateKey,
    hmac,
    signature::{Ed25519KeyPair, KeyPair},
};
use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};
use zeroize::Zeroizing;

/// A key with its secret: HMAC key, P-256 scalar or Ed25519 seed, 32 bytes each.
#[derive(Clone)]
pub struct KeyMaterial {
    /// Name and kind.
    pub spec: KeySpec,
    /// The secret, erased on drop.
    pub secret: Zeroizing<[u8; 32]>,
}

impl KeyMaterial {
    /// Draws the secret of a new key.
    ///
    /// # Errors
    /// [`HsmError::WrongUsage`] when kind and purpose disagree and for RSA, which is not offered
    /// in software; [`HsmError::Failed`] when randomness failed.
    pub fn draw(spec: KeySpec, random: &dyn Fill) -> Result<KeyMaterial, HsmError> {
        if !spec.is_consistent() {
            return Err(HsmError::WrongUsage);
        }
        let secret = match spec.kind {
            KeyKind::Agreement(_) => hpke::draw_scalar(random).ok_or(HsmError::Failed)?,
            KeyKind::Decryption => return Err(HsmError::WrongUsage),
            KeyKind::Hmac | KeyKind::Signing => {
                let mut secret = Zeroizing::new([0; 32]);
                random.fill(&mut *secret).map_err(|_| HsmError::Failed)?;
                secret
            }
        };
        Ok(KeyMaterial { spec, secret })
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyMaterial({}, …)", self.spec.id)
    }
}

/// An [`Hsm`] in process memory, without I/O. Reports [`Custody::Development`].
pub struct SoftKeys {
    keys: RwLock<BTreeMap<KeyId, SoftKey>>,
    random: Arc<dyn Fill>,
}

struct SoftKey {
    material: KeyMaterial,
    ready: Ready,
}

/// A key expanded for use.
enum Ready {
    Hmac(Box<hmac::Key>),
    Agreement {
        private: PrivateKey,
        point: [u8; ENC_BYTES],
    },
    Signing(Ed25519KeyPair),
}

impl SoftKey {
    fn new(material: KeyMaterial) -> Result<SoftKey, HsmError> {
        if !material.spec.is_consistent() {
            return Err(HsmError::WrongUsage);
        }
        let secret = &material.secret;
        let ready = match material.spec.kind {
            KeyKind::Hmac => Ready::Hmac(Box::new(hmac::Key::new(hmac::HMAC_SHA256, &**secret))),
            KeyKind::Agreement(_) => {
                let (private, point) = hpke::key_pair(secret).ok_or(HsmError::Failed)?;
                Ready::Agreement { private, point }
            }
            KeyKind::Decryption => return Err(HsmError::WrongUsage),
            KeyKind::Signing => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&**secret);
                Ready::Signing(pair.map_err(|_| HsmError::Failed)?)
            }
        };
        Ok(SoftKey { material, ready })
    }
}

impl SoftKeys {
    /// An empty store that draws new keys from `random`.
    #[must_use]
    pub fn new(random: Arc<dyn Fill>) -> SoftKeys {
        SoftKeys {
            keys: RwLock::default(),
            random,
        }
    }

    /// Adds a key with a known secret.
    ///
    /// # Errors
    /// [`HsmError::Exists`] when the name is taken, [`HsmError::WrongUsage`] when kind and purpose
    /// disagree, [`HsmError::Failed`] for a scalar out of range.
    pub fn import(&self, material: KeyMaterial) -> Result<(), HsmError> {
        let key = SoftKey::new(material)?;
        let mut keys = self.write();
        if keys.contains_key(&key.material.spec.id) {
            return Err(HsmError::Exists);
        }
        keys.insert(key.material.spec.id, key);
        Ok(())
    }

    /// Puts exactly these keys in place of all present ones, at once.
    ///
    /// # Errors
    /// As [`SoftKeys::import`]; nothing is changed then.
    pub fn replace(&self, materials: Vec<KeyMaterial>) -> Result<(), HsmError> {
        let mut fresh = BTreeMap::new();
        for material in materials {
            let key = SoftKey::new(material)?;
            if fresh.insert(key.material.spec.id, key).is_some() {
                return Err(HsmError::Exists);
            }
        }
        *self.write() = fresh;
        Ok(())
    }

    /// Every key with its secret, ordered by name, to be sealed and written.
    #[must_use]
    pub fn export(&self) -> Vec<KeyMaterial> {
        self.read()
            .values()
            .map(|key| key.material.clone())
            .collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<KeyId, SoftKey>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<KeyId, SoftKey>> {
        self.keys.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn with<T>(
        &self,
        id: &KeyId,
        act: impl FnOnce(&SoftKey) -> Result<T, HsmError>,
    ) -> Result<T, HsmError> {
        act(self.read().get(id).ok_or(HsmError::NoSuchKey)?)
    }
}

impl Hsm for SoftKeys {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Secret, HsmError> {
        self.with(key, |key| match &key.ready {
            Ready::Hmac(key) => Ok(kdf::hmac(key, &[data])),
            _ => Err(HsmError::WrongUsage),
        })
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; ENC_BYTES]) -> Result<Secret, HsmError> {
        let point = Point::parse(point).map_err(|_| HsmError::Failed)?;
        self.with(key, |key| match (&key.ready, key.material.spec.kind) {
            (Ready::Agreement { private, .. }, KeyKind::Agreement(suite)) => {
                hpke::agree(private, &point, suite).ok_or(HsmError::Failed)
            }
            _ => Err(HsmError::WrongUsage),
        })
    }

    fn decrypt(&self, key: &KeyId, _ct: &[u8; RSA_BYTES]) -> Result<Secret, HsmError> {
        self.with(key, |_| Err(HsmError::WrongUsage))
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.with(key, |key| match &key.ready {
            Ready::Signing(pair) => {
                let signature = pair.try_sign(message).map_err(|_| HsmError::Failed)?;
                signature.as_ref().try_into().map_err(|_| HsmError::Failed)
            }
            _ => Err(HsmError::WrongUsage),
        })
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.with(key, |key| match (&key.ready, key.material.spec.kind) {
            (&Ready::Agreement { point, .. }, KeyKind::Agreement(suite)) => {
                Ok(PublicKey::Agreement { point, suite })
            }
            (Ready::Signing(pair), _) => {
                let public = pair.public_key().as_ref().try_into();
                public.map(PublicKey::Signing).map_err(|_| HsmError::Failed)
            }
            _ => Err(HsmError::WrongUsage),
        })
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        self.import(KeyMaterial::draw(spec, &*self.random)?)
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.write()
            .remove(key)
            .map(drop)
            .ok_or(HsmError::NoSuchKey)
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        Ok(self.read().values().map(|key| key.material.spec).collect())
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        Ok(Custody::Development)
    }
}

impl fmt::Debug for SoftKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SoftKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Class, Suite, conformance,
        testing::{Dry, Seeded},
    };

    fn store() -> SoftKeys {
        SoftKeys::new(Arc::new(Seeded::new(1)))
    }

    #[test]
    fn software_keys_conform() {
        let keys = store();
        let import = |spec, secret| {
            keys.import(KeyMaterial {
                spec,
                secret: Zeroizing::new(secret),
            })
        };
        conformance::run(&keys, Some(&import)).unwrap();
        assert!(
            keys.list().unwrap().is_empty(),
            "the suite leaves nothing behind"
        );
    }

    /// Breaks one rule: destroyed keys live on.
    struct Undead(SoftKeys);

    impl Hsm for Undead {
        fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Secret, HsmError> {
            self.0.hmac(key, data)
        }
        fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Secret, HsmError> {
            self.0.ecdh(key, point)
        }
        fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Secret, HsmError> {
            self.0.decrypt(key, ct)
        }
        fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
            self.0.sign(key, message)
        }
        fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
            self.0.public_key(key)
        }
        fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
            self.0.create(spec)
        }
        fn destroy(&self, _: &KeyId) -> Result<(), HsmError> {
            Ok(())
        }
        fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
            self.0.list()
        }
        fn probe(&self) -> Result<Custody, HsmError> {
            self.0.probe()
        }
    }

    #[test]
    fn the_suite_notices_a_module_that_keeps_destroyed_keys() {
        assert!(conformance::run(&Undead(store()), None).is_err());
    }

    #[test]
    fn exported_keys_work_the_same_where_they_are_imported() {
        let (a, b) = (store(), SoftKeys::new(Arc::new(Dry)));
        let open = KeyId::open(Class::Staff, 1);
        for spec in [
            KeySpec::of(KeyId::index(1)),
            KeySpec::of(KeyId::log(1)),
            KeySpec::with_suite(open, Suite::X963),
        ] {
            a.create(spec).unwrap();
        }
        for material in a.export() {
            b.import(material).unwrap();
        }
        assert_eq!(a.list(), b.list());
        let index = KeyId::index(1);
        assert_eq!(a.hmac(&index, b"x"), b.hmac(&index, b"x"));
        assert_eq!(a.sign(&KeyId::log(1), b"x"), b.sign(&KeyId::log(1), b"x"));
        assert_eq!(a.public_key(&open), b.public_key(&open));
    }

    #[test]
    fn replacing_keys_is_all_or_nothing() {
        let keys = store();
        keys.create(KeySpec::of(KeyId::index(1))).unwrap();
        let other = KeyMaterial::draw(KeySpec::of(KeyId::root(1)), &Seeded::new(2)).unwrap();
        let twice = vec![other.clone(), other.clone()];
        assert_eq!(keys.replace(twice), Err(HsmError::Exists));
        assert_eq!(keys.list().unwrap(), [KeySpec::of(KeyId::index(1))]);
        keys.replace(vec![other]).unwrap();
        assert_eq!(keys.list().unwrap(), [KeySpec::of(KeyId::root(1))]);
    }

    #[test]
    fn without_randomness_no_key_is_made() {
        let keys = SoftKeys::new(Arc::new(Dry));
        for id in [KeyId::index(1), KeyId::log(1), KeyId::open(Class::Ads, 1)] {
            assert_eq!(keys.create(KeySpec::of(id)), Err(HsmError::Failed));
        }
        assert!(keys.list().unwrap().is_empty());
    }

    #[test]
    fn software_keys_call_themselves_development() {
        assert_eq!(store().probe(), Ok(Custody::Development));
        assert_eq!(Custody::Development.to_string(), "development");
    }

    #[test]
    fn debug_shows_no_key() {
        let material = KeyMaterial::draw(KeySpec::of(KeyId::index(1)), &Seeded::new(1)).unwrap();
        assert_eq!(
            format!("{material:?} {:?}", store()),
            "KeyMaterial(index/1, …) SoftKeys(…)"
        );
    }
}
