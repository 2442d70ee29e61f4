//! The languages messages are written in, and how one is chosen.

/// A language that every message of this crate is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// English, also the answer when nothing better is known.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Portuguese, worded for both sides of the Atlantic.
    Portuguese,
    /// Italian.
    Italian,
    /// Dutch.
    Dutch,
    /// Swedish.
    Swedish,
    /// Danish.
    Danish,
    /// Norwegian Bokmål; also for `no` and `nn`.
    NorwegianBokmal,
    /// Finnish.
    Finnish,
    /// Polish.
    Polish,
    /// Czech.
    Czech,
    /// Romanian.
    Romanian,
    /// Hungarian.
    Hungarian,
    /// Greek.
    Greek,
    /// Turkish.
    Turkish,
    /// Ukrainian.
    Ukrainian,
    /// Russian.
    Russian,
    /// Modern standard Arabic.
    Arabic,
    /// Hebrew.
    Hebrew,
    /// Persian.
    Persian,
    /// Hindi.
    Hindi,
    /// Bengali.
    Bengali,
    /// Urdu.
    Urdu,
    /// Indonesian.
    Indonesian,
    /// Vietnamese.
    Vietnamese,
    /// Thai.
    Thai,
    /// Korean.
    Korean,
    /// Japanese.
    Japanese,
    /// Chinese in simplified characters.
    ChineseSimplified,
    /// Chinese in traditional characters.
    ChineseTraditional,
}

/// The longest tag that is read, in bytes (RFC 5646 section 4.4.1 asks for room for 35).
const MAX_TAG_BYTES: usize = 35;

/// How many languages of a country are looked at.
const MAX_COUNTRY_LANGUAGES: usize = 16;

impl Language {
    /// Every language, in the order of the declaration.
    pub const ALL: [Self; 32] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Portuguese,
        Self::Italian,
        Self::Dutch,
        Self::Swedish,
        Self::Danish,
        Self::NorwegianBokmal,
        Self::Finnish,
        Self::Polish,
        Self::Czech,
        Self::Romanian,
        Self::Hungarian,
        Self::Greek,
        Self::Turkish,
        Self::Ukrainian,
        Self::Russian,
        Self::Arabic,
        Self::Hebrew,
        Self::Persian,
        Self::Hindi,
        Self::Bengali,
        Self::Urdu,
        Self::Indonesian,
        Self::Vietnamese,
        Self::Thai,
        Self::Korean,
        Self::Japanese,
        Self::ChineseSimplified,
        Self::ChineseTraditional,
    ];

    /// The BCP 47 tag, for `lang` attributes and for the voice of a call.
    #[must_use]
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
            Self::French => "fr",
            Self::Spanish => "es",
            Self::Portuguese => "pt",
            Self::Italian => "it",
            Self::Dutch => "nl",
            Self::Swedish => "sv",
            Self::Danish => "da",
            Self::NorwegianBokmal => "nb",
            Self::Finnish => "fi",
            Self::Polish => "pl",
            Self::Czech => "cs",
            Self::Romanian => "ro",
            Self::Hungarian => "hu",
            Self::Greek => "el",
            Self::Turkish => "tr",
            Self::Ukrainian => "uk",
            Self::Russian => "ru",
            Self::Arabic => "ar",
            Self::Hebrew => "he",
            Self::Persian => "fa",
            Self::Hindi => "hi",
            Self::Bengali => "bn",
            Self::Urdu => "ur",
            Self::Indonesian => "id",
            Self::Vietnamese => "vi",
            Self::Thai => "th",
            Self::Korean => "ko",
            Self::Japanese => "ja",
            Self::ChineseSimplified => "zh-Hans",
            Self::ChineseTraditional => "zh-Hant",
        }
    }

    /// Whether the language is written from right to left.
    #[must_use]
    pub const fn is_right_to_left(self) -> bool {
        matches!(
            self,
            Self::Arabic | Self::Hebrew | Self::Persian | Self::Urdu
        )
    }

    /// The language of a BCP 47 tag; region and variants are ignored where they do not change
    /// the writing (`pt-BR` is Portuguese, `zh-TW` is traditional Chinese). Case does not
    /// matter and `_` stands for `-`. `None` for a language without messages and for anything
    /// that is not a tag.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        if tag.len() > MAX_TAG_BYTES {
            return None;
        }
        let mut subtags = tag.split(['-', '_']);
        let primary = subtags.next()?.to_ascii_lowercase();
        if !subtags.clone().all(is_subtag) {
            return None;
        }
        match primary.as_str() {
            "zh" | "cmn" => Some(chinese(subtags)),
            "no" | "nn" => Some(Self::NorwegianBokmal),
            // Withdrawn ISO 639 codes that older systems still send.
            "iw" => Some(Self::Hebrew),
            "in" => Some(Self::Indonesian),
            _ => Self::ALL
                .into_iter()
                .find(|language| language.tag() == primary),
        }
    }

    /// Chooses the language of a message: what was asked for, else the first language of the
    /// country that has messages, else English. Both are BCP 47 tags; the country's languages
    /// come most spoken first, and only the first 16 are looked at.
    #[must_use]
    pub fn negotiate(requested: Option<&str>, country_languages: &[&str]) -> Self {
        let of_country = country_languages
            .iter()
            .take(MAX_COUNTRY_LANGUAGES)
            .copied();
        requested
            .into_iter()
            .chain(of_country)
            .find_map(Self::from_tag)
            .unwrap_or(Self::English)
    }
}

