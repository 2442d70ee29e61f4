//! Rules that hold for every input.

use std::collections::HashSet;

use numbers::{
    E164, INPUT_MAX_BYTES, Region, as_you_type, countries, format_international, format_national,
    masked, parse,
};
use proptest::prelude::*;

fn any_home() -> impl Strategy<Value = Option<Region>> {
    prop_oneof![
        1 => Just(None),
        6 => (0..countries().len()).prop_map(|i| Some(countries()[i].region)),
    ]
}

/// Characters that matter to phone numbers, far more often than chance would bring them.
fn number_like() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        8 => "[0-9]{1,5}",
        2 => "[ ().\\-/+]{1,2}",
        1 => "[٠-٩०-९０-９]{1,4}",
        1 => prop::sample::select(vec!["tel:", ";ext=", ";phone-context=+", "x", "00", "+", "(0)", "#", "\u{200b}", "\u{202e}", "é", "电"]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
}

/// A calling code in use and a tail: some are numbers, all are near one.
fn near_number() -> impl Strategy<Value = String> {
    ((0..countries().len()), "[0-9]{4,11}")
        .prop_map(|(i, tail)| format!("+{}{tail}", countries()[i].calling_code))
}

fn holds_for(input: &str, home: Option<Region>) -> Result<(), TestCaseError> {
    let Ok(parsed) = parse(input, home) else {
        return Ok(());
    };
    let text = parsed.number.as_str();
    prop_assert!(text.len() <= 16 && text.starts_with('+') && text.len() >= 4);
    prop_assert!(text[1..].bytes().all(|b| b.is_ascii_digit()));
    prop_assert_eq!(&E164::from_canonical(text).unwrap(), &parsed.number);
    prop_assert!(parsed.number.calling_code() > 0);

    let debug = format!("{parsed:?}").replace("E164", "");
    prop_assert!(
        text.as_bytes()[1..]
            .windows(3)
            .all(|w| !debug.as_bytes().windows(3).any(|d| d == w))
    );

    let again = parse(text, home).unwrap();
    prop_assert_eq!(&again, &parsed, "canonical");
    let again = parse(format_international(&parsed.number).as_str(), None).unwrap();
    prop_assert_eq!(&again, &parsed, "international");
    let _ = format_national(&parsed.number);

    let shown = masked(&parsed.number);
    let shown = shown.as_str().chars().filter(char::is_ascii_digit).count();
    let code_digits = parsed.number.calling_code().to_string().len();
    prop_assert!(shown <= code_digits + 4 && shown * 2 <= text.len() + code_digits);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    #[test]
    fn any_text_is_read_or_refused(input in any::<String>(), home in any_home()) {
        holds_for(&input, home)?;
        as_you_type(home.unwrap_or(Region::WORLD), &input);
        let _ = E164::from_canonical(&input);
        let _ = Region::parse(&input);
    }

    #[test]
    fn text_like_a_number_is_read_or_refused(input in number_like(), home in any_home()) {
        holds_for(&input, home)?;
        as_you_type(home.unwrap_or(Region::WORLD), &input);
    }

    #[test]
    fn what_is_read_can_be_written_and_read_again(input in near_number(), home in any_home()) {
        holds_for(&input, home)?;
    }

    #[test]
    fn a_long_input_is_refused_unread(input in "[0-9+ ]{129,300}") {
        prop_assert!(input.len() > INPUT_MAX_BYTES);
        prop_assert_eq!(parse(&input, None).unwrap_err().code(), "too_long");
    }

    #[test]
    fn invisible_characters_change_nothing(tail in "[0-9]{3}", at in 0usize..12) {
        let plain = format!("07700900{tail}");
        let mut marked = plain.clone();
        marked.insert(at.min(plain.len()), '\u{2069}');
        let home = Region::parse("GB").ok();
        prop_assert_eq!(parse(&marked, home), parse(&plain, home));
    }

    #[test]
    fn as_you_type_keeps_every_digit(digits in "[0-9]{0,20}", home in any_home()) {
        let text = as_you_type(home.unwrap_or(Region::WORLD), &digits);
        let kept: String = text.chars().filter(char::is_ascii_digit).collect();
        prop_assert_eq!(kept, digits);
    }
}

#[test]
fn countries_are_a_list_to_choose_from() {
    let regions: HashSet<_> = countries().iter().map(|c| c.region).collect();
    assert_eq!(regions.len(), countries().len());
    for country in countries() {
        assert_eq!(
            numbers::calling_code_of(country.region),
            Some(country.calling_code)
        );
        assert!(!numbers::languages_of(country.region).is_empty());
    }
}
