//! What a hardware security module does for us, and nothing more.

use crate::Class;
use std::{fmt, str::FromStr};
use zeroize::Zeroizing;

/// The verbs of the key store. Permanent keys live behind it and never come out.
///
/// Object-safe and blocking: callers put it on a thread of their own where that matters.
pub trait Hsm: Send + Sync {
    /// HMAC-SHA-256 of `data` under an HMAC key.
    ///
    /// # Errors
    /// [`HsmError`]: no such key, a key of another kind, or the module failed.
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError>;

    /// P-256 ECDH with `point`, an uncompressed point that the caller has checked to be on the
    /// curve. Under [`Suite::RawX`] the answer is the x-coordinate, under [`Suite::X963`] its
    /// X9.63 SHA-256 derivation of 32 bytes without shared info.
    ///
    /// # Errors
    /// [`HsmError`]: no such key, a key of another kind, or the module failed.
    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError>;

    /// RSA-3072-OAEP decryption with SHA-256 and MGF1-SHA-256, no label (RFC 8017 section 7.1),
    /// of a secret of 32 bytes.
    ///
    /// # Errors
    /// [`HsmError::Undecipherable`] when `ct` is no such ciphertext, otherwise [`HsmError`]: no
    /// such key, a key of another kind, or the module failed.
    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError>;

    /// Ed25519 signature of `message` (RFC 8032, pure).
    ///
    /// # Errors
    /// [`HsmError`]: no such key, a key of another kind, or the module failed.
    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError>;

    /// The public half of an opening or signing key.
    ///
    /// # Errors
    /// [`HsmError::WrongUsage`] for HMAC keys, otherwise as above.
    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError>;

    /// Ceremony: makes a new key. It exists durably when this returns.
    ///
    /// # Errors
    /// [`HsmError::Exists`] when the name is taken: a key is never replaced.
    fn create(&self, spec: KeySpec) -> Result<(), HsmError>;

    /// Ceremony: destroys a key. It is gone durably when this returns.
    ///
    /// # Errors
    /// [`HsmError::NoSuchKey`] when there is none.
    fn destroy(&self, key: &KeyId) -> Result<(), HsmError>;

    /// Every Ringfence key present, ordered by name.
    ///
    /// # Errors
    /// [`HsmError`] when the module does not answer.
    fn list(&self) -> Result<Vec<KeySpec>, HsmError>;

    /// What stands behind this trait, as published on pages and reports.
    ///
    /// # Errors
    /// [`HsmError`] when the module does not answer.
    fn probe(&self) -> Result<Custody, HsmError>;
}

/// Who holds the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Custody {
    /// Keys are in a process or a file: fit for demo and development only.
    Development,
    /// Keys are in hardware.
    Hsm {
        /// As the module names its maker.
        vendor: String,
        /// As the module names itself.
        model: String,
    },
}

impl fmt::Display for Custody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Custody::Development => f.write_str("development"),
            Custody::Hsm { vendor, model } => write!(f, "hsm ({vendor}, {model})"),
        }
    }
}

/// Why the key store did not do what was asked. Carries no secret and no key bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HsmError {
    /// The module does not answer; trying later may help.
    #[error("the key store is unavailable")]
    Unavailable,
    /// The token that holds the key is not there.
    #[error("the token of the key store is missing")]
    TokenMissing,
    /// The connection broke during the request and again after it was made anew.
    #[error("the connection to the key store was lost")]
    SessionLost,
    /// No key of that name.
    #[error("the key store holds no such key")]
    NoSuchKey,
    /// A key of that name is already there.
    #[error("the key store already holds that key")]
    Exists,
    /// The key is of another kind than the verb needs.
    #[error("the key is not for that use")]
    WrongUsage,
    /// PIN or passphrase is wrong.
    #[error("the key store refused the PIN or passphrase")]
    PinWrong,
    /// The PIN is locked, or one more wrong one would lock it: it is not tried.
    #[error("the PIN of the key store is locked, or the next wrong one would lock it")]
    PinLocked,
    /// What was to be decrypted was not encrypted for this key.
    #[error("not encrypted for this key")]
    Undecipherable,
    /// No room for another key.
    #[error("the key store is full")]
    Full,
    /// Anything else the module reported.
    #[error("the key store failed")]
    Failed,
}