/// RFC 5646 section 2.1: one to eight letters or digits.
fn is_subtag(subtag: &str) -> bool {
    (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The script decides where it is named; else the region does, by what is printed there.
fn chinese<'a>(subtags: impl Iterator<Item = &'a str>) -> Language {
    let mut by_region = Language::ChineseSimplified;
    for subtag in subtags {
        match subtag.to_ascii_lowercase().as_str() {
            "hans" => return Language::ChineseSimplified,
            "hant" => return Language::ChineseTraditional,
            "tw" | "hk" | "mo" => by_region = Language::ChineseTraditional,
            // Private use and extensions: what follows is no region.
            single if single.len() == 1 => break,
            _ => {}
        }
    }
    by_region
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_language_answers_to_its_own_tag_in_any_case() {
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
            assert_eq!(
                Language::from_tag(&language.tag().to_uppercase()),
                Some(language)
            );
        }
    }

    #[test]
    fn tags_are_unique_and_the_list_follows_the_declaration() {
        for (index, language) in Language::ALL.into_iter().enumerate() {
            assert_eq!(language as usize, index);
            let same = Language::ALL
                .iter()
                .filter(|other| other.tag() == language.tag());
            assert_eq!(same.count(), 1);
        }
    }

    #[test]
    fn regions_scripts_and_old_codes_lead_to_the_right_language() {
        for (tag, language) in [
            ("pt-BR", Language::Portuguese),
            ("pt_PT", Language::Portuguese),
            ("en-GB-oxendict", Language::English),
            ("zh", Language::ChineseSimplified),
            ("zh-CN", Language::ChineseSimplified),
            ("zh-SG", Language::ChineseSimplified),
            ("zh-TW", Language::ChineseTraditional),
            ("zh-hk", Language::ChineseTraditional),
            ("zh-Hant-CN", Language::ChineseTraditional),
            ("zh-Hans-HK", Language::ChineseSimplified),
            ("cmn-Hant", Language::ChineseTraditional),
            ("zh-x-tw", Language::ChineseSimplified),
            ("nn-NO", Language::NorwegianBokmal),
            ("no", Language::NorwegianBokmal),
            ("iw-IL", Language::Hebrew),
            ("in-ID", Language::Indonesian),
        ] {
            assert_eq!(Language::from_tag(tag), Some(language), "{tag}");
        }
    }

    #[test]
    fn what_is_no_tag_or_has_no_messages_is_no_language() {
        let long = format!("en-{}", "a".repeat(40));
        for tag in [
            "", "-", "xx", "eng", "en-", "en--GB", "en;q=0.9", "en,de", "e n", "*", "é", &long,
        ] {
            assert_eq!(Language::from_tag(tag), None, "{tag}");
        }
    }

    #[test]
    fn the_request_wins_then_the_country_then_english() {
        assert_eq!(
            Language::negotiate(Some("fr-CA"), &["de"]),
            Language::French
        );
        assert_eq!(
            Language::negotiate(Some("gsw"), &["rm", "de", "fr"]),
            Language::German
        );
        assert_eq!(Language::negotiate(None, &["sv"]), Language::Swedish);
        assert_eq!(Language::negotiate(Some("tlh"), &["xx"]), Language::English);
        assert_eq!(Language::negotiate(None, &[]), Language::English);
    }

    #[test]
    fn a_country_cannot_make_the_search_long() {
        let mut many = vec!["xx"; 16];
        many.push("de");
        assert_eq!(Language::negotiate(None, &many), Language::English);
    }

    proptest! {
        #[test]
        fn negotiation_never_panics(requested in proptest::option::of(".{0,60}"), country in proptest::collection::vec(".{0,12}", 0..20)) {
            let country: Vec<&str> = country.iter().map(String::as_str).collect();
            let _ = Language::negotiate(requested.as_deref(), &country);
        }

        #[test]
        fn a_region_never_changes_the_language_outside_chinese(index in 0..30_usize, region in "[A-Za-z]{2}") {
            let language = Language::ALL[index];
            prop_assert_eq!(Language::from_tag(&format!("{}-{}", language.tag(), region)), Some(language));
        }
    }
}
