//! Text that is markup already, and the few elements that stand inside sentences.

use std::fmt;

use askama::filters::HtmlSafe;
use model::Timestamp;

use crate::{port::Country, texts::Language};

/// Markup that is safe to stand in a page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::FastWritable for Html {
    fn write_into(&self, dest: &mut dyn fmt::Write, _: &dyn askama::Values) -> askama::Result<()> {
        Ok(dest.write_str(&self.0)?)
    }
}

impl HtmlSafe for Html {}

impl Html {
    /// Markup that this crate wrote.
    pub(crate) fn markup(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Text, escaped.
    #[must_use]
    pub fn text(text: &str) -> Self {
        let mut out = String::with_capacity(text.len() + 8);
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
        Self(out)
    }

    /// The markup.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A date and the time of day in UTC.
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
}

/// Days to a date of the proleptic Gregorian calendar, counted in 400-year eras from 1 March 0.
fn civil(at: Timestamp) -> Civil {
    let minutes = at.as_millis().div_euclid(60_000);
    let (days, minute) = (minutes.div_euclid(1440) + 719_468, minutes.rem_euclid(1440));
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let leap_days = day_of_era / 1460 - day_of_era / 36_524 + day_of_era / 146_096;
    let year_of_era = (day_of_era - leap_days) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    Civil {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month,
        day: day_of_year - (153 * shifted + 2) / 5 + 1,
        hour: minute / 60,
        minute: minute % 60,
    }
}

/// A point in time within a sentence: the time of day when it lies within 24 hours of `now`, else
/// the date too. UTC and labelled; the `time` script makes it local.
#[must_use]
pub fn time(t: &Language, at: Timestamp, now: Timestamp) -> Html {
    let c = civil(at);
    let clock = format!("{:02}:{:02}\u{a0}UTC", c.hour, c.minute);
    let near = at.since(now).as_millis().abs() < 86_400_000;
    let (style, shown) = if near {
        ("time", clock)
    } else {
        ("date", t.date(c.day, c.month, c.year, &clock))
    };
    let shown = Html::text(&shown);
    Html(format!(
        r#"<time datetime="{}" data-style="{style}" dir="auto">{shown}</time>"#,
        at.rfc3339()
    ))
}

/// The name of a country, isolated from the direction of the text around it; of numbers that
/// belong to none, a word for that.
#[must_use]
pub fn country(t: &Language, country: Country) -> Html {
    let name = match country {
        Country::WORLD => Html::text(&t.get("country-none")),
        country => Html::text(t.region(country).unwrap_or(country.as_str())),
    };
    Html(format!("<bdi>{name}</bdi>"))
}

/// Bytes as hexadecimal digits in groups of four bytes.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() * 9 / 4);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            out.push(' ');
        }
        out.push_str(&format!("{byte:02x}"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::texts::language;
    use proptest::prelude::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(Html::text("<b>'&\"").as_str(), "&lt;b&gt;&#39;&amp;&quot;");
    }

    #[test]
    fn a_near_time_is_a_time_of_day_and_a_far_one_a_date() {
        let now = Timestamp::from_millis(1_795_000_000_000);
        let near = time(language("en"), now, now);
        assert!(near.as_str().contains(">11:06\u{a0}UTC<"));
        let far = time(language("en"), now, Timestamp::from_millis(0));
        assert!(far.as_str().contains("18 Nov 2026, 11:06"), "{far}");
        assert!(far.as_str().contains(r#"datetime="2026-11-18T11:06:40Z""#));
    }

    #[test]
    fn a_number_of_no_country_has_a_word_and_no_code() {
        for code in ["en", "de", "ar"] {
            let name = country(language(code), Country::WORLD);
            assert!(!name.as_str().contains("ZZ"), "{name}");
        }
        let name = country(language("en"), Country::WORLD);
        assert_eq!(name.as_str(), "<bdi>International</bdi>");
    }

    #[test]
    fn bytes_are_grouped() {
        assert_eq!(hex(&[0, 1, 2, 255, 16]), "000102ff 10");
    }

    proptest! {
        #[test]
        fn the_date_is_the_one_of_rfc_3339(millis in 0i64..253_402_300_799_000) {
            let at = Timestamp::from_millis(millis);
            let c = civil(at);
            let ours = format!("{:04}-{:02}-{:02}T{:02}:{:02}", c.year, c.month, c.day, c.hour, c.minute);
            prop_assert_eq!(&ours, &at.rfc3339()[..16]);
        }
    }
}
