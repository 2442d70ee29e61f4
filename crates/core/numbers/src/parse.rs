//! From what a person typed to a number that may be verified.

use crate::{
    E164, LineType, ParseError, Region, calling_code_of, fiction,
    plan::{self, Length},
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
/// refused, also after a calling code. Numbers with an extension are refused, and so are letters
/// in the place of digits: such numbers are companies', and a slip would make a stranger's of it.
/// [`read`](crate::read) accepts both.
pub fn parse(input: &str, default_region: Option<Region>) -> Result<Parsed, ParseError> {
    if input.len() > INPUT_MAX_BYTES {
        return Err(ParseError::TooLong { region: None });
    }
    let mut digits = Digits::new();
    if text::read_plain(input, &mut digits) {
        return resolve(&digits, default_region);
    }
    let text = text::read(input)?;
    if text.extension.is_some() {
        return Err(ParseError::HasExtension);
    }
    if text.letters {
        return Err(ParseError::NotANumber);
    }
    resolve(&text.digits, default_region)
}

/// The number in use that the digits of an input mean.
pub(crate) fn resolve(
    digits: &Digits,
    default_region: Option<Region>,
) -> Result<Parsed, ParseError> {
    let result = read(digits, default_region);
    match digits.without_trunk() {
        // Where a trunk zero is not part of the plan's rules, people still write "(0)".
        Some(rest) if result.is_err() => read(&rest, default_region).or(result),
        _ => result,
    }
}

fn read(digits: &Digits, default_region: Option<Region>) -> Result<Parsed, ParseError> {
    if digits.plus {
        return international(digits.as_bytes(), default_region);
    }
    let home = default_region.and_then(|r| Some((r, calling_code_of(r)?)));
    match home {
        Some((region, calling_code)) => national(digits.as_bytes(), region, calling_code),
        None => placeless(digits.as_bytes()),
    }
}

/// Digits after `+`. No calling code begins with zero, so that `+0044` can only mean `+44`.
pub(crate) fn international(digits: &[u8], home: Option<Region>) -> Result<Parsed, ParseError> {
    let digits = digits.strip_prefix(b"00").unwrap_or(digits);
    let Some((calling_code, national)) = plan::split_calling_code(digits) else {
        return Err(match digits.len() {
            0..=2 => ParseError::TooShort { region: None },
            _ => ParseError::UnknownCallingCode,
        });
    };
    let shares_code = |r: &Region| calling_code_of(*r) == Some(calling_code);
    let region = || {
        home.filter(shares_code)
            .unwrap_or_else(|| plan::main_region(calling_code))
    };
    if short::may_be_emergency(national) && short::is_emergency(national, Some(region())) {
        return Err(ParseError::Emergency);
    }
    in_use(digits, true, None)
        .or_else(|| without_dropped_one(calling_code, national))
        .ok_or_else(|| refusal(calling_code, national, region()))
}

/// Mexico's mobile numbers had a 1 after the calling code until August 2019 (IFT, Plan Técnico
/// Fundamental de Numeración); address books and messengers still write it.
fn without_dropped_one(calling_code: u16, national: &[u8]) -> Option<Parsed> {
    let national = national.strip_prefix(b"1").filter(|_| calling_code == 52)?;
    valid(calling_code, national)
}

/// Digits as dialled within `region`, by all the rules of its plan.
pub(crate) fn national(
    digits: &[u8],
    region: Region,
    calling_code: u16,
) -> Result<Parsed, ParseError> {
    if short::may_be_emergency(digits) && short::is_emergency(digits, Some(region)) {
        return Err(ParseError::Emergency);
    }
    if let Some(parsed) = in_use(digits, false, Some(region)) {
        return Ok(parsed);
    }
    let abroad = after_prefix(digits).map(|rest| international(rest, Some(region)));
    match abroad {
        Some(Ok(parsed)) => Ok(parsed),
        // Nothing within a country is dialled with 00, so the answer is about the other country.
        Some(Err(error)) if digits.starts_with(b"00") => Err(error),
        _ if short::is_short_code(digits, region) => Err(ParseError::ShortCode),
        _ => {
            let national = plan::without_trunk_prefix(region, digits);
            Err(refusal(calling_code, national, region))
        }
    }
}

/// Digits with neither `+` nor a country to read them in.
fn placeless(digits: &[u8]) -> Result<Parsed, ParseError> {
    if short::is_emergency(digits, None) {
        return Err(ParseError::Emergency);
    }
    match after_prefix(digits).map(|rest| international(rest, None)) {
        Some(Ok(parsed)) => Ok(parsed),
        Some(Err(error)) if digits.starts_with(b"00") => Err(error),
        _ => Err(ParseError::NeedsCountry),
    }
}

/// What follows the two most common international prefixes.
fn after_prefix(digits: &[u8]) -> Option<&[u8]> {
    digits
        .strip_prefix(b"00")
        .or_else(|| digits.strip_prefix(b"011"))
}

/// The number that the plan reads in the digits, if it is in use.
pub(crate) fn in_use(digits: &[u8], plus: bool, region: Option<Region>) -> Option<Parsed> {
    let (calling_code, national) = plan::read(digits, plus, region)?;
    valid(calling_code, national.as_bytes())
}

/// The number, if the plan has it in use or a regulator reserved it for fiction.
fn valid(calling_code: u16, national: &[u8]) -> Option<Parsed> {
    let number = E164::from_parts(calling_code, national)?;
    let (region, line_type) =
        plan::lookup(calling_code, national).or_else(|| fiction::find(calling_code, national))?;
    Some(Parsed {
        number,
        region,
        line_type,
    })
}

/// Why a number that is not in use is not.
fn refusal(calling_code: u16, national: &[u8], region: Region) -> ParseError {
    match plan::length(calling_code, national) {
        Length::Short | Length::Local => ParseError::TooShort {
            region: Some(region),
        },
        Length::Long => ParseError::TooLong {
            region: Some(region),
        },
        Length::Possible | Length::Between => ParseError::NotInUse { region },
    }
}
