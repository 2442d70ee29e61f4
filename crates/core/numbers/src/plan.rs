//! The numbering plans. The only file that knows which engine is behind them.

use std::sync::LazyLock;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL as UTIL, ParseError as EngineError, PhoneNumber,
    PhoneNumberFormat, PhoneNumberType, Region as EngineRegion, ValidationError,
};

use crate::{LineType, Region, e164::DIGITS_MAX};

/// Calling codes that belong to no country (ITU-T E.164, global and group numbers).
const GLOBAL_CODES: [u16; 9] = [800, 808, 870, 878, 881, 882, 883, 888, 979];

/// How the length of a number fits its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Short,
    Possible,
    Long,
}

/// What a number without calling code turned out to be.
#[derive(Debug)]
pub(crate) enum National {
    /// A calling code and a national number, not yet known to be in use.
    Number(u16, String),
    /// The engine could not read it.
    Unreadable,
}

/// Splits digits into an assigned calling code and the national number. No code begins another,
/// and none begins with zero.
pub(crate) fn split_calling_code(digits: &str) -> Option<(u16, &str)> {
    if digits.starts_with('0') {
        return None;
    }
    (1..=3).find_map(|len| {
        let (code, national) = (digits.get(..len)?, digits.get(len..)?);
        let code: u16 = code.parse().ok()?;
        is_assigned(code).then_some((code, national))
    })
}

fn is_assigned(code: u16) -> bool {
    static ASSIGNED: LazyLock<Vec<u16>> = LazyLock::new(|| {
        let mut codes: Vec<u16> = crate::countries().iter().map(|c| c.calling_code).collect();
        codes.extend(GLOBAL_CODES);
        codes.sort_unstable();
        codes.dedup();
        codes
    });
    ASSIGNED.binary_search(&code).is_ok()
}

/// The region of a calling code; the main one where several share it.
pub(crate) fn main_region(calling_code: u16) -> Region {
    let region = UTIL.get_region_for_country_code(calling_code.into());
    region.map_or(Region::WORLD, from_engine)
}

/// Region and line type of a number in use, `None` for one that is not.
pub(crate) fn lookup(calling_code: u16, national: &str) -> Option<(Region, LineType)> {
    let number = to_engine(calling_code, national)?;
    let line_type = from_engine_type(UTIL.get_number_type(&number));
    if line_type == LineType::Unknown {
        return None;
    }
    Some((from_engine(UTIL.get_region_for_number(&number)?), line_type))
}

/// Reads digits dialled within `region`, or with `plus` from anywhere, with all the plan's rules
/// for trunk and international prefixes.
pub(crate) fn read(digits: &str, plus: bool, region: Option<Region>) -> National {
    let region = region.and_then(|r| EngineRegion::from_code(r.as_str()).ok());
    let text = if plus {
        format!("+{digits}")
    } else {
        digits.to_owned()
    };
    match UTIL.parse(&*zeroize::Zeroizing::new(text), region) {
        Ok(number) => match u16::try_from(number.country_code) {
            Ok(code) => National::Number(code, national_of(&number)),
            Err(_) => National::Unreadable,
        },
        Err(
            EngineError::InvalidCountryCode
            | EngineError::NotANumber(_)
            | EngineError::TooShortAfterIdd
            | EngineError::TooShortNsn
            | EngineError::TooLongNsn,
        ) => National::Unreadable,
    }
}

/// How the length of a national number fits the plan of its calling code.
pub(crate) fn length(calling_code: u16, national: &str) -> Length {
    if national.len() < 2 {
        return Length::Short;
    }
    let Some(number) = to_engine(calling_code, national) else {
        return Length::Long;
    };
    match UTIL.is_possible_number_with_reason(&number) {
        // Local only: the subscriber's part, without the area code.
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => Length::Short,
        Err(ValidationError::TooLong) => Length::Long,
        _ => Length::Possible,
    }
}

/// The number as written for people, from abroad or within its plan.
pub(crate) fn format(calling_code: u16, national: &str, international: bool) -> Option<String> {
    let number = to_engine(calling_code, national)?;
    let style = match international {
        true => PhoneNumberFormat::International,
        false => PhoneNumberFormat::National,
    };
    Some(UTIL.format(&number, style).into_owned())
}

/// A number in use in `region` of the most personal type it has, as a pattern for grouping.
pub(crate) fn example(region: Region) -> Option<String> {
    let region = EngineRegion::from_code(region.as_str()).ok()?;
    let mobile = UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile);
    let number = mobile.or_else(|_| UTIL.get_example_number(region)).ok()?;
    Some(national_of(&number))
}

/// The engine keeps a national number as an integer and the count of its leading zeros, of which
/// the last digit is never one.
fn to_engine(calling_code: u16, national: &str) -> Option<PhoneNumber> {
    if national.len() > DIGITS_MAX - digit_count(calling_code) {
        return None;
    }
    let zeros = national.bytes().take(national.len().checked_sub(1)?);
    let zeros = i32::try_from(zeros.take_while(|&b| b == b'0').count()).ok()?;
    Some(PhoneNumber {
        country_code: calling_code.into(),
        national_number: national.parse().ok()?,
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: (zeros > 1).then_some(zeros),
        ..PhoneNumber::default()
    })
}

fn national_of(number: &PhoneNumber) -> String {
    rlibphonenumber::get_national_significant_number_owned(number)
}

fn digit_count(calling_code: u16) -> usize {
    match calling_code {
        0..=9 => 1,
        10..=99 => 2,
        _ => 3,
    }
}

fn from_engine(region: EngineRegion) -> Region {
    Region::parse(region.as_region_str().as_ref()).unwrap_or(Region::WORLD)
}

fn from_engine_type(line_type: PhoneNumberType) -> LineType {
    match line_type {
        PhoneNumberType::FixedLine => LineType::Fixed,
        PhoneNumberType::Mobile => LineType::Mobile,
        PhoneNumberType::FixedLineOrMobile => LineType::FixedOrMobile,
        PhoneNumberType::TollFree => LineType::TollFree,
        PhoneNumberType::PremiumRate => LineType::PremiumRate,
        PhoneNumberType::SharedCost => LineType::SharedCost,
        PhoneNumberType::VoIP => LineType::Voip,
        PhoneNumberType::PersonalNumber => LineType::Personal,
        PhoneNumberType::Pager => LineType::Pager,
        PhoneNumberType::UAN => LineType::Uan,
        PhoneNumberType::VoiceMail => LineType::Voicemail,
        PhoneNumberType::Unknown => LineType::Unknown,
    }
}
