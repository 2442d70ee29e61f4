//! The pages' words: one Fluent file a language, read once, the same keys in each.

use std::{collections::HashMap, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use crate::{html::Html, port::Country};

/// A page language.
pub struct Language {
    /// BCP-47 code, in `lang` attributes and links.
    pub code: &'static str,
    /// Its name in itself.
    pub name: &'static str,
    /// Whether it is written from right to left.
    rtl: bool,
    bundle: FluentBundle<FluentResource>,
    /// Regions in the order of this language.
    regions: Vec<(Country, &'static str)>,
    names: HashMap<Country, &'static str>,
}

macro_rules! sources {
    ($($code:literal $name:literal $rtl:literal),* $(,)?) => {
        [$((
            $code, $name, $rtl,
            include_str!(concat!("../../../../web/locales/", $code, ".ftl")),
            include_str!(concat!("../../../../web/locales/regions/", $code, ".txt")),
        )),*]
    };
}

type Texts = (&'static str, &'static str, bool, &'static str, &'static str);

/// Code, own name, right to left, words, regions. English first: it is the last resort.
const SOURCES: [Texts; 8] = sources![
    "en" "English" false,
    "de" "Deutsch" false,
    "es" "Español" false,
    "fr" "Français" false,
    "pt" "Português" false,
    "ar" "العربية" true,
    "hi" "हिन्दी" false,
    "zh" "中文" false,
];

static LANGUAGES: LazyLock<Vec<Language>> =
    LazyLock::new(|| SOURCES.into_iter().map(Language::read).collect());

/// All page languages, in the order of the switch.
#[must_use]
pub fn languages() -> &'static [Language] {
    &LANGUAGES
}

/// The language with this code, else English.
#[must_use]
pub fn language(code: &str) -> &'static Language {
    let all = languages();
    all.iter().find(|l| l.code == code).unwrap_or(&all[0])
}

/// A value in a sentence.
pub enum Arg<'a> {
    /// Plain text.
    Text(&'a str),
    /// A number, which plurals go by.
    Number(u32),
    /// Markup.
    Markup(&'a Html),
}

/// Marks the place of markup while a sentence is formatted: a private-use character a place.
fn mark(place: usize) -> char {
    u32::try_from(place)
        .ok()
        .and_then(|place| char::from_u32(0xE000 + place))
        .unwrap_or('\u{E0FF}')
}

impl Language {
    fn read((code, name, rtl, words, regions): Texts) -> Self {
        let id: LanguageIdentifier = code.parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        bundle.set_use_isolating(rtl);
        // A fault in a file loses that message only; a test keeps the files free of them.
        let words = FluentResource::try_new(words.to_owned()).unwrap_or_else(|(rest, _)| rest);
        let _ = bundle.add_resource(words);
        let regions = regions.lines().filter_map(|line| {
            let (code, name) = line.split_once(' ')?;
            Some((Country::parse(code)?, name))
        });
        let regions: Vec<_> = regions.collect();
        Self {
            code,
            name,
            rtl,
            bundle,
            names: regions.iter().copied().collect(),
            regions,
        }
    }

    /// `ltr` or `rtl`.
    #[must_use]
    pub fn direction(&self) -> &'static str {
        if self.rtl { "rtl" } else { "ltr" }
    }

    /// The name of a region.
    #[must_use]
    pub fn region(&self, country: Country) -> Option<&'static str> {
        self.names.get(&country).copied()
    }

    /// Regions in this language's order.
    #[must_use]
    pub fn regions(&self) -> &[(Country, &'static str)] {
        &self.regions
    }

    pub(crate) fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let message = self.bundle.get_message(key);
        let Some(pattern) = message.as_ref().and_then(|m| m.value()) else {
            return key.to_owned();
        };
        self.bundle
            .format_pattern(pattern, args, &mut Vec::new())
            .into_owned()
    }

    /// A sentence without values. A missing one shows its key, which a test forbids.
    #[must_use]
    pub fn get(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// A sentence with one text in it.
    #[must_use]
    pub fn with(&self, key: &str, name: &str, value: &str) -> String {
        let mut args = FluentArgs::new();
        args.set(name, value);
        self.format(key, Some(&args))
    }

    /// A sentence with a count in it, as `n`.
    #[must_use]
    pub fn count(&self, key: &str, n: usize) -> String {
        let mut args = FluentArgs::new();
        args.set("n", FluentValue::from(n));
        self.format(key, Some(&args))
    }

    /// A sentence with any values in it, escaped but for the markup among them.
    #[must_use]
    pub fn html(&self, key: &str, values: &[(&'static str, Arg<'_>)]) -> Html {
        let mut args = FluentArgs::new();
        let mut markup = Vec::new();
        for (name, value) in values {
            match value {
                Arg::Text(text) => args.set(*name, *text),
                Arg::Number(n) => args.set(*name, FluentValue::from(*n)),
                Arg::Markup(html) => {
                    args.set(*name, mark(markup.len()).to_string());
                    markup.push(*html);
                }
            }
        }
        let text = Html::text(&self.format(key, Some(&args)));
        let mut out = text.as_str().to_owned();
        for (place, html) in markup.iter().enumerate() {
            out = out.replace(mark(place), html.as_str());
        }
        Html::markup(out)
    }

    /// A date with its time of day.
    #[must_use]
    pub(crate) fn date(&self, day: i64, month: i64, year: i64, time: &str) -> String {
        let mut args = FluentArgs::new();
        args.set("day", day.to_string());
        args.set("month", FluentValue::from(month));
        args.set("year", year.to_string());
        args.set("time", time);
        self.format("date-time", Some(&args))
    }
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

/// The language for one request: what was asked for, then what was kept, then the first one the
/// browser names that we have, then English.
#[must_use]
pub fn negotiate(
    asked: Option<&str>,
    kept: Option<&str>,
    accept: Option<&str>,
) -> &'static Language {
    let known = |code: &str| languages().iter().find(|l| l.code == code);
    asked
        .and_then(known)
        .or_else(|| kept.and_then(known))
        .or_else(|| {
            preferences(accept?)
                .into_iter()
                .find_map(|tag| known(&tag.split('-').next()?.to_ascii_lowercase()))
        })
        .unwrap_or(&languages()[0])
}

/// The country that the browser's languages name first, as in `en-GB`.
#[must_use]
pub fn country_of(accept: Option<&str>) -> Option<Country> {
    preferences(accept?)
        .into_iter()
        .flat_map(|tag| tag.split('-').skip(1))
        .find_map(|part| Country::parse(&part.to_ascii_uppercase()))
}

/// `Accept-Language` by weight; at most 16 entries are read (RFC 9110, 12.5.4).
fn preferences(accept: &str) -> Vec<&str> {
    let entries = accept.split(',').take(16).filter_map(|entry| {
        let (tag, weight) = entry.split_once(';').unwrap_or((entry, "q=1"));
        let weight = weight.trim().strip_prefix("q=")?.parse::<f32>().ok()?;
        (weight > 0.0).then_some((tag.trim(), weight))
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort_by(|a, b| b.1.total_cmp(&a.1));
    entries.into_iter().map(|(tag, _)| tag).collect()
}

#[cfg(test)]
mod tests;
