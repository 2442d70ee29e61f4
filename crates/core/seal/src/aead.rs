//! AES-256-GCM (NIST SP 800-38D) with keys and nonces named by the caller.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// Bytes a sealed value is longer than its plaintext.
pub(crate) const TAG_BYTES: usize = 16;

/// Opening failed: wrong key, wrong place, or changed bytes. Which of them is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be opened")]
pub struct OpenFailed;

/// Sealing failed inside the cryptographic library or the source of randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("cannot be sealed")]
pub struct SealFailed;

impl From<crate::RandomError> for SealFailed {
    fn from(_: crate::RandomError) -> SealFailed {
        SealFailed
    }
}

fn key(bytes: &[u8; 32]) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM, bytes)
        .ok()
        .map(LessSafeKey::new)
}

/// Seals `plain[from..]` in place and appends the tag. The pair of key and nonce must be fresh.
pub(crate) fn seal_from(
    secret: &[u8; 32],
    nonce: [u8; 12],
    aad: &[u8],
    plain: &mut Vec<u8>,
    from: usize,
) -> Result<(), SealFailed> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    let body = plain.get_mut(from..).ok_or(SealFailed)?;
    let tag = key(secret)
        .ok_or(SealFailed)?
        .seal_in_place_separate_tag(nonce, Aad::from(aad), body)
        .map_err(|_| SealFailed)?;
    plain.extend_from_slice(tag.as_ref());
    Ok(())
}

/// Opens `sealed` (ciphertext and tag) in place; the plaintext is its beginning.
pub(crate) fn open_in_place<'a>(
    secret: &[u8; 32],
    nonce: [u8; 12],
    aad: &[u8],
    sealed: &'a mut [u8],
) -> Result<&'a mut [u8], OpenFailed> {
    let nonce = Nonce::assume_unique_for_key(nonce);
    key(secret)
        .ok_or(OpenFailed)?
        .open_in_place(nonce, Aad::from(aad), sealed)
        .map_err(|_| OpenFailed)
}
