//! Short names that may stand in a control message and in a log line.

use std::{borrow::Borrow, fmt};

/// A name of 1 to 32 characters out of `a–z 0–9 . _ -`: a listener's name, a warning's code.
///
/// Too narrow on purpose for a sentence: what a room says about itself is printed by the supervisor as it came.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(String);

/// The text is empty, too long, or holds other characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a label is 1 to {} characters out of a-z, 0-9, '.', '_' and '-'",
    Label::LEN_MAX
)]
pub struct LabelError;

impl Label {
    /// Longest label, in bytes.
    pub const LEN_MAX: usize = 32;

    /// Takes `text` if it is a label.
    ///
    /// # Errors
    /// [`LabelError`] when it is empty, too long, or holds other characters.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-');
        let fits = (1..=Self::LEN_MAX).contains(&text.len());
        if fits && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(LabelError)
        }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Borrow<str> for Label {
    fn borrow(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_short_and_plain() {
        assert_eq!(
            Label::parse("public-2.a_b")
                .map(|label| label.to_string())
                .as_deref(),
            Ok("public-2.a_b")
        );
        for text in ["", "Public", "a b", "+447700900123", "é", &"a".repeat(33)] {
            assert_eq!(Label::parse(text), Err(LabelError), "{text:?}");
        }
        assert!(Label::parse(&"a".repeat(32)).is_ok());
    }
}
