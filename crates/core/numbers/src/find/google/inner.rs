//! What a candidate's punctuation says: dates, hours, pages, and numbers within it.

use std::ops::Range;

use crate::unicode::{Kind, kind};

/// Whether there is a date with slashes in it, such as 22/11/2026.
pub(super) fn is_date(candidate: &str) -> bool {
    let bytes = candidate.as_bytes();
    let mut slashes = bytes.iter().enumerate().filter(|&(_, &b)| b == b'/');
    slashes.any(|(at, _)| is_date_at(bytes, at))
}

/// Whether the slash at `slash` is the first of a date: day or month, month or day, year.
fn is_date_at(bytes: &[u8], slash: usize) -> bool {
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let before = slash.checked_sub(1).is_some_and(digit);
    if !before || !digit(slash + 1) {
        return false;
    }
    // The second part has one digit, or two of which the first is small.
    let first_small = bytes
        .get(slash + 1)
        .is_some_and(|b| matches!(b, b'0'..=b'3'));
    let ends = [
        Some(slash + 2),
        (first_small && digit(slash + 2)).then_some(slash + 3),
    ];
    let second = ends.into_iter().flatten();
    let mut second = second.filter(|&end| bytes.get(end) == Some(&b'/'));
    second.any(|end| digit(end + 1) && digit(end + 2))
}

/// Whether it ends in a date and an hour, such as 2026-11-22 14.
pub(super) fn ends_in_hour(candidate: &[u8]) -> bool {
    let Some((date, [b'0'..=b'2', b'0'..=b'9'])) = candidate.split_last_chunk::<2>() else {
        return false;
    };
    let trimmed = date.trim_ascii_end();
    let spaces = date.get(trimmed.len()..).unwrap_or_default();
    if spaces.is_empty() || spaces.iter().any(|&b| b != b' ') {
        return false;
    }
    let Some((rest, [b'0'..=b'3', b'0'..=b'9'])) = trimmed.split_last_chunk::<2>() else {
        return false;
    };
    let unparted = |bytes: &[u8]| match bytes {
        [rest @ .., b'-' | b'/'] => rest.len(),
        all => all.len(),
    };
    let rest = rest.get(..unparted(rest)).unwrap_or_default();
    let Some((rest, [b'0'..=b'1', b'0'..=b'9'])) = rest.split_last_chunk::<2>() else {
        return false;
    };
    let rest = rest.get(..unparted(rest)).unwrap_or_default();
    matches!(rest, [.., b'1' | b'2', b, c, d] if [b, c, d].iter().all(|b| b.is_ascii_digit()))
}

fn opens(c: char) -> bool {
    matches!(c, '(' | '[' | '（' | '［')
}

fn closes(c: char) -> bool {
    matches!(c, ')' | ']' | '）' | '］')
}

/// Whether brackets are opened and closed as they are around area codes: one may be open at the
/// beginning, and up to three pairs follow each other behind the first.
pub(super) fn has_matching_brackets(candidate: &str) -> bool {
    let is_bracket = |byte: u8| matches!(byte, b'(' | b')' | b'[' | b']' | 0xEF);
    if !candidate.bytes().any(is_bracket) {
        return !candidate.is_empty();
    }
    let rest = candidate.strip_prefix(opens).unwrap_or(candidate);
    let rest = match between(rest) {
        Some(("", _)) => return false,
        Some((_, behind)) if behind.starts_with(closes) => after_first(behind),
        Some((_, _)) => rest,
        None => return false,
    };
    let Some((first, mut rest)) = between(rest).filter(|(first, _)| !first.is_empty()) else {
        return false;
    };
    let _ = first;
    for _ in 0..3 {
        let pair = rest.strip_prefix(opens).and_then(between);
        match pair {
            Some((inside, behind)) if !inside.is_empty() && behind.starts_with(closes) => {
                rest = after_first(behind);
            }
            _ => break,
        }
    }
    !rest.contains(|c| opens(c) || closes(c))
}

/// The text up to the next bracket, and from there.
fn between(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c| opens(c) || closes(c)).unwrap_or(text.len());
    text.split_at_checked(end)
}

