//! A candidate: digits in groups, with what parts them.

mod reader;

use super::{RUN_CHARS_MAX, SPELLED_CHARS_MAX, spelled};
use crate::{
    unicode::{Kind, kind},
    wiped::Wiped,
};
use reader::Reader;

/// More digits than this are no number, whatever parts them.
pub(super) const DIGITS_MAX: usize = 24;

/// More groups than this are a list.
pub(super) const GROUPS_MAX: usize = 10;

/// More separators in a row than this part two things.
pub(super) const GAP_MAX: usize = 4;

/// How many characters before the first digit may belong to a number, such as `(+`.
const LEAD_MAX: usize = 3;

/// The part an ASCII character plays in a run without words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Digit,
    /// Parts groups of digits.
    Gap,
    /// Ends the run.
    End,
    /// Begins an escape or a character beyond ASCII.
    Unclear,
}

pub(super) static PARTS: [Part; 256] = {
    let mut parts = [Part::End; 256];
    let mut byte = 0u8;
    loop {
        parts[byte as usize] = match byte {
            b'0'..=b'9' => Part::Digit,
            b' ' | b'-' | b'.' | b'/' | b'~' => Part::Gap,
            b'(' | b')' | b'[' | b']' | b'{' | b'}' => Part::Gap,
            b'%' | 0x80.. => Part::Unclear,
            _ => Part::End,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    parts
};

/// Digits without a gap. Small, because a run holds several and most runs are refused.
#[derive(Clone, Copy, Default)]
pub(super) struct Group {
    /// The place of the first digit, in bytes behind the run's beginning.
    start: u16,
    /// The place behind the last digit.
    end: u16,
    /// How many digits stand before this group.
    before: u8,
    /// The ASCII sign that parts it from the group before, the last if several do; 0 for another.
    pub(super) gap: u8,
}

impl Group {
    /// How many digits stand before this group.
    pub(super) fn before(self) -> usize {
        self.before.into()
    }

    /// Whether it is one ASCII digit.
    pub(super) fn is_one_byte(self) -> bool {
        self.end == self.start + 1
    }
}

/// A run of groups.
pub(super) struct Run {
    /// Where it begins, with `+` or bracket.
    pub(super) start: usize,
    /// Whether a `+` leads it.
    pub(super) plus: bool,
    digits: Wiped<DIGITS_MAX>,
    len: usize,
    groups: [Group; GROUPS_MAX],
    count: usize,
    /// Whether the last group may go on behind what was read.
    open: bool,
    /// Whether some digits are words.
    pub(super) spelled: bool,
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
        let end = next.map_or(self.len, |next| next.before());
        self.digits.get(..end).unwrap_or_default()
    }

    /// Where a group ends that is known whole.
    pub(super) fn end_of(&self, group: usize) -> Option<usize> {
        let group = self.groups().get(group)?;
        Some(self.start + usize::from(group.end))
    }

    /// Where the first group ends. If that was not read, or if a digit stands before it, it is where
    /// the digits end that it begins with: none of them begins a number, and how far an earlier run
    /// came among them may depend on how the text is cut.
    pub(super) fn first_end(&self, text: &str) -> usize {
        let first = self
            .groups
            .first()
            .map_or(0, |group| usize::from(group.start));
        let (before, rest) = text
            .split_at_checked(self.start + first)
            .unwrap_or_default();
        let other = |c| !matches!(kind(c), Kind::Digit(_));
        match self.end_of(0) {
            Some(end) if before.chars().next_back().is_none_or(other) => end,
            _ => before.len() + rest.find(other).unwrap_or(rest.len()),
        }
    }

    /// A place in the text as groups hold it. A run is too short for more.
    #[inline]
    fn place(&self, at: usize) -> u16 {
        u16::try_from(at - self.start).unwrap_or(u16::MAX)
    }

    /// Replaces the last digit: the zero of spelled tens by what completes them.
    fn replace_last(&mut self, digit: u8, end: usize) -> bool {
        let last = self
            .len
            .checked_sub(1)
            .and_then(|last| self.digits.get_mut(last));
        let Some(last) = last else {
            return false;
        };
        *last = b'0' + digit;
        self.end_at(end);
        true
    }

    fn replace_tens(&mut self, tens: u8, digit: u8, end: usize) -> bool {
        let tens_place = self
            .len
            .checked_sub(2)
            .and_then(|at| self.digits.get_mut(at));
        let Some(place) = tens_place else {
            return false;
        };
        *place = b'0' + tens;
        self.replace_last(digit, end)
    }

    fn end_at(&mut self, end: usize) {
        let end = self.place(end);
        if let Some(group) = self.groups.get_mut(self.count.saturating_sub(1)) {
            group.end = end;
        }
    }

    /// Where the last group ends that was read.
    pub(super) fn last_end(&self) -> usize {
        let last = self.groups.get(self.count.saturating_sub(1));
        last.map_or(self.start, |group| self.start + usize::from(group.end))
    }

    /// Whether a line ends within the groups up to this one.
    pub(super) fn is_split(&self, group: usize) -> bool {
        let groups = self.groups.get(1..=group).unwrap_or_default();
        groups.iter().any(|group| group.gap == b'\n')
    }

    /// Adds a whole group of ASCII digits that begins at `at`; `false` if there is no room.
    #[inline]
    fn push_group(&mut self, digits: &[u8], at: usize, mut gap: Option<u8>) -> bool {
        let fits = self.len + digits.len() <= DIGITS_MAX && self.count < GROUPS_MAX;
        let Some((first, rest)) = digits.split_first().filter(|_| fits) else {
            let mut places = at..;
            let mut digits = digits.iter().zip(&mut places);
            return digits.all(|(&digit, at)| self.push(digit, (at, at + 1), gap.take()));
        };
        if !self.push(*first, (at, at + 1), gap) {
            return false;
        }
        let room = self.digits.iter_mut().skip(self.len);
        room.zip(rest).for_each(|(place, &digit)| *place = digit);
        self.len += rest.len();
        self.end_at(at + digits.len());
        true
    }

    /// Adds a digit; `false` if there is no room.
    #[inline]
    fn push(&mut self, digit: u8, place: (usize, usize), gap: Option<u8>) -> bool {
        let new = gap.is_some() || self.count == 0;
        if self.len == DIGITS_MAX {
            // A full group that goes on is not known whole.
            self.open = !new;
            return false;
        }
        if new {
            let group = Group {
                start: self.place(place.0),
                end: 0,
                before: u8::try_from(self.len).unwrap_or(u8::MAX),
                gap: gap.unwrap_or(b' '),
            };
            let Some(room) = self.groups.get_mut(self.count) else {
                self.open = false;
                return false;
            };
            *room = group;
            self.count += 1;
        }
        self.digits[self.len] = digit;
        self.len += 1;
        self.end_at(place.1);
        true
    }
}

/// Where a number whose first digit (or whose text) is at `digit` may begin: with up to three of
/// `+`, `(`, `[` right before it, escaped (`%2B`) or not, but not before `from`.
pub(super) fn lead(text: &str, from: usize, digit: usize) -> usize {
    let mut start = digit;
    for _ in 0..LEAD_MAX {
        let before = text.get(from..start).unwrap_or_default();
        let leads = |c| matches!(kind(c), Kind::Plus | Kind::Open);
        match last_unit(before) {
            Some((c, length)) if leads(c) => start -= length,
            _ => break,
        }
    }
    start
}

/// The character that an escape such as `%2B` stands for, if the text begins with one.
#[inline]
pub(super) fn escaped(text: &[u8]) -> Option<char> {
    let [b'%', high, low, ..] = text else {
        return None;
    };
    let value = |digit: u8| char::from(digit).to_digit(16);
    let code = value(*high)? * 16 + value(*low)?;
    char::from_u32(code).filter(char::is_ascii)
}

/// The last character of a text, escaped or not, and how many bytes it takes.
pub(super) fn last_unit(text: &str) -> Option<(char, usize)> {
    let tail = text
        .len()
        .checked_sub(3)
        .and_then(|at| text.as_bytes().get(at..));
    if let Some(c) = tail.and_then(escaped) {
        return Some((c, 3));
    }
    let last = text.chars().next_back()?;
    Some((last, last.len_utf8()))
}

/// The first character of a text, escaped or not, and how many bytes it takes.
#[inline]
pub(super) fn first_unit(text: &str) -> Option<(char, usize)> {
    if let Some(c) = escaped(text.as_bytes()) {
        return Some((c, 3));
    }
    let first = text.chars().next()?;
    Some((first, first.len_utf8()))
}

/// What a digit is that may stand within an escape such as `%2B`.
pub(super) enum Within {
    /// Part of no escape, or of one for a digit.
    Nothing,
    /// Part of an escape for something else, which ends here.
    Escape(usize),
    /// The escape that begins here is cut off by the text's end.
    Cut(usize),
}

/// Whether the digit at `digit` is part of an escape that begins at `from` or later.
#[inline]
pub(super) fn within_escape(text: &str, from: usize, digit: usize) -> Within {
    let bytes = text.as_bytes();
    let places = [digit.checked_sub(1), digit.checked_sub(2)];
    let begins = |at: &usize| *at >= from && bytes.get(*at) == Some(&b'%');
    let Some(at) = places.into_iter().flatten().find(begins) else {
        return Within::Nothing;
    };
    match bytes.get(at + 1..).unwrap_or_default() {
        [] => Within::Cut(at),
        [high] if high.is_ascii_hexdigit() => Within::Cut(at),
        [b'3', b'0'..=b'9', ..] => Within::Nothing,
        [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            Within::Escape(at + 3)
        }
        _ => Within::Nothing,
    }
}

/// Where the first group ends of the run whose first digit is at `digit`. With `words`, a word may
/// stand for more digits of it. `None` if that is not plain to see.
#[inline]
pub(super) fn plain_end(text: &str, digit: usize, ended: bool, words: bool) -> Option<usize> {
    let behind = text.as_bytes().get(digit..)?;
    let count = behind.iter().take_while(|byte| byte.is_ascii_digit());
    let count = count.count();
    let ends = match behind.get(count) {
        Some(byte) if byte.is_ascii_alphabetic() => !words,
        // An escape or a character beyond ASCII may be one more digit.
        Some(&byte) => PARTS[usize::from(byte)] != Part::Unclear,
        None => ended,
    };
    (ends && count > 0).then_some(digit + count)
}

/// Where the run ends whose first digit is at `digit`, if it is ASCII and has fewer digits than any
/// number, also with words in it: no part of it is one either. `None` if that is not plain to
/// see.
#[inline]
pub(super) fn too_few(text: &str, digit: usize, ended: bool, fewest: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut end, mut digits, mut gaps) = (digit, 0, 0);
    for (at, &byte) in bytes.get(digit..)?.iter().enumerate() {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                if digits == fewest {
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
            b'a'..=b'z' | b'A'..=b'Z' => {
                let rest = text.get(digit + at..)?;
                let word = spelled::word(rest);
                let cut = word.len() == rest.len() && !ended;
                return (!cut && spelled::at(rest).is_none()).then_some(end);
            }
            b'%' => {
                let rest = bytes.get(digit + at..)?;
                let cut = rest.len() < 3 && !ended;
                return (!cut && escaped(rest).is_none()).then_some(end);
            }
            0x80.. | b'\r' | b'\n' => return None,
            _ => return Some(end),
        }
    }
    ended.then_some(end)
}

