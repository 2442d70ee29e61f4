//! `Mode::Google` held against another port of the same matcher, at every leniency.
//!
//! The ports differ from one another; where this one does, it follows the Java one. What differs
//! for that reason is left out here by [`Case::is_known_to_differ`], each with its reason.

use numbers::{Hints, Leniency, Match, Mode, Region, countries, find};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat,
    phonenumber_matcher::{FindNumberExt, Leniency as EngineLeniency},
};

use crate::oracle::{self, Dice};

const LENIENCIES: [(Leniency, EngineLeniency); 4] = [
    (Leniency::Possible, EngineLeniency::Possible),
    (Leniency::Valid, EngineLeniency::Valid),
    (Leniency::StrictGrouping, EngineLeniency::StrictGrouping),
    (Leniency::ExactGrouping, EngineLeniency::ExactGrouping),
];

/// A span and the number read there.
type Span = (usize, usize, Option<String>);

struct Case<'t> {
    text: &'t str,
    region: Region,
    leniency: (Leniency, EngineLeniency),
}

impl Case<'_> {
    fn ours(&self) -> Vec<Span> {
        let regions = [self.region];
        let hints = Hints::new(&regions, Mode::Google(self.leniency.0));
        let span = |m: Match| {
            let number = m.parsed.map(|parsed| parsed.number.as_str().to_owned());
            (m.bytes.start, m.bytes.end, number)
        };
        find(self.text, &hints).map(span).collect()
    }

    fn theirs(&self) -> Vec<Span> {
        let matcher = self.text.phone_number_matcher_builder();
        let matcher = matcher.preferred_region(Some(oracle::engine(self.region)));
        let matcher = matcher.leniency(self.leniency.1).build();
        let span = |m: rlibphonenumber::phonenumber_matcher::PhoneNumberMatch<'_>| {
            let number = UTIL.format(&m.number, PhoneNumberFormat::E164).into_owned();
            let number = (number.len() <= 16).then_some(number);
            (m.start, m.end(), number)
        };
        matcher.map(span).collect()
    }

    fn is_known_to_differ(&self, number: &str) -> bool {
        let code = numbers::E164::from_canonical(number).map_or(0, |n| n.calling_code());
        // The plans are of two versions.
        oracle::in_changed_range(number)
            || oracle::FORMATS_CHANGED.contains(&code)
            || oracle::RULES_CHANGED.contains(&self.region.as_str())
            // That port does not see that Argentina's rule for prefixes matches nothing at all.
            || code == 54
            // And takes an empty trunk prefix for one, when it looks at groups.
            || (self.leniency.0 > Leniency::Valid && has_no_trunk_prefix(number))
    }

    /// Where the two differ, and that is not known.
    fn difference(&self) -> Option<(Vec<Span>, Vec<Span>)> {
        let (ours, theirs) = (self.ours(), self.theirs());
        if ours == theirs {
            return None;
        }
        let only = |a: &[Span], b: &[Span]| -> Vec<Span> {
            a.iter().filter(|span| !b.contains(span)).cloned().collect()
        };
        let (only_ours, only_theirs) = (only(&ours, &theirs), only(&theirs, &ours));
        let mut numbers = only_ours.iter().chain(&only_theirs);
        let known = numbers.any(|(_, _, number)| {
            number
                .as_deref()
                .is_some_and(|n| self.is_known_to_differ(n))
        });
        (!known).then_some((only_ours, only_theirs))
    }
}

/// Whether a number is written at home as it is behind its calling code.
fn has_no_trunk_prefix(number: &str) -> bool {
    numbers::E164::from_canonical(number).is_ok_and(|number| {
        let home = numbers::format_national(&number);
        let digits = home.as_str().bytes().filter(u8::is_ascii_digit).count();
        digits + number.calling_code().to_string().len() == number.digits().len()
    })
}