/// Bytes of an RSA-3072 modulus, and of what is encrypted under it.
pub const RSA_BYTES: usize = 384;

/// How an agreement key agrees (sealing design, section 2): wrap suites 1 and 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Suite {
    /// The module returns the raw x-coordinate: plain RFC 9180.
    RawX = 1,
    /// The module applies the X9.63 SHA-256 KDF (ANSI X9.63, SEC 1 section 3.6.1) first.
    X963 = 2,
}

impl Suite {
    /// Stable code, first field of every wrap.
    #[must_use]
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The suite with this code.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Suite> {
        match code {
            1 => Some(Suite::RawX),
            2 => Some(Suite::X963),
            _ => None,
        }
    }
}

/// Kind of a key; each key has one usage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// HMAC-SHA-256, 32 bytes.
    Hmac,
    /// P-256 key agreement: opens by wrap suite 1 or 2.
    Agreement(Suite),
    /// RSA-3072, public exponent 65537: opens by wrap suite 3.
    Decryption,
    /// Ed25519 signatures.
    Signing,
}

/// A key to be made, or one that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeySpec {
    /// Its name.
    pub id: KeyId,
    /// Its kind, which follows from the purpose except for opening keys.
    pub kind: KeyKind,
}

impl KeySpec {
    /// The key of this name, with plain RFC 9180 agreement if it is an opening key.
    #[must_use]
    pub const fn of(id: KeyId) -> KeySpec {
        KeySpec::with_suite(id, Suite::RawX)
    }

    /// The key of this name; `suite` matters for opening keys only.
    #[must_use]
    pub const fn with_suite(id: KeyId, suite: Suite) -> KeySpec {
        let kind = match id.purpose {
            KeyPurpose::Open(_) => KeyKind::Agreement(suite),
            KeyPurpose::Index | KeyPurpose::Root | KeyPurpose::Shred => KeyKind::Hmac,
            KeyPurpose::Log => KeyKind::Signing,
        };
        KeySpec { id, kind }
    }

    /// Whether the kind is one the purpose allows.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        match self.kind {
            KeyKind::Agreement(suite) => *self == KeySpec::with_suite(self.id, suite),
            KeyKind::Decryption => matches!(self.id.purpose, KeyPurpose::Open(_)),
            KeyKind::Hmac | KeyKind::Signing => *self == KeySpec::of(self.id),
        }
    }
}

/// The public half of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PublicKey {
    /// P-256.
    Agreement {
        /// Uncompressed point (SEC 1 section 2.3.3).
        point: [u8; 65],
        /// How this key agrees.
        suite: Suite,
    },
    /// RSA-3072 with exponent 65537: the modulus, big-endian.
    Decryption(Box<[u8; RSA_BYTES]>),
    /// Ed25519, 32 bytes (RFC 8032).
    Signing([u8; 32]),
}

/// What a permanent key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyPurpose {
    /// Opens records wrapped for this class.
    Open(Class),
    /// Tags of numbers.
    Index,
    /// Vault secrets.
    Root,
    /// Protects the share store for one epoch; the generation is the epoch.
    Shred,
    /// Signs checkpoints and the ingest note.
    Log,
}

/// Name of a permanent key: purpose and generation, in text such as `open/account/1`, `index/1`,
/// `root/1`, `shred/0042` (at least four digits), `log/1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId {
    /// What the key is for.
    pub purpose: KeyPurpose,
    /// Generation, or the epoch of a shred key.
    pub generation: u32,
}

impl KeyId {
    /// Opening key of a class.
    #[must_use]
    pub const fn open(class: Class, generation: u32) -> KeyId {
        KeyId {
            purpose: KeyPurpose::Open(class),
            generation,
        }
    }

    /// Index key.
    #[must_use]
    pub const fn index(generation: u32) -> KeyId {
        KeyId {
            purpose: KeyPurpose::Index,
            generation,
        }
    }

    /// Root key.
    #[must_use]
    pub const fn root(generation: u32) -> KeyId {
        KeyId {
            purpose: KeyPurpose::Root,
            generation,
        }
    }

