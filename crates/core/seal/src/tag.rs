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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        keys::EpochKey,
        testing::{APPLICATION, DEPLOYMENT, hsm, number},
    };
    use data_encoding::HEXLOWER;

    fn tags() -> Tags {
        Tags::derive(
            &hsm(),
            &KeyId::index(1),
            &DEPLOYMENT,
            &APPLICATION,
            &number(),
        )
        .unwrap()
    }

    /// Computed apart with Python's hmac.
    #[test]
    fn known_answers_of_tags_and_lookup() {
        let tags = tags();
        for (tag, expected) in [
            (
                &tags.account,
                "8e95d94d7f6e68688f53573041e2a3d260aee4e3a3c0f9410ae93d0225dd0462",
            ),
            (
                &tags.limit,
                "c984f132195c03a949dbc711c5745752141402f856fdba30b729d8e857358c2a",
            ),
            (
                &tags.ban,
                "ecf8cc440b1c96709a4fb1ab13735d5b01ea2b0f566fcf85a462b464f764f3fe",
            ),
        ] {
            assert_eq!(HEXLOWER.encode(tag.as_bytes()), expected);
        }
        let epoch = EpochKey::derive(&hsm(), &KeyId::shred(42), &DEPLOYMENT).unwrap();
        assert_eq!(
            HEXLOWER.encode(&epoch.lookup(&tags.account)),
            "4af57a4222bab16865770323456f8675"
        );
    }

    #[test]
    fn tags_cost_one_hsm_operation() {
        let hsm = hsm();
        Tags::derive(&hsm, &KeyId::index(1), &DEPLOYMENT, &APPLICATION, &number()).unwrap();
        assert_eq!(hsm.operations(), 1);
    }

    #[test]
    fn tags_differ_by_use_application_number_and_deployment() {
        let hsm = hsm();
        let other = E164::parse("+447700900124").unwrap();
        let derive = |deployment, application, number| {
            Tags::derive(&hsm, &KeyId::index(1), deployment, application, number).unwrap()
        };
        let all = [
            tags(),
            derive(&[1; 16], &APPLICATION, &number()),
            derive(&DEPLOYMENT, &[1; 16], &number()),
            derive(&DEPLOYMENT, &APPLICATION, &other),
        ];
        let all: Vec<_> = all
            .iter()
            .flat_map(|t| [&t.account, &t.limit, &t.ban])
            .collect();
        for (i, one) in all.iter().enumerate() {
            assert!(all[i + 1..].iter().all(|other| other != one));
        }
        assert_eq!(tags(), tags());
    }

    #[test]
    fn debug_shows_no_tag() {
        let shown = format!("{:?}", tags());
        assert_eq!(
            shown,
            "Tags { account: Tag(…), limit: Tag(…), ban: Tag(…) }"
        );
    }
}
