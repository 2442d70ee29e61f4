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
    /// 20 to 90, by its first digit; a digit may complete it.
    Tens(u8),
    /// A point, a dash, a space.
    Gap,
    /// A plus.
    Plus,
    /// Joins tens and digits: "treinta y cuatro".
    And,
}

use Spelled::{And, Digit, Gap, Plus, Teen, Tens, Times};

/// Longer words mean nothing here, in bytes.
pub(super) const WORD_BYTES_MAX: usize = 32;

/// English, German, Spanish, French, Portuguese, Italian, Dutch, Russian, Hindi and Arabic, in
/// lower case. Sorted.
static WORDS: [(&str, Spelled); 288] = [
    ("acht", Digit(8)),
    ("achttien", Teen(8)),
    ("achtzehn", Teen(8)),
    ("achtzig", Tens(8)),
    ("and", And),
    ("bindestrich", Gap),
    ("catorce", Teen(4)),
    ("cero", Digit(0)),
    ("cinco", Digit(5)),
    ("cincuenta", Tens(5)),
    ("cinq", Digit(5)),
    ("cinquanta", Tens(5)),
    ("cinquante", Tens(5)),
    ("cinque", Digit(5)),
    ("cinquenta", Tens(5)),
    ("cuarenta", Tens(4)),
    ("cuatro", Digit(4)),
    ("dash", Gap),
    ("dertien", Teen(3)),
    ("dertig", Tens(3)),
    ("deux", Digit(2)),
    ("dez", Teen(0)),
    ("dezanove", Teen(9)),
    ("dezasseis", Teen(6)),
    ("dezassete", Teen(7)),
    ("dezenove", Teen(9)),
    ("dezesseis", Teen(6)),
    ("dezessete", Teen(7)),
    ("dezoito", Teen(8)),
    ("diciannove", Teen(9)),
    ("diciassette", Teen(7)),
    ("diciotto", Teen(8)),
    ("dieci", Teen(0)),
    ("diecinueve", Teen(9)),
    ("dieciocho", Teen(8)),
    ("diecisiete", Teen(7)),
    ("dieciséis", Teen(6)),
    ("diez", Teen(0)),
    ("dix", Teen(0)),
    ("doble", Times(2)),
    ("dobro", Times(2)),
    ("doce", Teen(2)),
    ("dodici", Teen(2)),
    ("dois", Digit(2)),
    ("doppel", Times(2)),
    ("dos", Digit(2)),
    ("dot", Gap),
    ("double", Times(2)),
    ("douze", Teen(2)),
    ("doze", Teen(2)),
    ("drei", Digit(3)),
    ("dreifach", Times(3)),
    ("dreissig", Tens(3)),
    ("dreizehn", Teen(3)),
    ("dreißig", Tens(3)),
    ("drie", Digit(3)),
    ("duas", Digit(2)),
    ("due", Digit(2)),
    ("e", And),
    ("een", Digit(1)),
    ("eight", Digit(8)),
    ("eighteen", Teen(8)),
    ("eighty", Tens(8)),
    ("ein", Digit(1)),
    ("eins", Digit(1)),
    ("eleven", Teen(1)),
    ("elf", Teen(1)),
    ("espace", Gap),
    ("espacio", Gap),
    ("espaço", Gap),
    ("et", And),
    ("fifteen", Teen(5)),
    ("fifty", Tens(5)),
    ("five", Digit(5)),
    ("forty", Tens(4)),
    ("four", Digit(4)),
    ("fourteen", Teen(4)),
    ("fünf", Digit(5)),
    ("fünfzehn", Teen(5)),
    ("fünfzig", Tens(5)),
    ("guion", Gap),
    ("guión", Gap),
    ("huit", Digit(8)),
    ("huitante", Tens(8)),
    ("hyphen", Gap),
    ("leerzeichen", Gap),
    ("mais", Plus),
    ("meia", Digit(6)),
    ("minus", Gap),
    ("más", Plus),
    ("naught", Digit(0)),
    ("negen", Digit(9)),
    ("negentien", Teen(9)),
    ("negentig", Tens(9)),
    ("neuf", Digit(9)),
    ("neun", Digit(9)),
    ("neunzehn", Teen(9)),
    ("neunzig", Tens(9)),
    ("nil", Digit(0)),
    ("nine", Digit(9)),
    ("nineteen", Teen(9)),
    ("ninety", Tens(9)),
    ("nonante", Tens(9)),
    ("nought", Digit(0)),
    ("novanta", Tens(9)),
    ("nove", Digit(9)),
    ("noventa", Tens(9)),
    ("nueve", Digit(9)),
    ("nul", Digit(0)),
    ("null", Digit(0)),
    ("o", Digit(0)),
    ("ochenta", Tens(8)),
    ("ocho", Digit(8)),
    ("oh", Digit(0)),
    ("oitenta", Tens(8)),
    ("oito", Digit(8)),
    ("once", Teen(1)),
    ("one", Digit(1)),
    ("onze", Teen(1)),
    ("ottanta", Tens(8)),
    ("otto", Digit(8)),
    ("period", Gap),
    ("più", Plus),
    ("plus", Plus),
    ("point", Gap),
    ("ponto", Gap),
    ("punkt", Gap),
    ("punt", Gap),
    ("punto", Gap),
    ("quaranta", Tens(4)),
    ("quarante", Tens(4)),
    ("quarenta", Tens(4)),
    ("quatorze", Teen(4)),
    ("quatre", Digit(4)),
    ("quatro", Digit(4)),
    ("quattordici", Teen(4)),
    ("quattro", Digit(4)),
    ("quince", Teen(5)),
    ("quindici", Teen(5)),
    ("quinze", Teen(5)),
    ("sechs", Digit(6)),
    ("sechzehn", Teen(6)),
    ("sechzig", Tens(6)),
    ("sedici", Teen(6)),
    ("sei", Digit(6)),
    ("seis", Digit(6)),
    ("seize", Teen(6)),
    ("sept", Digit(7)),
    ("septante", Tens(7)),
    ("sesenta", Tens(6)),
    ("sessanta", Tens(6)),
    ("sessenta", Tens(6)),
    ("sete", Digit(7)),
    ("setenta", Tens(7)),
    ("settanta", Tens(7)),
    ("sette", Digit(7)),
    ("seven", Digit(7)),
    ("seventeen", Teen(7)),
    ("seventy", Tens(7)),
    ("sieben", Digit(7)),
    ("siebzehn", Teen(7)),
    ("siebzig", Tens(7)),
    ("siete", Digit(7)),
    ("six", Digit(6)),
    ("sixteen", Teen(6)),
    ("sixty", Tens(6)),
    ("slash", Gap),
    ("soixante", Tens(6)),
    ("space", Gap),
    ("streepje", Gap),
    ("strich", Gap),
    ("tachtig", Tens(8)),
    ("ten", Teen(0)),
    ("thirteen", Teen(3)),
    ("thirty", Tens(3)),
    ("three", Digit(3)),
    ("tien", Teen(0)),
    ("tiret", Gap),
    ("traço", Gap),
    ("tre", Digit(3)),
    ("treble", Times(3)),
    ("trece", Teen(3)),
    ("tredici", Teen(3)),
    ("treinta", Tens(3)),
    ("treize", Teen(3)),
    ("trenta", Tens(3)),
    ("trente", Tens(3)),
    ("tres", Digit(3)),
    ("treze", Teen(3)),
    ("trinta", Tens(3)),
    ("triple", Times(3)),
    ("triplo", Times(3)),
    ("trois", Digit(3)),
    ("três", Digit(3)),
    ("twaalf", Teen(2)),
    ("twee", Digit(2)),
    ("twelve", Teen(2)),
    ("twenty", Tens(2)),
    ("twice", Times(2)),
    ("twintig", Tens(2)),
    ("two", Digit(2)),
    ("um", Digit(1)),
    ("uma", Digit(1)),
    ("un", Digit(1)),
    ("und", And),
    ("undici", Teen(1)),
    ("une", Digit(1)),
    ("uno", Digit(1)),
    ("veertien", Teen(4)),
    ("veertig", Tens(4)),
    ("veinte", Tens(2)),
    ("venti", Tens(2)),
    ("vier", Digit(4)),
    ("vierzehn", Teen(4)),
    ("vierzig", Tens(4)),
    ("vijf", Digit(5)),
    ("vijftien", Teen(5)),
    ("vijftig", Tens(5)),
    ("vingt", Tens(2)),
    ("vingts", Tens(2)),
    ("vinte", Tens(2)),
    ("y", And),
    ("zehn", Teen(0)),
    ("zero", Digit(0)),
    ("zerro", Digit(0)),
    ("zes", Digit(6)),
    ("zestien", Teen(6)),
    ("zestig", Tens(6)),
    ("zeven", Digit(7)),
    ("zeventien", Teen(7)),
    ("zeventig", Tens(7)),
    ("zwanzig", Tens(2)),
    ("zwei", Digit(2)),
    ("zwo", Digit(2)),
    ("zwölf", Teen(2)),
    ("zéro", Digit(0)),
    ("één", Digit(1)),
    ("адин", Digit(1)),
    ("восемь", Digit(8)),
    ("два", Digit(2)),
    ("две", Digit(2)),
    ("девять", Digit(9)),
    ("дефис", Gap),
    ("ноль", Digit(0)),
    ("нуль", Digit(0)),
    ("один", Digit(1)),
    ("плюс", Plus),
    ("пять", Digit(5)),
    ("семь", Digit(7)),
    ("тире", Gap),
    ("точка", Gap),
    ("три", Digit(3)),
    ("четыре", Digit(4)),
    ("шесть", Digit(6)),
    ("أربع", Digit(4)),
    ("أربعة", Digit(4)),
    ("اثنان", Digit(2)),
    ("اثنين", Digit(2)),
    ("اربعة", Digit(4)),
    ("تسع", Digit(9)),
    ("تسعة", Digit(9)),
    ("ثلاث", Digit(3)),
    ("ثلاثة", Digit(3)),
    ("ثمان", Digit(8)),
    ("ثمانية", Digit(8)),
    ("خمس", Digit(5)),
    ("خمسة", Digit(5)),
    ("سبع", Digit(7)),
    ("سبعة", Digit(7)),
    ("ست", Digit(6)),
    ("ستة", Digit(6)),
    ("صفر", Digit(0)),
    ("واحد", Digit(1)),
    ("आठ", Digit(8)),
    ("एक", Digit(1)),
    ("चार", Digit(4)),
    ("छः", Digit(6)),
    ("छह", Digit(6)),
    ("छे", Digit(6)),
    ("ज़ीरो", Digit(0)),
    ("डबल", Times(2)),
    ("तीन", Digit(3)),
    ("दो", Digit(2)),
    ("नौ", Digit(9)),
    ("पाँच", Digit(5)),
    ("पांच", Digit(5)),
    ("शून्य", Digit(0)),
    ("सात", Digit(7)),
];

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

