//! What must be impossible to write, and what must never be printed.

use std::{fmt::Display, ops::Deref};

use numbers::{E164, Extension, Formatted, ParseError, Parsed, Reading, Region, parse};
use serde::{Serialize, de::DeserializeOwned};
use static_assertions::{assert_impl_all, assert_not_impl_any};

use crate::region;

// A reply type that derives Serialize, or a log line, cannot hold a number.
assert_not_impl_any!(E164: Display, Serialize, DeserializeOwned, Copy, Deref, AsRef<str>, Into<String>);
assert_not_impl_any!(Formatted: Display, Serialize, DeserializeOwned, Copy, Deref, AsRef<str>, Into<String>);
assert_not_impl_any!(Extension: Display, Serialize, DeserializeOwned, Copy, Deref, AsRef<str>, Into<String>);
assert_not_impl_any!(Parsed: Display, Serialize, DeserializeOwned, Copy);
assert_not_impl_any!(Reading: Display, Serialize, DeserializeOwned, Copy);
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

#[test]
fn debug_of_what_was_found_shows_no_digit() {
    let regions = [region("GB")];
    let hints = numbers::Hints::new(&regions, numbers::Mode::RecallMax);
    let mut finder = numbers::Finder::new(hints);
    let mut text = String::new();
    finder.push(b"secret 07700 900123.", |piece| {
        text += &format!("{piece:?}")
    });
    finder.finish(|piece| text += &format!("{piece:?}"));
    assert_eq!(text, "Text(..)Number(..)Text(..)");
}

/// The crate has nothing to log with: neither a logging library nor standard output.
#[test]
fn nothing_of_the_crate_can_log() {
    let manifest = include_str!("../../Cargo.toml");
    let (_, dependencies) = manifest.split_once("[dependencies]").unwrap();
    let (dependencies, _) = dependencies.split_once("[dev-dependencies]").unwrap();
    let names = dependencies
        .lines()
        .filter_map(|line| line.split_once(" ="));
    let names: Vec<&str> = names.map(|(name, _)| name.trim()).collect();
    assert_eq!(names, ["serde", "thiserror", "zeroize"]);
}
