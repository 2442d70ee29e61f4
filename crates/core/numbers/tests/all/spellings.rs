//! Spellings, and what is dialled before a number, over all regions.
//!
//! Numbers are from ranges kept free for fiction, or shapes of the plans with zeros in them.

use numbers::{Confidence, ParseError, Region, Style, countries, format, parse, read};

use crate::{
    oracle::{self, TYPES},
    region,
};

/// The digit zero of every script in Unicode 14; the other nine follow each.
const ZEROS: [char; 66] = [
    '\u{30}',
    '\u{660}',
    '\u{6F0}',
    '\u{7C0}',
    '\u{966}',
    '\u{9E6}',
    '\u{A66}',
    '\u{AE6}',
    '\u{B66}',
    '\u{BE6}',
    '\u{C66}',
    '\u{CE6}',
    '\u{D66}',
    '\u{DE6}',
    '\u{E50}',
    '\u{ED0}',
    '\u{F20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17E0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19D0}',
    '\u{1A80}',
    '\u{1A90}',
    '\u{1B50}',
    '\u{1BB0}',
    '\u{1C40}',
    '\u{1C50}',
    '\u{A620}',
    '\u{A8D0}',
    '\u{A900}',
    '\u{A9D0}',
    '\u{A9F0}',
    '\u{AA50}',
    '\u{ABF0}',
    '\u{FF10}',
    '\u{104A0}',
    '\u{10D30}',
    '\u{11066}',
    '\u{110F0}',
    '\u{11136}',
    '\u{111D0}',
    '\u{112F0}',
    '\u{11450}',
    '\u{114D0}',
    '\u{11650}',
    '\u{116C0}',
    '\u{11730}',
    '\u{118E0}',
    '\u{11950}',
    '\u{11C50}',
    '\u{11D50}',
    '\u{11DA0}',
    '\u{16A60}',
    '\u{16AC0}',
    '\u{16B50}',
    '\u{1D7CE}',
    '\u{1D7D8}',
    '\u{1D7E2}',
    '\u{1D7EC}',
    '\u{1D7F6}',
    '\u{1E140}',
    '\u{1E2F0}',
    '\u{1E950}',
    '\u{1FBF0}',
];

const SPACES: [char; 18] = [
    '\u{20}', '\u{A0}', '\u{1680}', '\u{2000}', '\u{2001}', '\u{2002}', '\u{2003}', '\u{2004}',
    '\u{2005}', '\u{2006}', '\u{2007}', '\u{2008}', '\u{2009}', '\u{200A}', '\u{2028}', '\u{202F}',
    '\u{205F}', '\u{3000}',
];

const DASHES: [char; 17] = [
    '-', '\u{AD}', '\u{2010}', '\u{2011}', '\u{2012}', '\u{2013}', '\u{2014}', '\u{2015}',
    '\u{2043}', '\u{2212}', '\u{301C}', '\u{30FC}', '\u{FE58}', '\u{FE63}', '\u{FF0D}', '\u{FF5E}',
    '\u{640}',
];

fn number(text: &str, home: &str) -> Option<String> {
    let parsed = parse(text, Region::parse(home).ok()).ok()?;
    Some(parsed.number.as_str().to_owned())
}

fn reads(home: &str, number_read: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(
            number(text, home).as_deref(),
            Some(number_read),
            "{text} in {home}"
        );
    }
}

#[test]
fn the_digits_of_every_script_are_digits() {
    for zero in ZEROS {
        let digit = |c: char| match c.to_digit(10) {
            Some(value) => char::from_u32(u32::from(zero) + value).unwrap(),
            None => c,
        };
        let text: String = "+44 7700 900123".chars().map(digit).collect();
        assert_eq!(
            number(&text, "US").as_deref(),
            Some("+447700900123"),
            "{text}"
        );
    }
}

#[test]
fn every_space_and_dash_only_parts_digits() {
    for gap in SPACES.into_iter().chain(DASHES) {
        let text = format!("+44{gap}7700{gap}900{gap}123");
        let code = u32::from(gap);
        assert_eq!(
            number(&text, "US").as_deref(),
            Some("+447700900123"),
            "{code:x}"
        );
    }
}

