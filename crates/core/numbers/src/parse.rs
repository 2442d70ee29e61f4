//! From what a person typed to a number that may be verified.

use crate::{
    E164, LineType, ParseError, Region, calling_code_of, fiction,
    plan::{self, Length, National},
    short,
    text::{self, Digits},
};

/// The longest input that is looked at, in bytes. A number in the widest script with a word before
/// it needs less than half.
pub const INPUT_MAX_BYTES: usize = 128;

/// A number that is in use in its numbering plan, with the facts that are no secret.
///
/// `Debug` shows no digit.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Parsed {
    /// The number.
    pub number: E164,
    /// Where it belongs; [`Region::WORLD`] for global services.
    pub region: Region,
    /// The kind of line.
    pub line_type: LineType,
}

/// Reads a phone number as people type or paste it.
///
/// Accepted are spaces, dashes, dots and brackets of all kinds, digits of every script, invisible
/// characters, words before and after, `tel:` URIs, a trunk zero (also as `+44 (0)7700 …`), and
/// `00` and `011` for `+`. A `+` wins over `default_region`. The number must be in use in its
/// plan, or be [reserved for fiction](crate::is_reserved_for_fiction).
///
/// # Errors
/// A [`ParseError`] that says what the person can do. Emergency numbers and short codes are always
/// refused, also after a calling code. Numbers with an extension are refused.
pub fn parse(input: &str, default_region: Option<Region>) -> Result<Parsed, ParseError> {
    if input.len() > INPUT_MAX_BYTES {
        return Err(ParseError::TooLong { region: None });
    }
    let digits = text::read(input)?;
    let result = read(&digits, default_region);
    match digits.without_trunk() {
        // Where a trunk zero is not part of the plan's rules, people still write "(0)".
        Some(rest) if result.is_err() => read(&rest, default_region).or(result),
        _ => result,
    }
}

fn read(digits: &Digits, default_region: Option<Region>) -> Result<Parsed, ParseError> {
    if digits.plus {
        return international(digits.as_str(), default_region);
    }
    let home = default_region.and_then(|r| Some((r, calling_code_of(r)?)));
    match home {
        Some((region, calling_code)) => national(digits.as_str(), region, calling_code),
        None => placeless(digits.as_str()),
    }
}

/// Digits after `+`. No calling code begins with zero, so that `+0044` can only mean `+44`.
fn international(digits: &str, home: Option<Region>) -> Result<Parsed, ParseError> {
    let digits = digits.strip_prefix("00").unwrap_or(digits);
    let Some((calling_code, national)) = plan::split_calling_code(digits) else {
        return Err(match digits.len() {
            0..=2 => ParseError::TooShort { region: None },
            _ => ParseError::UnknownCallingCode,
        });
    };
    let shares_code = |r: &Region| calling_code_of(*r) == Some(calling_code);
    let region = home
        .filter(shares_code)
        .unwrap_or_else(|| plan::main_region(calling_code));
    if short::is_emergency(national, Some(region)) {
        return Err(ParseError::Emergency);
    }
    in_use(calling_code, national)
        .or_else(|| reread(digits, true, None))
        .ok_or_else(|| refusal(calling_code, national, region))
}

/// Digits as dialled within `region`.
///
/// The number as written comes first, then without a trunk zero, then with all the rules of the
/// plan: the last is slower and rarely needed. Tests hold the order against the engine's own.
fn national(digits: &str, region: Region, calling_code: u16) -> Result<Parsed, ParseError> {
    if short::is_emergency(digits, Some(region)) {
        return Err(ParseError::Emergency);
    }
    let without_trunk = digits.strip_prefix('0').filter(|_| region.has_trunk_zero());
    let found = in_use(calling_code, digits)
        .or_else(|| in_use(calling_code, without_trunk?))
        .or_else(|| reread(digits, false, Some(region)));
    if let Some(parsed) = found {
        return Ok(parsed);
    }
    let abroad = after_prefix(digits).map(|rest| international(rest, Some(region)));
    match abroad {
        Some(Ok(parsed)) => Ok(parsed),
        // Nothing within a country is dialled with 00, so the answer is about the other country.
        Some(Err(error)) if digits.starts_with("00") => Err(error),
        _ if short::is_short_code(digits, calling_code) => Err(ParseError::ShortCode),
        _ => Err(refusal(
            calling_code,
            without_trunk.unwrap_or(digits),
            region,
        )),
    }
}

/// Digits with neither `+` nor a country to read them in.
fn placeless(digits: &str) -> Result<Parsed, ParseError> {
    if short::is_emergency(digits, None) {
        return Err(ParseError::Emergency);
    }
    match after_prefix(digits).map(|rest| international(rest, None)) {
        Some(Ok(parsed)) => Ok(parsed),
        Some(Err(error)) if digits.starts_with("00") => Err(error),
        _ => Err(ParseError::NeedsCountry),
    }
}

/// What follows the two most common international prefixes.
fn after_prefix(digits: &str) -> Option<&str> {
    digits
        .strip_prefix("00")
        .or_else(|| digits.strip_prefix("011"))
}

/// The number, if the plan has it in use or a regulator reserved it for fiction.
fn in_use(calling_code: u16, national: &str) -> Option<Parsed> {
    let (region, line_type) =
        plan::lookup(calling_code, national).or_else(|| fiction::find(calling_code, national))?;
    let number = E164::from_digits(&[calling_code.to_string().as_bytes(), national.as_bytes()]);
    Some(Parsed {
        number,
        region,
        line_type,
    })
}

/// The number as the engine's own reader understands it.
fn reread(digits: &str, plus: bool, region: Option<Region>) -> Option<Parsed> {
    match plan::read(digits, plus, region) {
        National::Number(calling_code, national) => {
            in_use(calling_code, &zeroize::Zeroizing::new(national))
        }
        National::Unreadable => None,
    }
}

/// Why a number that is not in use is not.
fn refusal(calling_code: u16, national: &str, region: Region) -> ParseError {
    match plan::length(calling_code, national) {
        Length::Short => ParseError::TooShort {
            region: Some(region),
        },
        Length::Long => ParseError::TooLong {
            region: Some(region),
        },
        Length::Possible => ParseError::NotInUse { region },
    }
}
