//! A key store around another.

use zeroize::Zeroizing;

use crate::{Custody, Hsm, HsmError, KeyId, KeySpec, PublicKey, RSA_BYTES};

/// What stands around a key store and does something about each operation with a secret key.
/// Ceremonies and public keys pass through. A layer is an [`Hsm`].
pub trait Layer: Send + Sync {
    /// The key store inside.
    fn inner(&self) -> &dyn Hsm;

    /// Runs one operation with a secret key.
    fn operate<T>(&self, operation: impl FnOnce(&dyn Hsm) -> T) -> T;
}

impl<L: Layer> Hsm for L {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.operate(|hsm| hsm.hmac(key, data))
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.operate(|hsm| hsm.ecdh(key, point))
    }

    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.operate(|hsm| hsm.decrypt(key, ct))
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.operate(|hsm| hsm.sign(key, message))
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.inner().public_key(key)
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        self.inner().create(spec)
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.inner().destroy(key)
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        self.inner().list()
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        self.inner().probe()
    }
}
