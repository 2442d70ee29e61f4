//! How many of the numbers in labelled sentences are found, and how many findings are none: by
//! format, by language and by engine.
//!
//! The sentences are generated: example numbers of every region and kind, in each of
//! [`FORMATS`], in sentences of the language that the region speaks; and the negatives among [`LANGUAGES`],
//! sentences with other digits.

use std::{collections::BTreeMap, ops::Range};

use numbers::{Hints, Leniency, Mode, Region, Style, countries, find, languages_of, parse};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat, PhoneNumberType, Region as EngineRegion,
    phonenumber_matcher::FindNumberExt,
};

use crate::{
    languages::LANGUAGES,
    say,
    texts::{self, Dice},
};

/// How a number is written.
type Write = fn(&Number) -> String;

const FORMATS: [(&str, Write); 10] = [
    ("E.164", |n| n.e164.clone()),
    ("international", |n| n.international.clone()),
    ("international, points", |n| {
        n.international.replace(['-', ' '], ".")
    }),
    ("00 and calling code", |n| {
        n.international.replacen('+', "00", 1)
    }),
    ("national", |n| n.national.clone()),
    ("national, dashes", |n| {
        n.national.replace(['(', ')'], "").replace(' ', "-")
    }),
    ("national, bare", |n| {
        n.national.chars().filter(char::is_ascii_digit).collect()
    }),
    ("full-width", |n| {
        n.international.chars().map(full_width).collect()
    }),
    ("escaped", |n| {
        n.international.replace('+', "%2B").replace(' ', "%20")
    }),
    ("extension", |n| format!("{} ext. 123", n.international)),
];

