//! A telephone number in E.164 text, the only form that is ever sealed.

use std::fmt;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The longest E.164 text: `+` and fifteen digits (ITU-T E.164, 6.2.1).
pub const MAX_TEXT_BYTES: usize = 16;
/// Size of the padded form. Fixed, since the length of a number reveals its country.
pub const PADDED_BYTES: usize = 32;

/// A telephone number as E.164 text: `+` and 1 to 15 ASCII digits. Erased on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct E164 {
    text: [u8; MAX_TEXT_BYTES],
    len: u8,
}

/// The text is not `+` and 1 to 15 digits. It says nothing about what the text was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an E.164 number: expected '+' and 1 to 15 digits")]
pub struct NumberRefused;

impl E164 {
    /// Accepts `+` and 1 to 15 ASCII digits, nothing else.
    ///
    /// # Errors
    /// [`NumberRefused`] for any other text.
    pub fn parse(text: &str) -> Result<E164, NumberRefused> {
        let bytes = text.as_bytes();
        let digits = bytes.strip_prefix(b"+").ok_or(NumberRefused)?;
        if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(NumberRefused);
        }
        let mut out = [0; MAX_TEXT_BYTES];
        out.get_mut(..bytes.len())
            .ok_or(NumberRefused)?
            .copy_from_slice(bytes);
        let len = u8::try_from(bytes.len()).map_err(|_| NumberRefused)?;
        Ok(E164 { text: out, len })
    }

    /// The text. The caller answers for where it goes.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.text[..usize::from(self.len)]
    }

    /// `pad` of the sealed record: the text, zero padded.
    pub(crate) fn write_padded(&self, out: &mut [u8; PADDED_BYTES]) {
        out.fill(0);
        out[..MAX_TEXT_BYTES].copy_from_slice(&self.text);
    }

    /// Reads `pad`: text, then only zeros.
    pub(crate) fn from_padded(pad: &[u8]) -> Result<E164, NumberRefused> {
        E164::parse(unpad(pad).ok_or(NumberRefused)?)
    }
}

/// The text before the zero padding; `None` unless everything after it is zero and it is UTF-8.
pub(crate) fn unpad(pad: &[u8]) -> Option<&str> {
    let end = pad.iter().position(|b| *b == 0).unwrap_or(pad.len());
    let (text, zeros) = pad.split_at(end);
    if zeros.iter().any(|b| *b != 0) {
        return None;
    }
    std::str::from_utf8(text).ok()
}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_plus_and_one_to_fifteen_digits_is_a_number() {
        for good in ["+1", "+447700900123", "+123456789012345"] {
            assert_eq!(E164::parse(good).unwrap().as_str(), good);
        }
        for bad in [
            "",
            "+",
            "447700900123",
            "+1234567890123456",
            "+44 7700",
            "+٤٤",
            "+44\0",
            "++4",
        ] {
            assert_eq!(E164::parse(bad), Err(NumberRefused), "{bad}");
        }
    }

    #[test]
    fn debug_does_not_show_the_number() {
        let number = E164::parse("+447700900123").unwrap();
        assert_eq!(format!("{number:?}"), "E164(…)");
    }

    #[test]
    fn padding_with_anything_after_the_zeros_is_refused() {
        let mut pad = [0; PADDED_BYTES];
        E164::parse("+447700900123").unwrap().write_padded(&mut pad);
        assert_eq!(E164::from_padded(&pad).unwrap().as_str(), "+447700900123");
        pad[31] = b'1';
        assert_eq!(E164::from_padded(&pad), Err(NumberRefused));
    }

    proptest! {
        #[test]
        fn no_text_and_no_padding_panics(text in ".{0,40}", pad in prop::collection::vec(any::<u8>(), 0..40)) {
            let _ = E164::parse(&text);
            let _ = E164::from_padded(&pad);
        }

        #[test]
        fn a_padded_number_reads_back(text in "\\+[0-9]{1,15}") {
            let mut pad = [0; PADDED_BYTES];
            E164::parse(&text).unwrap().write_padded(&mut pad);
            let number = E164::from_padded(&pad).unwrap();
            prop_assert_eq!(number.as_str(), text);
        }
    }
}
