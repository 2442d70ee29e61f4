//! Wrap suite 3: RSA-3072-OAEP with SHA-256 and MGF1-SHA-256, no label (RFC 8017 section 7.1).
//!
//! Nothing but K is encrypted. What HPKE binds by its context is bound here by the record's
//! commitment: a wrap moved elsewhere yields a K whose commitment is another.

use crate::{RSA_BYTES, SealFailed};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use std::{fmt, sync::Arc};

/// A SubjectPublicKeyInfo (RFC 5280) of RSA-3072 up to its modulus: every length is fixed, as the
/// modulus has its highest bit set.
const HEAD: [u8; 33] = [
    0x30, 0x82, 0x01, 0xa2, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
    0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x8f, 0x00, 0x30, 0x82, 0x01, 0x8a, 0x02, 0x82, 0x01, 0x81,
    0x00,
];
/// Public exponent 65537.
const TAIL: [u8; 5] = [0x02, 0x03, 0x01, 0x00, 0x01];

/// A public key to encrypt to, read once for many records.
#[derive(Clone)]
pub(crate) struct Recipient(Arc<OaepPublicEncryptingKey>);

impl Recipient {
    /// Reads a modulus, big-endian; `None` when it has no 3072 bits or cannot be a modulus.
    pub(crate) fn new(modulus: &[u8; RSA_BYTES]) -> Option<Recipient> {
        let odd = modulus[RSA_BYTES - 1] & 1 == 1;
        if modulus[0] & 0x80 == 0 || !odd {
            return None;
        }
        let spki = [&HEAD[..], modulus, &TAIL].concat();
        let key = PublicEncryptingKey::from_der(&spki).ok()?;
        Some(Recipient(Arc::new(OaepPublicEncryptingKey::new(key).ok()?)))
    }

    /// Encrypts a secret of 32 bytes.
    pub(crate) fn seal(&self, secret: &[u8; 32]) -> Result<[u8; RSA_BYTES], SealFailed> {
        let mut out = [0; RSA_BYTES];
        let written = self
            .0
            .encrypt(&OAEP_SHA256_MGF1SHA256, secret, &mut out, None)
            .map_err(|_| SealFailed)?
            .len();
        if written == RSA_BYTES {
            Ok(out)
        } else {
            Err(SealFailed)
        }
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Recipient(RSA-3072)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::RsaKey;

    #[test]
    fn what_is_sealed_to_a_modulus_opens_with_its_private_key() {
        let key = RsaKey::generate();
        let recipient = Recipient::new(&key.modulus()).unwrap();
        let ct = recipient.seal(&[7; 32]).unwrap();
        assert_eq!(*key.decrypt(&ct).unwrap(), [7; 32]);
        assert_ne!(ct, recipient.seal(&[7; 32]).unwrap());
    }

    #[test]
    fn bytes_that_cannot_be_a_modulus_are_refused() {
        assert!(Recipient::new(&[0; RSA_BYTES]).is_none());
        let mut even = [0xff; RSA_BYTES];
        even[RSA_BYTES - 1] = 0xfe;
        assert!(Recipient::new(&even).is_none());
    }
}
