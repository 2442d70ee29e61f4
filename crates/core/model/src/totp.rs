//! Terms of one-time codes that follow the clock (RFC 6238).

use serde::{Deserialize, Serialize};

/// The hash under the HMAC (RFC 6238, 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotpHash {
    /// The one that every authenticator app knows.
    #[default]
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl TotpHash {
    /// Every hash.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// The number in stored rows.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Sha1 => 1,
            Self::Sha256 => 2,
            Self::Sha512 => 3,
        }
    }

    /// The hash with this number.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|hash| hash.code() == code)
    }

    /// The name in lower case, as in `sha256`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Sha512 => "sha512",
        }
    }
}

/// How an authenticator app makes codes. Only terms under which a guess is no way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Plain", into = "Plain")]
pub struct TotpTerms {
    hash: TotpHash,
    digits: u8,
    period_seconds: u8,
    skew: u8,
}

type Plain = (TotpHash, u8, u8, u8);

/// Terms outside of what is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("terms of one-time codes outside of what is taken")]
pub struct TermsOutOfRange;

impl TotpTerms {
    /// Digits of a code. A hundred guesses at three codes of six digits hit once in 3,333 times; of
    /// three digits they would hit one time in four.
    pub const DIGITS: std::ops::RangeInclusive<u8> = 6..=8;
    /// Seconds that a code is shown.
    pub const PERIOD: std::ops::RangeInclusive<u8> = 20..=60;
    /// Codes before and after the present one that are taken too.
    pub const SKEW: std::ops::RangeInclusive<u8> = 0..=2;

    /// The terms, if they are within those ranges.
    #[must_use]
    pub fn new(hash: TotpHash, digits: u8, period_seconds: u8, skew: u8) -> Option<Self> {
        let taken = Self::DIGITS.contains(&digits)
            && Self::PERIOD.contains(&period_seconds)
            && Self::SKEW.contains(&skew);
        taken.then_some(Self {
            hash,
            digits,
            period_seconds,
            skew,
        })
    }

    /// Under the HMAC.
    #[must_use]
    pub const fn hash(&self) -> TotpHash {
        self.hash
    }

    /// Digits of a code.
    #[must_use]
    pub const fn digits(&self) -> u8 {
        self.digits
    }

    /// Seconds that a code is shown.
    #[must_use]
    pub const fn period_seconds(&self) -> u8 {
        self.period_seconds
    }

    /// Codes before and after the present one that are taken too.
    #[must_use]
    pub const fn skew(&self) -> u8 {
        self.skew
    }
}

impl Default for TotpTerms {
    /// What every authenticator app assumes: SHA-1, six digits, thirty seconds; one code early or late.
    fn default() -> Self {
        Self {
            hash: TotpHash::Sha1,
            digits: 6,
            period_seconds: 30,
            skew: 1,
        }
    }
}

impl TryFrom<Plain> for TotpTerms {
    type Error = TermsOutOfRange;

    fn try_from((hash, digits, period, skew): Plain) -> Result<Self, TermsOutOfRange> {
        Self::new(hash, digits, period, skew).ok_or(TermsOutOfRange)
    }
}

impl From<TotpTerms> for Plain {
    fn from(terms: TotpTerms) -> Self {
        (terms.hash, terms.digits, terms.period_seconds, terms.skew)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_usual_terms_are_within_what_is_taken() {
        let usual = TotpTerms::default();
        let (hash, digits, period, skew) = usual.into();
        assert_eq!(TotpTerms::new(hash, digits, period, skew), Some(usual));
    }

    proptest! {
        #[test]
        fn only_terms_within_the_ranges_cross_a_link(digits: u8, period: u8, skew: u8) {
            let bytes = postcard::to_stdvec(&(TotpHash::Sha256, digits, period, skew)).unwrap();
            let read = postcard::from_bytes::<TotpTerms>(&bytes).ok();
            prop_assert_eq!(read, TotpTerms::new(TotpHash::Sha256, digits, period, skew));
        }
    }
}
