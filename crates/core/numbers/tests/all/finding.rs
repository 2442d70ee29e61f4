//! Laws of finding numbers in text: cutting changes nothing, nothing is lost, nothing panics.

use numbers::{Finder, Hints, Leniency, Match, Mode, Piece, Region, Style, find};
use proptest::prelude::*;

pub(crate) fn regions() -> [Region; 3] {
    ["GB", "US", "DE"].map(|code| Region::parse(code).unwrap())
}

/// Every number found, and the text put together again.
pub(crate) fn streamed(chunks: &[&[u8]], mode: Mode) -> (Vec<Match>, String) {
    let regions = regions();
    let mut finder = Finder::new(hints(&regions, mode));
    let (mut found, mut text) = (Vec::new(), String::new());
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(part) => text.push_str(part),
        Piece::Number(part, number) => {
            assert_eq!(text.len()..text.len() + part.len(), number.bytes);
            text.push_str(part);
            found.push(number);
        }
    };
    for chunk in chunks {
        finder.push(chunk, &mut take);
    }
    finder.finish(&mut take);
    (found, text)
}

/// With spoken numbers, where they are looked for.
pub(crate) fn hints(regions: &[Region], mode: Mode) -> Hints<'_> {
    Hints {
        spoken: true,
        ..Hints::new(regions, mode)
    }
}

pub(crate) fn whole(text: &str, mode: Mode) -> Vec<Match> {
    let regions = regions();
    find(text, &hints(&regions, mode)).collect()
}

pub(crate) const MODES: [Mode; 6] = [
    Mode::Balanced,
    Mode::RecallMax,
    Mode::Google(Leniency::Possible),
    Mode::Google(Leniency::Valid),
    Mode::Google(Leniency::StrictGrouping),
    Mode::Google(Leniency::ExactGrouping),
];

fn any_mode() -> impl Strategy<Value = Mode> {
    prop::sample::select(MODES.to_vec())
}

