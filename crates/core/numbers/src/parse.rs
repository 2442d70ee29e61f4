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
/// characters, words before and after, `tel:` URIs and a trunk zero (also as `+44 (0)7700 …`). A
/// `+` wins over `default_region`. The number must be in use in its plan, or be
/// [reserved for fiction](crate::is_reserved_for_fiction).
///
/// What is dialled for `+` depends on `default_region`:
///
/// | typed | stands for `+` |
/// |---|---|
/// | the region's own prefix: `011` in the US, `810` in Russia, `0011` in Australia | there |
/// | `00` | in every region in which the digits have no other meaning |
/// | `011` and other countries' prefixes | nowhere else; [`read`](crate::read) knows `011` |
/// | `00` and `011` without a region | yes |
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
        .or_else(|| without_dropped(calling_code, national))
        .ok_or_else(|| refusal(calling_code, national, region()))
}

/// What Mexicans dialled before a number until August 2019 (IFT, Plan Técnico Fundamental de
/// Numeración), and address books still hold: trunk, mobile from near, mobile from afar, and the
/// sign of a mobile number.
const MEXICO_DROPPED: [&[u8]; 4] = [b"01", b"044", b"045", b"1"];

/// A number of Mexico, written with what was dialled before it once.
fn without_dropped(calling_code: u16, national: &[u8]) -> Option<Parsed> {
    let dropped = MEXICO_DROPPED.iter().filter(|_| calling_code == 52);
    let mut rests = dropped.filter_map(|dropped| national.strip_prefix(*dropped));
    rests.find_map(|rest| valid(calling_code, rest))
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
    let known = in_use(digits, false, Some(region));
    if let Some(parsed) = known.or_else(|| without_dropped(calling_code, digits)) {
        return Ok(parsed);
    }
    match abroad(digits, region).map(|rest| international(rest, Some(region))) {
        Some(Ok(parsed)) => Ok(parsed),
        // No plan has numbers that begin so, so the answer is about the other country.
        Some(Err(error)) if digits.starts_with(b"0") => Err(error),
        _ if short::is_short_code(digits, region) => Err(ParseError::ShortCode),
        _ => {
            let national = plan::without_trunk_prefix(region, digits);
            Err(refusal(calling_code, national, region))
        }
    }
}

/// What follows the region's own international prefix. Where the digits have none, `00` stands
/// for it all the same: ITU-T E.164 recommends it, and a traveller types that of home.
fn abroad(digits: &[u8], region: Region) -> Option<&[u8]> {
    plan::after_international_prefix(region, digits).or_else(|| digits.strip_prefix(b"00"))
}

/// Digits with neither `+` nor a country to read them in: only an international prefix helps, and
/// only the two that most countries share are known to be one.
fn placeless(digits: &[u8]) -> Result<Parsed, ParseError> {
    if short::is_emergency(digits, None) {
        return Err(ParseError::Emergency);
    }
    match digits.strip_prefix(b"00") {
        Some(rest) => international(rest, None),
        None => digits
            .strip_prefix(b"011")
            .and_then(|rest| international(rest, None).ok())
            .ok_or(ParseError::NeedsCountry),
    }
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
