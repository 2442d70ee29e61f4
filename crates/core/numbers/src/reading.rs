//! Understanding a number as well as its text allows, where it need not be verified.

use crate::{
    E164, Extension, Formatted, INPUT_MAX_BYTES, LineType, ParseError, Region, Style,
    calling_code_of, format,
    parse::{Parsed, international, resolve},
    plan::{self, Length},
    text::{self, Digits, Text},
    unicode::{Kind, kind},
};

/// A number as far as its text tells it. `Debug` shows no digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The number.
    pub number: E164,
    /// Where it belongs; the main region of its calling code if it is only possible.
    pub region: Region,
    /// The kind of line; [`LineType::Unknown`] if it is only possible.
    pub line_type: LineType,
    /// The extension behind the number.
    pub extension: Option<Extension>,
    /// How much had to be assumed.
    pub confidence: Confidence,
}

impl Reading {
    /// The number and its extension, the way the country writes it: `… ext. 12`, `… x12`.
    /// [`Style::E164`] has no place for an extension, [`Style::Rfc3966`] writes `;ext=12`.
    pub fn format(&self, style: Style) -> Formatted {
        let Some(extension) = self.extension.as_ref().filter(|_| style != Style::E164) else {
            return format(&self.number, style);
        };
        let own = match style {
            Style::Rfc3966 => ";ext=",
            _ => plan::extension_prefix(self.number.calling_code()),
        };
        let prefix = if own.is_empty() { " ext. " } else { own };
        format(&self.number, style).followed_by(prefix, extension.as_str())
    }
}

/// How much had to be assumed to read a number, from most to least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// The length fits the plan, but no range in use: a slip, a new range, or no number.
    Possible,
    /// In use once a slip is repaired: a doubled calling code, a missing `+`, letters for digits.
    Repaired,
    /// In use in the region that was assumed.
    Assumed,
    /// In use, and its calling code was written.
    Stated,
}

impl Confidence {
    /// A stable name in snake_case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Repaired => "repaired",
            Self::Assumed => "assumed",
            Self::Stated => "stated",
        }
    }
}

/// Reads a number as [`parse`](fn@crate::parse) does, and what that refuses because a code could go
/// to a stranger: numbers with an extension, words on keys (1-800-FLOWERS), doubled calling codes
/// (`+44 44 …`), a calling code without `+`, and numbers that are only possible.
///
/// # Errors
/// As [`parse`](fn@crate::parse); never [`ParseError::HasExtension`], and
/// [`ParseError::NotInUse`] only for numbers that E.164 has no room for.
pub fn read(input: &str, default_region: Option<Region>) -> Result<Reading, ParseError> {
    if input.len() > INPUT_MAX_BYTES {
        return Err(ParseError::TooLong { region: None });
    }
    let text = text::read(input)?;
    match understood(text, default_region) {
        Err(error) if error != ParseError::Emergency => {
            let spelled = spelled(input).and_then(|text| understood(text, default_region).ok());
            let in_use = spelled.filter(|found| found.confidence > Confidence::Possible);
            in_use.ok_or(error)
        }
        found => found,
    }
}

/// A number of which a word stands apart, as in `1 800 FLOWERS`: otherwise such a word is none of
/// the number.
fn spelled(input: &str) -> Option<Text> {
    let at = input.find(|c| matches!(kind(c), Kind::Digit(_) | Kind::Plus))?;
    let mut rest = input.get(at..)?.chars();
    let mut digits = Digits::new();
    digits.plus = kind(rest.clone().next()?) == Kind::Plus;
    if digits.plus {
        rest.next();
    }
    text::vanity(digits, rest.as_str()).ok()
}

fn understood(text: Text, default_region: Option<Region>) -> Result<Reading, ParseError> {
    let Text {
        digits,
        extension,
        letters,
    } = text;
    let found = match resolve(&digits, default_region) {
        Ok(parsed) => Ok((stated(&digits, default_region, &parsed), parsed)),
        Err(error @ (ParseError::Emergency | ParseError::ShortCode)) => Err(error),
        Err(error) => repaired(&digits)
            .map(|parsed| (Confidence::Repaired, parsed))
            .or_else(|| Some((Confidence::Possible, possible(&digits, default_region)?)))
            .ok_or(error),
    };
    let (confidence, parsed) = found?;
    let confidence = match letters {
        true => confidence.min(Confidence::Repaired),
        false => confidence,
    };
    Ok(Reading {
        number: parsed.number,
        region: parsed.region,
        line_type: parsed.line_type,
        extension,
        confidence,
    })
}

