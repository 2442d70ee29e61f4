//! Numbers below a thousand as one word, made of words for smaller ones: German, Dutch, Italian,
//! and Arabic, which joins "and" to what follows it.

use super::spelled::Spelled::{self, AndDigit, AndTens, Digit, Hundreds, Teen, Tens, Whole};

/// The shortest compound, in bytes: "ventuno".
const BYTES_MIN: usize = 7;

/// What joins digit and tens, the digit first: "vierundzwanzig", "vierentwintig", "tweeëntwintig".
const JOINED: [&str; 3] = ["und", "en", "ën"];

/// What a hundred is within a word.
const HUNDRED: [&str; 3] = ["hundert", "honderd", "cento"];

/// How all Italian tens begin, and how they end in most compounds.
const ITALIAN: [(&str, char, u8); 8] = [
    ("vent", 'i', 2),
    ("trent", 'a', 3),
    ("quarant", 'a', 4),
    ("cinquant", 'a', 5),
    ("sessant", 'a', 6),
    ("settant", 'a', 7),
    ("ottant", 'a', 8),
    ("novant", 'a', 9),
];

/// How compounds end, as big-endian numbers: tens, teens, digits and hundreds of the three languages.
const ENDS: [u32; 35] = {
    let ends = [
        b"zig", b"tig", b"ehn", b"ien", b"elf", b"alf", b"ein", b"ins", b"wei", b"rei", b"ier",
        b"chs", b"ben", b"cht", b"eun", b"een", b"wee", b"rie", b"ijf", b"zes", b"ven", b"gen",
        b"ert", b"erd", b"uno", b"due", b"tre", b"tro", b"que", b"sei", b"tte", b"tto", b"ove",
        b"nto", b"nta",
    ];
    let mut numbers = [0; 35];
    let mut at = 0;
    while at < ends.len() {
        let end = ends[at];
        numbers[at] = u32::from_be_bytes([0, end[0], end[1], end[2]]);
        at += 1;
    }
    numbers
};

/// "And" at the beginning of an Arabic word.
const ARABIC_AND: &str = "و";

/// Whether an ASCII word may be one: most words of prose are told by their length or their end.
#[inline]
pub(super) fn may_be(word: &str) -> bool {
    let end = word.as_bytes().last_chunk::<3>();
    let end = end.map(|end| u32::from_be_bytes([0, end[0], end[1], end[2]]) | 0x20_20_20);
    word.len() >= BYTES_MIN && end.is_some_and(|end| ENDS.contains(&end))
}

/// What a word in lower case says that no table holds; `known` tells what those say that one does.
pub(super) fn of(word: &str, known: impl Fn(&str) -> Option<Spelled>) -> Option<Spelled> {
    if let Some(rest) = word.strip_prefix(ARABIC_AND) {
        return match known(rest)? {
            Tens(tens) => Some(AndTens(tens)),
            Digit(digit) => Some(AndDigit(digit)),
            _ => None,
        };
    }
    if word.len() < BYTES_MIN {
        return None;
    }
    let hundreds = HUNDRED.iter().find_map(|hundred| word.split_once(hundred));
    let Some((count, rest)) = hundreds else {
        return below_hundred(word, &known).map(Whole);
    };
    let count = match (count, known(count)) {
        ("", _) => 1,
        (_, Some(Digit(count @ 1..))) => count,
        _ => return None,
    };
    if rest.is_empty() {
        return Some(Hundreds(count));
    }
    let small = |rest: &str| match known(rest) {
        Some(Digit(digit)) => Some(digit.into()),
        Some(Teen(last)) => Some(10 + u16::from(last)),
        Some(Tens(tens)) => Some(u16::from(tens) * 10),
        _ => below_hundred(rest, &known),
    };
    let joined = JOINED.iter().find_map(|and| rest.strip_prefix(and));
    // "Settecentottanta": one vowel is left out where two meet.
    let shared = word.len().checked_sub(rest.len() + 1);
    let shared = shared
        .and_then(|at| word.get(at..))
        .filter(|rest| rest.starts_with('o'));
    let rest = small(rest)
        .or_else(|| small(joined?))
        .or_else(|| small(shared?))?;
    Some(Whole(u16::from(count) * 100 + rest))
}

/// 21 to 99.
fn below_hundred(word: &str, known: &impl Fn(&str) -> Option<Spelled>) -> Option<u16> {
    let whole = |tens: u8, digit: u8| (digit > 0).then(|| u16::from(tens) * 10 + u16::from(digit));
    let parted = |and: &&str| {
        // "siebenundzwanzig" has "en" and "und" in it: each place is tried.
        let mut places = word.match_indices(*and).map(|(at, _)| at);
        places.find_map(|at| {
            let (digit, tens) = (word.get(..at)?, word.get(at + and.len()..)?);
            match (known(digit)?, known(tens)?) {
                (Digit(digit), Tens(tens)) => whole(tens, digit),
                _ => None,
            }
        })
    };
    let italian = |(stem, vowel, tens): &(&str, char, u8)| {
        let rest = word.strip_prefix(stem)?;
        // The vowel falls before "uno" and "otto"; "tre" has an accent behind it.
        let rest = rest.strip_prefix(*vowel).unwrap_or(rest);
        match known(rest) {
            Some(Digit(digit)) => whole(*tens, digit),
            _ => (rest == "tré").then_some(u16::from(*tens) * 10 + 3),
        }
    };
    let parted = JOINED.iter().find_map(parted);
    parted.or_else(|| ITALIAN.iter().find_map(italian))
}

#[cfg(test)]
mod tests {
    use super::{super::spelled::at, *};

    #[test]
    fn one_word_says_up_to_three_digits() {
        for (word, said) in [
            ("vierundzwanzig", Whole(24)),
            ("Siebenundsechzig", Whole(67)),
            ("siebenhundertneunundachtzig", Whole(789)),
            ("hundertfünf", Whole(105)),
            ("einhundertundzwölf", Whole(112)),
            ("neunhundert", Hundreds(9)),
            ("achtentachtig", Whole(88)),
            ("tweeëntwintig", Whole(22)),
            ("zevenhonderdnegenentachtig", Whole(789)),
            ("driehonderdvijf", Whole(305)),
            ("ventuno", Whole(21)),
            ("novantatré", Whole(93)),
            ("trentaquattro", Whole(34)),
            ("settecentottantanove", Whole(789)),
            ("duecento", Hundreds(2)),
            ("وعشرون", AndTens(2)),
        ] {
            assert_eq!(at(word), Some((said, word.len())), "{word}");
        }
    }

    #[test]
    fn other_words_with_such_endings_say_nothing() {
        for word in [
            "einzig",
            "freizügig",
            "verhundertfacht",
            "hundertmal",
            "zwanzigund",
            "undzwanzig",
            "tausendundeins",
            "concerto",
            "ventilatore",
            "unddreißigvier",
            "concentred",
            "wooden",
        ] {
            assert_eq!(at(word), None, "{word}");
        }
    }

    #[test]
    fn every_compound_is_looked_up() {
        let digits = [
            "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun",
        ];
        let tens = [
            "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig",
        ];
        for (ten, tens) in (2u16..).zip(tens) {
            for (digit, one) in (1u16..).zip(digits) {
                let word = format!("{one}und{tens}");
                assert_eq!(
                    at(&word),
                    Some((Whole(ten * 10 + digit), word.len())),
                    "{word}"
                );
                let word = format!("dreihundert{one}und{tens}");
                let said = Whole(300 + ten * 10 + digit);
                assert_eq!(at(&word).map(|(said, _)| said), Some(said), "{word}");
            }
        }
    }
}