    /// Shred key of an epoch.
    #[must_use]
    pub const fn shred(epoch: u32) -> KeyId {
        KeyId {
            purpose: KeyPurpose::Shred,
            generation: epoch,
        }
    }

    /// Log key.
    #[must_use]
    pub const fn log(generation: u32) -> KeyId {
        KeyId {
            purpose: KeyPurpose::Log,
            generation,
        }
    }

    /// Reads the canonical text; anything [`fmt::Display`] would not write is refused.
    ///
    /// # Errors
    /// [`KeyIdRefused`].
    pub fn parse(text: &str) -> Result<KeyId, KeyIdRefused> {
        let (head, digits) = text.rsplit_once('/').ok_or(KeyIdRefused)?;
        let purpose = match head {
            "index" => KeyPurpose::Index,
            "root" => KeyPurpose::Root,
            "shred" => KeyPurpose::Shred,
            "log" => KeyPurpose::Log,
            open => {
                let class = open.strip_prefix("open/").and_then(Class::from_name);
                KeyPurpose::Open(class.ok_or(KeyIdRefused)?)
            }
        };
        let generation = digits.parse().map_err(|_| KeyIdRefused)?;
        let id = KeyId {
            purpose,
            generation,
        };
        if id.to_string() == text {
            Ok(id)
        } else {
            Err(KeyIdRefused)
        }
    }
}

/// The text is not the name of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the name of a key")]
pub struct KeyIdRefused;

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let generation = self.generation;
        match self.purpose {
            KeyPurpose::Open(class) => write!(f, "open/{class}/{generation}"),
            KeyPurpose::Index => write!(f, "index/{generation}"),
            KeyPurpose::Root => write!(f, "root/{generation}"),
            KeyPurpose::Shred => write!(f, "shred/{generation:04}"),
            KeyPurpose::Log => write!(f, "log/{generation}"),
        }
    }
}

impl FromStr for KeyId {
    type Err = KeyIdRefused;

    fn from_str(text: &str) -> Result<KeyId, KeyIdRefused> {
        KeyId::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_written_as_documented() {
        assert_eq!(KeyId::open(Class::Account, 1).to_string(), "open/account/1");
        assert_eq!(KeyId::index(1).to_string(), "index/1");
        assert_eq!(KeyId::root(1).to_string(), "root/1");
        assert_eq!(KeyId::shred(42).to_string(), "shred/0042");
        assert_eq!(KeyId::log(1).to_string(), "log/1");
    }

    #[test]
    fn only_the_canonical_text_is_a_name() {
        for bad in [
            "",
            "index",
            "index/",
            "index/01",
            "index/+1",
            "index/-1",
            "shred/42",
            "open/1",
            "open/nobody/1",
            "open/account/",
            "open//1",
            "index/4294967296",
            "Index/1",
            "index/1/",
        ] {
            assert_eq!(KeyId::parse(bad), Err(KeyIdRefused), "{bad}");
        }
    }

    #[test]
    fn a_kind_the_purpose_does_not_allow_is_inconsistent() {
        let id = KeyId::log(1);
        assert!(KeySpec::of(id).is_consistent());
        assert!(
            !KeySpec {
                id,
                kind: KeyKind::Hmac
            }
            .is_consistent()
        );
        assert!(
            !KeySpec {
                id,
                kind: KeyKind::Agreement(Suite::X963)
            }
            .is_consistent()
        );
        assert!(KeySpec::with_suite(KeyId::open(Class::Ads, 3), Suite::X963).is_consistent());
        let decrypting = |id| KeySpec {
            id,
            kind: KeyKind::Decryption,
        };
        assert!(decrypting(KeyId::open(Class::Ads, 3)).is_consistent());
        assert!(!decrypting(id).is_consistent());
    }

    proptest! {
        #[test]
        fn every_name_reads_back(class in prop::sample::select(&Class::ALL[..]), generation: u32) {
            for id in [KeyId::open(class, generation), KeyId::shred(generation), KeyId::log(generation)] {
                prop_assert_eq!(KeyId::parse(&id.to_string()), Ok(id));
            }
        }

        #[test]
        fn no_text_panics(text in "(open|shred|index)?/?[a-z]*/?[0-9]{0,12}.{0,3}") {
            if let Ok(id) = KeyId::parse(&text) {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }
}
