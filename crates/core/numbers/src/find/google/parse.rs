//! What a candidate's characters say: a plus, digits, an extension.

use std::ops::Range;

use super::{extension, inner};
use crate::{
    text::key_of,
    unicode::{Kind, kind},
    wiped::Wiped,
};

/// Room for international prefix, carrier code, calling code and number; more are none.
const DIGITS_MAX: usize = 40;

/// The fewest digits of a number that stands with other characters.
const VIABLE_MIN: usize = 3;

/// A candidate as it would be dialled.
pub(super) struct Dialled {
    plus: bool,
    digits: Wiped<DIGITS_MAX>,
    len: usize,
    /// The digits of the extension: where they are in the candidate.
    extension: Option<Range<usize>>,
}

impl Dialled {
    /// What `candidate` says, if it can be a number at all.
    pub(super) fn of(candidate: &str) -> Option<Self> {
        if let Some(plain) = Self::of_plain(candidate) {
            return plain;
        }
        let begins = |c: char| matches!(c, '+' | '＋') || matches!(kind(c), Kind::Digit(_));
        let start = candidate.find(begins)?;
        let text = candidate.get(start..)?;
        let text = text.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '#');
        let extended = extension::at_end(text);
        let extended = extended.filter(|(at, _)| text.get(..*at).is_some_and(is_viable));
        let number = match &extended {
            Some((at, _)) => text.get(..*at)?,
            None => Some(text).filter(|text| is_viable(text))?,
        };
        let extension = extended.map(|(_, digits)| digits.start + start..digits.end + start);
        let plus = number.starts_with(['+', '＋']);
        let mut dialled = Self {
            plus,
            digits: Wiped::zeros(),
            len: 0,
            extension,
        };
        // Three letters are a word to dial.
        let vanity = number.chars().filter(char::is_ascii_alphabetic).count() >= 3;
        for c in number.chars() {
            let digit = match kind(c) {
                Kind::Digit(digit) => digit,
                Kind::Letter if vanity => key_of(c)?,
                _ => continue,
            };
            dialled.push(digit)?;
        }
        Some(dialled)
    }

    /// The same for a candidate of ASCII digits and punctuation, as most are; `None` if it is not.
    /// The inner `None` is for no number.
    fn of_plain(candidate: &str) -> Option<Option<Self>> {
        let mut dialled = Self {
            plus: false,
            digits: Wiped::zeros(),
            len: 0,
            extension: None,
        };
        let mut pluses_behind = false;
        let mut others = 0;
        for &byte in candidate.as_bytes() {
            match byte {
                b'0'..=b'9' => {
                    if dialled.push(byte).is_none() {
                        return Some(None);
                    }
                }
                // Pluses lead, and nothing stands between them.
                b'+' => {
                    pluses_behind |= dialled.len > 0 || (dialled.plus && others > 0);
                    (dialled.plus, others) = (true, 0);
                }
                b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'[' | b']' => others += 1,
                _ => return None,
            }
        }
        // Two digits stand alone, with nothing around them but what is cut off.
        let alone = dialled.len == candidate.len();
        match dialled.len {
            VIABLE_MIN.. => Some((!pluses_behind).then_some(dialled)),
            2 if alone => Some(Some(dialled)),
            2 => None,
            _ => Some(None),
        }
    }

    fn push(&mut self, digit: u8) -> Option<()> {
        *self.digits.get_mut(self.len)? = digit;
        self.len += 1;
        Some(())
    }

    /// Whether a plus leads it.
    pub(super) fn plus(&self) -> bool {
        self.plus
    }

    /// The ASCII digits.
    pub(super) fn digits(&self) -> &[u8] {
        self.digits.get(..self.len).unwrap_or_default()
    }

    /// The digits of the extension, none if there is none.
    pub(super) fn extension<'t>(&self, candidate: &'t str) -> impl Iterator<Item = u8> + 't {
        let place = self.extension.clone().unwrap_or_default();
        inner::digits(candidate.get(place).unwrap_or_default())
    }

    /// Whether there is an extension.
    pub(super) fn has_extension(&self) -> bool {
        self.extension.is_some()
    }
}

/// Whether a text without an extension can be a number: two digits, or three and what may stand
/// between and behind them.
fn is_viable(text: &str) -> bool {
    let rest = text.trim_start_matches(['+', '＋']);
    let (mut digits, mut others) = (0, text.len() - rest.len());
    for c in rest.chars() {
        match kind(c) {
            Kind::Digit(_) => digits += 1,
            _ if matches!(c, '+' | '＋' | '#' | ';' | ',' | ':') => return false,
            Kind::Letter if matches!(c, 'x' | 'X') => others += 1,
            Kind::Letter if digits < VIABLE_MIN || !c.is_ascii() => return false,
            _ => others += 1,
        }
    }
    digits >= VIABLE_MIN || (digits == 2 && others == 0)
}
