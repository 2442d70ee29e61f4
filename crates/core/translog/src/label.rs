//! Subject labels: a person finds their leaves, nobody else can.

use crate::lp;
use aws_lc_rs::hmac;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of a label.
pub const LABEL_BYTES: usize = 32;

/// 32 random bytes of one subject, kept in the share store and given to the person. With it the
/// person's leaves 1…n can be found and none can be missing; without it they are strangers.
/// Erased on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct ViewKey([u8; 32]);

impl ViewKey {
    /// Wraps bytes drawn, or read back, by the caller.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> ViewKey {
        ViewKey(bytes)
    }

    /// The bytes, for the share store and the person.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// HMAC(view key, LP("ringfence/leaf/v1", deployment, n)) for the person's n-th leaf, counted
    /// from 1; n is 8 bytes big-endian.
    #[must_use]
    pub fn label(&self, deployment: &[u8; 16], n: u64) -> [u8; LABEL_BYTES] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let input = lp::encode(&[b"ringfence/leaf/v1", deployment, &n.to_be_bytes()]);
        let mut out = [0; LABEL_BYTES];
        out.copy_from_slice(hmac::sign(&key, &input).as_ref());
        out
    }
}

impl fmt::Debug for ViewKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ViewKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEPLOYMENT: [u8; 16] = [0xd0; 16];

    /// Computed apart with Python's hmac.
    #[test]
    fn known_answer() {
        let key = ViewKey::from_bytes([5; 32]);
        assert_eq!(
            key.label(&DEPLOYMENT, 1),
            [
                0x0f, 0xc2, 0x23, 0xe0, 0xb0, 0x51, 0x97, 0x6b, 0xbd, 0x30, 0x89, 0x0f, 0x1c, 0x9a,
                0x48, 0x4d, 0xc9, 0xda, 0xb2, 0x57, 0x31, 0x96, 0x28, 0xc7, 0x45, 0xd3, 0x82, 0x67,
                0xe5, 0x48, 0x45, 0x7e
            ]
        );
    }

    #[test]
    fn labels_differ_by_person_deployment_and_number() {
        let key = ViewKey::from_bytes([5; 32]);
        let labels = [
            key.label(&DEPLOYMENT, 1),
            key.label(&DEPLOYMENT, 2),
            key.label(&[1; 16], 1),
            ViewKey::from_bytes([6; 32]).label(&DEPLOYMENT, 1),
        ];
        for (i, one) in labels.iter().enumerate() {
            assert!(labels[i + 1..].iter().all(|other| other != one));
        }
        assert_eq!(format!("{key:?}"), "ViewKey(…)");
    }
}
