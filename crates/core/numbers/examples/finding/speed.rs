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

/// How often a text is searched. The fastest round counts: what else a machine does can only make
/// one slower.
const ROUNDS: usize = 25;

/// How long a round is, in seconds: short enough that some are not interrupted.
const ROUND_SECONDS: f64 = 2e-3;

/// What is searched first, to see how much fits into a round.
const TRIAL_BYTES: usize = 16 << 10;

/// More than any cache holds.
const MEMORY_BYTES: usize = 256 << 20;

/// The text that is searched line by line.
const CHAT: &str = "chat lines";

/// A text, searched as a whole or line by line.
struct Sample<'s> {
    name: &'s str,
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
    let texts: [(&str, &dyn Fn() -> String); 11] = [
        ("English, in cache", &|| prose("en", BYTES)),
        ("Russian, in cache", &|| prose("ru", BYTES)),
        ("Chinese, in cache", &|| prose("zh", BYTES)),
        ("Arabic, in cache", &|| prose("ar", BYTES)),
        ("Hindi, in cache", &|| prose("hi", BYTES)),
        ("Thai, in cache", &|| prose("th", BYTES)),
        (CHAT, &|| prose("en", BYTES)),
        ("a number every 2 KB", &|| texts::sparse(&numbers)),
        ("logs", &texts::logs),
        ("dense records", &texts::dense),
        ("English, from memory", &|| prose("en", MEMORY_BYTES)),
    ];
    // One text alone, if its name is given.
    let chosen = std::env::args().nth(2);
    let named = |name: &str| chosen.as_ref().is_none_or(|chosen| name == chosen);
    for (name, text) in texts.into_iter().filter(|(name, _)| named(name)) {
        measure(&Sample {
            name,
            text: text(),
            by_line: name == CHAT,
        });
    }
}

fn measure(sample: &Sample<'_>) {
    let regions = [Region::parse("US").unwrap()];
    let modes = [
        ("google", Mode::Google(Leniency::Valid)),
        ("balanced", Mode::Balanced),
        ("recall-max", Mode::RecallMax),
    ];
    let name = sample.name;
    let limit = rate(sample, |text| {
        usize::from(memchr::memchr(0xFF, text.as_bytes()).is_some())
    });
    say(&format!("{name}: memchr"), limit, "MB/s");
    let theirs = rate(sample, |text| {
        let region = Some(EngineRegion::from_code("US").unwrap());
        let matcher = text.phone_number_matcher_builder().preferred_region(region);
        matcher.build().count()
    });
    say(&format!("{name}: rlibphonenumber"), theirs, "MB/s");
    for (mode_name, mode) in modes {
        let hints = Hints::new(&regions, mode);
        let ours = rate(sample, |text| find(text, &hints).count());
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

/// Megabytes in a second, in the fastest round.
fn rate(sample: &Sample<'_>, search: impl Fn(&str) -> usize) -> f64 {
    let text = sample.text.as_str();
    let trial = part(sample, TRIAL_BYTES);
    let rough = (0..3)
        .map(|_| timed(&trial, 1, &search))
        .fold(0.0, f64::max);
    // What lies in memory is searched whole, or it would lie in the cache.
    let fits = whole(rough * 1e6 * ROUND_SECONDS);
    let (parts, times) = match text.len() {
        0..MEMORY_BYTES if fits < text.len() => (part(sample, fits), 1),
        0..MEMORY_BYTES => (part(sample, text.len()), 1 + fits / text.len()),
        _ if fits < BYTES => (part(sample, BYTES), 1),
        _ => (vec![text], 1),
    };
    let rounds = (0..ROUNDS).map(|_| timed(&parts, times, &search));
    rounds.fold(0.0, f64::max)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count of bytes in a few milliseconds"
)]
fn whole(bytes: f64) -> usize {
    bytes as usize
}

/// About so much of the text, as it is searched.
fn part<'t>(sample: &'t Sample<'_>, bytes: usize) -> Vec<&'t str> {
    let end = sample.text.floor_char_boundary(bytes.max(TRIAL_BYTES));
    let text = sample.text.get(..end).unwrap_or_default();
    match sample.by_line {
        true => text.lines().collect(),
        false => vec![text],
    }
}

fn timed(parts: &[&str], times: usize, search: impl Fn(&str) -> usize) -> f64 {
    let bytes: usize = parts.iter().map(|part| part.len()).sum();
    let start = Instant::now();
    for _ in 0..times {
        for part in black_box(parts) {
            black_box(search(part));
        }
    }
    (times * bytes) as f64 / start.elapsed().as_secs_f64() / 1e6
}
