//! Tags: how a number is recognised without being readable.
//!
//! One HSM operation gives `t`; the tags expand from it, one per use and application, so that no
//! two columns can be joined. `t` itself is never stored.

use crate::{
    E164, Hsm, HsmError, Id, KeyId,
    kdf::{Prk, Secret},
    lp,
};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// A keyed fingerprint of one number for one use in one application.
///
/// Not the number, but whoever has it and the HSM can confirm a guess: stored only sealed, and
/// looked up by [`crate::keys::EpochKey::lookup`]. Compares in constant time.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Tag([u8; 32]);

impl Tag {
    /// A tag read back from its sealed cell.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Tag {
        Tag(bytes)
    }

    /// The bytes, for sealing into a cell.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for Tag {
    fn eq(&self, other: &Tag) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for Tag {}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tag(…)")
    }
}

/// t: from one HSM operation come the tags of one number for every application.
pub struct NumberSecret(Secret);

impl NumberSecret {
    /// HMAC_hsm(index, LP("ringfence/index/v1", deployment, E.164)).
    ///
    /// # Errors
    /// [`HsmError`] of the one HMAC.
    pub fn derive(
        hsm: &dyn Hsm,
        index: &KeyId,
        deployment: &Id,
        number: &E164,
    ) -> Result<NumberSecret, HsmError> {
        let mut input = lp::encode(&[b"ringfence/index/v1", deployment, number.as_bytes()]);
        let t = hsm.hmac(index, &input);
        input.zeroize();
        t.map(NumberSecret)
    }

    /// tag_l = HKDF-Expand(t, LP(l, application), 32) for each l.
    #[must_use]
    pub fn tags(&self, application: &Id) -> Tags {
        let prk = Prk::new(&self.0);
        let tag = |l: &[u8]| Tag(*prk.expand(&[&lp::encode(&[l, application])]));
        Tags {
            account: tag(b"account"),
            limit: tag(b"limit"),
            ban: tag(b"ban"),
        }
    }
}

impl fmt::Debug for NumberSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NumberSecret(…)")
    }
}

/// The tags of one number in one application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags {
    /// Finds the account.
    pub account: Tag,
    /// Finds the limits.
    pub limit: Tag,
    /// Finds a ban.
    pub ban: Tag,
}

impl Tags {
    /// The tags of `number` in `application`, at the cost of exactly one HSM operation.
    ///
    /// # Errors
    /// [`HsmError`] of the one HMAC.
    pub fn derive(
        hsm: &dyn Hsm,
        index: &KeyId,
        deployment: &Id,
        application: &Id,
        number: &E164,
    ) -> Result<Tags, HsmError> {
        Ok(NumberSecret::derive(hsm, index, deployment, number)?.tags(application))
    }
}