#[test]
fn a_tel_uri_is_read_with_its_parameters() {
    reads(
        "US",
        "+447700900123",
        &[
            "tel:+447700900123",
            "TEL:+44-7700-900123",
            "tel:+44.7700.900123",
            "tel:+44(7700)900123",
            "tel:07700-900-123;phone-context=+44",
            "tel:7700900123;phone-context=+44",
            "tel:900123;phone-context=+44-7700",
            "tel:+447700900123;isub=1411",
            "tel:+447700900123;phone-context=example.com",
            "tel:+447700900123;phone-context=+1",
            "tel:+447700900123;unknown=value",
            "tel://+447700900123",
            "callto:+447700900123",
            "sms:+447700900123",
        ],
    );
    reads(
        "GB",
        "+447700900123",
        &[
            "tel:07700900123;phone-context=example.com",
            "tel:07700900123",
        ],
    );
    let with = read("tel:+44-7700-900123;ext=1-2;phone-context=+1", None).unwrap();
    assert_eq!(with.extension.unwrap().as_str(), "12");
    for refused in [
        "tel:07700900123;phone-context=+4 x",
        "tel:;phone-context=+44",
        "tel:+44;ext=7",
    ] {
        assert!(parse(refused, None).is_err(), "{refused}");
    }
}

#[test]
fn an_extension_is_read_in_the_usual_languages() {
    for announced in [
        "x12",
        " x 12",
        " ext. 12",
        " ext: 12",
        " EXTENSION 12",
        " extensión 12",
        " extensio\u{301}n 12",
        " int. 12",
        " interno 12",
        " anexo 12",
        " ramal 12",
        " poste 12",
        " Durchwahl 12",
        " DW 12",
        " Klappe 12",
        " NSt. 12",
        " toestel 12",
        " lokal 12",
        " ankn. 12",
        " wew. 12",
        " linka 12",
        " mellék 12",
        " доб. 12",
        " внутр. 12",
        " дод. 12",
        " вътр. 12",
        " εσωτ. 12",
        " dahili 12",
        " تحويلة 12",
        " داخلی ۱۲",
        " שלוחה 12",
        " एक्सटेंशन १२",
        " এক্সটেনশন ১২",
        " ต่อ 12",
        " máy lẻ 12",
        " pes. 12",
        " 分机 12",
        "转12",
        " 內線 12",
        "（内線12）",
        " 내선 12",
        ",12",
        ",,12",
        ";12",
        "#12",
        "p12",
        "w12",
        ";ext=12",
        " 　ｅｘｔ． １２",
    ] {
        let text = format!("+44 7700 900123{announced}");
        let reading = read(&text, None).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(reading.number.as_str(), "+447700900123", "{text}");
        assert_eq!(
            reading.extension.as_ref().map(|e| e.as_str()),
            Some("12"),
            "{text}"
        );
        assert_eq!(parse(&text, None), Err(ParseError::HasExtension), "{text}");
    }
    for two in ["+44 7700 900123 x12 or 34", "+44 7700 900123 home 12"] {
        assert!(read(two, None).is_err(), "{two}");
    }
}

#[test]
fn words_on_keys_are_read_but_not_verified() {
    for text in [
        "1-800-FLOWERS",
        "1 800 flowers",
        "1800FLOWERS",
        "+1 800 FLO WERS",
        "(800) FLOWERS",
    ] {
        let reading = read(text, Region::parse("US").ok()).unwrap();
        assert_eq!(reading.number.as_str(), "+18003569377", "{text}");
        assert_eq!(reading.confidence, Confidence::Repaired, "{text}");
        assert!(parse(text, Region::parse("US").ok()).is_err(), "{text}");
    }
}

#[test]
fn a_region_decides_what_stands_for_the_plus() {
    let british = "+447700900123";
    for (home, prefixes) in [
        ("US", &["011", "00"][..]),
        ("GB", &["00"]),
        ("AU", &["0011", "00"]),
        ("JP", &["010", "00"]),
        ("RU", &["810", "8~10 ", "00"]),
        ("KE", &["000", "00"]),
        ("CU", &["119", "00"]),
        ("SG", &["001", "000"]),
        ("CO", &["009", "00414"]),
        ("BR", &["0014", "0031"]),
    ] {
        for prefix in prefixes {
            reads(home, british, &[&format!("{prefix}44 7700 900123")]);
        }
    }
    reads("none", british, &["0044 7700 900123", "011 44 7700 900123"]);
}

