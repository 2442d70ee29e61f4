//! Pending verifications: number and code, sealed until the hour's key is gone.
//!
//! A sealed row is a fresh 32-byte salt, then ciphertext and tag under
//! HKDF-Expand(k_hour, LP("pending", salt), 32) with nonce 0. The salt is drawn by [`seal`], so
//! each row key seals once. The plaintext is the number padded to 32 bytes, the code padded to 16, and
//! what the caller adds, always of one size.

use crate::{
    E164, Fill, Id, OpenFailed, SealFailed, aead,
    keys::HourKey,
    lp,
    number::{self, PADDED_BYTES},
};
use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

const SALT_BYTES: usize = 32;
const CODE_BYTES: usize = 16;
const FIXED_BYTES: usize = PADDED_BYTES + CODE_BYTES;
/// The longest code, bytes.
pub const MAX_CODE_BYTES: usize = CODE_BYTES;
/// The most a caller may seal beside number and code, bytes.
pub const MAX_EXTRA_BYTES: usize = 512;
/// Bytes of a sealed row without what the caller adds.
pub const SEALED_BYTES: usize = SALT_BYTES + PADDED_BYTES + CODE_BYTES + aead::TAG_BYTES;

/// What a pending row is bound to: it opens for no other verification, use or time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingContext<'a> {
    /// Drawn at genesis.
    pub deployment: Id,
    /// The verification.
    pub verification: Id,
    /// The application that asked.
    pub application: Id,
    /// What is being proven, by its stable name.
    pub purpose: &'a str,
    /// When it ends, in one unit of the caller's choosing.
    pub expiry: u64,
}

impl PendingContext<'_> {
    fn aad(&self) -> Vec<u8> {
        lp::encode(&[
            b"ringfence/pending/v1",
            &self.deployment,
            &self.verification,
            &self.application,
            self.purpose.as_bytes(),
            &self.expiry.to_be_bytes(),
        ])
    }
}

/// A code: 1 to 16 ASCII letters or digits. Erased on drop.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Code([u8; CODE_BYTES]);

/// The text is not a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code: expected 1 to 16 letters or digits")]
pub struct CodeRefused;

impl Code {
    /// Accepts 1 to 16 ASCII letters or digits.
    ///
    /// # Errors
    /// [`CodeRefused`].
    pub fn parse(text: &str) -> Result<Code, CodeRefused> {
        let bytes = text.as_bytes();
        if bytes.is_empty() || !bytes.iter().all(u8::is_ascii_alphanumeric) {
            return Err(CodeRefused);
        }
        let mut out = [0; CODE_BYTES];
        out.get_mut(..bytes.len())
            .ok_or(CodeRefused)?
            .copy_from_slice(bytes);
        Ok(Code(out))
    }

    /// The text, for rendering the message.
    #[must_use]
    pub fn as_str(&self) -> &str {
        number::unpad(&self.0).unwrap_or_default()
    }
}

/// Compares in constant time.
impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        aws_lc_rs::constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl Eq for Code {}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

/// What a pending row hides.
#[derive(Clone, PartialEq, Eq)]
pub struct Pending {
    /// The number being proven.
    pub number: E164,
    /// The code that proves it.
    pub code: Code,
    /// What the caller keeps with them, such as the number's tags, so that a check costs no HSM
    /// operation. Always of one size, since its length shows.
    pub extra: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Pending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending(…)")
    }
}

/// Seals number and code of a pending verification under a fresh salt.
///
/// # Errors
/// [`SealFailed`] when randomness or encryption failed.
pub fn seal(
    hour: &HourKey,
    context: &PendingContext<'_>,
    pending: &Pending,
    random: &dyn Fill,
) -> Result<Vec<u8>, SealFailed> {
    if pending.extra.len() > MAX_EXTRA_BYTES {
        return Err(SealFailed);
    }
    let mut pad = Zeroizing::new([0; PADDED_BYTES]);
    pending.number.write_padded(&mut pad);
    let mut plain = Zeroizing::new(Vec::with_capacity(FIXED_BYTES + pending.extra.len()));
    plain.extend_from_slice(&*pad);
    plain.extend_from_slice(&pending.code.0);
    plain.extend_from_slice(&pending.extra);
    seal_salted(hour, b"pending", &context.aad(), &plain, random)
}

/// Opens a pending row.
///
/// # Errors
/// [`OpenFailed`] for another hour, another context, or changed bytes.
pub fn open(
    hour: &HourKey,
    context: &PendingContext<'_>,
    sealed: &[u8],
) -> Result<Pending, OpenFailed> {
    let plain = open_salted(hour, b"pending", &context.aad(), sealed)?;
    let (pad, rest) = plain.split_at_checked(PADDED_BYTES).ok_or(OpenFailed)?;
    let (code, extra) = rest.split_at_checked(CODE_BYTES).ok_or(OpenFailed)?;
    let number = E164::from_padded(pad).map_err(|_| OpenFailed)?;
    let code = number::unpad(code).ok_or(OpenFailed)?;
    Ok(Pending {
        number,
        code: Code::parse(code).map_err(|_| OpenFailed)?,
        extra: Zeroizing::new(extra.to_vec()),
    })
}

/// salt ‖ AEAD(HKDF-Expand(k_hour, LP(label, salt), 32), nonce 0, plain): plain concatenation.
pub(crate) fn seal_salted(
    hour: &HourKey,
    label: &[u8],
    aad: &[u8],
    plain: &[u8],
    random: &dyn Fill,
) -> Result<Vec<u8>, SealFailed> {
    let mut salt = [0; SALT_BYTES];
    random.fill(&mut salt)?;
    let mut out = Vec::with_capacity(SALT_BYTES + plain.len() + aead::TAG_BYTES);
    out.extend_from_slice(&salt);
    out.extend_from_slice(plain);
    aead::seal_from(
        &hour.row_key(label, &salt),
        [0; 12],
        aad,
        &mut out,
        SALT_BYTES,
    )?;
    Ok(out)
}

