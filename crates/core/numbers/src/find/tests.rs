//! Rules of finding numbers in a text as a whole.

use super::*;

fn found(text: &str, regions: &[&str], mode: Mode) -> Vec<String> {
    let regions: Vec<_> = regions.iter().map(|r| Region::parse(r).unwrap()).collect();
    let hints = Hints::new(&regions, mode);
    let found = find(text, &hints).map(|m| text[m.bytes].to_owned());
    found.collect()
}

#[test]
fn written_numbers_are_found_whole_and_alone() {
    for (text, expected) in [
        ("call 07700 900123 now", "07700 900123"),
        ("call 07700 900123.", "07700 900123"),
        ("(07700 900123)", "(07700 900123"),
        ("tel:+44-7700-900123", "+44-7700-900123"),
        ("+44 (0)7700 900123", "+44 (0)7700 900123"),
        ("０７７００ ９００１２３", "０７７００ ９００１２３"),
        ("٠٧٧٠٠٩٠٠١٢٣", "٠٧٧٠٠٩٠٠١٢٣"),
        ("电话07700900123。", "07700900123"),
        ("07700 900123 1970", "07700 900123"),
        ("+12015550123 05/09/2009", "+12015550123"),
        ("+447700900123 and 5", "+447700900123"),
        ("\u{1}\u{1b}07700 900123\u{1}", "07700 900123"),
    ] {
        for mode in [Mode::Balanced, Mode::RecallMax] {
            assert_eq!(found(text, &["GB"], mode), [expected], "{text}");
        }
    }
}

#[test]
fn what_is_no_number_is_left_alone() {
    for text in [
        "",
        "12",
        "13.10.2026",
        "2026-11-22",
        "2026-11-22 14:03:22",
        "[22/11/2026 07:00:12]",
        "192.168.100.255",
        "3.14159265",
        "v1.20.3",
        "$7700900123",
        "4111 1111 1111 1111",
        "1234567890123456789012345678901234567890",
        "a6b77009-0012-4c3d-8ef0-077009001234",
    ] {
        assert_eq!(found(text, &["GB"], Mode::Balanced), [""; 0], "{text}");
    }
}

#[test]
fn words_decide_about_bare_digits() {
    let gb = ["GB"];
    assert_eq!(found("id 7400123456", &gb, Mode::Balanced), [""; 0]);
    assert_eq!(
        found("phone 7400123456", &gb, Mode::Balanced),
        ["7400123456"]
    );
    assert_eq!(
        found("Rechnung Nr. 07400123456", &gb, Mode::Balanced),
        [""; 0]
    );
    assert_eq!(found("id 7400123456", &gb, Mode::RecallMax), ["7400123456"]);
}

#[test]
fn gaps_where_no_plan_has_them_make_no_number_of_readings() {
    let us = ["US"];
    assert_eq!(
        found("sensor 201 5550 123 ok", &us, Mode::Balanced),
        [""; 0]
    );
    assert_eq!(found("phone 201 5550 123 ok", &us, Mode::Balanced).len(), 1);
    assert_eq!(
        found("sensor 201 5550 123 ok", &us, Mode::RecallMax).len(),
        1
    );
    assert_eq!(found("so 201.555.0123 ok", &us, Mode::Balanced).len(), 1);
}

#[test]
fn a_word_that_announces_digits_and_has_none_behind_it_ends_the_search() {
    let gb = [Region::parse("GB").unwrap()];
    for mode in [Mode::Balanced, Mode::RecallMax] {
        let mut hints = Hints::new(&gb, mode);
        hints.spoken = true;
        for text in [
            "double",
            "double ",
            "triple plus double x",
            "double 07700 900123",
        ] {
            let found = find(text, &hints).count();
            assert_eq!(found, usize::from(text.ends_with('3')), "{text}");
        }
    }
}

#[test]
fn recall_max_finds_what_no_plan_knows() {
    for text in ["call 000-123-9999", "x07700900123y", "(000) 123-4567"] {
        assert_eq!(found(text, &["GB"], Mode::Balanced), [""; 0], "{text}");
        assert_eq!(found(text, &["GB"], Mode::RecallMax).len(), 1, "{text}");
    }
}

#[test]
fn a_match_tells_its_number_and_prints_none() {
    let regions = [Region::parse("GB").unwrap()];
    let hints = Hints::new(&regions, Mode::Balanced);
    let found = find("07700 900123", &hints).next().unwrap();
    assert_eq!(
        found.parsed.as_ref().unwrap().number.as_str(),
        "+447700900123"
    );
    assert_eq!(found.reason, Reason::Written);
    let debug = format!("{:?}", found.parsed).replace("E164", "");
    assert!(!debug.bytes().any(|b| b.is_ascii_digit()));
}

#[test]
fn a_number_said_in_larger_numbers_is_the_one_that_is_meant() {
    for (region, text, number) in [
        (
            "GB",
            "ring me on oh seven seven double oh nine hundred one two three, please",
            "+447700900123",
        ),
        (
            "DE",
            "null dreißig dreiundzwanzig hundertfünfundzwanzig null null null",
            "+493023125000",
        ),
        (
            "FR",
            "zéro un quatre-vingt-dix-neuf zéro zéro dix-sept soixante-treize",
            "+33199001773",
        ),
    ] {
        let regions = [Region::parse(region).unwrap()];
        let hints = Hints {
            spoken: true,
            ..Hints::new(&regions, Mode::RecallMax)
        };
        let found: Vec<_> = find(text, &hints).collect();
        assert_eq!(found.len(), 1, "{text}");
        let parsed = found[0].parsed.as_ref().unwrap();
        assert_eq!(parsed.number.as_str(), number, "{text}");
    }
}

#[test]
fn a_number_in_use_is_told_whole_and_what_stands_before_it_by_itself() {
    let gb = ["GB"];
    for (text, expected) in [
        ("555-0100 07700 900123", &["555-0100", "07700 900123"][..]),
        ("call%2007700%20900123", &["07700%20900123"]),
    ] {
        assert_eq!(found(text, &gb, Mode::RecallMax), expected, "{text}");
    }
}

#[test]
fn numbers_of_four_and_five_digits_are_found_where_they_are_in_use() {
    for (region, text, count) in [
        ("FK", "51234 is where she lives now", 1),
        ("NU", "call 7012", 1),
        ("FK", "order 51234", 0),
        ("TK", "in 2026", 0),
        ("DE", "10115 Berlin", 0),
        ("GB", "51234 is where she lives now", 0),
    ] {
        assert_eq!(
            found(text, &[region], Mode::RecallMax).len(),
            count,
            "{text}"
        );
        assert_eq!(found(text, &[region], Mode::Balanced), [""; 0], "{text}");
    }
}

#[test]
fn a_part_of_a_longer_code_is_no_number() {
    for text in [
        "11858261-0227-671507502148",
        "0022 0362 0276 2713 8044",
        "0113 1592 5424 81.842153",
    ] {
        assert_eq!(found(text, &["US"], Mode::Balanced), [""; 0], "{text}");
    }
    let text = "07700 900123/07700 900456";
    assert_eq!(
        found(text, &["GB"], Mode::Balanced),
        ["07700 900123", "07700 900456"]
    );
}
