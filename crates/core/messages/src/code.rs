//! A one-time code.

use std::fmt;

use zeroize::Zeroizing;

/// A one-time code: 4 to 10 ASCII digits. Wiped when dropped, silent in `Debug`.
///
/// It has no equality on purpose: codes are judged elsewhere, in constant time.
#[derive(Clone)]
pub struct Code(Zeroizing<String>);

/// Why a text is not a code. Says nothing about the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodeError {
    /// Fewer than [`Code::MIN_DIGITS`] or more than [`Code::MAX_DIGITS`] bytes.
    #[error("a code has 4 to 10 digits")]
    Length,
    /// Something other than the ASCII digits `0` to `9`.
    #[error("a code has only the digits 0 to 9")]
    NotADigit,
}

impl Code {
    /// The fewest digits.
    pub const MIN_DIGITS: usize = 4;
    /// The most digits.
    pub const MAX_DIGITS: usize = 10;

    /// Reads a code.
    ///
    /// # Errors
    /// [`CodeError`] when the length is out of bounds or a character is no ASCII digit.
    pub fn parse(digits: &str) -> Result<Self, CodeError> {
        if !(Self::MIN_DIGITS..=Self::MAX_DIGITS).contains(&digits.len()) {
            return Err(CodeError::Length);
        }
        if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CodeError::NotADigit);
        }
        Ok(Self(Zeroizing::new(digits.to_owned())))
    }

    /// The digits, to send or to speak and for nothing else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_four_to_ten_digits() {
        for (digits, length_fits) in [
            ("", false),
            ("123", false),
            ("1234", true),
            ("1234567890", true),
            ("12345678901", false),
        ] {
            assert_eq!(Code::parse(digits).is_ok(), length_fits, "{digits}");
        }
    }

    #[test]
    fn only_ascii_digits_make_a_code() {
        for digits in ["12 456", "12345a", "-12345", "\n12345"] {
            assert_eq!(
                Code::parse(digits).err(),
                Some(CodeError::NotADigit),
                "{digits:?}"
            );
        }
        // Arabic-Indic digits take two bytes each, so four of them are eight bytes.
        assert_eq!(Code::parse("٤٨٢٩").err(), Some(CodeError::NotADigit));
    }

    #[test]
    fn debug_of_a_code_says_nothing() {
        assert_eq!(format!("{:?}", Code::parse("482913").unwrap()), "Code(..)");
    }
}
