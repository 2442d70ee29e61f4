//! One-time codes that follow the clock: TOTP (RFC 6238) over HOTP (RFC 4226).
//!
//! The secret is shared with an authenticator app, so it opens every later code. Here is only the
//! arithmetic; the secret lies in a cell of the share store and is judged where it lies.

use std::fmt;

use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use data_encoding::BASE32_NOPAD;
use zeroize::Zeroizing;

use crate::{Fill, RandomError};

/// The hash under the HMAC (RFC 6238, 1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Hash {
    /// What most authenticator apps know. HMAC needs no resistance to collisions.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-512.
    Sha512,
}

impl Hash {
    const fn algorithm(self) -> hmac::Algorithm {
        match self {
            Self::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha256 => hmac::HMAC_SHA256,
            Self::Sha512 => hmac::HMAC_SHA512,
        }
    }
}

/// What is shared with an app.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

/// Neither base32 nor 16 to 64 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a secret of one-time codes")]
pub struct SecretRefused;

impl Secret {
    /// As many as the RFC asks for at least (RFC 4226, 4, R6).
    pub const MIN_BYTES: usize = 16;
    /// The longest that HMAC-SHA-1 takes as it is.
    pub const MAX_BYTES: usize = 64;
    /// The length that the RFC recommends.
    const DRAWN_BYTES: usize = 20;

    /// Draws one.
    ///
    /// # Errors
    /// [`RandomError`] when the source failed.
    pub fn generate(random: &dyn Fill) -> Result<Self, RandomError> {
        let mut bytes = Zeroizing::new(vec![0; Self::DRAWN_BYTES]);
        random.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// The secret of these bytes.
    ///
    /// # Errors
    /// [`SecretRefused`] when there are too few or too many.
    pub fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Result<Self, SecretRefused> {
        let fits = (Self::MIN_BYTES..=Self::MAX_BYTES).contains(&bytes.len());
        fits.then_some(Self(bytes)).ok_or(SecretRefused)
    }

    /// Reads base32 (RFC 4648, 6) in either case, with or without `=` at its end.
    ///
    /// # Errors
    /// [`SecretRefused`].
    pub fn parse(text: &str) -> Result<Self, SecretRefused> {
        let mut upper = Zeroizing::new(text.trim_end_matches('=').to_owned());
        upper.make_ascii_uppercase();
        let bytes = BASE32_NOPAD.decode(upper.as_bytes());
        Self::from_bytes(Zeroizing::new(bytes.map_err(|_| SecretRefused)?))
    }

    /// Base32 without `=`, as apps take it.
    #[must_use]
    pub fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE32_NOPAD.encode(&self.0))
    }

    /// The bytes, to be sealed into a cell of the share store and nothing else.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// In constant time.
impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Longest code, digits: the truncated value is under 2^31.
pub const MAX_DIGITS: u8 = 9;

/// How a secret's codes are made and taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Totp {
    /// Under the HMAC.
    pub hash: Hash,
    /// Digits of a code, 1 to [`MAX_DIGITS`].
    pub digits: u8,
    /// Seconds that a code is shown, at least 1.
    pub period: u8,
    /// Codes before and after the present one that are taken too.
    pub skew: u8,
}

impl Totp {
    /// The step that the clock is in (RFC 6238, 4.2), from seconds since 1970.
    #[must_use]
    pub fn step_at(&self, seconds: u64) -> u64 {
        seconds / u64::from(self.period.max(1))
    }

    /// The code of one step (RFC 4226, 5.3): ASCII digits.
    #[must_use]
    pub fn code(&self, secret: &Secret, step: u64) -> Zeroizing<String> {
        let key = hmac::Key::new(self.hash.algorithm(), secret.as_bytes());
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let digits = usize::from(self.digits.clamp(1, MAX_DIGITS));
        let value = truncated(tag.as_ref()) % 10_u32.pow(self.digits.clamp(1, MAX_DIGITS).into());
        Zeroizing::new(format!("{value:0digits$}"))
    }

    /// The step whose code was typed, of those that are taken at this time and lie after `used`: a
    /// code counts once (RFC 6238, 5.2). Takes the same time wherever the code is found.
    #[must_use]
    pub fn matching(
        &self,
        secret: &Secret,
        typed: &[u8],
        seconds: u64,
        used: Option<u64>,
    ) -> Option<u64> {
        let (now, skew) = (self.step_at(seconds), u64::from(self.skew));
        let mut found = None;
        for step in now.saturating_sub(skew)..=now.saturating_add(skew) {
            let code = self.code(secret, step);
            let same = verify_slices_are_equal(code.as_bytes(), typed).is_ok();
            if same && used.is_none_or(|used| step > used) {
                found = found.or(Some(step));
            }
        }
        found
    }
}

