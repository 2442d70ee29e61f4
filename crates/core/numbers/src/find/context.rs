//! The words before and behind a number.

use super::{
    AHEAD_BYTES, CONTEXT_CHARS,
    context_words::{OTHER, PHONE, UNITS},
    scan::Unit,
    sieve::Lexicon,
    spelled::is_letter,
};

/// What the words before a candidate say about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Words {
    /// A number to call is announced.
    Phone,
    /// Something else with digits is announced.
    Other,
    /// Nothing.
    Silent,
}

/// How many characters behind a number are looked at.
const BEHIND_CHARS: usize = 24;

/// How many more words behind a number may say that it is one to call.
const BEHIND_WORDS: usize = 3;

/// Scripts from here on are written without spaces between words, or join endings to them.
const UNSPACED: char = '\u{3040}';

/// Words for any number. Sorted.
static GENERAL: [&str; 13] = [
    "number",
    "numer",
    "numero",
    "nummer",
    "numéro",
    "número",
    "номер",
    "رقم",
    "شماره",
    "नंबर",
    "号码",
    "番号",
    "번호",
];

/// Longer words are not looked up.
const WORD_BYTES_MAX: usize = 32;

/// The words in ASCII letters: one look tells what a word says.
static KNOWN: Lexicon = Lexicon::of(&PHONE, &OTHER);

/// The units in ASCII letters.
static KNOWN_UNITS: Lexicon = Lexicon::of(&UNITS, &[]);

/// What the nearest known word of the last [`CONTEXT_CHARS`] characters of `before` says.
pub(super) fn words(before: &str) -> Words {
    let near = before.get(before.len().saturating_sub(CONTEXT_CHARS)..);
    let (letters, beyond) = Unit::best().letters(near.unwrap_or_default().as_bytes());
    match near.filter(|_| beyond == 0) {
        Some(near) => nearest(AsciiWords { near, letters }.rev()),
        None => {
            let start = before.char_indices().rev().take(CONTEXT_CHARS).last();
            let window = start.and_then(|(at, _)| before.get(at..));
            let words = window.unwrap_or_default().rsplit(|c: char| !is_word(c));
            nearest(words.filter(|word| !word.is_empty()))
        }
    }
}

/// The words of a few ASCII characters.
struct AsciiWords<'t> {
    near: &'t str,
    /// Which of them are letters and were not told yet.
    letters: u64,
}

impl<'t> Iterator for AsciiWords<'t> {
    type Item = &'t str;

    #[inline]
    fn next(&mut self) -> Option<&'t str> {
        let start = self.letters.trailing_zeros();
        let length = self.letters.checked_shr(start)?.trailing_ones();
        let end = (start + length) as usize;
        self.letters &= u64::MAX << end;
        self.near.get(start as usize..end)
    }
}

impl DoubleEndedIterator for AsciiWords<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<Self::Item> {
        let last = self.letters.checked_ilog2()?;
        // The letters that end there, moved to the top.
        let length = (self.letters << (u64::BITS - 1 - last)).leading_ones();
        let start = last + 1 - length;
        self.letters &= !(u64::MAX << start);
        self.near.get(start as usize..=last as usize)
    }
}

/// What the nearest known word says, given the words from the nearest on.
fn nearest<'t>(mut words: impl Iterator<Item = &'t str>) -> Words {
    let nearest = words.find_map(|word| Some((said(word)?, word)));
    match nearest {
        None => Words::Silent,
        // "Order number": what number it is stands before.
        Some((Words::Phone, word)) if is_general(word) => {
            let other = |word| said(word).filter(|&said| said == Words::Other);
            words
                .take(BEHIND_WORDS)
                .find_map(other)
                .unwrap_or(Words::Phone)
        }
        Some((said, _)) => said,
    }
}

/// Whether the word says that a number follows, but not which.
fn is_general(word: &str) -> bool {
    lowered(word, |lower| GENERAL.binary_search(&lower).is_ok()).unwrap_or(false)
}

/// What the words right behind a number say that ends here.
pub(super) fn words_near(text: &str, end: usize) -> Words {
    let behind = text.get(end..).unwrap_or_default();
    let near = behind.get(..behind.floor_char_boundary(AHEAD_BYTES));
    words_behind(near.unwrap_or_default())
}

/// What the words right behind a number say, up to the end of its line.
pub(super) fn words_behind(behind: &str) -> Words {
    let near = behind.get(..behind.len().min(BEHIND_CHARS));
    let (letters, beyond) = Unit::best().letters(near.unwrap_or_default().as_bytes());
    if let Some(near) = near.filter(|_| beyond == 0) {
        let ends = |byte: &u8| matches!(byte, b'\n' | b';' | b'|');
        let line = near.as_bytes().iter().position(ends);
        let letters = letters & !(u64::MAX << line.unwrap_or(near.len()));
        return nearest_behind(AsciiWords { near, letters });
    }
    let end = behind
        .char_indices()
        .take(BEHIND_CHARS)
        .find(|&(_, c)| matches!(c, '\n' | ';' | '|'));
    let last = || behind.char_indices().nth(BEHIND_CHARS);
    let window = match end.or_else(last) {
        Some((at, _)) => behind.get(..at).unwrap_or_default(),
        None => behind,
    };
    let words = window.split(|c: char| !is_word(c));
    nearest_behind(words.filter(|word| !word.is_empty()))
}

