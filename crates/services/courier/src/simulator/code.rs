//! How a code is found in a message.

use std::fmt;

use peers::carrier::{SpokenPart, Words};
use zeroize::{Zeroize, ZeroizeOnDrop};

/// The longest code that is found.
const CODE_MAX_BYTES: usize = 16;

/// A short text stored inline: a code, or the other party of a message. Wiped on drop.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub(super) struct Short {
    len: u8,
    bytes: [u8; CODE_MAX_BYTES],
}

impl Short {
    pub(super) const EMPTY: Self = Self {
        len: 0,
        bytes: [0; CODE_MAX_BYTES],
    };

    /// Takes the text, or gives nothing when it has more than 16 bytes.
    pub(super) fn new(text: &str) -> Option<Self> {
        let mut out = Self::EMPTY;
        out.bytes
            .get_mut(..text.len())?
            .copy_from_slice(text.as_bytes());
        out.len = u8::try_from(text.len()).ok()?;
        Some(out)
    }

    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..usize::from(self.len)).unwrap_or_default();
        // Only whole texts are ever stored, so the fallback is never taken.
        std::str::from_utf8(bytes).unwrap_or_default()
    }
}

/// A code that reached a pretend phone. Wiped on drop; `Debug` says nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Code(Short);

impl Code {
    /// The code, to show on the pretend phone and nowhere else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    pub(super) fn from_short(short: &Short) -> Option<Self> {
        (short.len > 0).then(|| Self(short.clone()))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(..)")
    }
}

/// The code in these words; empty when there is none.
pub(super) fn find(words: &Words) -> Short {
    let found = match words {
        Words::Text(text) => in_text(text).and_then(Short::new),
        Words::Spoken(parts) => parts.iter().find_map(|part| match part {
            SpokenPart::Digits(digits) => Short::new(digits.trim()),
            SpokenPart::Say(_) | SpokenPart::AwaitKey(_) | SpokenPart::Pause { .. } => None,
        }),
    };
    found.unwrap_or(Short::EMPTY)
}

/// The code of the last line, `@host #code` (WICG, "Origin-bound one-time codes delivered via
/// SMS", section "Format"): after the host one space and `#`, up to white space or the end.
fn in_text(text: &str) -> Option<&str> {
    let line = text.lines().next_back()?;
    let (host, rest) = line.strip_prefix('@')?.split_once(" #")?;
    let code = rest.split_whitespace().next()?;
    let one_host = !host.is_empty() && !host.contains(char::is_whitespace);
    (one_host && rest.starts_with(code)).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(text: &str) -> String {
        find(&Words::Text(text.to_owned())).as_str().to_owned()
    }

    #[test]
    fn the_code_of_a_text_stands_in_its_origin_bound_last_line() {
        assert_eq!(
            text("482913 is your Harbour Chat code.\n\n@chat.harbour.example #482913"),
            "482913"
        );
        assert_eq!(text("x\n@a.example #K7Q2 @b.example"), "K7Q2");
        assert_eq!(text("x\n@a.example #1\n"), "1");
    }

    #[test]
    fn other_lines_hold_no_code() {
        for none in [
            "",
            "482913 is your code",
            "@a.example #482913\nbye",
            "@a.example 482913",
            "@a.example #",
            "@a.example # 482913",
            "@ #482913",
            "@two hosts #482913",
            "@a.example #12345678901234567",
        ] {
            assert_eq!(text(none), "", "{none}");
        }
    }

    #[test]
    fn the_code_of_a_call_is_its_first_digits() {
        let words = Words::Spoken(vec![
            SpokenPart::Say("Your code is 7".into()),
            SpokenPart::Pause { millis: 700 },
            SpokenPart::Digits("482913".into()),
            SpokenPart::Digits("482913".into()),
        ]);
        assert_eq!(find(&words).as_str(), "482913");
        assert_eq!(find(&Words::Spoken(vec![])).as_str(), "");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_search_panic(words in "(@|#| |\n|\\PC){0,60}") {
            prop_assert!(find(&Words::Text(words)).as_str().len() <= 16);
        }
    }
}
