//! Time of one number, and the ratio to another implementation in the same run, as lines of name,
//! unit and figure with tabs between. `cargo xtask bench numbers-parse` runs it.
//!
//! The numbers are of every region and kind of line, each with its last digits drawn anew, in an
//! order and in spellings that nothing can learn by heart.
#![expect(
    clippy::print_stdout,
    reason = "printing figures is this program's purpose"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::{hint::black_box, time::Instant};

use numbers::{E164, Region, Style, classify, countries, format, parse};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType,
    Region as EngineRegion,
};

/// Rounds over all numbers, in turn with the other implementation's.
const ROUNDS: usize = 9;

/// Numbers that are timed at once: so few that a round of them is seldom interrupted.
const CHUNK: usize = 128;

/// Numbers drawn for each region and kind of line.
const DRAWN: usize = 6;

const TYPES: [PhoneNumberType; 11] = [
    PhoneNumberType::Mobile,
    PhoneNumberType::FixedLine,
    PhoneNumberType::FixedLineOrMobile,
    PhoneNumberType::TollFree,
    PhoneNumberType::PremiumRate,
    PhoneNumberType::SharedCost,
    PhoneNumberType::VoIP,
    PhoneNumberType::PersonalNumber,
    PhoneNumberType::Pager,
    PhoneNumberType::UAN,
    PhoneNumberType::VoiceMail,
];

/// The ways of writing, by their share in what people type: first the plain ones.
const STYLES: [(&str, Style); 4] = [
    ("E.164", Style::E164),
    ("international", Style::International),
    ("national", Style::National),
    ("tel: URI", Style::Rfc3966),
];

/// One number as it is written in each style.
struct Sample {
    region: Region,
    engine: EngineRegion,
    number: E164,
    theirs: PhoneNumber,
    texts: [String; STYLES.len()],
}

/// A generator with a fixed start, so that runs compare.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        let next = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = next.wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }
}

fn samples() -> Vec<Sample> {
    let mut dice = Dice(20_261_122);
    let mut samples = Vec::new();
    for country in countries() {
        for kind in TYPES {
            let drawn = (0..DRAWN).filter_map(|_| sample(country.region, kind, &mut dice));
            samples.extend(drawn);
        }
    }
    for place in (1..samples.len()).rev() {
        samples.swap(place, dice.below(place + 1));
    }
    samples
}

/// An example of a region and kind with its last digits drawn anew, if both implementations know
/// the number in every style.
fn sample(region: Region, kind: PhoneNumberType, dice: &mut Dice) -> Option<Sample> {
    let engine = EngineRegion::from_code(region.as_str()).ok()?;
    let example = UTIL
        .get_example_number_for_type_and_region(engine, kind)
        .ok()?;
    let mut text = UTIL.format(&example, PhoneNumberFormat::E164).into_owned();
    text.truncate(text.len() - 3);
    text.extend((0..3).map(|_| char::from(b"0123456789"[dice.below(10)])));
    let number = parse(&text, None).ok()?.number;
    let theirs = UTIL.parse(&text, None).ok()?;
    let texts = STYLES.map(|(_, style)| format(&number, style).as_str().to_owned());
    let known = |text: &String| {
        let ours = parse(text, Some(region)).is_ok_and(|parsed| parsed.number == number);
        ours && UTIL.parse(text, Some(engine)).is_ok_and(|n| n == theirs)
    };
    (texts.iter().all(known) && UTIL.is_valid_number(&theirs)).then_some(Sample {
        region,
        engine,
        number,
        theirs,
        texts,
    })
}

/// Nanoseconds of each number: the sum of the chunks' medians over the rounds, so that what else
/// the machine does meanwhile counts little.
struct Times(Vec<Vec<f64>>);

impl Times {
    fn round<T>(&mut self, items: &[T], work: &mut impl FnMut(&T)) {
        for (place, chunk) in items.chunks(CHUNK).enumerate() {
            let start = Instant::now();
            chunk.iter().for_each(&mut *work);
            let nanos = start.elapsed().as_secs_f64() * 1e9;
            if self.0.len() <= place {
                self.0.push(Vec::new());
            }
            self.0[place].push(nanos);
        }
    }

    fn of_one(mut self, count: usize) -> f64 {
        let median = |rounds: &mut Vec<f64>| {
            rounds.sort_by(f64::total_cmp);
            rounds[rounds.len() / 2]
        };
        self.0.iter_mut().map(median).sum::<f64>() / count as f64
    }
}

fn compare<T>(what: &str, items: &[T], mut ours: impl FnMut(&T), mut theirs: impl FnMut(&T)) {
    items.iter().for_each(&mut ours);
    items.iter().for_each(&mut theirs);
    let (mut own, mut other) = (Times(Vec::new()), Times(Vec::new()));
    for _ in 0..ROUNDS {
        own.round(items, &mut ours);
        other.round(items, &mut theirs);
    }
    let (own, other) = (own.of_one(items.len()), other.of_one(items.len()));
    println!("{what}\t{own:.2}\tns");
    println!(
        "{what}, rlibphonenumber's time in ours\t{:.2}\t",
        other / own
    );
}

fn main() {
    let samples = samples();
    println!("numbers of every region and kind\t{}\t", samples.len());
    compare(
        "validate and classify, digits given",
        &samples,
        |sample| _ = black_box(classify(black_box(&sample.number))),
        |sample| {
            let number = black_box(&sample.theirs);
            let region = UTIL.get_region_for_number(number);
            black_box((region, UTIL.get_number_type(number)));
        },
    );
    let mixed = samples.iter().enumerate();
    let mixed = mixed.map(|(place, sample)| (sample, place % STYLES.len()));
    compare_parsing("all styles mixed", &mixed.collect::<Vec<_>>());
    for (style, (name, _)) in STYLES.iter().enumerate() {
        let texts = samples.iter().map(|sample| (sample, style));
        compare_parsing(name, &texts.collect::<Vec<_>>());
    }
    compare(
        "format, national",
        &samples,
        |sample| {
            drop(black_box(format(
                black_box(&sample.number),
                Style::National,
            )))
        },
        |sample| {
            let number = black_box(&sample.theirs);
            drop(black_box(UTIL.format(number, PhoneNumberFormat::National)));
        },
    );
}

fn compare_parsing(name: &str, texts: &[(&Sample, usize)]) {
    compare(
        &std::format!("parse, validate and classify, {name}"),
        texts,
        |(sample, style)| {
            let text = black_box(sample.texts[*style].as_str());
            let _ = black_box(parse(text, Some(sample.region)));
        },
        |(sample, style)| {
            let text = black_box(sample.texts[*style].as_str());
            if let Ok(number) = UTIL.parse(text, Some(sample.engine)) {
                let region = UTIL.get_region_for_number(&number);
                black_box((region, UTIL.get_number_type(&number)));
            }
        },
    );
}
