//! The country that the page's script chooses is the one that the engine of the vault names.

use numbers::{Region, deciding_digits, region_so_far};

use super::node;
use crate::assets::SOURCES;

/// What of a page's script places a number.
const PLACE: &str = concat!(
    include_str!("../../../../../web/scripts/places.mjs"),
    include_str!("../../../../../web/scripts/place.mjs")
);

/// What is typed, what is chosen beside it, and where it belongs; `-` for nothing.
const CASES: [(&str, &str, &str); 33] = [
    ("", "GB", "-"),
    ("07700 900123", "GB", "-"),
    ("+", "GB", "-"),
    ("+4", "GB", "-"),
    ("+44", "US", "GB"),
    ("+44", "-", "GB"),
    ("+44 7700 900123", "US", "GB"),
    ("+44 1481 9", "GB", "GG"),
    ("+44 1534", "GB", "JE"),
    ("+44 7", "IM", "IM"),
    ("0044 7700", "US", "GB"),
    ("00", "GB", "-"),
    ("011 44 7700 900123", "US", "-"),
    ("+1", "GB", "US"),
    ("+1", "CA", "CA"),
    ("+1 (6", "CA", "CA"),
    ("+1 (613", "US", "CA"),
    ("+1 (201", "CA", "US"),
    ("+1 876", "US", "JM"),
    ("+7", "US", "RU"),
    ("+7 7", "KZ", "KZ"),
    ("+7 701", "RU", "KZ"),
    ("+7 495", "KZ", "RU"),
    ("+39 06 698", "IT", "VA"),
    ("+358 18", "FI", "AX"),
    ("+999 12345", "GB", "-"),
    ("+210 12345", "GB", "-"),
    ("＋４４ ７７００", "US", "GB"),
    ("+٤٤ ٧٧٠٠", "US", "GB"),
    ("+𝟜𝟜 𝟟𝟟𝟘𝟘", "US", "GB"),
    ("Tel: +49 30", "GB", "DE"),
    ("4+4", "GB", "-"),
    ("\u{202A}+81 90\u{202C}", "GB", "JP"),
];

fn engine(typed: &str, chosen: &str) -> String {
    let found = region_so_far(typed, Region::parse(chosen).ok());
    found.map_or("-".to_owned(), |region| region.to_string())
}

#[test]
fn the_engine_answers_as_the_table_says() {
    for (typed, chosen, expected) in CASES {
        assert_eq!(engine(typed, chosen), expected, "{typed} beside {chosen}");
    }
}

/// The table, and every beginning that decides with one digit fewer and one more, beside each of
/// four choices.
fn all_cases() -> Vec<(String, String)> {
    let table = CASES.map(|(typed, chosen, _)| (typed.to_owned(), chosen.to_owned()));
    let decided = deciding_digits();
    let around = decided.iter().flat_map(|(digits, region)| {
        let shorter = digits[..digits.len() - 1].to_owned();
        let typed = [shorter, digits.clone(), format!("{digits}5")];
        let chosen = ["-", "GB", "CA", region.as_str()].map(str::to_owned);
        let beside =
            move |typed: String| chosen.clone().map(|chosen| (format!("+{typed}"), chosen));
        typed.into_iter().flat_map(beside).collect::<Vec<_>>()
    });
    table.into_iter().chain(around).collect()
}

/// What the page's script answers.
fn page(cases: &[(String, String)]) -> Vec<String> {
    let script = format!(
        "{PLACE}\n{}\n\
         for (const [typed, chosen] of {}) console.log(placed(typed, chosen, codes) ?? \"-\");\n",
        node::codes(),
        serde_json::to_string(cases).unwrap(),
    );
    node::says(&script)
}

#[test]
#[ignore = "needs Node"]
fn the_page_answers_as_the_engine_does() {
    let cases = all_cases();
    assert!(cases.len() > 8_000, "only {}", cases.len());
    let page = page(&cases);
    assert_eq!(page.len(), cases.len());
    for ((typed, chosen), answer) in cases.iter().zip(page) {
        assert_eq!(answer, engine(typed, chosen), "{typed} beside {chosen}");
    }
}

#[test]
fn the_page_places_numbers_where_it_uses_the_answer() {
    // Scripts that are joined share no names.
    let mut parts = SOURCES.iter().flat_map(|source| source.parts);
    assert!(parts.any(|part| part.starts_with(PLACE) && part.contains("placed(field.value")));
}
