//! The development keystore: the `Hsm` trait on a sealed file.
//!
//! Keys are in process memory while it is open, so it reports itself as `development`. One file:
//!
//! ```text
//! file    = LP(header, nonce, body) ‖ SHA-256 of all before it        plain concatenation
//! header  = LP("ringfence/keystore/v1", mode, salt, memory KiB, passes, lanes)
//! mode    = 1 passphrase | 2 key file (memory, passes and lanes are then 0)
//! kek     = Argon2id(passphrase, salt, memory, passes, lanes)         mode 1
//!         = HMAC-SHA-256(key file, LP("ringfence/keystore/kek/v1", salt))   mode 2
//! body    = AES-256-GCM(kek, nonce, LP(key, key, …), aad header)
//! key     = LP(name, kind, secret)
//! kind    = 1 HMAC | 2 P-256 raw x | 3 P-256 X9.63 | 4 Ed25519
//! ```
//! Salt is 16 bytes, drawn once; nonce 12 bytes, drawn for every write; secrets are 32 bytes; the
//! costs are 4 bytes big-endian. The checksum tells a damaged file from a wrong passphrase; the
//! AEAD is what protects against edits.
//!
//! Every change locks the directory, reads the file again, and replaces it atomically, so that
//! processes sharing one keystore do not lose each other's keys. A process sees keys made
//! elsewhere after its next `list`, `create` or `destroy`.

mod error;
mod file;
mod format;
mod keystore;
mod random;
mod slow;

pub use error::KeystoreError;
pub use format::Cost;
pub use keystore::{SoftwareKeystore, Unlock, create_key_file};
pub use random::SystemRandom;
pub use slow::{Pretend, SlowHsm};
