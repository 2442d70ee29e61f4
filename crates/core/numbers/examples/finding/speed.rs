//! How fast texts are searched, beside a search for a byte that is not there and beside another
//! matcher, all in one run.
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::{hint::black_box, time::Instant};

use numbers::{Hints, Leniency, Mode, Region, find};
use rlibphonenumber::{Region as EngineRegion, phonenumber_matcher::FindNumberExt};

use crate::{
    say,
    texts::{self, BYTES, prose},
};

/// What is measured of each text; the median counts.
const ROUNDS: usize = 9;

/// What one round searches at least.
const ROUND_BYTES: usize = 16 << 20;

/// More than any cache holds.
const MEMORY_BYTES: usize = 256 << 20;

/// A text, searched as a whole or line by line.
struct Sample {
    name: &'static str,
    text: String,
    by_line: bool,
}

pub(crate) fn run() {
    let numbers = numbers::countries().iter().filter_map(|country| {
        let region = EngineRegion::from_code(country.region.as_str()).ok()?;
        let number = rlibphonenumber::PHONE_NUMBER_UTIL
            .get_example_number(region)
            .ok()?;
        let style = rlibphonenumber::PhoneNumberFormat::International;
        Some(
            rlibphonenumber::PHONE_NUMBER_UTIL
                .format(&number, style)
                .into_owned(),
        )
    });
    let numbers: Vec<String> = numbers.collect();
    let sample = |name, text| Sample {
        name,
        text,
        by_line: false,
    };
    let samples = [
        sample("English, in cache", prose("en", BYTES)),
        sample("Russian, in cache", prose("ru", BYTES)),
        sample("Chinese, in cache", prose("zh", BYTES)),
        sample("Arabic, in cache", prose("ar", BYTES)),
        sample("Hindi, in cache", prose("hi", BYTES)),
        sample("Thai, in cache", prose("th", BYTES)),
        Sample {
            by_line: true,
            ..sample("chat lines", prose("en", BYTES))
        },
        sample("a number every 2 KB", texts::sparse(&numbers)),
        sample("logs", texts::logs()),
        sample("dense records", texts::dense()),
        sample("English, from memory", prose("en", MEMORY_BYTES)),
    ];
    for sample in &samples {
        measure(sample);
    }
}

fn measure(sample: &Sample) {
    let regions = [Region::parse("US").unwrap()];
    let modes = [
        ("google", Mode::Google(Leniency::Valid)),
        ("balanced", Mode::Balanced),
        ("recall-max", Mode::RecallMax),
    ];
    let name = sample.name;
    let limit = rate(sample, 1, |text| {
        usize::from(memchr::memchr(0xFF, text.as_bytes()).is_some())
    });
    say(&format!("{name}: memchr"), limit, "MB/s");
    let share = |part: usize| Sample {
        name,
        text: sample
            .text
            .get(..sample.text.floor_char_boundary(part))
            .unwrap_or_default()
            .to_owned(),
        by_line: sample.by_line,
    };
    // The other matcher needs seconds for what takes us milliseconds.
    let theirs = rate(&share(sample.text.len().min(BYTES / 4)), 1, |text| {
        let region = Some(EngineRegion::from_code("US").unwrap());
        let matcher = text.phone_number_matcher_builder().preferred_region(region);
        matcher.build().count()
    });
    say(&format!("{name}: rlibphonenumber"), theirs, "MB/s");
    for (mode_name, mode) in modes {
        let hints = Hints {
            regions: &regions,
            mode,
        };
        let ours = rate(
            sample,
            ROUND_BYTES / sample.text.len().min(ROUND_BYTES),
            |text| find(text, &hints).count(),
        );
        say(&format!("{name}: {mode_name}"), ours, "MB/s");
        say(
            &format!("{name}: {mode_name} of memchr"),
            100.0 * ours / limit,
            "%",
        );
        say(
            &format!("{name}: {mode_name} over rlibphonenumber"),
            ours / theirs,
            "times",
        );
    }
}

/// Megabytes in a second: the median of the rounds after the first.
fn rate(sample: &Sample, times: usize, search: impl Fn(&str) -> usize) -> f64 {
    let parts: Vec<&str> = match sample.by_line {
        true => sample.text.lines().collect(),
        false => vec![&sample.text],
    };
    let round = || {
        let start = Instant::now();
        for _ in 0..times {
            for part in black_box(&parts) {
                black_box(search(part));
            }
        }
        (times * sample.text.len()) as f64 / start.elapsed().as_secs_f64() / 1e6
    };
    round();
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round()).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}
