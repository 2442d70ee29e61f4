//! Extensions behind numbers.

use crate::unicode::{Kind, kind};

/// The most digits after a word that means nothing else, after `;ext=` too.
const SURE_MAX: usize = 20;

/// The most digits after `x`, `#`, `~` and `int`.
const UNSURE_MAX: usize = 9;

/// The most digits between a number and `#`.
const HASH_MAX: usize = 6;

/// The extension that a text begins with: its length in bytes, and its digits.
#[inline]
pub(in crate::find) fn ahead(text: &str) -> Option<(usize, usize)> {
    // Most of what follows numbers begins none, and shows so in its first character.
    match text.as_bytes().first()? {
        b' ' | b'\t' | b',' | b';' | b'-' | b'x' | b'X' | b'#' | b'~' | 0x80.. => {}
        b'e' | b'E' | b'i' | b'I' | b'a' | b'A' => {}
        _ => return None,
    }
    let labelled = || {
        let (at, most) = label(text)?;
        let (end, digits) = digits(text, at, most)?;
        let hash = text.get(end..)?.starts_with('#') && !text.starts_with(';');
        Some((end + usize::from(hash), digits))
    };
    labelled().or_else(|| american(text))
}

/// The extension that a candidate ends in: where it begins, with what announces it, and where its
/// digits are.
pub(super) fn at_end(candidate: &str) -> Option<(usize, std::ops::Range<usize>)> {
    let announces =
        |byte: u8| matches!(byte, b';' | b'#' | b'~' | 0x80..) || byte.is_ascii_alphabetic();
    if !candidate.bytes().any(announces) {
        return None;
    }
    candidate.char_indices().find_map(|(start, _)| {
        let text = candidate.get(start..)?;
        let labelled = || {
            let (at, most) = label(text)?;
            let (end, _) = digits(text, at, most)?;
            let hash = text.get(end..)?.starts_with('#') && !text.starts_with(';');
            (end + usize::from(hash) == text.len()).then_some(at..end)
        };
        let hashed = || {
            let (end, _) = american(text).filter(|(end, _)| *end == text.len())?;
            let at = text.find(|c| c != '-' && c != ' ')?;
            Some(at..end - 1)
        };
        let found = labelled().or_else(hashed)?;
        Some((start, start + found.start..start + found.end))
    })
}

/// `- 503#`.
fn american(text: &str) -> Option<(usize, usize)> {
    let at = text.find(|c| c != '-' && c != ' ').filter(|&at| at > 0)?;
    let (end, digits) = digits(text, at, HASH_MAX)?;
    let hash = text.get(end..)?.starts_with('#');
    hash.then_some((end + 1, digits))
}

/// Where the digits behind a label begin, and how many there may be.
fn label(text: &str) -> Option<(usize, usize)> {
    if text
        .get(..5)
        .is_some_and(|start| start.eq_ignore_ascii_case(";ext="))
    {
        return Some((5, SURE_MAX));
    }
    let gap = |c| matches!(c, ' ' | '\u{A0}' | '\t' | ',');
    let word = text.trim_start_matches(gap);
    if !announces(*word.as_bytes().first()?) {
        return None;
    }
    let (rest, most) = match sure(word) {
        Some(rest) => (rest, SURE_MAX),
        None => (unsure(word)?, UNSURE_MAX),
    };
    let rest = rest.strip_prefix([':', '.', '．']).unwrap_or(rest);
    let rest = rest.trim_start_matches(|c| gap(c) || c == '-');
    Some((text.len() - rest.len(), most))
}

/// Whether a word or sign for an extension may begin with this byte.
#[inline]
fn announces(byte: u8) -> bool {
    matches!(
        byte.to_ascii_lowercase(),
        b'e' | b'x' | b'i' | b'a' | b'#' | b'~' | 0x80..
    )
}

/// What follows `ext`, `extension`, `xtn`, `доб`, `anexo` and the like.
fn sure(word: &str) -> Option<&str> {
    if let Some(rest) = after(word, "доб").or_else(|| after(word, "anexo")) {
        return Some(rest);
    }
    if let Some(rest) = after(after(word, "ｅ").unwrap_or(word), "ｘｔ") {
        return Some(after(rest, "ｎ").unwrap_or(rest));
    }
    let rest = after(after(word, "e").unwrap_or(word), "xt")?;
    let long = after(rest, "ensi").and_then(|rest| {
        let plain = after(rest, "o").map(|rest| after(rest, "\u{301}").unwrap_or(rest));
        plain.or_else(|| after(rest, "ó"))
    });
    let rest = long.unwrap_or(rest);
    Some(after(rest, "n").unwrap_or(rest))
}

/// What follows `x`, `#`, `~` and `int`.
fn unsure(word: &str) -> Option<&str> {
    let signs = ["x", "ｘ", "#", "＃", "~", "～", "int", "ｉｎｔ"];
    signs.iter().find_map(|sign| after(word, sign))
}

/// What follows a beginning that is equal but for capitals.
fn after<'t>(text: &'t str, lower: &str) -> Option<&'t str> {
    let mut rest = text.chars();
    let same = |c: char| {
        let given = rest.next();
        given.is_some_and(|g| g == c || g.to_lowercase().eq(std::iter::once(c)))
    };
    match lower.chars().all(same) {
        true => Some(rest.as_str()),
        false => None,
    }
}

/// Where up to `most` digits end that stand at `at`, and how many they are.
fn digits(text: &str, at: usize, most: usize) -> Option<(usize, usize)> {
    let rest = text.get(at..)?;
    let is_digit = |c: &char| matches!(kind(*c), Kind::Digit(_));
    let (count, bytes) = rest
        .chars()
        .take_while(is_digit)
        .take(most)
        .fold((0, 0), |(count, bytes), c| {
            (count + 1, bytes + c.len_utf8())
        });
    (count > 0).then_some((at + bytes, count))
}