/// The inverse of [`seal_salted`].
pub(crate) fn open_salted(
    hour: &HourKey,
    label: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, OpenFailed> {
    let (salt, body) = sealed.split_first_chunk::<SALT_BYTES>().ok_or(OpenFailed)?;
    let mut plain = Zeroizing::new(body.to_vec());
    let len = aead::open_in_place(&hour.row_key(label, salt), [0; 12], aad, &mut plain)?.len();
    plain.truncate(len);
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{APPLICATION, Counting, DEPLOYMENT, Dry, Seeded, number};
    use data_encoding::HEXLOWER;
    use proptest::prelude::*;

    const CONTEXT: PendingContext<'static> = PendingContext {
        deployment: DEPLOYMENT,
        verification: [0xe0; 16],
        application: APPLICATION,
        purpose: "signup",
        expiry: 1_700_000_000,
    };

    fn hour(byte: u8) -> HourKey {
        HourKey::from_bytes(Zeroizing::new([byte; 32]))
    }

    fn pending() -> Pending {
        Pending {
            number: number(),
            code: Code::parse("123456").unwrap(),
            extra: Zeroizing::new(Vec::new()),
        }
    }

    /// Computed apart with Python's hmac and cryptography, salt 0…31.
    #[test]
    fn known_answer_of_a_pending_row() {
        let sealed = seal(&hour(4), &CONTEXT, &pending(), &Counting).unwrap();
        assert_eq!(
            HEXLOWER.encode(&sealed[SALT_BYTES..]),
            "733b19558e9ebc1f9aecfc465914d1e9dc255ac17eec2565d3ea523f852c938d0c734463cc4bdbae352ff8af6b83908af3e55401d98bf3d331a280b13183b914"
        );
    }

    #[test]
    fn a_pending_row_opens_in_its_context_only() {
        let sealed = seal(&hour(4), &CONTEXT, &pending(), &Seeded::new(1)).unwrap();
        assert_eq!(sealed.len(), SEALED_BYTES);
        let opened = open(&hour(4), &CONTEXT, &sealed).unwrap();
        assert_eq!(opened, pending());
        assert_eq!(opened.code.as_str(), "123456");
        for other in [
            PendingContext {
                deployment: [1; 16],
                ..CONTEXT
            },
            PendingContext {
                verification: [1; 16],
                ..CONTEXT
            },
            PendingContext {
                application: [1; 16],
                ..CONTEXT
            },
            PendingContext {
                purpose: "login",
                ..CONTEXT
            },
            PendingContext {
                expiry: 1_700_000_001,
                ..CONTEXT
            },
        ] {
            assert_eq!(open(&hour(4), &other, &sealed), Err(OpenFailed));
        }
        assert_eq!(open(&hour(5), &CONTEXT, &sealed), Err(OpenFailed));
    }

    #[test]
    fn what_the_caller_adds_comes_back_and_has_a_bound() {
        let with = |size| Pending {
            extra: Zeroizing::new(vec![7; size]),
            ..pending()
        };
        let random = Seeded::new(1);
        let sealed = seal(&hour(4), &CONTEXT, &with(MAX_EXTRA_BYTES), &random).unwrap();
        let opened = open(&hour(4), &CONTEXT, &sealed).unwrap();
        assert_eq!(opened, with(MAX_EXTRA_BYTES));
        let over = seal(&hour(4), &CONTEXT, &with(MAX_EXTRA_BYTES + 1), &random);
        assert_eq!(over, Err(SealFailed));
    }

    #[test]
    fn each_row_has_a_salt_of_its_own() {
        let random = Seeded::new(1);
        let [a, b] = [(); 2].map(|()| seal(&hour(4), &CONTEXT, &pending(), &random).unwrap());
        assert_ne!(a[..SALT_BYTES], b[..SALT_BYTES]);
        assert_ne!(a[SALT_BYTES..], b[SALT_BYTES..]);
        assert_eq!(seal(&hour(4), &CONTEXT, &pending(), &Dry), Err(SealFailed));
    }

    #[test]
    fn a_code_is_one_to_sixteen_letters_or_digits() {
        for good in ["1", "123456", "ABCDEFGHIJKLMNOP"] {
            assert_eq!(Code::parse(good).unwrap().as_str(), good);
        }
        for bad in ["", "12 34", "12345678901234567", "١٢٣", "a\0"] {
            assert_eq!(Code::parse(bad), Err(CodeRefused));
        }
        assert_ne!(Code::parse("123456"), Code::parse("123457"));
        assert_eq!(format!("{:?}", pending()), "Pending(…)");
    }

    proptest! {
        #[test]
        fn any_edit_or_cut_is_refused(at: prop::sample::Index, bit in 0..8, cut: bool) {
            let mut sealed = seal(&hour(4), &CONTEXT, &pending(), &Seeded::new(1)).unwrap();
            let at = at.index(sealed.len());
            if cut { sealed.truncate(at) } else { sealed[at] ^= 1u8 << bit }
            prop_assert!(open(&hour(4), &CONTEXT, &sealed).is_err());
        }

        #[test]
        fn no_bytes_panic(bytes: Vec<u8>, code in ".{0,20}") {
            prop_assert!(open(&hour(4), &CONTEXT, &bytes).is_err());
            let _ = Code::parse(&code);
        }
    }
}