#[test]
fn the_prefix_of_another_region_stands_for_nothing() {
    for (home, text) in [
        ("GB", "011 44 7700 900123"),
        ("DE", "011 44 7700 900123"),
        ("GB", "0011 44 7700 900123"),
        ("US", "010 44 7700 900123"),
        // 004 is Thailand's own prefix, so this would be a number of Norway.
        ("TH", "0044 7700 900123"),
        ("none", "0011 44 7700 900123"),
        ("none", "810 44 7700 900123"),
    ] {
        assert_eq!(number(text, home), None, "{text} in {home}");
    }
    let reading = read("011 44 7700 900123", Some(region("GB"))).unwrap();
    assert_eq!(reading.number.as_str(), "+447700900123");
    assert_eq!(reading.confidence, Confidence::Repaired);
}

#[test]
fn argentine_mobiles_have_their_nine_however_they_are_dialled() {
    reads(
        "AR",
        "+5491122220000",
        &[
            "011 15 2222-0000",
            "11 15 2222 0000",
            "+54 9 11 2222 0000",
            "+54 011 15 2222 0000",
            "0054 9 11 2222 0000",
            "9 11 2222 0000",
        ],
    );
    reads(
        "AR",
        "+541122220000",
        &["011 2222-0000", "11 2222 0000", "+54 11 2222 0000"],
    );
}

#[test]
fn mexican_prefixes_of_before_2019_are_taken_off() {
    reads(
        "MX",
        "+525522220000",
        &[
            "55 2222 0000",
            "+52 55 2222 0000",
            "+52 1 55 2222 0000",
            "01 55 2222 0000",
            "044 55 2222 0000",
            "045 55 2222 0000",
            "1 55 2222 0000",
            "0052 1 55 2222 0000",
        ],
    );
    reads("US", "+525522220000", &["011 52 1 55 2222 0000"]);
}

#[test]
fn zeros_that_belong_to_a_number_stay() {
    let mut seen = 0;
    for country in countries() {
        for kind in TYPES {
            let example = oracle::example(country.region, kind);
            let Some(example) = example.filter(|digits| digits.starts_with('0')) else {
                continue;
            };
            let whole = format!("+{}{example}", country.calling_code);
            let home = country.region.as_str();
            reads(home, &whole, &[&whole, &example]);
            seen += 1;
        }
    }
    assert!(seen > 10, "only {seen}");
}

/// Examples of every region and kind, in the national form, with the trunk prefix it has.
#[test]
fn what_is_written_for_home_is_read_at_home() {
    let mut seen = 0;
    for country in countries() {
        for kind in TYPES {
            let Some(example) = oracle::example(country.region, kind) else {
                continue;
            };
            let whole = format!("+{}{example}", country.calling_code);
            let Ok(parsed) = parse(&whole, None) else {
                continue;
            };
            let text = format(&parsed.number, Style::National);
            let again = parse(text.as_str(), Some(country.region));
            assert_eq!(
                again.as_ref(),
                Ok(&parsed),
                "{} in {country:?}",
                text.as_str()
            );
            seen += 1;
        }
    }
    assert!(seen > 1_000, "only {seen}");
}

#[test]
fn a_missing_plus_and_a_doubled_code_are_repaired_in_every_region() {
    let mut repaired = 0;
    for country in countries() {
        let Some(example) = oracle::example(country.region, TYPES[0]) else {
            continue;
        };
        let code = country.calling_code;
        let whole = format!("+{code}{example}");
        if parse(&whole, None).is_err() {
            continue;
        }
        for text in [
            format!("+{code}{code}{example}"),
            format!("{code}{example}"),
        ] {
            let reading = read(&text, None).unwrap();
            // Some slips are another number in use; then nothing says that it was one.
            let is_other = reading.confidence == Confidence::Stated;
            assert!(reading.number.as_str() == whole || is_other, "{text}");
            repaired += usize::from(!is_other);
        }
    }
    assert!(repaired > 440, "only {repaired}");
}
