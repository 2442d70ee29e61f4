//! What people type and paste. Numbers come from ranges kept free for fiction.

use numbers::{LineType, Region, is_reserved_for_fiction, parse};

use crate::region;

fn read(input: &str, home: &str) -> Option<(String, String)> {
    let home = Region::parse(home).ok();
    let parsed = parse(input, home).ok()?;
    Some((
        parsed.number.as_str().to_owned(),
        parsed.region.as_str().to_owned(),
    ))
}

fn all_read(home: &str, inputs: &[&str], number: &str, place: &str) {
    for input in inputs {
        let expected = Some((number.to_owned(), place.to_owned()));
        assert_eq!(read(input, home), expected, "{input:?} in {home}");
    }
}

#[test]
fn a_british_mobile_in_all_its_spellings() {
    let inputs = [
        "07700900123",
        "07700 900123",
        "07700 900 123",
        "(07700) 900123",
        "07700-900-123",
        "07700.900.123",
        "07700/900123",
        "077 00 90 01 23",
        "07700\u{a0}900123",
        "07700\u{2011}900\u{2011}123",
        "07700\u{2013}900123",
        "07700\u{2212}900123",
        "٠٧٧٠٠٩٠٠١٢٣",
        "०७७००९००१२३",
        "０７７００　９００１２３",
        "+44 7700 900123",
        "+447700900123",
        "＋４４７７００９００１２３",
        "+44 (0)7700 900123",
        "+44(0)7700900123",
        "+44 (0) 7700 900 123",
        "(+44) 7700 900123",
        "+44-7700-900123",
        "++44 7700 900123",
        "+0044 7700 900123",
        "0044 7700 900123",
        "00 44 7700 900123",
        "447700900123",
        "44 7700 900123",
        "7700900123",
        "tel:+44-7700-900123",
        "TEL:+447700900123",
        "tel:07700900123;phone-context=+44",
        "tel:7700900123;phone-context=+44",
        "tel:07700900123;phone-context=example.com",
        "Tel: 07700 900123",
        "Mobile - 07700 900123",
        "phone number: +44 7700 900123",
        "电话：07700900123",
        "टेल: 07700900123",
        "07700 900123 (mobile)",
        "07700 900123 home",
        "07700 900123.",
        "\u{202a}+44 7700 900123\u{202c}",
        "\u{feff}07700\u{200b}900\u{200d}123",
        "\u{2066}07700 900123\u{2069}",
        "0\u{fe0f}\u{20e3}7700900123",
        "\t07700 900123\r\n",
        "[07700] 900123",
        "“07700 900123”",
        "<07700 900123>",
        "07700 900123;",
        "+44 7700 900123, thanks!",
        "07700~900123",
    ];
    all_read("GB", &inputs, "+447700900123", "GB");
}

#[test]
fn a_plus_wins_over_the_default_region() {
    for home in ["GB", "US", "DE", "IN", "CN", "BR", "RU", "IT", "none"] {
        all_read(
            home,
            &["+44 7700 900123", "+44 (0)7700 900123"],
            "+447700900123",
            "GB",
        );
        all_read(
            home,
            &["+1 (201) 555-0123", "+1.201.555.0123"],
            "+12015550123",
            "US",
        );
    }
}

#[test]
fn an_international_prefix_stands_for_the_plus() {
    for home in ["GB", "US", "DE", "FR", "IN", "none"] {
        all_read(home, &["0044 7700 900123"], "+447700900123", "GB");
    }
    for home in ["US", "CA", "JM", "none"] {
        all_read(home, &["011 44 7700 900123"], "+447700900123", "GB");
    }
    all_read("AU", &["0011 44 7700 900123"], "+447700900123", "GB");
    all_read("JP", &["010 44 7700 900123"], "+447700900123", "GB");
    all_read(
        "RU",
        &["810 44 7700 900123", "8~10 44 7700 900123"],
        "+447700900123",
        "GB",
    );
}

#[test]
fn north_american_numbers_find_their_country_by_area_code() {
    let inputs = [
        "(201) 555-0123",
        "201-555-0123",
        "1 201 555 0123",
        "1-201-555-0123",
        "2015550123",
    ];
    all_read("US", &inputs, "+12015550123", "US");
    all_read("CA", &inputs, "+12015550123", "US");
    all_read(
        "US",
        &["(613) 555-0123", "+1 613 555 0123"],
        "+16135550123",
        "CA",
    );
    all_read("JM", &["876 555 0123"], "+18765550123", "JM");
}

