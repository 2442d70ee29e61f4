//! SHA-256 for keys and tokens with 256 random bits, and for comparing requests.

use aws_lc_rs::digest::{self, SHA256};

/// SHA-256 of bytes.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&SHA256, bytes).as_ref());
    out
}
