//! The oracle: another implementation of the same plans, and what is known to differ.

use numbers::{E164, LineType, Region};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType,
    Region as EngineRegion,
};

/// A number, its region and its line type, as far as both sides can say them.
pub(crate) type Answer = (String, String, LineType);

/// Every type of line the oracle tells apart.
pub(crate) const TYPES: [PhoneNumberType; 11] = [
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLine,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
    PhoneNumberType::FixedLineOrMobile,
];

pub(crate) fn engine(region: Region) -> EngineRegion {
    EngineRegion::from_code(region.as_str()).unwrap()
}

/// The number in `text`, valid or not.
pub(crate) fn number(text: &str, home: Option<Region>) -> Option<PhoneNumber> {
    UTIL.parse(text, home.map(engine)).ok()
}

/// What the oracle makes of `text`, if the number is valid and fits E.164.
pub(crate) fn answer(text: &str, home: Option<Region>) -> Option<Answer> {
    let number = number(text, home)?;
    let e164 = UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
    let region = UTIL.get_region_for_number(&number)?;
    let line_type = line_type(UTIL.get_number_type(&number));
    let valid = UTIL.is_valid_number(&number) && e164.len() <= 16;
    let region = region.as_region_str().as_ref().replace("001", "ZZ");
    valid.then_some((e164, region, line_type))
}

fn line_type(line_type: PhoneNumberType) -> LineType {
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

/// The oracle's example of a type, as national digits.
pub(crate) fn example(region: Region, line_type: PhoneNumberType) -> Option<String> {
    let number = UTIL.get_example_number_for_type_and_region(engine(region), line_type);
    number.ok().map(|number| national(&number))
}

/// The national digits of a number.
pub(crate) fn national(number: &PhoneNumber) -> String {
    rlibphonenumber::get_national_significant_number_owned(number)
}

/// Whether the number lies in a range that the two versions of the plans do not agree about.
pub(crate) fn in_changed_range(e164: &str) -> bool {
    static CHANGES: &str = include_str!("plan_changes.txt");
    let Ok(number) = E164::from_canonical(e164) else {
        return false;
    };
    let (code, digits) = (number.calling_code().to_string(), number.digits());
    let Some(national) = digits.strip_prefix(&code) else {
        return false;
    };
    let mut lines = CHANGES.lines().filter(|line| !line.starts_with('#'));
    let line = lines.find_map(|line| line.strip_prefix(&code)?.strip_prefix(' '));
    line.is_some_and(|blocks| blocks.split(' ').any(|block| national.starts_with(block)))
}

/// Calling codes whose formats are not the same in both versions of the plans.
pub(crate) const FORMATS_CHANGED: [u16; 17] = [
    34, 57, 84, 86, 90, 91, 220, 233, 256, 263, 267, 298, 595, 675, 677, 880, 995,
];

/// Regions whose rule of what may be a number at all, or whose international prefix, changed: what
/// is taken off a number's beginning depends on it.
pub(crate) const RULES_CHANGED: [&str; 6] = ["BW", "ES", "GM", "IL", "SH", "ZW"];

/// A small generator with a fixed start, so that a failure repeats.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    pub(crate) fn digit(&mut self) -> char {
        char::from(b"0123456789"[self.below(10)])
    }

    pub(crate) fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    /// Random digits, or an example of the region with its last digits changed; sometimes one
    /// digit more or less.
    pub(crate) fn national(&mut self, region: Region) -> String {
        let kind = TYPES[self.below(TYPES.len())];
        let mut digits = match example(region, kind).filter(|_| self.below(5) > 0) {
            Some(digits) => digits,
            None => (0..4 + self.below(8)).map(|_| self.digit()).collect(),
        };
        let kept = digits.len() - self.below(digits.len() - 1);
        let tail: String = digits[kept..].chars().map(|_| self.digit()).collect();
        digits.replace_range(kept.., &tail);
        match self.below(12) {
            0 => digits.push(self.digit()),
            1 => drop(digits.pop()),
            _ => {}
        }
        digits
    }
}