/// What the first of these words says, or one of the next if it says nothing.
fn nearest_behind<'t>(mut words: impl Iterator<Item = &'t str>) -> Words {
    let first = words.next().map_or(Words::Silent, |word| {
        let is_unit = match word.is_ascii() {
            true => KNOWN_UNITS.place_of(word).is_some(),
            false => lowered(word, |lower| UNITS.binary_search(&lower).is_ok()) == Some(true),
        };
        match is_unit {
            true => Words::Other,
            false => said(word).unwrap_or(Words::Silent),
        }
    });
    match first {
        Words::Silent => words
            .take(BEHIND_WORDS)
            .find_map(phone)
            .unwrap_or(Words::Silent),
        known => known,
    }
}

fn phone(word: &str) -> Option<Words> {
    said(word).filter(|&said| said == Words::Phone)
}

fn said(word: &str) -> Option<Words> {
    if word.is_ascii() {
        let phone = KNOWN.place_of(word)? < PHONE.len();
        return Some(if phone { Words::Phone } else { Words::Other });
    }
    if word.starts_with(|c| c >= UNSPACED) {
        return said_within(word);
    }
    lowered(word, |lower| {
        if PHONE.binary_search(&lower).is_ok() {
            return Some(Words::Phone);
        }
        let other = OTHER.binary_search(&lower).is_ok();
        other.then_some(Words::Other)
    })?
}

/// Chinese, Japanese and Korean write words together.
fn said_within(word: &str) -> Option<Words> {
    let holds = |list: &[&str]| {
        let unspaced = list
            .iter()
            .rev()
            .take_while(|known| known.starts_with(|c| c >= UNSPACED));
        unspaced.into_iter().any(|known| word.contains(known))
    };
    if holds(&OTHER) {
        return Some(Words::Other);
    }
    holds(&PHONE).then_some(Words::Phone)
}

/// What a question says about a word in lower case; nothing if the word is too long to be known.
fn lowered<T>(word: &str, ask: impl FnOnce(&str) -> T) -> Option<T> {
    let mut lower = [0; WORD_BYTES_MAX];
    if word.is_ascii() {
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word.as_bytes());
        lower.make_ascii_lowercase();
        return std::str::from_utf8(lower).ok().map(ask);
    }
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = lower.get_mut(len..len + c.len_utf8())?;
        c.encode_utf8(room);
        len += c.len_utf8();
    }
    std::str::from_utf8(lower.get(..len)?).ok().map(ask)
}

/// Letters, and the marks that some scripts write on them.
fn is_word(c: char) -> bool {
    is_letter(c) || matches!(c, '\u{E47}'..='\u{E4E}' | '\u{9CD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_of_something_is_no_number_to_call() {
        assert_eq!(words("order number "), Words::Other);
        assert_eq!(words("my number is "), Words::Phone);
        assert_eq!(words("我的电话是"), Words::Phone);
        assert_eq!(words("订单号"), Words::Other);
    }

    #[test]
    fn every_known_word_is_looked_up_in_any_case() {
        for (list, says) in [(&OTHER[..], Words::Other), (&PHONE[..], Words::Phone)] {
            for word in list
                .iter()
                .filter(|word| !word.starts_with(|c| c >= UNSPACED))
            {
                // A word of both lists is one for a number to call.
                let says = match PHONE.contains(word) {
                    true => Words::Phone,
                    false => says,
                };
                assert_eq!(said(word), Some(says), "{word}");
                assert_eq!(said(&word.to_uppercase()), Some(says), "{word}");
            }
        }
        for word in UNITS {
            assert_eq!(nearest_behind([word].into_iter()), Words::Other, "{word}");
            let upper = word.to_uppercase();
            assert_eq!(
                nearest_behind([upper.as_str()].into_iter()),
                Words::Other,
                "{word}"
            );
        }
    }

    #[test]
    fn the_lists_are_sorted_and_lower_case() {
        for list in [&PHONE[..], &OTHER[..], &UNITS[..], &GENERAL[..]] {
            assert!(list.is_sorted_by(|a, b| a < b));
            assert!(
                list.iter()
                    .all(|w| w.len() <= WORD_BYTES_MAX && *w == w.to_lowercase())
            );
            assert!(list.iter().all(|w| w.chars().all(is_word)));
        }
    }

    #[test]
    fn the_nearest_known_word_decides() {
        assert_eq!(words("my phone is: "), Words::Phone);
        assert_eq!(words("Order no. "), Words::Other);
        assert_eq!(words("order by phone "), Words::Phone);
        assert_eq!(words("phone order "), Words::Other);
        assert_eq!(words("ТЕЛЕФОН: "), Words::Phone);
        assert_eq!(words("मोबाइल "), Words::Phone);
        assert_eq!(words("nothing here "), Words::Silent);
        assert_eq!(words(""), Words::Silent);
    }

    #[test]
    fn words_behind_a_number_say_what_it_is() {
        assert_eq!(words_behind(" (WhatsApp)"), Words::Phone);
        assert_eq!(words_behind(" पर कॉल करें"), Words::Phone);
        assert_eq!(words_behind(" bytes by phone"), Words::Other);
        assert_eq!(words_behind(" was billed to an account"), Words::Silent);
        assert_eq!(words_behind("\nphone"), Words::Silent);
    }

    #[test]
    fn far_words_say_nothing() {
        let far = format!("phone {}", "- ".repeat(CONTEXT_CHARS));
        assert_eq!(words(&far), Words::Silent);
    }
}
