//! What the tests of texts, calls and notices share.
#![allow(dead_code, reason = "each test file uses its part")]

use messages::{Code, Host, Language, ProductName, Purpose};

/// The languages whose sentences stay within the GSM 7-bit alphabet.
pub const GSM_LANGUAGES: [Language; 11] = [
    Language::English,
    Language::German,
    Language::French,
    Language::Spanish,
    Language::Italian,
    Language::Dutch,
    Language::Swedish,
    Language::Danish,
    Language::NorwegianBokmal,
    Language::Finnish,
    Language::Indonesian,
];

/// Words that no message uses, in the languages where they would be a habit.
const AVOIDED: [&str; 26] = [
    "otp",
    "please",
    "sorry",
    "bitte",
    "s'il vous",
    "désolé",
    "por favor",
    "perdón",
    "per favore",
    "alsjeblieft",
    "vänligen",
    "venligst",
    "vennligst",
    "proszę",
    "prosím",
    "vă rugăm",
    "kérjük",
    "παρακαλ",
    "lütfen",
    "будь ласка",
    "пожалуйста",
    "من فضلك",
    "בבקשה",
    "لطفا",
    "कृपया",
    "请",
];

pub fn every_text() -> impl Iterator<Item = (Language, Purpose)> {
    Language::ALL.into_iter().flat_map(|language| {
        Purpose::ALL
            .into_iter()
            .map(move |purpose| (language, purpose))
    })
}

pub fn product(name: &str) -> ProductName {
    ProductName::parse(name).unwrap()
}

pub fn host(name: &str) -> Host {
    Host::parse(name).unwrap()
}

pub fn code(digits: &str) -> Code {
    Code::parse(digits).unwrap()
}

/// Direction marks as text.
pub fn visible(text: &str) -> String {
    text.replace('\u{2066}', "<LRI>")
        .replace('\u{2068}', "<FSI>")
        .replace('\u{2069}', "<PDI>")
}

/// Plain words in a plain voice: nothing avoided, nothing shouted, one space at a time.
pub fn assert_plain_words(text: &str, language: Language) {
    let lower = text.to_lowercase();
    for word in AVOIDED {
        assert!(!lower.contains(word), "{language:?}: {word}");
    }
    assert!(!text.contains("  "), "{language:?}: two spaces");
    // A Hungarian greeting ends with an exclamation mark and is not a shout.
    let greeting = "Jó napot!";
    assert!(
        !text.replace(greeting, "").contains(['!', '！', '¡']),
        "{language:?}: shouts"
    );
}