/// Reads the run whose first digit, or word for one, is at `digit`. With `words`, words may stand
/// for digits and for what parts them, and a line may end within. `None` if it depends on what
/// follows the text.
pub(super) fn read(
    text: &str,
    start: usize,
    digit: usize,
    ended: bool,
    words: bool,
) -> Option<Run> {
    let leading = text.get(start..digit).unwrap_or_default();
    let mut reader = Reader::new(start, has_plus(leading));
    let plain = text.as_bytes().get(digit..)?;
    let most = match words {
        true => SPELLED_CHARS_MAX,
        false => RUN_CHARS_MAX,
    };
    let plain = plain.get(..most).unwrap_or(plain);
    let mut chars = 0;
    // Most runs are plain to their end: nothing of them has to be decoded.
    while let Some(&byte) = plain.get(chars) {
        let (goes_on, length) = match PARTS[usize::from(byte)] {
            Part::Digit => {
                let rest = plain.get(chars..)?;
                let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                (reader.group(rest.get(..length)?, digit + chars), length)
            }
            Part::Gap => (reader.part(byte), 1),
            Part::End | Part::Unclear => break,
        };
        if !goes_on {
            return Some(reader.run);
        }
        chars += length;
    }
    let mut at = digit + chars;
    while chars < most {
        let rest = text.get(at..)?;
        let Some((c, length)) = first_unit(rest) else {
            return ended.then_some(reader.run);
        };
        let cut = rest.len() < 3 && c == '%';
        if cut && !ended {
            return None;
        }
        let (goes_on, length) = match kind(c) {
            Kind::Letter if words => {
                let word = spelled::word(rest);
                if word.len() == rest.len() && !ended && word.len() <= spelled::WORD_BYTES_MAX {
                    return None;
                }
                match spelled::at(rest) {
                    Some((meaning, length)) => (reader.word(meaning, (at, at + length)), length),
                    None => (false, 0),
                }
            }
            Kind::Plus if words && reader.run.len == 0 => (true, length),
            other => (reader.sign(c, other, (at, at + length), words), length),
        };
        if !goes_on {
            return Some(reader.run);
        }
        chars += match length {
            1 => 1,
            _ => rest.get(..length).map_or(1, |unit| unit.chars().count()),
        };
        at += length;
    }
    reader.run.open |= reader.gap.is_none();
    Some(reader.run)
}

/// Whether there is a plus among leading signs, escaped or not.
fn has_plus(leading: &str) -> bool {
    let mut rest = leading;
    while let Some((c, length)) = first_unit(rest) {
        if kind(c) == Kind::Plus {
            return true;
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    false
}
