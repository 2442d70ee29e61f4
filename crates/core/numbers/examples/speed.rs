//! Time of one number, and the ratio to another implementation in the same run:
//! `cargo run --release -p numbers --example speed`.
#![expect(
    clippy::print_stdout,
    reason = "printing figures is this program's purpose"
)]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::{hint::black_box, time::Instant};

use numbers::{E164, Region, Style, classify, countries, parse};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL as UTIL, PhoneNumberFormat, PhoneNumberType, Region as EngineRegion,
};

/// Rounds of each measurement; the median counts.
const ROUNDS: usize = 15;

/// One number as it is written in four ways.
struct Sample {
    region: Region,
    engine: EngineRegion,
    number: E164,
    texts: [String; 4],
}

fn samples() -> Vec<Sample> {
    const TYPES: [PhoneNumberType; 4] = [
        PhoneNumberType::Mobile,
        PhoneNumberType::FixedLine,
        PhoneNumberType::TollFree,
        PhoneNumberType::PremiumRate,
    ];
    let of = |region: Region, line_type| {
        let engine = EngineRegion::from_code(region.as_str()).ok()?;
        let number = UTIL
            .get_example_number_for_type_and_region(engine, line_type)
            .ok()?;
        let styles = [
            PhoneNumberFormat::E164,
            PhoneNumberFormat::International,
            PhoneNumberFormat::National,
            PhoneNumberFormat::RFC3966,
        ];
        let texts = styles.map(|style| UTIL.format(&number, style).into_owned());
        let known = texts.iter().all(|text| parse(text, Some(region)).is_ok());
        let number = E164::from_canonical(&texts[0]).ok().filter(|_| known)?;
        Some(Sample {
            region,
            engine,
            number,
            texts,
        })
    };
    let regions = countries().iter().map(|country| country.region);
    regions
        .flat_map(|region| TYPES.into_iter().filter_map(move |kind| of(region, kind)))
        .collect()
}

/// Nanoseconds for each of `count`: median, least and most of the rounds after the first.
fn nanos(count: usize, mut work: impl FnMut()) -> [f64; 3] {
    work();
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            work();
            start.elapsed().as_secs_f64() * 1e9 / count as f64
        })
        .collect();
    rounds.sort_by(f64::total_cmp);
    [rounds[ROUNDS / 2], rounds[0], rounds[ROUNDS - 1]]
}

fn compare(what: &str, count: usize, ours: impl FnMut(), theirs: impl FnMut()) {
    let ours = nanos(count, ours);
    let theirs = nanos(count, theirs);
    println!(
        "{what:<34} {:>8.1} [{:.1}-{:.1}] {:>10.1} [{:.1}-{:.1}] {:>8.1}",
        ours[0],
        ours[1],
        ours[2],
        theirs[0],
        theirs[1],
        theirs[2],
        theirs[0] / ours[0],
    );
}

fn main() {
    let samples = samples();
    let count = samples.len();
    println!("{count} numbers of every region, ns for each: median [least-most]");
    println!("{:<34} {:>14} {:>24} {:>10}", "", "ours", "oracle", "ratio");
    let names = ["E.164", "international", "national", "tel: URI"];
    for (style, name) in names.into_iter().enumerate() {
        compare_parsing(&samples, style, name);
    }
    compare_the_rest(&samples);
}

fn compare_parsing(samples: &[Sample], style: usize, name: &str) {
    let ours = || {
        for sample in samples {
            let _ = black_box(parse(black_box(&sample.texts[style]), Some(sample.region)));
        }
    };
    let theirs = || {
        for sample in samples {
            let text = black_box(&sample.texts[style]);
            if let Ok(number) = UTIL.parse(text, Some(sample.engine)) {
                let region = UTIL.get_region_for_number(&number);
                black_box((region, UTIL.get_number_type(&number)));
            }
        }
    };
    compare(
        &format!("parse, classify: {name}"),
        samples.len(),
        ours,
        theirs,
    );
}

fn compare_the_rest(samples: &[Sample]) {
    let parsed = samples.iter().map(|s| UTIL.parse(&s.texts[0], None));
    let parsed: Vec<_> = parsed.filter_map(Result::ok).collect();
    let ours = || {
        for sample in samples {
            black_box(classify(black_box(&sample.number)));
        }
    };
    let theirs = || {
        for number in &parsed {
            let region = UTIL.get_region_for_number(number);
            black_box((region, UTIL.get_number_type(number)));
        }
    };
    compare("classify, digits given", samples.len(), ours, theirs);
    let ours = || {
        for sample in samples {
            black_box(numbers::format(black_box(&sample.number), Style::National));
        }
    };
    let theirs = || {
        for number in &parsed {
            black_box(UTIL.format(number, PhoneNumberFormat::National));
        }
    };
    compare("format, national", samples.len(), ours, theirs);
}