fn full_width(c: char) -> char {
    match c {
        '0'..='9' | '+' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

/// A number to write.
struct Number {
    region: Region,
    e164: String,
    international: String,
    national: String,
}

/// A sentence and where the number in it is.
struct Labelled {
    text: String,
    span: Option<Range<usize>>,
    region: Region,
    format: &'static str,
    language: &'static str,
}

#[derive(Default)]
struct Score {
    written: f64,
    found: f64,
    false_finds: f64,
}

/// An engine: the spans it finds, given the region that is expected.
type Engine = fn(&str, Region) -> Vec<Range<usize>>;

const ENGINES: [(&str, Engine); 7] = [
    ("google", |text, region| {
        ours(text, region, Mode::Google(Leniency::Valid))
    }),
    ("balanced", |text, region| {
        ours(text, region, Mode::Balanced)
    }),
    ("recall-max", |text, region| {
        ours(text, region, Mode::RecallMax)
    }),
    ("balanced, US expected", |text, _| {
        ours(text, us(), Mode::Balanced)
    }),
    ("recall-max, US expected", |text, _| {
        ours(text, us(), Mode::RecallMax)
    }),
    ("rlibphonenumber", oracle),
    ("plain pattern", |text, _| plain_pattern(text)),
];

pub(crate) fn run() {
    let sentences = sentences();
    for (name, engine) in ENGINES {
        let mut scores: BTreeMap<String, Score> = BTreeMap::new();
        for sentence in &sentences {
            let found = engine(&sentence.text, sentence.region);
            let format = format!("format {}", sentence.format);
            for key in [
                format,
                format!("language {}", sentence.language),
                "all".to_owned(),
            ] {
                judge(scores.entry(key).or_default(), sentence, &found);
            }
        }
        for (key, score) in &scores {
            if score.written > 0.0 {
                say(
                    &format!("{name}: {key}: recall"),
                    100.0 * score.found / score.written,
                    "%",
                );
            }
            let all = score.found + score.false_finds;
            if all > 0.0 {
                say(
                    &format!("{name}: {key}: precision"),
                    100.0 * score.found / all,
                    "%",
                );
            }
        }
        let parts = if name == "rlibphonenumber" { 16 } else { 1 };
        for (log, text) in [("logs", texts::logs()), ("dense records", texts::dense())] {
            let part = text
                .get(..text.floor_char_boundary(text.len() / parts))
                .unwrap_or_default();
            let finds = engine(part, us()).len() as f64;
            say(
                &format!("{name}: false finds in {log}"),
                finds / (part.len() as f64 / 1e6),
                "1/MB",
            );
        }
    }
}

/// All sentences, one in a line.
pub(crate) fn all_sentences() -> String {
    let sentences = sentences();
    let lines: Vec<&str> = sentences.iter().map(|s| s.text.as_str()).collect();
    lines.join("\n")
}

fn judge(score: &mut Score, sentence: &Labelled, found: &[Range<usize>]) {
    let hit = |span: &Range<usize>| {
        found
            .iter()
            .any(|f| f.start <= span.start && span.end <= f.end)
    };
    score.written += f64::from(u8::from(sentence.span.is_some()));
    score.found += f64::from(u8::from(sentence.span.as_ref().is_some_and(hit)));
    let apart = |f: &&Range<usize>| {
        sentence
            .span
            .as_ref()
            .is_none_or(|span| f.end <= span.start || span.end <= f.start)
    };
    score.false_finds += found.iter().filter(apart).count() as f64;
}

fn us() -> Region {
    Region::parse("US").unwrap()
}

fn ours(text: &str, region: Region, mode: Mode) -> Vec<Range<usize>> {
    let regions = [region];
    find(text, &Hints::new(&regions, mode))
        .map(|m| m.bytes)
        .collect()
}

fn oracle(text: &str, region: Region) -> Vec<Range<usize>> {
    let region = EngineRegion::from_code(region.as_str()).ok();
    let matcher = text
        .phone_number_matcher_builder()
        .preferred_region(region)
        .build();
    matcher.map(|m| m.start..m.end()).collect()
}

/// What people write when they need "a pattern for phone numbers": an optional plus, a digit, six
/// or more digits, spaces, brackets, points and dashes, a digit.
fn plain_pattern(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let within = |b: u8| b.is_ascii_digit() || matches!(b, b' ' | b'(' | b')' | b'.' | b'-');
    let (mut found, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let start = at + usize::from(bytes[at] == b'+');
        let rest = bytes.get(start..).unwrap_or_default();
        let run = rest.iter().take_while(|&&b| within(b)).count();
        let last = rest[..run].iter().rposition(u8::is_ascii_digit);
        match (rest.first().is_some_and(u8::is_ascii_digit), last) {
            (true, Some(last)) if last >= 7 => {
                found.push(at..start + last + 1);
                at = start + last + 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// Every example in every format, in a sentence of its own language; then the negatives.
fn sentences() -> Vec<Labelled> {
    let mut dice = Dice(29);
    let mut sentences = Vec::new();
    for number in numbers() {
        let spoken = languages_of(number.region);
        let known = LANGUAGES.iter().find(|l| spoken.contains(&l.code));
        let language = known.unwrap_or(&LANGUAGES[0]);
        for (format, write) in FORMATS {
            let (before, behind) = language.sentences[dice.below(3)].split_once("{}").unwrap();
            let written = write(&number);
            sentences.push(Labelled {
                text: format!("{before}{written}{behind}"),
                span: Some(before.len()..before.len() + written.len()),
                region: number.region,
                format,
                language: language.code,
            });
        }
    }
    for language in &LANGUAGES {
        for round in 0..300 {
            let template = language.negatives[round % 3];
            let fill = |c| {
                if c == '#' {
                    dice.digits(1)
                } else {
                    String::from(c)
                }
            };
            sentences.push(Labelled {
                text: template.chars().map(fill).collect(),
                span: None,
                region: region_of(language.code),
                format: "none: other digits",
                language: language.code,
            });
        }
    }
    sentences
}

/// A region where the language is the first.
fn region_of(language: &str) -> Region {
    let home = match language {
        "en" => "US",
        "zh" => "CN",
        "ja" => "JP",
        "ko" => "KR",
        "he" => "IL",
        "hi" => "IN",
        "ar" => "EG",
        "pt" => "BR",
        other => &other.to_uppercase(),
    };
    Region::parse(home).unwrap()
}

/// Example numbers of every region and kind.
fn numbers() -> Vec<Number> {
    const KINDS: [PhoneNumberType; 6] = [
        PhoneNumberType::Mobile,
        PhoneNumberType::FixedLine,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
        PhoneNumberType::VoIP,
        PhoneNumberType::SharedCost,
    ];
    let of = |region: Region, kind| {
        let engine = EngineRegion::from_code(region.as_str()).ok()?;
        let number = UTIL
            .get_example_number_for_type_and_region(engine, kind)
            .ok()?;
        let e164 = UTIL.format(&number, PhoneNumberFormat::E164).into_owned();
        let parsed = parse(&e164, None).ok()?;
        let style = |style| numbers::format(&parsed.number, style).as_str().to_owned();
        Some(Number {
            region,
            international: style(Style::International),
            national: style(Style::National),
            e164,
        })
    };
    let regions = countries().iter().map(|country| country.region);
    regions
        .flat_map(|region| KINDS.into_iter().filter_map(move |kind| of(region, kind)))
        .collect()
}
