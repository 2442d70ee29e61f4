//! A phone number as a value: the secret this whole system is about.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{ParseError, plan};

/// The most digits a number has, calling code included (ITU-T E.164, section 6.1).
pub(crate) const DIGITS_MAX: usize = 15;

/// A phone number in E.164 form: `+` and at most 15 digits, inline, wiped on drop.
///
/// It has no `Display`, no serde traits and no conversion to `String`: a reply type that derives
/// `Serialize`, or a log line, cannot hold a number unless somebody writes [`as_str`](Self::as_str).
/// `Debug` prints `E164(..)`.
///
/// The order is that of the text. It is for maps and sorted lists and says nothing of geography.
// Aligned, so that a result that holds one is moved in whole registers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(align(8))]
pub struct E164 {
    /// `+`, the digits, then zero bytes. The zeros make the derived order that of the text.
    text: [u8; DIGITS_MAX + 1],
}

impl E164 {
    /// Reads back a number that this system wrote itself, for example after opening a record.
    ///
    /// The syntax is checked (`+`, then 2 to 15 ASCII digits, the first not zero) and nothing
    /// else: a plan may have changed since the number was stored, which must not make it unusable.
    ///
    /// # Errors
    /// [`ParseError::Empty`], [`ParseError::TooShort`], [`ParseError::TooLong`] or
    /// [`ParseError::NotANumber`].
    pub fn from_canonical(text: &str) -> Result<Self, ParseError> {
        if text.is_empty() {
            return Err(ParseError::Empty);
        }
        let digits = text
            .strip_prefix('+')
            .ok_or(ParseError::NotANumber)?
            .as_bytes();
        if digits.first() == Some(&b'0') || !digits.iter().all(u8::is_ascii_digit) {
            return Err(ParseError::NotANumber);
        }
        match digits.len() {
            0 | 1 => Err(ParseError::TooShort { region: None }),
            2..=DIGITS_MAX => {
                let mut number = Self {
                    text: [0; DIGITS_MAX + 1],
                };
                number.text[..text.len()].copy_from_slice(text.as_bytes());
                Ok(number)
            }
            _ => Err(ParseError::TooLong { region: None }),
        }
    }

    /// A calling code (1 to 999) and a national number in ASCII digits; none if they are more than
    /// 15 together.
    pub(crate) fn from_parts(calling_code: u16, national: &[u8]) -> Option<Self> {
        // One number in a register: writing bytes and moving them at once is slow.
        let mut text = u128::from(b'+');
        let code = [
            calling_code / 100,
            calling_code / 10 % 10,
            calling_code % 10,
        ];
        let zeros = code.iter().take(2).take_while(|&&digit| digit == 0).count();
        for &digit in code.iter().skip(zeros) {
            text = (text << 8) | u128::from(b'0' + u8::try_from(digit).ok()?);
        }
        let (eights, rest) = national.as_chunks::<8>();
        for &eight in eights {
            text = (text << 64) | u128::from(u64::from_be_bytes(eight));
        }
        for &digit in rest {
            text = (text << 8) | u128::from(digit);
        }
        let len = 1 + code.len() - zeros + national.len();
        let room = (DIGITS_MAX + 1).checked_sub(len)?;
        let text = (text << (8 * room)).to_be_bytes();
        Some(Self { text })
    }

    /// The whole number, `+` first.
    pub fn as_str(&self) -> &str {
        // Only ASCII is ever written, so the fallback is never taken; it spares us `unsafe`.
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// The digits without `+`.
    pub fn digits(&self) -> &str {
        self.as_str().get(1..).unwrap_or_default()
    }

    /// The ASCII digits without `+`.
    #[inline]
    pub(crate) fn digit_bytes(&self) -> &[u8] {
        self.as_bytes().get(1..).unwrap_or_default()
    }

    #[inline]
    fn as_bytes(&self) -> &[u8] {
        // Zeros only stand at the end: counting them there needs no loop.
        let zeros = u128::from_be_bytes(self.text).trailing_zeros() / 8;
        self.text
            .get(..self.text.len() - zeros as usize)
            .unwrap_or_default()
    }

    /// The country calling code, 1 to 999.
    ///
    /// 0 if the number, which only [`from_canonical`](Self::from_canonical) can have let in,
    /// begins with no assigned calling code.
    pub fn calling_code(&self) -> u16 {
        plan::split_calling_code(self.digit_bytes()).map_or(0, |(code, _)| code)
    }
}

impl Zeroize for E164 {
    fn zeroize(&mut self) {
        // At once: byte by byte would take longer than classifying the number does.
        self.text = [0; DIGITS_MAX + 1];
        zeroize::optimization_barrier(self);
    }
}

impl Drop for E164 {
    fn drop(&mut self) {
        self.zeroize();
    }
}

impl ZeroizeOnDrop for E164 {}

impl fmt::Debug for E164 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("E164(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_canonical_number_reads_back_byte_for_byte() {
        let number = E164::from_canonical("+447700900123").unwrap();
        assert_eq!(number.as_str(), "+447700900123");
        assert_eq!(number.digits(), "447700900123");
        assert_eq!(number.calling_code(), 44);
        assert_eq!(
            E164::from_canonical("+999999999999999")
                .unwrap()
                .as_str()
                .len(),
            16
        );
    }

    #[test]
    fn the_buffer_is_sixteen_bytes_and_inline() {
        assert_eq!(size_of::<E164>(), 16);
    }

    #[test]
    fn only_plus_and_two_to_fifteen_digits_are_canonical() {
        for (text, error) in [
            ("", ParseError::Empty),
            ("447700900123", ParseError::NotANumber),
            ("+44 7700900123", ParseError::NotANumber),
            ("+0447700900", ParseError::NotANumber),
            ("+٤٤٧٧٠٠", ParseError::NotANumber),
            ("+", ParseError::TooShort { region: None }),
            ("+4", ParseError::TooShort { region: None }),
            ("+1234567890123456", ParseError::TooLong { region: None }),
        ] {
            assert_eq!(E164::from_canonical(text), Err(error), "{text}");
        }
    }

    #[test]
    fn order_is_that_of_the_text() {
        let mut texts = [
            "+447700900123",
            "+12015550100",
            "+44770090012",
            "+4477009001234",
        ];
        let mut numbers = texts.map(|t| E164::from_canonical(t).unwrap());
        numbers.sort();
        texts.sort_unstable();
        assert_eq!(numbers.each_ref().map(E164::as_str), texts);
    }
}
