//! The key schedule, the sealed record, tags, and the `Hsm` trait.
//!
//! Everything here is pure: no I/O, no clock, and randomness comes in through [`Fill`]. The one
//! exception is written down in [`hpke`]: ephemeral P-256 keys are drawn by the library itself.
//!
//! Notation of every page of this crate: `LP(a, b, …)` is each field preceded by its 4-byte
//! big-endian length, `‖` between fields is LP, HKDF is HKDF-SHA-256 (RFC 5869), AEAD is
//! AES-256-GCM. Integers inside a field are big-endian of fixed width.

mod aead;
pub mod class;
pub mod conformance;
pub mod hpke;
pub mod hsm;
pub mod ingest;
mod kdf;
pub mod keys;
mod layer;
pub mod lp;
pub mod note;
pub mod number;
mod oaep;
pub mod pair;
pub mod pending;
pub mod random;
pub mod record;
pub mod share;
pub mod soft;
pub mod tag;
#[cfg(test)]
mod testing;
pub mod totp;

pub use aead::{OpenFailed, SealFailed};
pub use class::Class;
pub use hsm::{
    Custody, Hsm, HsmError, KeyId, KeyKind, KeyPurpose, KeySpec, PublicKey, RSA_BYTES, Suite,
};
pub use layer::Layer;
pub use number::{E164, NumberRefused};
pub use random::{Fill, RandomError};

/// A 128-bit identifier: a deployment, subject, application or verification.
pub type Id = [u8; 16];
