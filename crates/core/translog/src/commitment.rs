//! Commitments: a leaf binds a value without showing it.

use crate::lp;
use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes of a salt.
pub const SALT_BYTES: usize = 32;

/// 32 random bytes, one for each field of each leaf. Kept beside the log; once it is deleted the
/// commitment says nothing any more. Erased on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Salt([u8; SALT_BYTES]);

impl Salt {
    /// Wraps bytes drawn, or read back, by the caller.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; SALT_BYTES]) -> Salt {
        Salt(bytes)
    }

    /// The bytes, for the side table and for showing the value to whoever may see it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SALT_BYTES] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// SHA-256(LP("ringfence/commit/v1", field, salt, value)).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commitment(pub [u8; 32]);

impl Commitment {
    /// Commits to `value` of the field named `field`.
    #[must_use]
    pub fn new(field: &str, salt: &Salt, value: &[u8]) -> Commitment {
        let mut input = lp::encode(&[b"ringfence/commit/v1", field.as_bytes(), &salt.0, value]);
        let hash = digest(&SHA256, &input);
        input.zeroize();
        let mut out = [0; 32];
        out.copy_from_slice(hash.as_ref());
        Commitment(out)
    }

    /// Whether this commits to `value`, compared in constant time.
    #[must_use]
    pub fn opens_to(&self, field: &str, salt: &Salt, value: &[u8]) -> bool {
        verify_slices_are_equal(&self.0, &Commitment::new(field, salt, value).0).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn salt(byte: u8) -> Salt {
        Salt::from_bytes([byte; 32])
    }

    /// Computed apart with Python's hashlib.
    #[test]
    fn known_answer() {
        assert_eq!(
            Commitment::new("record", &salt(6), &[0xab; 32]).0,
            [
                0x2e, 0xc2, 0x4b, 0x4c, 0xdd, 0x6a, 0xab, 0x35, 0x72, 0x17, 0x71, 0x8a, 0x89, 0x58,
                0x6d, 0x88, 0x75, 0x32, 0x0f, 0xe2, 0x74, 0x01, 0xf3, 0xe4, 0xc7, 0x0d, 0xfc, 0xba,
                0x17, 0x08, 0x09, 0x84
            ]
        );
    }

    #[test]
    fn debug_shows_no_salt() {
        assert_eq!(format!("{:?}", salt(6)), "Salt(…)");
    }

    proptest! {
        #[test]
        fn a_commitment_opens_to_its_field_salt_and_value_only(field in "[a-z]{1,9}", value: Vec<u8>, other: Vec<u8>) {
            let commitment = Commitment::new(&field, &salt(1), &value);
            prop_assert!(commitment.opens_to(&field, &salt(1), &value));
            prop_assert!(!commitment.opens_to(&field, &salt(2), &value));
            prop_assert!(!commitment.opens_to("9", &salt(1), &value));
            prop_assert_eq!(commitment.opens_to(&field, &salt(1), &other), value == other);
        }
    }
}
