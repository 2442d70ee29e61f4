//! Where the next digit is, at the speed of reading.
//!
//! Text is looked at in blocks of 64 bytes. A block gives a mask with a bit for each byte that is
//! an ASCII digit or may begin a digit of another script; blocks without any are skipped by vector
//! instructions ([`vector`]). The mask of the last block is kept: where digits are many, the next
//! one is a shift away.

#[expect(
    unsafe_code,
    reason = "vector instructions: the one place of this crate that needs it"
)]
mod vector;
mod window;

pub(crate) use vector::Unit;
pub(crate) use window::{Groups, Start};

use super::Lengths;
use crate::unicode::{Kind, kind};
use window::Window;

/// How many bytes a mask tells about.
const BLOCK: usize = 64;

/// A text of so few bytes is looked through for a digit before it is searched.
const SHORT: usize = 256;

/// Whether what follows `from` is a few bytes without a digit. `false` may be wrong.
#[inline(always)]
pub(super) fn is_short_and_clear(text: &str, from: usize) -> bool {
    let behind = text.as_bytes().get(from..).unwrap_or_default();
    behind.len() < SHORT && Unit::best().is_clear(behind)
}

/// A walk over the digits of a text.
pub(crate) struct Scan<'t> {
    text: &'t str,
    unit: Unit,
    /// Where the block begins whose mask is kept.
    base: usize,
    mask: u64,
    window: Window,
    /// Between this place and that digit is none; two searches of one text look for it but once.
    known: (usize, Option<usize>),
}

impl<'t> Scan<'t> {
    /// A walk over `text`.
    pub(crate) fn new(text: &'t str) -> Self {
        Self::with(text, Unit::best())
    }

    /// A walk by the instructions of one unit.
    pub(crate) fn with(text: &'t str, unit: Unit) -> Self {
        Self {
            text,
            unit,
            base: 0,
            mask: 0,
            window: Window::default(),
            known: (usize::MAX, None),
        }
    }

    /// The place of the first decimal digit of any script at or after `from`.
    #[inline]
    pub(crate) fn next_digit(&mut self, from: usize) -> Option<usize> {
        let (since, digit) = self.known;
        if since > from || digit.is_some_and(|digit| digit < from) {
            self.known = (from, self.look_for_digit(from));
        }
        self.known.1
    }

    #[inline]
    fn look_for_digit(&mut self, mut from: usize) -> Option<usize> {
        loop {
            let kept = from.checked_sub(self.base).filter(|&into| into < BLOCK);
            let ahead = kept.map_or(0, |into| self.mask & (u64::MAX << into));
            if ahead == 0 {
                let behind = kept.filter(|_| self.mask != 0);
                let start = behind.map_or(from, |_| self.base + BLOCK);
                if start >= self.text.len() {
                    return None;
                }
                (self.base, self.mask) = self.unit.next_block(self.text.as_bytes(), start);
                if self.mask == 0 {
                    return None;
                }
                from = from.max(self.base);
                continue;
            }
            let at = self.base + ahead.trailing_zeros() as usize;
            if self.is_digit(at) {
                return Some(at);
            }
            from = at + 1;
        }
    }

    /// The next digits at or after `from` that may be a number of
    /// [`Mode::Balanced`](super::Mode::Balanced), as far as can be told at a glance. `ended` says
    /// that nothing follows the text; `lengths` how long numbers can be, where that is known.
    #[inline]
    pub(crate) fn next_start(
        &mut self,
        mut from: usize,
        ended: bool,
        lengths: Option<&Lengths>,
    ) -> Option<Start> {
        loop {
            let bytes = self.text.as_bytes();
            let window = &mut self.window;
            let start = self.unit.next_start(bytes, (from, ended), window, lengths);
            match start? {
                Start::Odd(at) if !self.is_digit(at) => from = at + 1,
                start => return Some(start),
            }
        }
    }

