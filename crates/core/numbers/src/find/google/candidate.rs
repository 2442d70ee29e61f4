//! What may be a number: up to two leading signs, then blocks of digits with little between them.

use super::{super::Lengths, AHEAD_BYTES, CHARS_MAX, extension};
use crate::unicode::{Kind, kind};

/// The most digits of one block; more begin the next.
const BLOCK_DIGITS_MAX: usize = 20;

/// The most blocks.
const BLOCKS_MAX: usize = 21;

/// The most signs between two blocks, and behind a leading sign.
const PUNCTUATION_MAX: usize = 4;

/// More groups are not looked at together.
const GROUPS_MAX: usize = 8;

/// How much of what stands behind a candidate is looked at with it: a character, or minutes.
const AFTER_BYTES: usize = 4;

/// The most characters before the first digit: two leading signs with what may stand behind each.
const LEAD_CHARS_MAX: usize = 2 * (1 + PUNCTUATION_MAX);

/// A part of the text that may be a number.
pub(super) struct Candidate {
    pub(super) start: usize,
    pub(super) end: usize,
    /// How many digits it has.
    pub(super) digits: usize,
    outline: Outline,
}

/// The groups of digits of a candidate in which nothing else can be a number or a part of one.
#[derive(Default)]
struct Outline {
    /// The first two characters of each group, and how many digits stand before it.
    groups: [([u8; 2], usize); GROUPS_MAX],
    count: usize,
    /// Whether there is more in it: a plus, letters, other scripts, more groups.
    more: bool,
}

impl Outline {
    fn begin(&mut self, first: [u8; 2], before: usize) {
        match self.groups.get_mut(self.count) {
            Some(place) => (*place, self.count) = ((first, before), self.count + 1),
            None => self.more = true,
        }
    }
}

impl Candidate {
    /// Whether neither all its groups nor some that follow each other are as long as a number in
    /// use can be without a `+`. Everything that is tried as a number is made of whole groups.
    pub(super) fn is_hopeless(&self, lengths: &Lengths) -> bool {
        let outline = &self.outline;
        let groups = outline.groups.get(..outline.count).unwrap_or_default();
        !outline.more
            && groups.iter().enumerate().all(|(place, &(first, before))| {
                let later = groups.get(place + 1..).unwrap_or_default();
                let mut ends = later.iter().map(|&(_, end)| end).chain([self.digits]);
                ends.all(|end| !lengths.allow(first, end - before))
            })
    }
}

/// The part a character plays in a candidate.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Digit,
    Punctuation,
    Other,
}

static ASCII_PARTS: [Part; 128] = {
    let mut parts = [Part::Other; 128];
    let punctuation = b"-xX ().[]/~";
    let mut at = 0;
    while at < punctuation.len() {
        parts[punctuation[at] as usize] = Part::Punctuation;
        at += 1;
    }
    let mut digit = b'0';
    while digit <= b'9' {
        parts[digit as usize] = Part::Digit;
        digit += 1;
    }
    parts
};

/// Whether a number may begin with this sign.
pub(super) fn is_lead(c: char) -> bool {
    matches!(c, '(' | '[' | '+' | '（' | '［' | '＋')
}

fn is_punctuation(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => ASCII_PARTS[usize::from(byte)] == Part::Punctuation,
        _ => matches!(c,
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{30FC}' | '\u{FF0D}'..='\u{FF0F}' | '\u{A0}'
            | '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{3000}' | '（' | '）' | '［' | '］' | '\u{2053}'
            | '\u{223C}'),
    }
}

/// The part of the character at `at`, and its length.
#[inline]
fn part_at(text: &str, at: usize) -> Option<(Part, usize)> {
    let byte = *text.as_bytes().get(at)?;
    if byte.is_ascii() {
        return Some((ASCII_PARTS[usize::from(byte)], 1));
    }
    let c = text.get(at..)?.chars().next()?;
    let part = match kind(c) {
        Kind::Digit(_) => Part::Digit,
        _ if is_punctuation(c) => Part::Punctuation,
        _ => Part::Other,
    };
    Some((part, c.len_utf8()))
}

/// Latin letters and their marks, percent signs and currencies: a number next to one is none.
pub(super) fn is_wordy(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic() || matches!(c, '%' | '$');
    }
    is_latin(c) || is_currency(c)
}

fn is_latin(c: char) -> bool {
    match c {
        '\u{300}'..='\u{36F}' => true,
        '\u{80}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => c.is_alphabetic(),
        _ => false,
    }
}

