//! What must be impossible to write, and what must never be printed.

use std::{
    fmt::{Display, Write},
    ops::Deref,
    sync::{Mutex, OnceLock},
};

use numbers::{E164, Formatted, ParseError, Parsed, Region, parse};
use serde::{Serialize, de::DeserializeOwned};
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::region;

// A reply type that derives Serialize, or a log line, cannot hold a number.
assert_not_impl_any!(E164: Display, Serialize, DeserializeOwned, Copy, Deref, AsRef<str>, Into<String>);
assert_not_impl_any!(Formatted: Display, Serialize, DeserializeOwned, Copy, Deref, AsRef<str>, Into<String>);
assert_not_impl_any!(Parsed: Display, Serialize, DeserializeOwned, Copy);
assert_impl_all!(E164: Clone, Eq, Ord, std::hash::Hash, Send, Sync, zeroize::ZeroizeOnDrop);
assert_impl_all!(ParseError: Serialize, DeserializeOwned, Copy, Send, Sync);
assert_impl_all!(Region: Serialize, DeserializeOwned, Copy, Display);

#[test]
fn debug_shows_no_digit() {
    let parsed = parse("07700 900123", Some(region("GB"))).unwrap();
    let text = format!(
        "{parsed:?} {parsed:#?} {:?}",
        numbers::format_national(&parsed.number)
    );
    let prints = text.replace("E164", "");
    assert!(!prints.bytes().any(|b| b.is_ascii_digit()), "{text}");
    assert!(text.contains("E164(..)") && text.contains("Region(GB)") && text.contains("Mobile"));
}

/// Keeps every line that the engine would log.
struct Collector(OnceLock<Mutex<String>>);

impl Collector {
    fn text(&self) -> &Mutex<String> {
        self.0.get_or_init(Mutex::default)
    }
}

impl log::Log for Collector {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }
    fn log(&self, record: &log::Record<'_>) {
        writeln!(self.text().lock().unwrap(), "{}", record.args()).unwrap();
    }
    fn flush(&self) {}
}

#[test]
fn the_engine_logs_nothing_even_where_a_logger_asks_for_everything() {
    static COLLECTOR: Collector = Collector(OnceLock::new());
    log::set_logger(&COLLECTOR).unwrap();
    log::set_max_level(log::LevelFilter::Trace);
    for input in [
        "+447700900123",
        "07700 900123",
        "+44 1000 000000",
        "+999 123",
        "(201) 555-0123",
        "123",
    ] {
        for home in ["GB", "US"] {
            if let Ok(parsed) = parse(input, Some(region(home))) {
                numbers::masked(&parsed.number);
                numbers::format_national(&parsed.number);
            }
            numbers::as_you_type(region(home), input);
        }
    }
    assert_eq!(*COLLECTOR.text().lock().unwrap(), "");
}
