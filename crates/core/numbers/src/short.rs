//! Emergency numbers and short codes: refused by name, never sendable.
//!
//! No numbering plan has a subscriber's number of three digits, so two- and three-digit emergency
//! numbers are recognised whatever the region: a traveller types the one of home. Longer ones are
//! bound to their region, because elsewhere the same digits may be somebody's number.

use crate::Region;

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

/// Longer emergency numbers, with the regions that use them.
static SOMEWHERE: [(&str, &[Region]); 11] = [
    ("1122", &[Region::of(*b"PK")]),
    ("1220", &[Region::of(*b"CF")]),
    ("1298", &[Region::of(*b"IN")]),
    ("1300", &[Region::of(*b"GA")]),
    ("1444", &[Region::of(*b"OM")]),
    ("1669", &[Region::of(*b"TH")]),
    ("1730", &[Region::of(*b"GA")]),
    ("9999", &[Region::of(*b"OM")]),
    ("10111", &[Region::of(*b"NA"), Region::of(*b"ZA")]),
    ("10177", &[Region::of(*b"ZA")]),
    ("90000", &[Region::of(*b"SE")]),
];

/// Whether `digits`, as dialled in `region`, call for help.
pub(crate) fn is_emergency(digits: &str, region: Option<Region>) -> bool {
    if digits.len() <= 3 {
        return ANYWHERE.binary_search(&digits).is_ok();
    }
    let known = SOMEWHERE.iter().find(|(number, _)| *number == digits);
    known.is_some_and(|(_, regions)| region.is_some_and(|r| regions.contains(&r)))
}

/// Whether `digits`, already known to be no valid number of the plan, have the shape of a short
/// code: three to five digits that do not begin with a trunk zero; six in the shared European
/// range 116 and in North America.
pub(crate) fn is_short_code(digits: &str, calling_code: u16) -> bool {
    match digits.len() {
        3..=5 => !digits.starts_with('0'),
        6 => digits.starts_with("116") || calling_code == 1,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_short() {
        assert!(ANYWHERE.is_sorted_by(|a, b| a < b));
        assert!(ANYWHERE.iter().all(|n| matches!(n.len(), 2 | 3)));
    }

    #[test]
    fn a_long_emergency_number_is_bound_to_its_region() {
        assert!(is_emergency("10111", Some(Region::of(*b"ZA"))));
        assert!(!is_emergency("10111", Some(Region::of(*b"AT"))));
        assert!(is_emergency("112", None));
    }
}
