//! Extensions: how people announce them in writing.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    ParseError,
    unicode::{Kind, kind},
};

/// After a word that announces it, an extension has at most this many digits (RFC 3966 sets no
/// bound; switchboards have far fewer).
pub(crate) const DIGITS_MAX: usize = 20;

/// Words that announce an extension, by language, in lower case. The letters `p` and `w` are a
/// pause in the numbers of address books.
const WORDS: [&[&str]; 18] = [
    &["x", "xt", "xtn", "ext", "extn", "extension", "p", "w"],
    // Spanish, Portuguese, Catalan
    &[
        "extensión",
        "interno",
        "interna",
        "int",
        "anexo",
        "extensão",
        "ramal",
        "extensió",
    ],
    // French, Italian, Romanian
    &["poste", "interior"],
    // German, Dutch
    &[
        "durchwahl",
        "dw",
        "klappe",
        "nst",
        "nebenstelle",
        "apparat",
        "app",
        "toestel",
        "tst",
    ],
    // Danish, Norwegian, Swedish, Finnish, Estonian
    &[
        "lokal",
        "lokalnummer",
        "anknytning",
        "ankn",
        "alanumero",
        "sisetelefon",
    ],
    // Polish, Czech, Slovak, Hungarian, Croatian, Serbian
    &[
        "wew",
        "wewn",
        "wewnętrzny",
        "linka",
        "klapka",
        "mellék",
        "lok",
        "лок",
        "локал",
    ],
    // Russian, Ukrainian, Bulgarian
    &[
        "доб",
        "добавочный",
        "вн",
        "внутр",
        "внутренний",
        "дод",
        "додатковий",
        "вътр",
        "вътрешен",
    ],
    // Greek
    &["εσωτ", "εσωτερικό"],
    // Turkish, Azerbaijani
    &["dahili", "daxili"],
    // Arabic, Persian
    &["تحويلة", "تحويله", "تحویله", "داخلي", "داخلی", "فرعي"],
    // Hebrew
    &["שלוחה", "תחנה"],
    // Hindi, Bengali
    &["एक्सटेंशन", "एक्सटेन्शन", "এক্সটেনশন"],
    // Thai
    &["ต่อ"],
    // Vietnamese
    &["máy lẻ", "số máy lẻ"],
    // Indonesian, Malay
    &["ekstensi", "eks", "pesawat", "pes", "sambungan", "samb"],
    // Chinese
    &[
        "分机",
        "分機",
        "分机号",
        "分機號",
        "转",
        "轉",
        "内线",
        "內線",
    ],
    // Japanese
    &["内線", "内線番号"],
    // Korean
    &["내선", "내선번호", "구내"],
];

/// The digits of an extension, wiped on drop. `Debug` prints `Extension(..)`.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct Extension {
    digits: [u8; DIGITS_MAX],
    len: usize,
}

impl Extension {
    /// The digits in `text`, with nothing but separators between them: what stands behind
    /// anything else is another number.
    pub(crate) fn of(text: &str) -> Result<Self, ParseError> {
        let mut extension = Self {
            digits: [0; DIGITS_MAX],
            len: 0,
        };
        let mut over = false;
        for c in text.chars() {
            match kind(c) {
                Kind::Digit(_) if over => return Err(ParseError::NotANumber),
                Kind::Digit(digit) => {
                    let place = extension.digits.get_mut(extension.len);
                    *place.ok_or(ParseError::NotANumber)? = digit;
                    extension.len += 1;
                }
                Kind::Separator | Kind::Dash | Kind::Invisible | Kind::Open | Kind::Close => {}
                Kind::Plus | Kind::Letter | Kind::Other => over = extension.len > 0,
            }
        }
        Ok(extension)
    }

    /// The ASCII digits.
    pub fn as_str(&self) -> &str {
        let digits = self.digits.get(..self.len).unwrap_or_default();
        // Only ASCII digits are ever written, so the fallback is never taken.
        std::str::from_utf8(digits).unwrap_or_default()
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Extension(..)")
    }
}