/// General category Sc of Unicode 16.
fn is_currency(c: char) -> bool {
    matches!(c,
        '\u{A2}'..='\u{A5}' | '\u{58F}' | '\u{60B}' | '\u{7FE}'..='\u{7FF}' | '\u{9F2}'..='\u{9F3}'
        | '\u{9FB}' | '\u{AF1}' | '\u{BF9}' | '\u{E3F}' | '\u{17DB}' | '\u{20A0}'..='\u{20C0}'
        | '\u{A838}' | '\u{FDFC}' | '\u{FE69}' | '\u{FF04}' | '\u{FFE0}'..='\u{FFE1}'
        | '\u{FFE5}'..='\u{FFE6}' | '\u{11FDD}'..='\u{11FE0}' | '\u{1E2FF}' | '\u{1ECB0}')
}

/// Where the candidate begins whose first digit is at `digit`: the earliest place from `from` on
/// from which one or two leading signs, each with a little punctuation, lead to it.
#[inline]
pub(super) fn lead(text: &str, from: usize, digit: usize) -> usize {
    let before = text.get(from..digit).unwrap_or_default();
    let mut start = digit;
    // Which signs lead to the digit, by how far back they stand, with nothing but punctuation
    // between them and what is looked at.
    let mut leading = 0u16;
    let mut plain = true;
    let back = before.char_indices().rev().take(LEAD_CHARS_MAX);
    for (back, (at, c)) in back.enumerate() {
        let punctuation = is_punctuation(c);
        let near = plain && back <= PUNCTUATION_MAX;
        if is_lead(c) {
            let second = leading >> back.saturating_sub(PUNCTUATION_MAX + 1) != 0;
            if near || second {
                start = from + at;
            }
        } else if !punctuation {
            break;
        }
        if !punctuation {
            (leading, plain) = (0, false);
        }
        if near && is_lead(c) {
            leading |= 1 << back;
        }
    }
    start
}

/// From where on a text that may go on is held back, if it has no digit after `from`.
pub(super) fn held(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let last = rest.char_indices().rev().take(LEAD_CHARS_MAX);
    let led = last.take_while(|&(_, c)| is_lead(c) || is_punctuation(c));
    from + led.last().map_or(rest.len(), |(at, _)| at)
}

/// Reads the candidate whose first digit is at `digit`; `None` if it depends on what follows the
/// text.
#[inline]
pub(super) fn read(text: &str, start: usize, digit: usize, ended: bool) -> Option<Candidate> {
    let mut found = Candidate {
        start,
        end: digit,
        digits: 0,
        outline: Outline::default(),
    };
    let led = text.get(start..digit)?;
    found.outline.more = led
        .bytes()
        .any(|byte| !byte.is_ascii() || matches!(byte, b'+' | b'x' | b'X'));
    let (mut blocks, mut in_block, mut between) = (1, 0, 0);
    let mut at = digit;
    for _ in 0..CHARS_MAX {
        let Some((part, length)) = part_at(text, at) else {
            break;
        };
        match part {
            Part::Digit => {
                if between > 0 || in_block == BLOCK_DIGITS_MAX {
                    if blocks == BLOCKS_MAX {
                        break;
                    }
                    (blocks, in_block) = (blocks + 1, 0);
                }
                if between > 0 || found.digits == 0 {
                    let first = text.as_bytes().get(at..).and_then(<[u8]>::first_chunk);
                    found
                        .outline
                        .begin(first.copied().unwrap_or_default(), found.digits);
                }
                (in_block, between) = (in_block + 1, 0);
                found.digits += 1;
                found.end = at + length;
            }
            Part::Punctuation if between < PUNCTUATION_MAX => between += 1,
            Part::Punctuation | Part::Other => break,
        }
        found.outline.more |= length > 1 || matches!(text.as_bytes().get(at), Some(b'x' | b'X'));
        at += length;
    }
    // What stands right behind an extension is part of the decision.
    if !ended && text.len() - found.end < AHEAD_BYTES + AFTER_BYTES {
        return None;
    }
    let ahead = (found.end + AHEAD_BYTES).min(text.len());
    let ahead = text.get(found.end..text.floor_char_boundary(ahead))?;
    if let Some((length, digits)) = extension::ahead(ahead) {
        found.end += length;
        found.digits += digits;
        found.outline.more = true;
    }
    if let Some(second) = second_number(text.get(found.start..found.end)?) {
        found.end = found.start + second;
    }
    Some(found)
}

/// Where `/ x` or the like begins a second number.
fn second_number(candidate: &str) -> Option<usize> {
    let mut slashes = candidate.match_indices('/').map(|(at, _)| at);
    slashes.find(|at| {
        let behind = candidate.get(at + 1..).unwrap_or_default();
        matches!(
            behind.trim_start_matches(' ').chars().next(),
            Some('x' | 'X')
        )
    })
}