    /// Whether the character that begins here is a digit.
    #[inline]
    fn is_digit(&self, at: usize) -> bool {
        match self.text.as_bytes().get(at) {
            Some(byte) if byte.is_ascii() => true,
            _ => {
                let here = self.text.get(at..).and_then(|rest| rest.chars().next());
                here.is_some_and(|c| matches!(kind(c), Kind::Digit(_)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The same by looking at one character after the other.
    fn by_character(text: &str, from: usize) -> Option<usize> {
        let mut places = text.char_indices().filter(|&(at, _)| at >= from);
        places.find_map(|(at, c)| matches!(kind(c), Kind::Digit(_)).then_some(at))
    }

    fn all(text: &str, unit: Unit) -> Vec<usize> {
        let (mut scan, mut from) = (Scan::with(text, unit), 0);
        let next = || {
            let at = scan.next_digit(from)?;
            from = at + 1;
            Some(at)
        };
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn every_digit_is_found_and_nothing_else() {
        for c in ('\0'..=char::MAX).filter(|c| c.len_utf8() < 4 || u32::from(*c) < 0x20000) {
            for text in [format!("é{c}"), format!("{:>61}{c}é", "ж")] {
                let at = text.find(c).unwrap();
                let expected = matches!(kind(c), Kind::Digit(_)).then_some(at);
                for unit in Unit::all() {
                    assert_eq!(
                        Scan::with(&text, unit).next_digit(0),
                        expected,
                        "{c:?} {unit:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_digit_is_found_wherever_it_stands_in_a_block() {
        for unit in Unit::all() {
            for length in 0..400 {
                for fill in ["ж", "a", "中"] {
                    let text = format!("{}7", fill.repeat(length));
                    let at = length * fill.len();
                    let mut scan = Scan::with(&text, unit);
                    assert_eq!(scan.next_digit(0), Some(at), "{unit:?}");
                    assert_eq!(scan.next_digit(at), Some(at));
                    assert_eq!(scan.next_digit(at + 1), None);
                }
            }
        }
    }

    #[test]
    fn letters_are_told_wherever_they_stand() {
        let bytes: Vec<u8> = (0..=u8::MAX).collect();
        let bits = |part: &[u8], is: fn(&u8) -> bool| {
            let places = part.iter().take(BLOCK).enumerate();
            places.fold(0, |bits, (at, byte)| bits | u64::from(is(byte)) << at)
        };
        for unit in Unit::all() {
            for from in 0..=bytes.len() {
                for length in [0, 1, 24, 40, 63, 64, 65] {
                    let part = bytes[from..].get(..length).unwrap_or_default();
                    let told = unit.letters(part);
                    let letters = bits(part, u8::is_ascii_alphabetic);
                    assert_eq!(
                        told,
                        (letters, bits(part, |byte| !byte.is_ascii())),
                        "{unit:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn every_machine_has_a_unit_that_needs_nothing() {
        assert!(Unit::all().contains(&Unit::Portable));
        assert!(Unit::all().contains(&Unit::best()));
    }

    proptest! {
        #[test]
        fn every_unit_finds_what_one_by_one_finds(
            text in "([a-z ]{0,90}|[0-9]{1,9}|[\u{660}-\u{6FF}]{1,9}|[\u{900}-\u{97F}]{1,9}|[\u{E00}-\u{E7F}]{1,40}|[\u{FF00}-\u{FF20}]{1,40}|[а-я]{1,70}|\\PC{1,9}){0,9}",
        ) {
            let mut expected = Vec::new();
            let mut from = 0;
            while let Some(at) = by_character(&text, from) {
                expected.push(at);
                from = at + 1;
            }
            for unit in Unit::all() {
                prop_assert_eq!(unit.count_chars(&text), text.chars().count(), "{:?}", unit);
                prop_assert_eq!(&all(&text, unit), &expected, "{:?}", unit);
            }
        }
    }
}
