//! The `Hsm` trait on tokens behind a PKCS#11 library (OASIS PKCS #11 2.40 and later).
//!
//! ```text
//! key              mechanism                                          wrap suite
//! index root shred CKM_SHA256_HMAC, generic secret of 32 bytes
//! log              CKM_EDDSA, Ed25519 without parameters
//! open/…           CKM_ECDH1_DERIVE, P-256, CKD_NULL                  1
//!                  CKM_ECDH1_DERIVE, P-256, CKD_SHA256_KDF            2
//!                  CKM_RSA_PKCS_OAEP, RSA-3072, SHA-256, MGF1-SHA-256 3
//!
//! CKA_LABEL = "ringfence/" ‖ name       CKA_ID = label ‖ "#" ‖ kind        plain concatenation
//! kind      = 1 HMAC | 2 P-256 raw x | 3 P-256 X9.63 | 4 Ed25519 | 5 RSA-3072
//! ```
//! Permanent keys are drawn in the token: sensitive, not extractable, not modifiable, one usage
//! each. A key that is not is refused, whoever made it. What ECDH derives is a session object,
//! read and destroyed at once, and not private where the token allows it: then a token in
//! software has nothing to encrypt. Which it allows is tried when a key is found.
//!
//! **Sessions.** One login per token and process. Each thread at work has a session to itself,
//! from a pool. When a session, a token or the library fails, the library is finalised and begun
//! anew, once; the request is repeated once; then it fails. Nothing falls back to another key,
//! another token or software. A call that hangs keeps its session and its caller; others wait for
//! it no longer than [`Options::patience`].
//!
//! **PINs** come from private files. A PIN that a token refused is not tried again, by this process
//! or the next, until it is another PIN, the record of the refusal is removed, or the token tells
//! that the right one was given since; and none is tried while the token says that one more wrong
//! PIN would lock it.

mod attributes;
mod connection;
mod describe;
mod hsm;
mod lives;
mod names;
mod operations;
mod options;
mod pin;
mod problem;
mod refusals;
mod token;

pub use describe::{Flaw, KeyReport, Mechanism, Report, Standing, TokenReport};
pub use hsm::Pkcs11Hsm;
pub use options::{Library, LoadError, Make, Options, TokenOptions};