#[test]
fn german_french_australian_and_swedish_numbers() {
    all_read(
        "DE",
        &[
            "030 23125 000",
            "(030) 23125-000",
            "030/23125000",
            "+49 (0)30 23125000",
            "0049 30 23125 000",
        ],
        "+493023125000",
        "DE",
    );
    all_read(
        "FR",
        &[
            "06 39 98 01 23",
            "06.39.98.01.23",
            "+33 (0)6 39 98 01 23",
            "+33639980123",
        ],
        "+33639980123",
        "FR",
    );
    all_read(
        "AU",
        &[
            "(02) 5550 0123",
            "02 5550 0123",
            "+61 2 5550 0123",
            "+61 (02) 5550 0123",
        ],
        "+61255500123",
        "AU",
    );
    all_read(
        "SE",
        &["070-174 06 05", "+46 (0)70-174 06 05"],
        "+46701740605",
        "SE",
    );
}

#[test]
fn an_italian_zero_stays_and_a_bracketed_one_elsewhere_goes() {
    // 06 555 5xxxx and 91 000 0xxx: shapes of the plans, no published subscriber's numbers.
    let (italian, place) = read("+39 (0)6 5555 0000", "none").unwrap();
    assert_eq!((italian.as_str(), place.as_str()), ("+390655550000", "IT"));
    assert_eq!(read("06 5555 0000", "IT").unwrap().0, "+390655550000");
    let (spanish, place) = read("+34 (0)910 000 000", "none").unwrap();
    assert_eq!((spanish.as_str(), place.as_str()), ("+34910000000", "ES"));
}

#[test]
fn global_services_belong_to_the_world() {
    let parsed = parse("+800 1234 5678", None).unwrap();
    assert_eq!(
        (parsed.region, parsed.line_type),
        (Region::WORLD, LineType::TollFree)
    );
    assert_eq!(parsed.number.calling_code(), 800);
    assert!(!parsed.line_type.can_receive_text() && !parsed.line_type.can_receive_call());
}

#[test]
fn fiction_is_valid_with_the_type_of_its_range() {
    for (input, place, line_type) in [
        ("+447700900000", "GB", LineType::Mobile),
        ("+447700900999", "GB", LineType::Mobile),
        ("+441632960123", "GB", LineType::Fixed),
        ("+442079460123", "GB", LineType::Fixed),
        ("+448081570123", "GB", LineType::TollFree),
        ("+449098790123", "GB", LineType::PremiumRate),
        ("+443069990123", "GB", LineType::Uan),
        ("+12015550100", "US", LineType::FixedOrMobile),
        ("+14165550199", "CA", LineType::FixedOrMobile),
        ("+18005550199", "US", LineType::TollFree),
        ("+61370100123", "AU", LineType::Fixed),
        ("+492214710123", "DE", LineType::Fixed),
        ("+33639980123", "FR", LineType::Mobile),
        ("+46701740699", "SE", LineType::Mobile),
    ] {
        let parsed = parse(input, None).unwrap_or_else(|e| panic!("{input}: {e:?}"));
        assert_eq!(
            (parsed.region, parsed.line_type),
            (region(place), line_type),
            "{input}"
        );
        assert!(is_reserved_for_fiction(&parsed.number), "{input}");
    }
}

#[test]
fn capabilities_follow_the_line_type() {
    for (line_type, text, call) in [
        (LineType::Mobile, true, true),
        (LineType::FixedOrMobile, true, true),
        (LineType::Fixed, false, true),
        (LineType::Voip, false, true),
        (LineType::Personal, false, true),
        (LineType::TollFree, false, false),
        (LineType::PremiumRate, false, false),
        (LineType::SharedCost, false, false),
        (LineType::Pager, false, false),
        (LineType::Uan, false, false),
        (LineType::Voicemail, false, false),
        (LineType::Unknown, false, false),
    ] {
        assert_eq!(line_type.can_receive_text(), text, "{line_type:?}");
        assert_eq!(line_type.can_receive_call(), call, "{line_type:?}");
        assert_eq!(
            serde_json::to_string(&line_type).unwrap(),
            format!("\"{}\"", line_type.as_str())
        );
    }
}