/// Whether `text` begins with a word that announces an extension, in any case, with accents or
/// without. Other letters right behind it make another word.
pub(crate) fn is_announced(text: &str) -> bool {
    let known = |word: &&str| {
        let mut letters = text.chars().flat_map(char::to_lowercase).filter_map(plain);
        let begins = word
            .chars()
            .filter_map(plain)
            .all(|c| letters.next() == Some(c));
        begins && letters.next().is_none_or(|c| !c.is_alphabetic())
    };
    WORDS.iter().any(|language| language.iter().any(known))
}

/// A letter without its accent, and nothing for an accent that stands by itself: both ways to
/// write it are in use.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '\u{300}'..='\u{36F}' => return None,
        'á' | 'à' | 'â' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ę' | 'ẻ' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'õ' | 'ö' | 'ố' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ό' => 'ο',
        'й' => 'и',
        // Full-width.
        'ａ'..='ｚ' => char::from_u32(u32::from(c) - 0xFEE0)?,
        c if c.is_whitespace() => ' ',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_extension_is_announced_in_the_usual_languages() {
        for text in [
            "x12",
            "X 12",
            "ext. 12",
            "EXT:12",
            "extension 12",
            "extensión 12",
            "extensio\u{301}n 12",
            "int. 12",
            "interno 12",
            "anexo 12",
            "ramal 12",
            "extensão 12",
            "poste 12",
            "Durchwahl 12",
            "DW 12",
            "Klappe 12",
            "NSt. 12",
            "App. 12",
            "toestel 12",
            "lokal 12",
            "anknytning 12",
            "alanumero 12",
            "wew. 12",
            "wewn. 12",
            "linka 12",
            "mellék 12",
            "mellek 12",
            "wewnetrzny 12",
            "доб. 12",
            "доб 12",
            "ДОБ. 12",
            "внутр. 12",
            "дод. 12",
            "вътр. 12",
            "εσωτ. 12",
            "εσωτερικό 12",
            "dahili 12",
            "تحويلة 12",
            "داخلی 12",
            "שלוחה 12",
            "एक्सटेंशन 12",
            "এক্সটেনশন 12",
            "ต่อ 12",
            "máy lẻ 12",
            "số máy lẻ 12",
            "pes. 12",
            "samb. 12",
            "分机12",
            "分機 12",
            "转12",
            "轉12",
            "内線12",
            "내선 12",
            "p12",
            "w12",
        ] {
            assert!(is_announced(text), "{text}");
        }
    }

    #[test]
    fn another_word_announces_nothing() {
        for text in [
            "",
            "12",
            "o12",
            "exit 12",
            "extra 12",
            "home",
            "or 12",
            "and 12",
            "xx12",
            "external 12",
            "до 12",
            "转机12",
            "#12",
            ".x12",
        ] {
            assert!(!is_announced(text), "{text}");
        }
    }

    #[test]
    fn an_extension_ends_where_something_else_begins() {
        let digits = |text| Extension::of(text).map(|found| found.as_str().to_owned());
        assert_eq!(digits("ext. 12 34 (home)").as_deref(), Ok("1234"));
        assert_eq!(digits("x12#").as_deref(), Ok("12"));
        assert_eq!(digits("x12 or 34"), Err(ParseError::NotANumber));
        assert_eq!(digits("x12, 34"), Err(ParseError::NotANumber));
        assert_eq!(
            digits("x123456789012345678901"),
            Err(ParseError::NotANumber)
        );
    }

    #[test]
    fn words_are_written_as_they_are_compared() {
        for word in WORDS.iter().flat_map(|language| language.iter()) {
            let lower: String = word.chars().flat_map(char::to_lowercase).collect();
            assert_eq!(lower, *word);
            assert!(is_announced(&std::format!("{word} 12")), "{word}");
        }
    }
}
