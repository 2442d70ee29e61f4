//! Every typed refusal, and that each crosses between processes.

use numbers::{INPUT_MAX_BYTES, ParseError, Region, parse};

use crate::region;

fn refused(input: &str, home: &str) -> ParseError {
    let home = Region::parse(home).ok();
    match parse(input, home) {
        Err(error) => error,
        Ok(parsed) => panic!("{input:?} was read in {home:?} as {parsed:?}"),
    }
}

fn all_refused(home: &str, inputs: &[&str], error: ParseError) {
    for input in inputs {
        assert_eq!(refused(input, home), error, "{input:?} in {home}");
    }
}

#[test]
fn nothing_visible_is_empty() {
    all_refused(
        "GB",
        &["", " ", "\t\r\n", "\u{a0}\u{200b}", "\u{feff}", "\0", "."],
        ParseError::Empty,
    );
}

#[test]
fn text_without_one_number_is_no_number() {
    let inputs = [
        "hello",
        "+",
        "-",
        "()",
        "tel:",
        "1-800-FLOWERS",
        "0800 FLOWERS 1",
        "07700 90O123",
        "07700900123a",
        "*21#",
        "#31#07700900123",
        "*#06#",
        "07700900123@example.com",
        "07700 900123 or 07700 900456",
        "07700 900123, 07700 900456",
        "07700 900123 +44",
        "10:30",
        "07700=900123",
        "½",
        "%2B447700900123",
    ];
    all_refused("GB", &inputs, ParseError::NotANumber);
}

#[test]
fn a_national_number_without_a_country_needs_one() {
    all_refused(
        "none",
        &["07700 900123", "2015550123", "12345", "447700900123"],
        ParseError::NeedsCountry,
    );
    assert_eq!(
        parse("07700 900123", Some(Region::WORLD)),
        Err(ParseError::NeedsCountry)
    );
    assert_eq!(
        parse("07700 900123", Some(region("AQ"))),
        Err(ParseError::NeedsCountry)
    );
}

#[test]
fn an_unassigned_calling_code_is_unknown() {
    for home in ["none", "GB", "US"] {
        all_refused(
            home,
            &[
                "+999 1234567",
                "+210 1234567",
                "+07700 900123",
                "00 999 1234567",
            ],
            ParseError::UnknownCallingCode,
        );
    }
}

#[test]
fn too_few_digits_name_the_region() {
    let gb = ParseError::TooShort {
        region: Some(region("GB")),
    };
    all_refused("GB", &["07700", "07700 9", "+44 7700", "+44"], gb);
    let us = ParseError::TooShort {
        region: Some(region("US")),
    };
    all_refused("US", &["555-0123", "+1 201 555"], us);
    let canada = ParseError::TooShort {
        region: Some(region("CA")),
    };
    all_refused("CA", &["+1 613 555", "555 0123"], canada);
    all_refused("GB", &["+4", "+21"], ParseError::TooShort { region: None });
}

#[test]
fn too_many_digits_name_the_region_where_known() {
    let gb = ParseError::TooLong {
        region: Some(region("GB")),
    };
    all_refused("GB", &["07700 900123 4", "+44 7700 900123 45"], gb);
    let long = ParseError::TooLong { region: None };
    all_refused(
        "GB",
        &[
            "1234567890123456789012345",
            &"0".repeat(INPUT_MAX_BYTES + 1),
        ],
        long,
    );
    assert_eq!(
        refused(&format!("{}07700900123", " ".repeat(128)), "GB"),
        long
    );
}

#[test]
fn a_range_that_is_not_open_is_not_in_use() {
    let gb = ParseError::NotInUse {
        region: region("GB"),
    };
    all_refused("GB", &["+44 1000 000000", "01000 000000"], gb);
    all_refused(
        "US",
        &["+1 000 000 0000", "(201) 155-0123"],
        ParseError::NotInUse {
            region: region("US"),
        },
    );
    // The main region of a shared code, unless the default region shares it.
    all_refused(
        "GB",
        &["+1 201 155 0123"],
        ParseError::NotInUse {
            region: region("US"),
        },
    );
    all_refused(
        "JM",
        &["+1 201 155 0123"],
        ParseError::NotInUse {
            region: region("JM"),
        },
    );
}

#[test]
fn emergency_numbers_are_never_sendable() {
    for home in ["none", "GB", "US", "DE", "JP", "AT", "IN", "AU"] {
        all_refused(
            home,
            &[
                "112",
                "911",
                "999",
                "110",
                "144",
                "000",
                "1 1 2",
                "(911)",
                "tel:112",
                "１１９",
                "٩١١",
            ],
            ParseError::Emergency,
        );
    }
    all_refused(
        "GB",
        &["+44 999", "+44 112", "+1 911", "+49 110", "0044999"],
        ParseError::Emergency,
    );
    all_refused("ZA", &["10111", "+27 10111"], ParseError::Emergency);
    all_refused("PK", &["1122"], ParseError::Emergency);
}

#[test]
fn short_codes_are_refused_as_such() {
    all_refused(
        "GB",
        &["1471", "60163", "116123", "11850"],
        ParseError::ShortCode,
    );
    all_refused("US", &["40404", "242424", "411"], ParseError::ShortCode);
    all_refused("FR", &["3639", "36665"], ParseError::ShortCode);
}

#[test]
fn an_extension_is_recognised_and_refused() {
    let inputs = [
        "+44 7700 900123 x12",
        "07700900123x12",
        "07700 900123 ext. 12",
        "07700 900123 ext12",
        "07700 900123 extension 12",
        "07700 900123 #12",
        "07700 900123,12",
        "07700 900123,,12",
        "07700 900123;12",
        "tel:+447700900123;ext=12",
        "tel:+447700900123;EXT=12",
        "07700 900123 доб. 12",
        "07700 900123 p12",
        "07700 900123 X 1234",
    ];
    all_refused("GB", &inputs, ParseError::HasExtension);
}

#[test]
fn every_error_has_a_stable_code_and_travels() {
    let gb = region("GB");
    let all = [
        (ParseError::Empty, "empty"),
        (ParseError::TooShort { region: None }, "too_short"),
        (ParseError::TooLong { region: Some(gb) }, "too_long"),
        (ParseError::NotANumber, "not_a_number"),
        (ParseError::NeedsCountry, "needs_country"),
        (ParseError::UnknownCallingCode, "unknown_calling_code"),
        (ParseError::NotInUse { region: gb }, "not_in_use"),
        (ParseError::Emergency, "emergency"),
        (ParseError::ShortCode, "short_code"),
        (ParseError::HasExtension, "has_extension"),
    ];
    for (error, code) in all {
        assert_eq!(error.code(), code);
        let json = serde_json::to_string(&error).unwrap();
        assert!(json.contains(code), "{json}");
        assert_eq!(serde_json::from_str::<ParseError>(&json).unwrap(), error);
        let bytes = postcard::to_allocvec(&error).unwrap();
        assert_eq!(postcard::from_bytes::<ParseError>(&bytes).unwrap(), error);
        assert!(!error.to_string().bytes().any(|b| b.is_ascii_digit()));
    }
}
