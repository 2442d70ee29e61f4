//! Emergency numbers and short codes: refused by name, never sendable.
//!
//! No numbering plan has a subscriber's number of three digits, so two- and three-digit emergency
//! numbers are recognised whatever the region: a traveller types the one of home. Longer ones are
//! bound to their region, where the plan's data knows them, because elsewhere the same digits may be
//! somebody's number.

use crate::{Region, calling_code_of, table::RegionPlan};

/// Two- and three-digit emergency numbers in use somewhere: 112 and 911 (ITU-T E.161.1 and 3GPP
/// TS 22.101, section 10), and those that regulators list for police, fire and ambulance. Sorted.
static ANYWHERE: [&str; 124] = [
    "000", "001", "002", "003", "01", "011", "019", "02", "022", "03", "033", "050", "060", "065",
    "066", "068", "080", "085", "088", "100", "101", "102", "103", "104", "105", "106", "107",
    "108", "110", "111", "112", "113", "114", "115", "116", "117", "118", "119", "120", "122",
    "123", "124", "125", "127", "128", "129", "13", "130", "131", "132", "133", "14", "140", "144",
    "15", "150", "151", "152", "153", "154", "155", "156", "157", "158", "159", "16", "160", "166",
    "17", "170", "171", "172", "175", "177", "18", "180", "188", "19", "190", "191", "192", "193",
    "194", "195", "197", "198", "199", "211", "311", "333", "355", "511", "555", "666", "819",
    "888", "90", "901", "902", "903", "91", "911", "912", "913", "917", "919", "92", "922", "93",
    "933", "939", "94", "955", "977", "990", "991", "992", "993", "994", "995", "996", "997",
    "998", "999",
];

/// The most digits an emergency number has anywhere.
const EMERGENCY_DIGITS_MAX: usize = 6;

/// Bits of the table's outcomes for short numbers, in the order of the data's kinds.
mod kind {
    pub(super) const SHORT_CODE: u16 = 1;
    pub(super) const EMERGENCY: u16 = 1 << 1;
    pub(super) const EXPANDED_EMERGENCY: u16 = 1 << 2;
    pub(super) const TOLL_FREE: u16 = 1 << 3;
    pub(super) const STANDARD_RATE: u16 = 1 << 4;
    pub(super) const PREMIUM_RATE: u16 = 1 << 5;
    pub(super) const CARRIER_SPECIFIC: u16 = 1 << 6;
    pub(super) const TEXTS: u16 = 1 << 7;
}

/// A number too short to be a subscriber's, such as 112, 1471 or a code for texts.
///
/// What it costs and whether it exists is each country's matter, so it is always found in one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShortNumber {
    kinds: u16,
}

/// What a call or text to a short number costs, as far as the plan tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortCost {
    /// Nothing.
    Free,
    /// As much as to an ordinary number.
    Standard,
    /// More; the money goes to the called side.
    Premium,
    /// The plan does not say.
    Unknown,
}

impl ShortNumber {
    /// The short number that `digits` (ASCII) are in `region`, if they are one.
    pub fn find(digits: &str, region: Region) -> Option<Self> {
        let plan = RegionPlan::of(region.letters())?;
        let kinds = plan.short_numbers().outcome_of(digits.as_bytes());
        (kinds != 0).then_some(Self { kinds })
    }

    fn is(self, kinds: u16) -> bool {
        self.kinds & kinds != 0
    }

    /// Whether it calls for help: police, fire, ambulance.
    pub fn is_emergency(self) -> bool {
        self.is(kind::EMERGENCY)
    }

    /// Whether it is a help line that a country ranks with its emergency numbers, such as one for
    /// poisoning or for children.
    pub fn is_help_line(self) -> bool {
        self.is(kind::EXPANDED_EMERGENCY)
    }

    /// Whether it only works, or means something else, on some networks.
    pub fn is_carrier_specific(self) -> bool {
        self.is(kind::CARRIER_SPECIFIC)
    }