fn stated(digits: &Digits, home: Option<Region>, parsed: &Parsed) -> Confidence {
    let home_code = home.and_then(calling_code_of);
    match digits.plus || home_code != Some(parsed.number.calling_code()) {
        true => Confidence::Stated,
        false => Confidence::Assumed,
    }
}

/// The number in use behind a slip with the calling code.
fn repaired(digits: &Digits) -> Option<Parsed> {
    let digits = digits.as_bytes();
    let once = |digits| international(digits, None).ok();
    let doubled = plan::split_calling_code(digits).and_then(|(code, rest)| {
        let rest = rest.strip_prefix(b"00").unwrap_or(rest);
        let again = plan::split_calling_code(rest);
        again.filter(|(other, _)| *other == code).and(once(rest))
    });
    // In a region where 011 is no prefix, and as the slip of a person from one where it is.
    let foreign = || once(digits.strip_prefix(b"011")?);
    doubled.or_else(|| once(digits)).or_else(foreign)
}

/// A number whose length fits, although no range of its plan does.
fn possible(digits: &Digits, home: Option<Region>) -> Option<Parsed> {
    let (code, national) = plan::read(digits.as_bytes(), digits.plus, home)?;
    let fits = plan::length(code, national.as_bytes()) == Length::Possible;
    let number = E164::from_parts(code, national.as_bytes()).filter(|_| fits)?;
    let shares_code = |region: &Region| calling_code_of(*region) == Some(code);
    Some(Parsed {
        number,
        region: home
            .filter(shares_code)
            .unwrap_or_else(|| plan::main_region(code)),
        line_type: LineType::Unknown,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(input: &str, home: &str) -> Result<(String, Confidence), ParseError> {
        let found = read(input, Region::parse(home).ok())?;
        Ok((found.number.as_str().to_owned(), found.confidence))
    }

    fn reads(input: &str, home: &str, number: &str, confidence: Confidence) {
        assert_eq!(
            reading(input, home),
            Ok((number.to_owned(), confidence)),
            "{input}"
        );
    }

    #[test]
    fn confidence_says_what_was_assumed() {
        let number = "+447700900123";
        reads("+44 7700 900123", "US", number, Confidence::Stated);
        reads("0044 7700 900123", "US", number, Confidence::Stated);
        reads("07700 900123", "GB", number, Confidence::Assumed);
        reads("447700900123", "none", number, Confidence::Repaired);
        reads("+44 44 7700 900123", "US", number, Confidence::Repaired);
        reads("+44 0044 7700 900123", "US", number, Confidence::Repaired);
        reads("01000 000000", "GB", "+441000000000", Confidence::Possible);
        assert!(Confidence::Possible < Confidence::Stated);
    }

    #[test]
    fn an_extension_is_read_with_its_number() {
        for input in [
            "07700 900123 ext. 12",
            "07700900123x12",
            "07700 900123 #12",
            "07700 900123,,12",
            "07700 900123;12",
            "tel:+447700900123;ext=12",
            "07700 900123 доб. 12",
            "07700 900123 Durchwahl 12",
        ] {
            let found = read(input, Region::parse("GB").ok()).unwrap();
            assert_eq!(found.number.as_str(), "+447700900123", "{input}");
            assert_eq!(found.extension.unwrap().as_str(), "12", "{input}");
        }
        assert_eq!(
            read("07700 900123", Region::parse("GB").ok())
                .unwrap()
                .extension,
            None
        );
    }

    #[test]
    fn letters_are_read_as_on_the_keys() {
        // The letters spell numbers that are kept free for fiction.
        reads("1-201-JKL-0123", "US", "+12015550123", Confidence::Repaired);
        assert_eq!(reading("07700 90O123", "GB"), Err(ParseError::NotANumber));
        assert_eq!(reading("1-800-FLÉURS", "US"), Err(ParseError::NotANumber));
    }

    #[test]
    fn emergency_numbers_and_short_codes_stay_refused() {
        assert_eq!(reading("999", "GB"), Err(ParseError::Emergency));
        assert_eq!(reading("+44 999", "GB"), Err(ParseError::Emergency));
        assert_eq!(reading("60163", "GB"), Err(ParseError::ShortCode));
    }

    #[test]
    fn nothing_prints_a_digit() {
        let found = read("07700 900123 ext. 4567", Region::parse("GB").ok()).unwrap();
        let text = format!("{found:?}").replace("E164", "");
        assert!(!text.bytes().any(|b| b.is_ascii_digit()), "{text}");
    }
}
