//! What the tests of this crate share: repeatable randomness and a store with known keys.

use crate::{
    Class, E164, Fill, Hsm, HsmError, Id, KeyId, KeySpec, PublicKey, RSA_BYTES, RandomError, Suite,
    kdf::sha256,
    record::ClassRecipient,
    soft::{KeyMaterial, SoftKeys},
};
use aws_lc_rs::{
    encoding::AsDer,
    rsa::{KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey},
};
use data_encoding::HEXLOWER;
use std::sync::{
    Arc,
    atomic::{AtomicU64, AtomicUsize, Ordering},
};
use zeroize::Zeroizing;

pub(crate) const DEPLOYMENT: Id = [0xd0; 16];
pub(crate) const APPLICATION: Id = [0xa0; 16];
pub(crate) const SUBJECT: Id = [0x50; 16];

/// SHA-256 of a seed and a counter.
pub(crate) struct Seeded(AtomicU64);

impl Seeded {
    pub(crate) fn new(seed: u32) -> Seeded {
        Seeded(AtomicU64::new(u64::from(seed) << 32))
    }
}

impl Fill for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        for chunk in out.chunks_mut(32) {
            let count = self.0.fetch_add(1, Ordering::Relaxed);
            chunk.copy_from_slice(&sha256(|s| s(&count.to_be_bytes()))[..chunk.len()]);
        }
        Ok(())
    }
}

/// 0, 1, 2, … for known answers.
pub(crate) struct Counting;

impl Fill for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        for (byte, value) in out.iter_mut().zip(0..=u8::MAX) {
            *byte = value;
        }
        Ok(())
    }
}

/// A source that has failed.
pub(crate) struct Dry;

impl Fill for Dry {
    fn fill(&self, _: &mut [u8]) -> Result<(), RandomError> {
        Err(RandomError)
    }
}

/// An RSA-3072 key, which the software keystore does not offer.
pub(crate) struct RsaKey {
    private: OaepPrivateDecryptingKey,
    modulus: [u8; RSA_BYTES],
}

impl RsaKey {
    pub(crate) fn generate() -> RsaKey {
        let key = PrivateDecryptingKey::generate(KeySize::Rsa3072).unwrap();
        let spki = key.public_key().as_der().unwrap();
        RsaKey {
            private: OaepPrivateDecryptingKey::new(key).unwrap(),
            modulus: spki.as_ref()[33..33 + RSA_BYTES].try_into().unwrap(),
        }
    }

    pub(crate) fn modulus(&self) -> [u8; RSA_BYTES] {
        self.modulus
    }

    pub(crate) fn decrypt(&self, ct: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        let mut out = [0; RSA_BYTES];
        let plain = self
            .private
            .decrypt(&OAEP_SHA256_MGF1SHA256, ct, &mut out, None);
        let plain = plain.map_err(|_| HsmError::Undecipherable)?;
        (&*plain)
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| HsmError::Undecipherable)
    }
}

/// An `Hsm` that counts operations on secrets.
pub(crate) struct Counted {
    /// Opens as `open/account/3` where there is one.
    pub(crate) rsa: Option<RsaKey>,
    pub(crate) keys: SoftKeys,
    pub(crate) operations: AtomicUsize,
}

impl Counted {
    pub(crate) fn operations(&self) -> usize {
        self.operations.load(Ordering::Relaxed)
    }

    fn count(&self) {
        self.operations.fetch_add(1, Ordering::Relaxed);
    }
}

impl Hsm for Counted {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.count();
        self.keys.hmac(key, data)
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.count();
        self.keys.ecdh(key, point)
    }

    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.count();
        match &self.rsa {
            Some(rsa) if *key == RSA => rsa.decrypt(ct),
            _ => self.keys.decrypt(key, ct),
        }
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.count();
        self.keys.sign(key, message)
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        match &self.rsa {
            Some(rsa) if *key == RSA => Ok(PublicKey::Decryption(Box::new(rsa.modulus()))),
            _ => self.keys.public_key(key),
        }
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        self.keys.create(spec)
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.keys.destroy(key)
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        self.keys.list()
    }

    fn probe(&self) -> Result<crate::Custody, HsmError> {
        self.keys.probe()
    }
}

/// The RSA key of [`with_rsa`].
pub(crate) const RSA: KeyId = KeyId::open(Class::Account, 3);

/// [`hsm`] with an RSA key, [`RSA`].
pub(crate) fn with_rsa() -> Counted {
    Counted {
        rsa: Some(RsaKey::generate()),
        ..hsm()
    }
}

/// Known symmetric keys (root 1…, index 2…, shred 3…), drawn opening keys of both suites.
pub(crate) fn hsm() -> Counted {
    let keys = SoftKeys::new(Arc::new(Seeded::new(1)));
    for (id, byte) in [
        (KeyId::root(1), 1),
        (KeyId::index(1), 2),
        (KeyId::shred(42), 3),
    ] {
        let spec = KeySpec::of(id);
        keys.import(KeyMaterial {
            spec,
            secret: Zeroizing::new([byte; 32]),
        })
        .unwrap();
    }
    keys.create(KeySpec::of(KeyId::shred(43))).unwrap();
    keys.create(KeySpec::of(KeyId::log(1))).unwrap();
    for class in Class::ALL {
        keys.create(KeySpec::of(KeyId::open(class, 1))).unwrap();
        keys.create(KeySpec::with_suite(KeyId::open(class, 2), Suite::X963))
            .unwrap();
    }
    Counted {
        rsa: None,
        keys,
        operations: AtomicUsize::new(0),
    }
}

pub(crate) fn recipient(hsm: &dyn Hsm, key: KeyId) -> ClassRecipient {
    ClassRecipient::new(&DEPLOYMENT, key, &hsm.public_key(&key).unwrap()).unwrap()
}

pub(crate) fn number() -> E164 {
    E164::parse("+447700900123").unwrap()
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    HEXLOWER.decode(text.as_bytes()).unwrap()
}
