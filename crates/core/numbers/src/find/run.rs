//! A candidate: digits in groups, with what parts them.

use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{
    RUN_CHARS_MAX,
    spelled::{self, Spelled},
    weigh::NATIONAL_MIN,
};
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
        let end = next.map_or(self.len, |next| next.before);
        self.digits.get(..end).unwrap_or_default()
    }

    /// Where the first group ends, as far as it was read.
    pub(super) fn first_end(&self) -> usize {
        self.groups()
            .first()
            .map_or(self.start + 1, |group| group.end)
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
        if let Some(group) = self.groups.get_mut(self.count.saturating_sub(1)) {
            group.end = end;
        }
    }

    /// Where the last group ends that was read.
    pub(super) fn last_end(&self) -> usize {
        let last = self.groups.get(self.count.saturating_sub(1));
        last.map_or(self.start, |group| group.end)
    }

    /// Whether a line ends within the groups up to this one.
    pub(super) fn is_split(&self, group: usize) -> bool {
        let groups = self.groups.get(1..=group).unwrap_or_default();
        groups.iter().any(|group| group.gap == '\n')
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

/// Where the run ends whose first digit is at `digit`, if it is ASCII and has too few digits for
/// any number: no part of it is one either. `None` if that is not plain to see.
#[inline]
pub(super) fn too_few(text: &str, digit: usize, ended: bool, words: bool) -> Option<usize> {
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
            0x80.. | b'%' => return None,
            b'a'..=b'z' | b'A'..=b'Z' | b'\r' | b'\n' if words => return None,
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
    let mut reader = Reader {
        run: Run {
            start,
            plus: has_plus(leading),
            digits: [0; DIGITS_MAX],
            len: 0,
            groups: [Group::default(); GROUPS_MAX],
            count: 0,
            open: false,
            spelled: false,
        },
        gap: None,
        gaps: 0,
        words_between: 0,
        lines: 0,
        times: 1,
        spelled: None,
    };
    let (mut at, mut chars) = (digit, 0);
    while chars < RUN_CHARS_MAX {
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
        chars += rest.get(..length).map_or(1, |unit| unit.chars().count());
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

/// A run that is being read.
struct Reader {
    run: Run,
    /// What parts the next digit from the last.
    gap: Option<char>,
    gaps: usize,
    words_between: usize,
    lines: usize,
    /// How often the next digit comes.
    times: u8,
    /// What the last word said, if nothing but a space or a dash stands behind it.
    spelled: Option<Spelled>,
}

impl Reader {
    /// Takes a character; whether the run goes on.
    #[inline]
    fn sign(&mut self, c: char, kind: Kind, place: (usize, usize), words: bool) -> bool {
        match kind {
            Kind::Digit(value) => {
                (self.spelled, self.times) = (None, 1);
                self.digit(value, place)
            }
            Kind::Invisible if !c.is_control() => true,
            Kind::Separator if words && c == '\r' => true,
            Kind::Separator if words && c == '\n' => {
                self.lines += 1;
                self.gap = Some('\n');
                self.lines <= 1
            }
            Kind::Other if words && c == ',' && self.spelled.is_some() => {
                self.gaps += 1;
                true
            }
            Kind::Separator | Kind::Dash | Kind::Open | Kind::Close if parts(c) => {
                // Words for digits are parted by spaces anyway.
                if self.spelled.is_none() || !matches!(c, ' ' | '-') {
                    self.gap = Some(self.gap.filter(|&gap| gap == '\n').unwrap_or(c));
                }
                self.gaps += 1;
                self.gaps <= GAP_MAX
            }
            _ => false,
        }
    }

    fn digit(&mut self, value: u8, place: (usize, usize)) -> bool {
        (self.gaps, self.words_between) = (0, 0);
        let gap = self.gap.take();
        self.run.push(value, place, gap)
    }

    /// Takes a word; whether the run goes on.
    fn word(&mut self, meaning: Spelled, place: (usize, usize)) -> bool {
        let before = self.spelled.replace(meaning);
        self.run.spelled |= matches!(
            meaning,
            Spelled::Digit(_) | Spelled::Teen(_) | Spelled::Tens(_)
        );
        match meaning {
            Spelled::Digit(digit) => {
                if let (Some(Spelled::Tens(_)), 1..) = (before, digit) {
                    return self.run.replace_last(digit, place.1);
                }
                let times = std::mem::replace(&mut self.times, 1);
                (0..times).all(|_| self.digit(b'0' + digit, place))
            }
            Spelled::Teen(last) => match before {
                // Soixante-dix, quatre-vingt-onze.
                Some(Spelled::Tens(tens @ (6 | 8))) => {
                    self.run.replace_tens(tens + 1, last, place.1)
                }
                _ => self.digit(b'1', place) && self.digit(b'0' + last, place),
            },
            Spelled::Tens(2) if before == Some(Spelled::Digit(4)) && self.gap.is_none() => {
                self.spelled = Some(Spelled::Tens(8));
                self.run.replace_last(8, place.1) && self.digit(b'0', place)
            }
            Spelled::Tens(tens) => self.digit(b'0' + tens, place) && self.digit(b'0', place),
            Spelled::Times(times) => {
                self.times = times;
                true
            }
            Spelled::And => {
                self.spelled = before;
                matches!(before, Some(Spelled::Tens(_)))
            }
            Spelled::Gap if self.run.len > 0 => {
                self.gap = Some('.');
                (self.gaps, self.words_between) = (0, self.words_between + 1);
                self.words_between <= 1
            }
            Spelled::Plus if self.run.len == 0 => {
                self.run.plus = true;
                true
            }
            Spelled::Gap | Spelled::Plus => false,
        }
    }
}

/// Lines and tables part numbers from each other.
fn parts(c: char) -> bool {
    !matches!(
        c,
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