fn after_first(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Whether it looks like pages and a year in a bibliography, such as 211-227 (2003.
pub(super) fn is_page_reference(candidate: &str) -> bool {
    let bytes = candidate.as_bytes();
    let mut brackets = bytes.iter().enumerate().filter(|&(_, &b)| b == b'(');
    brackets.any(|(at, _)| {
        let before = bytes.get(..at).unwrap_or_default();
        let trimmed = before.trim_ascii_end();
        let dashed = trimmed.trim_suffix_digits();
        let undashed = dashed.trim_dashes();
        let year = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        year && before.len() - trimmed.len() <= 4
            && (1..=5).contains(&(trimmed.len() - dashed.len()))
            && dashed.len() > undashed.len()
            && undashed.last().is_some_and(u8::is_ascii_digit)
    })
}

trait Trim {
    fn trim_suffix_digits(&self) -> &Self;
    fn trim_dashes(&self) -> &Self;
}

impl Trim for [u8] {
    fn trim_suffix_digits(&self) -> &Self {
        trimmed(self, |b| b.is_ascii_digit())
    }

    fn trim_dashes(&self) -> &Self {
        trimmed(self, |b| b == b'-')
    }
}

fn trimmed(bytes: &[u8], ending: impl Fn(u8) -> bool) -> &[u8] {
    let kept = bytes
        .iter()
        .rposition(|&b| !ending(b))
        .map_or(0, |at| at + 1);
    bytes.get(..kept).unwrap_or_default()
}

/// General category Z: the spaces, but not tabs and line ends.
fn is_space(c: char) -> bool {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => byte == b' ',
        _ => c.is_whitespace() && c != '\u{85}',
    }
}

fn is_long_dash(c: char) -> bool {
    matches!(c, '\u{2012}'..='\u{2015}' | '\u{FF0D}')
}

/// Tries the parts of a candidate, in the order of the signs that part it, until one is found.
pub(super) fn find<T>(
    candidate: &str,
    mut found: impl FnMut(Range<usize>) -> Option<T>,
) -> Option<T> {
    if !candidate
        .bytes()
        .any(|b| matches!(b, b'/' | b'(' | b'-' | b'.' | b' ' | 0x80..))
    {
        return None;
    }
    let mut tried = |part: Range<usize>| {
        let text = candidate.get(part.clone()).unwrap_or_default();
        let end = part.start + text.trim_end_matches(is_unwanted).len();
        (end > part.start).then(|| found(part.start..end)).flatten()
    };
    for parting in [slashes, brackets, spaced_dash, long_dash, points, spaces] {
        let (mut from, mut first) = (0, true);
        while let Some((start, part)) = parting(candidate, from) {
            if first {
                if let Some(found) = tried(0..start) {
                    return Some(found);
                }
                first = false;
            }
            from = part.end;
            if let Some(found) = tried(part) {
                return Some(found);
            }
        }
    }
    None
}

/// Neither letter nor number, and no `#`.
fn is_unwanted(c: char) -> bool {
    !c.is_alphanumeric() && c != '#'
}

/// From `from` on: where the signs begin that part, and the part behind them.
type Parting = fn(&str, usize) -> Option<(usize, Range<usize>)>;

const _: [Parting; 6] = [slashes, brackets, spaced_dash, long_dash, points, spaces];

/// The signs at `start` and what they lead: up to one of them, or to the end.
fn led(
    candidate: &str,
    start: usize,
    sign: fn(char) -> bool,
    more: fn(char) -> bool,
    ends: fn(char) -> bool,
) -> Option<(usize, Range<usize>)> {
    let behind = candidate.get(start..)?.trim_start_matches(sign);
    let part = behind.trim_start_matches(more);
    let at = candidate.len() - part.len();
    let end = part.find(ends).map_or(candidate.len(), |end| at + end);
    (end > at).then_some((start, at..end))
}

fn slashes(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let start = from + candidate.get(from..)?.find('/')?;
    led(candidate, start, |c| c == '/', |_| false, |_| false)
}

fn brackets(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let start = from + candidate.get(from..)?.find('(')?;
    let next = candidate.get(start + 1..)?.find('(');
    let end = next.map_or(candidate.len(), |next| start + 1 + next);
    Some((start, start..end))
}

fn spaced_dash(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let dashes = candidate.get(from..)?.match_indices('-');
    let mut places = dashes.filter_map(|(at, _)| {
        let at = from + at;
        let before = candidate.get(from..at)?.chars().next_back();
        let spaced = before.filter(|&c| is_space(c));
        let behind = candidate.get(at + 1..)?.starts_with(is_space);
        match spaced {
            Some(space) => Some((at - space.len_utf8(), at + 1)),
            None => behind.then_some((at, at + 1)),
        }
    });
    let (start, behind) = places.next()?;
    let part = candidate.get(behind..)?.trim_start_matches(is_space);
    let at = candidate.len() - part.len();
    (!part.is_empty()).then_some((start, at..candidate.len()))
}

fn long_dash(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let rest = candidate.get(from..)?;
    let (at, dash) = rest.char_indices().find(|&(_, c)| is_long_dash(c))?;
    let part = rest
        .get(at + dash.len_utf8()..)?
        .trim_start_matches(is_space);
    let part_at = candidate.len() - part.len();
    (!part.is_empty()).then_some((from + at, part_at..candidate.len()))
}

fn points(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let start = from + candidate.get(from..)?.find('.')?;
    led(candidate, start, |c| c == '.', is_space, |c| c == '.')
}

fn spaces(candidate: &str, from: usize) -> Option<(usize, Range<usize>)> {
    let start = from + candidate.get(from..)?.find(is_space)?;
    led(candidate, start, is_space, |_| false, is_space)
}

/// The digits of a text, as ASCII, without what stands between them.
pub(super) fn digits(text: &str) -> impl Iterator<Item = u8> {
    text.chars().filter_map(|c| match kind(c) {
        Kind::Digit(digit) => Some(digit),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_hours_and_pages_are_known() {
        for text in ["22/11/2026", "1/1/99", "x 11/22/26 5", "03/2/2026"] {
            assert!(is_date(text), "{text}");
        }
        for text in ["1/234/5678", "030/1234567", "22/11", "1//2"] {
            assert!(!is_date(text), "{text}");
        }
        for text in ["2026-11-22 14", "20261122  09", "1999/01/31 23"] {
            assert!(ends_in_hour(text.as_bytes()), "{text}");
        }
        for text in [
            "2026-11-22",
            "2026-11-22 34",
            "3026-11-22 14",
            "2026-21-22 14",
            "14",
        ] {
            assert!(!ends_in_hour(text.as_bytes()), "{text}");
        }
        assert!(is_page_reference("211-227 (2003"));
        assert!(!is_page_reference("211 227 (2003)") && !is_page_reference("-227 (2003)"));
    }

    #[test]
    fn brackets_match_as_around_area_codes() {
        for text in [
            "650 253",
            "(650) 253",
            "(650 253",
            "650) 253",
            "1 (650) 253",
            "(1) (2)3",
        ] {
            assert!(has_matching_brackets(text), "{text}");
        }
        for text in [
            "",
            "(650))",
            "((650) 253",
            "1 (2) 3 (4)",
            "650 (253",
            "()12",
            "650)",
        ] {
            assert!(!has_matching_brackets(text), "{text}");
        }
    }

    #[test]
    fn parts_are_tried_in_order() {
        let mut tried = Vec::new();
        let _ = find("1/2 (3) 4 - 5.6", |part| {
            tried.push(&"1/2 (3) 4 - 5.6"[part]);
            None::<()>
        });
        let expected = [
            "1",
            "2 (3) 4 - 5.6",
            "1/2",
            "(3) 4 - 5.6",
            "1/2 (3) 4",
            "5.6",
            "1/2 (3) 4 - 5",
            "6",
            "1/2",
            "(3",
            "4",
            "5.6",
        ];
        assert_eq!(tried, expected);
    }
}
