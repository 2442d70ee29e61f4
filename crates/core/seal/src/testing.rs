//! What the tests of this crate share: repeatable randomness and a store with known keys.

use crate::{
    Class, E164, Fill, Hsm, HsmError, Id, KeyId, KeySpec, PublicKey, RandomError, Suite,
    kdf::sha256,
    record::ClassRecipient,
    soft::{KeyMaterial, SoftKeys},
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

/// An `Hsm` that counts operations on secrets.
pub(crate) struct Counted {
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

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.count();
        self.keys.sign(key, message)
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.keys.public_key(key)
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
