//! A candidate: digits in groups, with what parts them.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{RUN_CHARS_MAX, weigh::NATIONAL_MIN};
use crate::unicode::{Kind, kind};

/// More digits than this are no number, whatever parts them.
pub(super) const DIGITS_MAX: usize = 24;

/// More groups than this are a list.
const GROUPS_MAX: usize = 10;

/// More separators in a row than this part two things.
const GAP_MAX: usize = 4;

/// How many characters before the first digit may belong to a number, such as `(+`.
const LEAD_MAX: usize = 3;

/// Digits without a gap.
#[derive(Clone, Copy, Default)]
pub(super) struct Group {
    /// The place of the first digit, in bytes.
    pub(super) start: usize,
    /// The place behind the last digit, in bytes.
    pub(super) end: usize,
    /// How many digits stand before this group.
    pub(super) before: usize,
    /// The character that parts it from the group before; the last if several do.
    pub(super) gap: char,
}

/// A run of groups. Wiped on drop.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(super) struct Run {
    /// Where it begins, with `+` or bracket.
    pub(super) start: usize,
    /// Whether a `+` leads it.
    pub(super) plus: bool,
    digits: [u8; DIGITS_MAX],
    len: usize,
    #[zeroize(skip)]
    groups: [Group; GROUPS_MAX],
    count: usize,
    /// Whether the last group may go on behind what was read.
    open: bool,
}

impl Run {
    /// The groups that are known whole.
    pub(super) fn groups(&self) -> &[Group] {
        let count = self.count - usize::from(self.open);
        self.groups.get(..count).unwrap_or_default()
    }

    /// The digits up to the end of a group.
    pub(super) fn digits_to(&self, group: usize) -> &[u8] {
        let next = self
            .groups
            .get(group + 1)
            .filter(|_| group + 1 < self.count);
        let end = next.map_or(self.len, |next| next.before);
        self.digits.get(..end).unwrap_or_default()
    }

    /// Where the first group ends, as far as it was read.
    pub(super) fn first_end(&self) -> usize {
        self.groups
            .first()
            .map_or(self.start + 1, |group| group.end)
    }

    /// Adds a digit that ends at `end`; `false` if there is no room.
    fn push(&mut self, digit: u8, place: (usize, usize), gap: Option<char>) -> bool {
        let new = gap.is_some() || self.count == 0;
        if self.len == DIGITS_MAX || (new && self.count == GROUPS_MAX) {
            // A full group that goes on is not known whole.
            self.open = !new;
            return false;
        }
        if new {
            self.groups[self.count] = Group {
                start: place.0,
                end: place.1,
                before: self.len,
                gap: gap.unwrap_or(' '),
            };
            self.count += 1;
        }
        self.groups[self.count - 1].end = place.1;
        self.digits[self.len] = digit;
        self.len += 1;
        true
    }
}

/// Where a number whose first digit (or whose text) is at `digit` may begin: with up to three of
/// `+`, `(`, `[` right before it, but not before `from`.
pub(super) fn lead(text: &str, from: usize, digit: usize) -> usize {
    let before = text.get(from..digit).unwrap_or_default();
    let led = before.chars().rev().take(LEAD_MAX);
    let led = led.take_while(|&c| matches!(kind(c), Kind::Plus | Kind::Open));
    digit - led.map(char::len_utf8).sum::<usize>()
}

/// Where the run ends whose first digit is at `digit`, if it is ASCII and has too few digits for
/// any number: no part of it is one either. `None` if that is not plain to see.
#[inline]
pub(super) fn too_few(text: &str, digit: usize, ended: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut end, mut digits, mut gaps) = (digit, 0, 0);
    for (at, &byte) in bytes.get(digit..)?.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                if digits == NATIONAL_MIN {
                    return None;
                }
                (end, gaps) = (digit + at + 1, 0);
            }
            b' ' | b'-' | b'.' | b'/' | b'(' | b')' | b'[' | b']' | b'{' | b'}' | b'~' => {
                gaps += 1;
                if gaps > GAP_MAX {
                    return Some(end);
                }
            }
            0x80.. => return None,
            _ => return Some(end),
        }
    }
    ended.then_some(end)
}

/// Reads the run whose first digit is at `digit`. `None` if it depends on what follows the text.
pub(super) fn read(text: &str, start: usize, digit: usize, ended: bool) -> Option<Run> {
    let leading = text.get(start..digit).unwrap_or_default();
    let mut run = Run {
        start,
        plus: leading.chars().any(|c| kind(c) == Kind::Plus),
        digits: [0; DIGITS_MAX],
        len: 0,
        groups: [Group::default(); GROUPS_MAX],
        count: 0,
        open: false,
    };
    let (mut gap, mut gaps) = (None, 0);
    for (chars, (offset, c)) in text.get(digit..)?.char_indices().enumerate() {
        if chars >= RUN_CHARS_MAX {
            run.open |= gap.is_none();
            return Some(run);
        }
        let place = (digit + offset, digit + offset + c.len_utf8());
        match kind(c) {
            Kind::Digit(value) => {
                if !run.push(value, place, gap.take()) {
                    return Some(run);
                }
                gaps = 0;
            }
            Kind::Separator | Kind::Dash | Kind::Open | Kind::Close if parts(c) => {
                gap = Some(c);
                gaps += 1;
                if gaps > GAP_MAX {
                    return Some(run);
                }
            }
            Kind::Invisible if !c.is_control() => {}
            _ => return Some(run),
        }
    }
    ended.then_some(run)
}

/// Lines and tables part numbers from each other.
fn parts(c: char) -> bool {
    !matches!(
        c,
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