/// A number of the region as people write it, with some of what they put around it.
fn written(dice: &mut Dice, country: &numbers::Country) -> String {
    let national = dice.national(country.region);
    let code = country.calling_code;
    let spelled = match dice.below(8) {
        0 => format!("+{code}{national}"),
        1 => format!("+{code} {national}"),
        2 => national.clone(),
        3 => format!("0{national}"),
        4 => format!("00{code}{national}"),
        5 => {
            let styles = [
                PhoneNumberFormat::National,
                PhoneNumberFormat::International,
            ];
            let parsed = oracle::number(&format!("+{code}{national}"), None);
            let style = styles[dice.below(2)];
            parsed.map_or(national.clone(), |n| UTIL.format(&n, style).into_owned())
        }
        6 => {
            let cut = dice.below(national.len());
            format!("({}) {}", &national[..cut], &national[cut..])
        }
        _ => {
            let sign = dice.pick(&[" ", "-", ".", "/", " - ", "  ", " x", "x"]);
            let cut = dice.below(national.len());
            format!("{}{sign}{}", &national[..cut], &national[cut..])
        }
    };
    let before = dice.pick(&[
        "",
        "call ",
        "(",
        "[",
        "a",
        "é",
        "$",
        "tel:",
        "1 ",
        "22/11/2026 ",
        "：",
        "+",
    ]);
    let behind = dice.pick(&[
        "",
        ".",
        ")",
        " ext. 12",
        " x34",
        "#5",
        ";ext=7",
        " 1970",
        "a",
        "%",
        " - 3#",
        " 42%",
        "/ x5",
        ", доб. 9",
        "\u{200b}",
    ]);
    format!("{before}{spelled}{behind}")
}

#[test]
fn numbers_of_every_region_are_found_where_the_oracle_finds_them() {
    let mut dice = Dice(23);
    let mut different = Vec::new();
    let mut found = 0;
    for country in countries() {
        for _ in 0..40 {
            let text = written(&mut dice, country);
            for leniency in LENIENCIES {
                let case = Case {
                    text: &text,
                    region: country.region,
                    leniency,
                };
                found += case.ours().len();
                if let Some(difference) = case.difference() {
                    different.push((text.clone(), country.region, leniency.0, difference));
                }
            }
        }
    }
    assert!(found > 10_000, "{found}");
    let shown: Vec<_> = different.iter().take(12).collect();
    assert!(different.is_empty(), "{}: {shown:#?}", different.len());
}

/// Text that is mostly numbers, near-numbers and what Google's patterns look at.
fn eventful() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        6 => "[0-9]{1,7}",
        1 => "[0-9]{10,30}",
        4 => "[ ().\\-/+]{1,3}",
        1 => "[\u{660}-\u{669}\u{FF10}-\u{FF19}]{1,4}",
        2 => prop::sample::select(vec![
            "\u{a0}", "–", "（", "）", "［", "x", "xx", "#", "~", ",", ";ext=", " ext. ", " int ", "доб",
            "é", "$", "%", "中", ":", "20:5", "\n",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![
            "2026-11-22 14", "22/11/2026", "6502530000", "(650) 253-0000", "+1 650", "020 7031 3000",
            "+44 20", "030 2312", "11 1234-5678", "211-227 (2003)",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(part, 1..14).prop_map(|parts| parts.concat())
}

/// The same texts each time. Some odd ones differ, and nobody knows yet who is right: for example
/// `030 2312 000000+` in Germany at the strict levels, or an extension in other digits.
#[test]
fn nearly_every_text_has_the_spans_of_the_oracle() {
    const TEXTS: usize = 3_000;
    let mut runner = TestRunner::deterministic();
    let regions = prop::sample::select(vec!["US", "GB", "DE", "IN", "BR", "JP"]);
    let texts = (
        eventful(),
        regions,
        prop::sample::select(LENIENCIES.to_vec()),
    );
    let mut different = Vec::new();
    for _ in 0..TEXTS {
        let (text, region, leniency) = texts.new_tree(&mut runner).unwrap().current();
        // A candidate ends after 150 characters here.
        let text: String = text.chars().take(150).collect();
        let case = Case {
            text: &text,
            region: Region::parse(region).unwrap(),
            leniency,
        };
        different.extend(
            case.difference()
                .map(|difference| (text.clone(), difference)),
        );
    }
    let shown: Vec<_> = different.iter().take(9).collect();
    assert!(
        different.len() * 200 <= TEXTS,
        "{} of {TEXTS} differ: {shown:#?}",
        different.len()
    );
}

/// What the lenient and the strict ask for, in the words of their documentation.
#[test]
fn each_leniency_asks_for_more_than_the_one_before() {
    let us = Region::parse("US").unwrap();
    for (text, least) in [
        ("201 55 50123 1", None),
        ("650-666-111", None),
        ("253-0000", Some(0)),
        ("65 02 53 00 00", Some(1)),
        ("650 2530000", Some(2)),
        ("650 253 0000", Some(3)),
        ("6502530000", Some(3)),
    ] {
        for (place, leniency) in LENIENCIES.into_iter().enumerate() {
            let case = Case {
                text,
                region: us,
                leniency,
            };
            let expected = least.is_some_and(|least| place <= least);
            assert_eq!(
                case.ours().len(),
                usize::from(expected),
                "{text} {leniency:?}"
            );
        }
    }
}
