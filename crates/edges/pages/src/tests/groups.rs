//! Digits that are typed into the page fall into the groups that the engine writes.

use numbers::{
    Country, E164, LineType, Region, as_you_type, classify, countries, format_national, parse,
};

use super::node;
use crate::assets::SOURCES;

/// What of a page's script groups digits.
const GROUP: &str = concat!(
    include_str!("../../../../../web/scripts/places.mjs"),
    include_str!("../../../../../web/scripts/place.mjs"),
    include_str!("../../../../../web/scripts/groups.mjs"),
    include_str!("../../../../../web/scripts/group.mjs"),
);

/// Region, what is typed, and how it is grouped.
const CASES: [(&str, &str, &str); 22] = [
    ("GB", "", ""),
    ("GB", "07", "07"),
    ("GB", "07400", "07400"),
    ("GB", "074001", "07400 1"),
    ("GB", "07400123456", "07400 123456"),
    ("GB", "7400123456", "7400 123456"),
    ("GB", "02079460123", "020 7946 0123"),
    ("GB", "074001234567", "074001234567"),
    ("US", "20", "20"),
    ("US", "201", "(201)"),
    ("US", "2015550123", "(201) 555-0123"),
    ("DE", "+1201555", "+1 201-555"),
    ("DE", "+", "+"),
    ("DE", "+44", "+44"),
    ("DE", "+447400123456", "+44 7400 123456"),
    ("FR", "0612345678", "06 12 34 56 78"),
    ("IT", "0669812345", "06 6981 2345"),
    ("GB", "00447400123456", "00447400123456"),
    ("US", "011447400123456", "011447400123456"),
    ("GB", "+999123", "+999123"),
    ("GB", "000000", "000000"),
    ("GB", "999999999999999999999", "999999999999999999999"),
];

#[test]
fn the_engine_groups_as_the_table_says() {
    for (region, typed, expected) in CASES {
        let region = Region::parse(region).unwrap();
        assert_eq!(as_you_type(region, typed), expected, "{typed} in {region}");
    }
}

/// Numbers of people in each region.
const NUMBERS: usize = 5;

/// How many beginnings the page may group as the engine does not, in thousand: in some regions the
/// groups follow from more digits than the page looks at.
const PER_MILLE_MAX: usize = 10;

/// The table, and every beginning of numbers of people in each region, as typed at home with and
/// without what is dialled before it, and abroad.
fn all_cases() -> Vec<(String, String)> {
    let table = CASES.map(|(region, typed, _)| (region.to_owned(), typed.to_owned()));
    let mut cases = table.to_vec();
    for country in countries() {
        let trunk = trunk_of(country.calling_code);
        for number in numbers_of(country) {
            let code = country.calling_code.to_string();
            let bare = number.digits()[code.len()..].to_owned();
            let home = format_national(&number);
            let home = home.as_str().chars().filter(char::is_ascii_digit).collect();
            let mut typed = vec![home, number.as_str().to_owned()];
            // With a trunk prefix that a number may also begin with, the page takes it for one.
            typed.extend(Some(bare).filter(|bare| trunk.is_empty() || !bare.starts_with(trunk)));
            let region = country.region.to_string();
            let beginnings = typed
                .iter()
                .flat_map(|whole: &String| (1..=whole.len()).map(|end| &whole[..end]));
            cases.extend(beginnings.map(|typed| (region.clone(), typed.to_owned())));
        }
    }
    cases.sort();
    cases.dedup();
    cases
}

/// What is dialled before national numbers, as the page's script knows it: `  44: "0;…`.
fn trunk_of(code: u16) -> &'static str {
    let line = GROUP.split(&format!("\n  {code}: \"")).last();
    line.and_then(|rest| rest.split(';').next()).unwrap()
}

/// Some numbers of people in a country, always the same.
fn numbers_of(country: &Country) -> Vec<E164> {
    let mut random = u64::from(country.calling_code);
    let digits = std::iter::repeat_with(|| {
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695);
        random >> 31
    });
    let read = |digits| parse(&format!("+{}{digits}", country.calling_code), None).ok();
    let numbers = digits
        .take(4_000)
        .filter_map(read)
        .map(|parsed| parsed.number);
    let of_people = numbers.filter(|number| {
        classify(number).is_some_and(|(region, line)| {
            use LineType::{Fixed, FixedOrMobile, Mobile, Voip};
            region == country.region && matches!(line, Fixed | FixedOrMobile | Mobile | Voip)
        })
    });
    of_people.take(NUMBERS).collect()
}

#[test]
#[ignore = "needs Node"]
fn the_page_groups_nearly_always_as_the_engine_does() {
    let cases = all_cases();
    assert!(cases.len() > 10_000, "only {}", cases.len());
    let script = format!(
        "{GROUP}\n{}\nfor (const [region, typed] of {}) console.log(grouped(typed, region, codes));\n",
        node::codes(),
        serde_json::to_string(&cases).unwrap(),
    );
    let page = node::says(&script);
    assert_eq!(page.len(), cases.len());
    let engine = |region: &str, typed: &str| as_you_type(Region::parse(region).unwrap(), typed);
    let unlike =
        |((region, typed), page): &(&(String, String), &String)| **page != engine(region, typed);
    let wrong: Vec<_> = cases.iter().zip(&page).filter(unlike).collect();
    assert!(
        wrong.len() * 1_000 <= cases.len() * PER_MILLE_MAX,
        "{wrong:?}"
    );
    let in_table = |((region, typed), _): &&(&(String, String), &String)| {
        CASES
            .iter()
            .any(|case| (case.0, case.1) == (&**region, &**typed))
    };
    let wrong: Vec<_> = wrong.iter().filter(in_table).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn the_page_groups_digits_where_they_are_typed() {
    let mut parts = SOURCES.iter().flat_map(|source| source.parts);
    assert!(
        parts.any(|part| part.starts_with(GROUP) && part.contains("grouped(typedDigits(text)"))
    );
}
