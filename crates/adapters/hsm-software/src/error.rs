//! Why a keystore was not made or opened.

use seal::HsmError;
use std::{io, path::PathBuf};

/// A keystore could not be made, opened or written. Carries paths, never secrets.
#[derive(Debug, thiserror::Error)]
pub enum KeystoreError {
    /// The operating system refused.
    #[error("cannot use {path}")]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is already a file of that name.
    #[error("{path} already exists; a keystore is never overwritten")]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// Others than the owner may read or write the file.
    #[error("{path} is open to others (mode {mode:03o}); run: chmod 600 {path}")]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The passphrase has fewer than 8 bytes.
    #[error("the passphrase is too short: at least 8 bytes")]
    PassphraseTooShort,
    /// The file was sealed under another passphrase or key file.
    #[error("wrong passphrase or key file")]
    WrongUnlock,
    /// The file takes the other kind of unlocking: a key file instead of a passphrase or the
    /// other way round.
    #[error("the keystore is unlocked by the other means (passphrase or key file)")]
    OtherUnlock,
    /// The keystore file is truncated, damaged or not a keystore.
    #[error("the keystore file is damaged or not a keystore; restore it from a backup")]
    Damaged,
    /// The key file does not hold exactly 32 bytes.
    #[error("the key file does not hold exactly 32 bytes")]
    KeyFileSize,
    /// Key derivation, encryption or the source of randomness failed.
    #[error("the cryptographic library failed")]
    Crypto,
}

impl KeystoreError {
    /// The same in the words of the trait.
    pub(crate) fn as_hsm(&self) -> HsmError {
        match self {
            KeystoreError::Io { .. } | KeystoreError::Permissions { .. } => HsmError::Unavailable,
            KeystoreError::WrongUnlock
            | KeystoreError::OtherUnlock
            | KeystoreError::PassphraseTooShort => HsmError::PinWrong,
            KeystoreError::Exists { .. }
            | KeystoreError::Damaged
            | KeystoreError::KeyFileSize
            | KeystoreError::Crypto => HsmError::Failed,
        }
    }
}