/// Text that is mostly numbers, near-numbers and what surrounds them.
pub(crate) fn eventful() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => "[0-9]{1,6}",
        2 => "[0-9]{10,30}",
        4 => "[ ().\\-/+]{1,3}",
        1 => "[\u{660}-\u{669}\u{FF10}-\u{FF19}]{1,4}",
        3 => prop::sample::select(vec![
            "07700 900123", "+44 7700 900123", "(201) 555-0123", "+1 201-555-0123", "030 23125000",
            "phone ", "order ", "тел. ", "\n", "(0)", "((((+", "é", "电话", "\u{200b}", "x", "$", "5", ".",
            "%2B44", "%20", "%", "%7B", "%5B", "%28", " dot ", "\r\n", "one ", "oh seven ", "double ", "vierzig", "vierundzwanzig ", "hundred ", "の", "九", " ext. 5",
            "GB29 NWBK 6016 ", "DE89 3704 0044 0532 0130 00", "77009001-1234-4c3d-8ef0-077009001234",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn however_a_text_is_cut_the_result_is_the_same(
        text in eventful(),
        cuts in prop::collection::vec(1usize..40, 0..30),
        mode in any_mode(),
    ) {
        let (mut rest, mut chunks) = (text.as_bytes(), Vec::new());
        for cut in cuts {
            let (chunk, later) = rest.split_at(cut.min(rest.len()));
            chunks.push(chunk);
            rest = later;
        }
        chunks.push(rest);
        let (found, again) = streamed(&chunks, mode);
        prop_assert_eq!(again, text.clone());
        prop_assert_eq!(found, whole(&text, mode));
    }

    #[test]
    fn any_bytes_are_survived_and_come_out_as_text(bytes in prop::collection::vec(any::<u8>(), 0..200), cut in 0usize..200) {
        let (first, second) = bytes.split_at(cut.min(bytes.len()));
        let (_, text) = streamed(&[first, second], Mode::RecallMax);
        prop_assert_eq!(text, String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn matches_are_in_order_within_the_text_and_apart(text in any::<String>(), mode in any_mode()) {
        let mut from = 0;
        for found in whole(&text, mode) {
            prop_assert!(found.bytes.start >= from && found.bytes.end > found.bytes.start);
            prop_assert!(text.get(found.bytes.clone()).is_some());
            from = found.bytes.end;
        }
    }
}

proptest! {
    // Each byte makes the finder look at all that it holds.
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn byte_by_byte_is_no_different(text in eventful(), mode in any_mode()) {
        let chunks: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        let (found, again) = streamed(&chunks, mode);
        prop_assert_eq!(again, text.clone());
        prop_assert_eq!(found, whole(&text, mode));
    }
}

/// Every cut of short texts into two and three chunks.
#[test]
fn every_cut_of_short_texts_gives_the_same() {
    for text in [
        "((+44 7700 900123) 5",
        "é٠٧٧٠٠٩٠٠١٢٣\u{200b}1",
        "tel 7400123456x",
        "12345678901234567890123456",
        "%2B44%207700900123 ext 5",
        "oh 7 seven 00 nine double oh 123",
        "DE89 3704 0044 0532 0130 00",
    ] {
        let bytes = text.as_bytes();
        for mode in MODES {
            let expected = whole(text, mode);
            for first in 0..=bytes.len() {
                for second in first..=bytes.len() {
                    let chunks = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                    let (found, again) = streamed(&chunks, mode);
                    assert_eq!(
                        (&found, again.as_str()),
                        (&expected, text),
                        "{first} {second}"
                    );
                }
            }
        }
    }
}

#[test]
fn little_is_held_back_whatever_comes() {
    let regions = regions();
    for pattern in [
        "1",
        "1 ",
        "(",
        "+",
        "07700 900123 ",
        "\u{200b}1",
        "1\u{200b}",
        "one ",
        "a",
        "%2B",
        "7 dot ",
    ] {
        for mode in MODES {
            let mut finder = Finder::new(hints(&regions, mode));
            let (mut given, mut taken) = (0, 0);
            for _ in 0..2_000 {
                given += pattern.chars().count();
                finder.push(pattern.as_bytes(), |piece| match piece {
                    Piece::Text(text) | Piece::Number(text, _) => taken += text.chars().count(),
                });
                assert!(given - taken <= 250, "{pattern:?} holds {}", given - taken);
            }
        }
    }
}

#[test]
fn numbers_of_every_region_are_found_after_a_plus() {
    for country in numbers::countries() {
        let digits = format!("+{}", country.calling_code);
        let typed = numbers::as_you_type(country.region, &digits);
        assert_eq!(whole(&typed, Mode::Balanced).len(), 0, "{typed}");
        let Some(number) =
            crate::oracle::example(country.region, rlibphonenumber::PhoneNumberType::Mobile)
        else {
            continue;
        };
        let text = format!("reach us: {digits} {number}, thanks");
        if numbers::parse(&format!("{digits}{number}"), None).is_err() {
            continue;
        }
        let found = whole(&text, Mode::Balanced);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(&text[found[0].bytes.clone()], format!("{digits} {number}"));
    }
}

/// How many of the numbers of every region and kind are found whole, written in one style in a
/// sentence, with their own region expected.
fn recall(style: Style, mode: Mode) -> f64 {
    let (mut written, mut found) = (0, 0);
    for country in numbers::countries() {
        for kind in crate::oracle::TYPES {
            let example = crate::oracle::example(country.region, kind);
            let text = example.map(|national| format!("+{}{national}", country.calling_code));
            let Some(parsed) = text.and_then(|text| numbers::parse(&text, None).ok()) else {
                continue;
            };
            let regions = [country.region];
            let hints = Hints::new(&regions, mode);
            let number = numbers::format(&parsed.number, style);
            let sentence = format!("See you at {}, they said.", number.as_str());
            let whole = |m: Match| m.bytes == (11..11 + number.as_str().len());
            written += 1;
            found += usize::from(find(&sentence, &hints).any(whole));
        }
    }
    assert!(written > 1_000);
    100.0 * found as f64 / f64::from(written)
}

/// What is missed of the national ones: islands' numbers of four and five digits, and pairs parted
/// by points or dashes, which are more often dates.
#[test]
fn numbers_written_as_their_plan_writes_them_are_found() {
    for (style, mode, least) in [
        (Style::E164, Mode::Balanced, 99.9),
        (Style::International, Mode::Balanced, 99.9),
        (Style::National, Mode::Balanced, 95.0),
        (Style::E164, Mode::RecallMax, 99.9),
        (Style::International, Mode::RecallMax, 99.9),
        (Style::National, Mode::RecallMax, 96.5),
    ] {
        let percent = recall(style, mode);
        assert!(percent >= least, "{style:?} {mode:?}: {percent:.2} %");
    }
}