/// What the text means that begins with a letter, and how many bytes that is; `None` for words that
/// mean nothing here.
pub(super) fn at(text: &str) -> Option<(Spelled, usize)> {
    let first = text.chars().next()?;
    if let Some((_, digit)) = SIGNS.iter().find(|(sign, _)| *sign == first) {
        return Some((Digit(*digit), first.len_utf8()));
    }
    let word = word(text);
    let mut lower = [0; WORD_BYTES_MAX];
    let mut len = 0;
    for c in word.chars().flat_map(char::to_lowercase) {
        let room = lower.get_mut(len..len + c.len_utf8())?;
        c.encode_utf8(room);
        len += c.len_utf8();
    }
    let lower = std::str::from_utf8(lower.get(..len)?).ok()?;
    let known = WORDS.binary_search_by_key(&lower, |(word, _)| word).ok()?;
    Some((WORDS.get(known)?.1, word.len()))
}

/// The letters and marks that a text begins with.
pub(super) fn word(text: &str) -> &str {
    let end = text.find(|c| !is_letter(c)).unwrap_or(text.len());
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
        let sign = SIGNS.iter().any(|(sign, _)| *sign == c);
        let begins = is_letter(c) && (sign || !before.is_some_and(is_letter));
        let says = begins
            && may_begin(c)
            && matches!(
                self::at(rest),
                Some((Digit(_) | Times(_) | Teen(_) | Tens(_) | Plus, _))
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
            let begins = word.chars().next().is_some_and(may_begin);
            assert!(begins || matches!(meaning, Gap | And), "{word}");
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
