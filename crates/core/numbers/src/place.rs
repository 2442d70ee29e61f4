//! What the plans tell about a number that is already read: class, length, time zones.

use crate::{
    E164, LineType, Region, fiction,
    plan::{self, Length},
    table::{self, State},
};

/// Calling codes whose mobile numbers belong to a place, as landlines do: Mexico, Argentina,
/// Brazil, Indonesia and China assign them by area.
const MOBILE_WITH_PLACE: [u16; 5] = [52, 54, 55, 62, 86];

/// How a number's length fits the plan of its calling code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fit {
    /// Numbers of this length are in use.
    Possible,
    /// A local number: it cannot be reached without its area code.
    LocalOnly,
    /// Shorter than every number of the plan.
    TooShort,
    /// Longer than every number of the plan.
    TooLong,
    /// Between the shortest and the longest, but of no length in use.
    NoSuchLength,
    /// The digits begin with no assigned calling code.
    UnknownCallingCode,
}

/// Region and kind of line of a number in use, or kept free for fiction; `None` for others.
///
/// One walk through a table: about 20 ns.
pub fn classify(number: &E164) -> Option<(Region, LineType)> {
    let digits = number.digit_bytes();
    plan::lookup_whole(digits).or_else(|| {
        let (code, national) = plan::split_calling_code(digits)?;
        fiction::find(code, national)
    })
}

/// Whether the number's length is one of its plan's. Says nothing of its range: see [`classify`].
pub fn fit(number: &E164) -> Fit {
    let Some((code, national)) = plan::split_calling_code(number.digit_bytes()) else {
        return Fit::UnknownCallingCode;
    };
    match plan::length(code, national) {
        Length::Possible => Fit::Possible,
        Length::Local => Fit::LocalOnly,
        Length::Short => Fit::TooShort,
        Length::Long => Fit::TooLong,
        Length::Between => Fit::NoSuchLength,
    }
}

/// The time zones (IANA names) in which the number may be, most numbers of whose beginning are
/// there; all zones of the calling code where the number is bound to no place, and none where
/// the number is not in use.
///
/// A person may carry a number anywhere: this is a hint for when to call, not where somebody is.
pub fn time_zones(number: &E164) -> impl Iterator<Item = &'static str> {
    let digits = number.digit_bytes();
    let code = number.calling_code();
    let looked_at = match classify(number).map(|(_, line_type)| line_type) {
        None => 0,
        Some(LineType::Fixed | LineType::FixedOrMobile) => digits.len(),
        Some(LineType::Mobile) if MOBILE_WITH_PLACE.contains(&code) => digits.len(),
        Some(_) => plan::digit_count(code),
    };
    let looked_at = digits.get(..looked_at).unwrap_or_default();
    table::zones(State::zones().last_outcome(looked_at))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> E164 {
        E164::from_canonical(text).unwrap()
    }

    #[test]
    fn a_number_in_use_has_region_and_class() {
        let (region, line_type) = classify(&number("+12015550123")).unwrap();
        assert_eq!(
            (region.as_str(), line_type),
            ("US", LineType::FixedOrMobile)
        );
        let (region, line_type) = classify(&number("+447700900123")).unwrap();
        assert_eq!((region.as_str(), line_type), ("GB", LineType::Mobile));
        assert_eq!(classify(&number("+441000000000")), None);
        assert_eq!(classify(&number("+999123456")), None);
    }

    #[test]
    fn a_length_fits_or_tells_why_not() {
        for (text, expected) in [
            ("+441000000000", Fit::Possible),
            ("+12345678", Fit::LocalOnly),
            ("+4412", Fit::TooShort),
            ("+44100000000000", Fit::TooLong),
            ("+44770090", Fit::LocalOnly),
            ("+9991234567", Fit::UnknownCallingCode),
            ("+3906", Fit::TooShort),
        ] {
            assert_eq!(fit(&number(text)), expected, "{text}");
        }
    }

    #[test]
    fn time_zones_follow_the_area_where_there_is_one() {
        let zones = |text| time_zones(&number(text)).collect::<Vec<_>>();
        assert_eq!(zones("+12015550123"), ["America/New_York"]);
        assert_eq!(zones("+16135550123"), ["America/Toronto"]);
        assert!(zones("+18005550199").len() > 10);
        assert_eq!(
            zones("+447700900123"),
            [
                "Europe/Guernsey",
                "Europe/Isle_of_Man",
                "Europe/Jersey",
                "Europe/London"
            ]
        );
        assert!(zones("+441000000000").is_empty());
    }
}