    /// Whether it is known to take texts.
    pub fn takes_texts(self) -> bool {
        self.is(kind::TEXTS)
    }

    /// What it costs; the dearest kind counts, and emergency calls are free.
    pub fn cost(self) -> ShortCost {
        match () {
            () if self.is(kind::PREMIUM_RATE) => ShortCost::Premium,
            () if self.is(kind::STANDARD_RATE) => ShortCost::Standard,
            () if self.is(kind::TOLL_FREE | kind::EMERGENCY) => ShortCost::Free,
            () => ShortCost::Unknown,
        }
    }
}

/// Whether digits are few enough to look at their meaning as an emergency number.
#[inline]
pub(crate) fn may_be_emergency(digits: &[u8]) -> bool {
    digits.len() <= EMERGENCY_DIGITS_MAX
}

/// Whether `digits`, as dialled in `region`, call for help.
pub(crate) fn is_emergency(digits: &[u8], region: Option<Region>) -> bool {
    let anywhere = |text| ANYWHERE.binary_search(&text).is_ok();
    std::str::from_utf8(digits).is_ok_and(|text| {
        let known = region.and_then(|region| ShortNumber::find(text, region));
        anywhere(text) || known.is_some_and(ShortNumber::is_emergency)
    })
}

/// Whether `digits`, already known to be no valid number of the plan, are a short code of the
/// region or have the shape of one: three to five digits that do not begin with a trunk zero; six
/// in the shared European range 116 and in North America.
pub(crate) fn is_short_code(digits: &[u8], region: Region) -> bool {
    let text = std::str::from_utf8(digits).unwrap_or_default();
    if ShortNumber::find(text, region).is_some_and(|found| found.is(kind::SHORT_CODE)) {
        return true;
    }
    match digits.len() {
        3..=5 => !digits.starts_with(b"0"),
        6 => digits.starts_with(b"116") || calling_code_of(region) == Some(1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::table::State;

    const GB: Region = Region::of(*b"GB");

    #[test]
    fn the_table_is_sorted_and_short() {
        assert!(ANYWHERE.is_sorted_by(|a, b| a < b));
        assert!(ANYWHERE.iter().all(|n| matches!(n.len(), 2 | 3)));
    }

    #[test]
    fn a_long_emergency_number_is_bound_to_its_region() {
        assert!(is_emergency(b"10111", Some(Region::of(*b"ZA"))));
        assert!(!is_emergency(b"10111", Some(Region::of(*b"AT"))));
        assert!(is_emergency(b"112", None));
        assert!(!is_emergency(b"10111", None));
    }

    #[test]
    fn no_plan_has_a_longer_emergency_number_than_we_look_at() {
        for country in crate::countries() {
            let plan = RegionPlan::of(country.region.letters()).unwrap();
            let mut states = vec![plan.short_numbers()];
            for digits in 0..20 {
                let emergency = |s: &State| s.outcome() & kind::EMERGENCY != 0;
                let found = states.iter().any(emergency);
                assert!(!found || digits <= EMERGENCY_DIGITS_MAX, "{country:?}");
                let next = states.iter().flat_map(|s| (b'0'..=b'9').map(|d| s.step(d)));
                let next: HashSet<State> = next.filter(|s| !s.is_dead()).collect();
                states = next.into_iter().collect();
            }
            assert!(states.is_empty());
        }
    }

    #[test]
    fn short_numbers_tell_cost_and_kind() {
        let found = ShortNumber::find("999", GB).unwrap();
        assert!(found.is_emergency() && found.cost() == ShortCost::Free);
        assert!(!found.takes_texts() && !found.is_carrier_specific());
        assert_eq!(ShortNumber::find("99", GB), None);
        assert_eq!(ShortNumber::find("999", Region::WORLD), None);
        let premium = ShortNumber::find("36665", Region::of(*b"FR")).unwrap();
        assert_eq!(premium.cost(), ShortCost::Premium);
    }
}
