//! The keystore itself.

use crate::{
    Cost, KeystoreError, SystemRandom, file,
    format::{self, Header, Kek, Mode, Sealed},
};
use seal::{
    Custody, Fill, Hsm, HsmError, KeyId, KeySpec, PublicKey, RSA_BYTES,
    soft::{KeyMaterial, SoftKeys},
};
use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use zeroize::Zeroizing;

/// The shortest passphrase a keystore is made with, bytes.
const MIN_PASSPHRASE_BYTES: usize = 8;
const KEY_FILE_BYTES: usize = 32;

/// What unlocks a keystore.
#[derive(Clone, Copy)]
pub enum Unlock<'a> {
    /// A passphrase, stretched with Argon2id.
    Passphrase(&'a str),
    /// A private file of 32 random bytes, made by [`create_key_file`].
    KeyFile(&'a Path),
}

impl Unlock<'_> {
    fn secret(&self) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
        match self {
            Unlock::Passphrase(text) => Ok(Zeroizing::new(text.as_bytes().to_vec())),
            Unlock::KeyFile(path) => {
                let bytes = file::read_private(path)?;
                if bytes.len() == KEY_FILE_BYTES {
                    Ok(bytes)
                } else {
                    Err(KeystoreError::KeyFileSize)
                }
            }
        }
    }
}

impl fmt::Debug for Unlock<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Unlock::Passphrase(_) => f.write_str("Passphrase(…)"),
            Unlock::KeyFile(path) => write!(f, "KeyFile({})", path.display()),
        }
    }
}

/// Writes a new key file: 32 random bytes, mode 0600.
///
/// # Errors
/// [`KeystoreError::Exists`] when there is one already, otherwise what the system said.
pub fn create_key_file(path: &Path) -> Result<(), KeystoreError> {
    let mut secret = Zeroizing::new([0; KEY_FILE_BYTES]);
    SystemRandom
        .fill(&mut *secret)
        .map_err(|_| KeystoreError::Crypto)?;
    file::write_new(path, &*secret)
}

/// Keys in one sealed file. Reports itself as [`Custody::Development`].
pub struct SoftwareKeystore {
    path: PathBuf,
    header: Header,
    kek: Kek,
    keys: SoftKeys,
    /// Held while the file changes; the keys in use are read without it.
    writer: Mutex<()>,
}

impl SoftwareKeystore {
    /// Makes a new, empty keystore file, with the default [`Cost`].
    ///
    /// # Errors
    /// [`KeystoreError`]; an existing file is never overwritten.
    pub fn create(path: &Path, unlock: &Unlock<'_>) -> Result<SoftwareKeystore, KeystoreError> {
        SoftwareKeystore::create_with_cost(path, unlock, Cost::default())
    }

    /// [`SoftwareKeystore::create`] with another price for guessing the passphrase.
    ///
    /// # Errors
    /// [`KeystoreError`]; [`KeystoreError::Crypto`] for a cost out of its bounds.
    pub fn create_with_cost(
        path: &Path,
        unlock: &Unlock<'_>,
        cost: Cost,
    ) -> Result<SoftwareKeystore, KeystoreError> {
        let mode = match unlock {
            Unlock::Passphrase(text) if text.len() < MIN_PASSPHRASE_BYTES => {
                return Err(KeystoreError::PassphraseTooShort);
            }
            Unlock::Passphrase(_) => Mode::Passphrase(cost),
            Unlock::KeyFile(_) => Mode::KeyFile,
        };
        let header = Header::draw(mode, &SystemRandom)?;
        let kek = header.kek(&unlock.secret()?)?;
        let store = SoftwareKeystore::with(path, header, kek);
        file::write_new(path, &store.encode(&[])?)?;
        Ok(store)
    }

    /// Opens a keystore file.
    ///
    /// # Errors
    /// [`KeystoreError`], each case apart: permissions, damage, wrong or other unlocking.
    pub fn open(path: &Path, unlock: &Unlock<'_>) -> Result<SoftwareKeystore, KeystoreError> {
        let bytes = file::read_private(path)?;
        let sealed = Sealed::parse(&bytes)?;
        match (sealed.header.mode, unlock) {
            (Mode::Passphrase(_), Unlock::Passphrase(_)) | (Mode::KeyFile, Unlock::KeyFile(_)) => {}
            _ => return Err(KeystoreError::OtherUnlock),
        }
        let kek = sealed.header.kek(&unlock.secret()?)?;
        let keys = sealed.open(&kek)?;
        let store = SoftwareKeystore::with(path, sealed.header.clone(), kek);
        store
            .keys
            .replace(keys)
            .map_err(|_| KeystoreError::Damaged)?;
        Ok(store)
    }

    fn with(path: &Path, header: Header, kek: Kek) -> SoftwareKeystore {
        let keys = SoftKeys::new(Arc::new(SystemRandom));
        SoftwareKeystore {
            path: path.to_owned(),
            header,
            kek,
            keys,
            writer: Mutex::new(()),
        }
    }

    /// Adds a key with a known secret, durably. For tests and for moving a development keystore.
    ///
    /// # Errors
    /// As [`SoftKeys::import`], or what writing the file met.
    pub fn import(&self, material: KeyMaterial) -> Result<(), HsmError> {
        self.change(|keys| {
            if keys.iter().any(|key| key.spec.id == material.spec.id) {
                return Err(HsmError::Exists);
            }
            keys.push(material);
            Ok(())
        })
    }

    /// Changes the keys as they stand in the file now, then in memory.
    fn change(
        &self,
        edit: impl FnOnce(&mut Vec<KeyMaterial>) -> Result<(), HsmError>,
    ) -> Result<(), HsmError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let _lock = file::lock_directory(&self.path).map_err(|e| e.as_hsm())?;
        let mut keys = self.read().map_err(|e| e.as_hsm())?;
        edit(&mut keys)?;
        // Memory would refuse what must not be written: ask it first.
        SoftKeys::new(Arc::new(SystemRandom)).replace(keys.clone())?;
        self.encode(&keys)
            .and_then(|bytes| file::replace(&self.path, &bytes))
            .map_err(|e| e.as_hsm())?;
        self.keys.replace(keys)
    }

    fn encode(&self, keys: &[KeyMaterial]) -> Result<Vec<u8>, KeystoreError> {
        format::encode(&self.header, &self.kek, keys, &SystemRandom)
    }

    fn read(&self) -> Result<Vec<KeyMaterial>, KeystoreError> {
        Sealed::parse(&file::read_private(&self.path)?)?.open(&self.kek)
    }
}

impl Hsm for SoftwareKeystore {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.keys.hmac(key, data)
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.keys.ecdh(key, point)
    }

    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.keys.decrypt(key, ct)
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.keys.sign(key, message)
    }

    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.keys.public_key(key)
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        self.import(KeyMaterial::draw(spec, &SystemRandom)?)
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.change(|keys| {
            let at = keys.iter().position(|held| held.spec.id == *key);
            keys.remove(at.ok_or(HsmError::NoSuchKey)?);
            Ok(())
        })
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        let _writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.keys.replace(self.read().map_err(|e| e.as_hsm())?)?;
        self.keys.list()
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        self.keys.probe()
    }
}

impl fmt::Debug for SoftwareKeystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SoftwareKeystore({}, …)", self.path.display())
    }
}

#[cfg(test)]
mod tests;
