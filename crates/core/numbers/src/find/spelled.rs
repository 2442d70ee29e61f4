//! Numbers in words: spelled, spoken, and with words for what parts digits.

/// What a word means within a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelled {
    /// One digit, 0 to 9.
    Digit(u8),
    /// What follows comes so many times.
    Times(u8),
    /// 10 to 19, by its last digit.
    Teen(u8),
    /// 10 to 90, by its first digit; a digit may complete it.
    Tens(u8),
    /// 20, 60 and 80 in French: four times twenty is 80, and ten to nineteen complete 60 and 80.
    Scores(u8),
    /// 20 to 90, by its first digit, behind the digit that completes it: "and twenty".
    AndTens(u8),
    /// A digit that completes hundreds: "and five"; tens may follow it.
    AndDigit(u8),
    /// A hundred times the digit before it, or one hundred.
    Hundred,
    /// 100 to 900, by its first digit; what is less may complete it.
    Hundreds(u8),
    /// Any number from 10 to 999, said whole.
    Whole(u16),
    /// A point, a dash, a space.
    Gap,
    /// A plus.
    Plus,
    /// Joins tens and digits: "treinta y cuatro".
    And,
}

use super::{compound, sieve::Sieve, spelled_words::WORDS};

use Spelled::{Digit, Gap, Hundreds, Plus, Scores, Teen, Tens, Times, Whole};

/// Longer words mean nothing here, in bytes.
pub(super) const WORD_BYTES_MAX: usize = 32;

/// Most words of prose mean nothing here.
static KNOWN: Sieve = {
    let (mut known, mut at) = (Sieve::new(), 0);
    while at < WORDS.len() {
        known = known.with(WORDS[at].0);
        at += 1;
    }
    known
};

/// Chinese and Japanese write digits as single characters, also in their banking forms.
static SIGNS: [(char, u8); 28] = [
    ('〇', 0),
    ('零', 0),
    ('洞', 0),
    ('一', 1),
    ('壹', 1),
    ('幺', 1),
    ('二', 2),
    ('两', 2),
    ('兩', 2),
    ('貳', 2),
    ('贰', 2),
    ('三', 3),
    ('叁', 3),
    ('參', 3),
    ('四', 4),
    ('肆', 4),
    ('五', 5),
    ('伍', 5),
    ('六', 6),
    ('陆', 6),
    ('陸', 6),
    ('七', 7),
    ('柒', 7),
    ('八', 8),
    ('捌', 8),
    ('九', 9),
    ('玖', 9),
    ('拐', 7),
];

/// Japanese for zero, and what parts groups of digits that are read aloud.
static UNSPACED: [(&str, Spelled); 2] = [("ゼロ", Digit(0)), ("の", Gap)];

/// What the text means that begins with a letter, and how many bytes that is; `None` for words that
/// mean nothing here.
pub(super) fn at(text: &str) -> Option<(Spelled, usize)> {
    if let Some(said) = sign(text) {
        return Some(said);
    }
    let word = word(text);
    if !KNOWN.may_hold(word) && !compound::may_be(word) {
        return None;
    }
    let mut lower = [0; WORD_BYTES_MAX];
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = lower.get_mut(len..len + c.len_utf8())?;
        c.encode_utf8(room);
        len += c.len_utf8();
    }
    let lower = std::str::from_utf8(lower.get(..len)?).ok()?;
    let said = known(lower).or_else(|| compound::of(lower, known))?;
    Some((said, word.len()))
}

/// What a word in lower case says by itself.
fn known(lower: &str) -> Option<Spelled> {
    let known = WORDS.binary_search_by_key(&lower, |(word, _)| word).ok()?;
    WORDS.get(known).map(|(_, said)| *said)
}

/// What a sign says that is written without spaces around it.
fn sign(text: &str) -> Option<(Spelled, usize)> {
    let first = text.chars().next().filter(|c| !c.is_ascii())?;
    let found = SIGNS.iter().find(|(sign, _)| *sign == first);
    let digit = found.map(|&(_, digit)| (Digit(digit), first.len_utf8()));
    digit.or_else(|| {
        let known = UNSPACED.iter().find(|(sign, _)| text.starts_with(sign))?;
        Some((known.1, known.0.len()))
    })
}

/// The letters and marks that a text begins with.
pub(super) fn word(text: &str) -> &str {
    let ascii = text.bytes().position(|byte| !byte.is_ascii_alphabetic());
    let end = match ascii {
        Some(at) if text.as_bytes().get(at).is_some_and(|byte| !byte.is_ascii()) => {
            text.find(|c| !is_letter(c)).unwrap_or(text.len())
        }
        ascii => ascii.unwrap_or(text.len()),
    };
    text.get(..end).unwrap_or_default()
}

/// Whether a word for a digit may begin with this character.
pub(super) fn is_letter(c: char) -> bool {
    match c {
        '\0'..='\u{7F}' => c.is_ascii_alphabetic(),
        // Vowel signs and other marks are part of their words.
        '\u{900}'..='\u{903}'
        | '\u{93A}'..='\u{94F}'
        | '\u{64B}'..='\u{652}'
        | '\u{300}'..='\u{36F}' => true,
        _ => c.is_alphabetic(),
    }
}

/// The place at or after `from`, but before `end`, of the next word that says a digit.
pub(super) fn next(text: &str, from: usize, end: usize) -> Option<usize> {
    let mut at = from;
    let mut before = text.get(..from)?.chars().next_back();
    while at < end {
        let rest = text.get(at..)?;
        let c = rest.chars().next()?;
        let begins = is_letter(c) && (sign(rest).is_some() || !before.is_some_and(is_letter));
        let says = begins
            && may_begin(c)
            && matches!(
                self::at(rest),
                Some((
                    Digit(_)
                        | Times(_)
                        | Teen(_)
                        | Tens(_)
                        | Scores(_)
                        | Hundreds(_)
                        | Whole(_)
                        | Plus,
                    _
                ))
            );
        if says {
            return Some(at);
        }
        before = Some(c);
        at += c.len_utf8();
    }
    None
}

/// Most words of prose are told apart from those of the table by their first letter.
fn may_begin(c: char) -> bool {
    match c.to_ascii_lowercase() {
        'a'..='z' => !matches!(
            c.to_ascii_lowercase(),
            'g' | 'i' | 'j' | 'k' | 'l' | 'r' | 'y'
        ),
        _ => !c.is_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_in_lower_case() {
        assert!(WORDS.is_sorted_by(|a, b| a.0 < b.0));
        for (word, meaning) in WORDS {
            assert!(
                word == word.to_lowercase() && word.len() <= WORD_BYTES_MAX,
                "{word}"
            );
            assert!(word.chars().all(is_letter), "{word}");
            assert!(
                KNOWN.may_hold(word) && KNOWN.may_hold(&word.to_uppercase()),
                "{word}"
            );
            let begins = word.chars().next().is_some_and(may_begin);
            assert!(
                begins || matches!(meaning, Spelled::Gap | Spelled::And),
                "{word}"
            );
        }
    }

    #[test]
    fn words_and_signs_say_digits() {
        assert_eq!(at("Seven, eight"), Some((Digit(7), 5)));
        assert_eq!(at("DOUBLE oh"), Some((Times(2), 6)));
        assert_eq!(at("九四"), Some((Digit(9), 3)));
        assert_eq!(at("पाँच सात"), Some((Digit(5), "पाँच".len())));
        assert_eq!(at("sevenths"), None);
        assert_eq!(next("bone one", 0, 8), Some(5));
    }
}