/// Dynamic truncation: 31 bits at the place that the last four bits name.
fn truncated(tag: &[u8]) -> u32 {
    let at = tag.last().map_or(0, |last| usize::from(last & 0x0f));
    let word = tag.get(at..).and_then(<[u8]>::first_chunk::<4>);
    word.map_or(0, |word| u32::from_be_bytes(*word) & 0x7fff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DIGITS: &[u8] = b"1234567890123456789012345678901234567890123456789012345678901234";

    fn secret(bytes: usize) -> Secret {
        Secret::from_bytes(Zeroizing::new(DIGITS[..bytes].to_vec())).unwrap()
    }

    const SIX: Totp = Totp {
        hash: Hash::Sha1,
        digits: 6,
        period: 30,
        skew: 1,
    };

    #[test]
    fn the_values_of_rfc_4226_appendix_d() {
        let codes: Vec<_> = (0..10)
            .map(|count| SIX.code(&secret(20), count).to_string())
            .collect();
        assert_eq!(
            codes,
            [
                "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
                "399871", "520489"
            ]
        );
    }

    #[test]
    fn the_values_of_rfc_6238_appendix_b() {
        let rows = [
            (59, "94287082", "46119246", "90693936"),
            (1_111_111_109, "07081804", "68084774", "25091201"),
            (1_111_111_111, "14050471", "67062674", "99943326"),
            (1_234_567_890, "89005924", "91819424", "93441116"),
            (2_000_000_000, "69279037", "90698825", "38618901"),
            (20_000_000_000, "65353130", "77737706", "47863826"),
        ];
        for (seconds, sha1, sha256, sha512) in rows {
            for (hash, bytes, expected) in [
                (Hash::Sha1, 20, sha1),
                (Hash::Sha256, 32, sha256),
                (Hash::Sha512, 64, sha512),
            ] {
                let totp = Totp {
                    hash,
                    digits: 8,
                    ..SIX
                };
                let code = totp.code(&secret(bytes), totp.step_at(seconds));
                assert_eq!(code.as_str(), expected, "{hash:?} at {seconds}");
            }
        }
    }

    #[test]
    fn a_code_is_taken_one_step_early_and_late_and_no_further() {
        let secret = &secret(20);
        let now = 1_800_000_000;
        let step = SIX.step_at(now);
        for (of, taken) in [
            (step - 2, false),
            (step - 1, true),
            (step, true),
            (step + 1, true),
            (step + 2, false),
        ] {
            let code = SIX.code(secret, of);
            let found = SIX.matching(secret, code.as_bytes(), now, None);
            assert_eq!(found, taken.then_some(of));
        }
    }

    #[test]
    fn a_code_counts_once_and_so_does_every_earlier_one() {
        let secret = &secret(20);
        let now = 1_800_000_000;
        let step = SIX.step_at(now);
        for (of, used, taken) in [
            (step, step - 1, true),
            (step, step, false),
            (step - 1, step, false),
            (step + 1, step, true),
        ] {
            let code = SIX.code(secret, of);
            let found = SIX.matching(secret, code.as_bytes(), now, Some(used));
            assert_eq!(found.is_some(), taken);
        }
    }

    #[test]
    fn a_secret_is_read_in_either_case_and_bounded_at_both_ends() {
        let known = secret(20);
        let text = known.text();
        assert_eq!(text.as_str(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        for same in [text.to_lowercase(), format!("{}======", *text)] {
            assert_eq!(Secret::parse(&same), Ok(known.clone()));
        }
        for other in ["", "GEZDGNBVGY3TQOJQ", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1"] {
            assert_eq!(Secret::parse(other), Err(SecretRefused), "{other}");
        }
        let long = BASE32_NOPAD.encode(&[7; Secret::MAX_BYTES + 1]);
        assert_eq!(Secret::parse(&long), Err(SecretRefused));
        assert_eq!(format!("{known:?}"), "Secret(…)");
    }

    proptest! {
        #[test]
        fn any_typed_bytes_are_judged_without_a_panic(
            typed: Vec<u8>, seconds: u64, used: Option<u64>, digits: u8, period: u8, skew in 0_u8..3
        ) {
            let totp = Totp { hash: Hash::Sha256, digits, period, skew };
            let found = totp.matching(&secret(16), &typed, seconds, used);
            if let Some(step) = found {
                let code = totp.code(&secret(16), step);
                prop_assert_eq!(code.as_bytes(), typed.as_slice());
            }
        }
    }
}
