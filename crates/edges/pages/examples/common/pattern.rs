//! Expressions for digits, as short as is easily done.

use std::collections::{BTreeMap, BTreeSet};

/// An expression that matches each of the digits, the longest first: `(20|4)[145]|33`. No digits at
/// all match everything, nothing matches nothing.
pub fn of(all: &[&str]) -> String {
    if all.is_empty() {
        return "$.".to_owned();
    }
    let mut lengths: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for digits in all {
        lengths.entry(digits.len()).or_default().insert(digits);
    }
    let alternatives = lengths.values().rev().map(of_one_length);
    alternatives.collect::<Vec<_>>().join("|")
}

/// What begins with the same digits has one set of last ones, and what has the same set one place.
fn of_one_length(all: &BTreeSet<&str>) -> String {
    let mut lasts: BTreeMap<&str, String> = BTreeMap::new();
    for digits in all {
        let (head, last) = digits.split_at(digits.len().saturating_sub(1));
        lasts.entry(head).or_default().push_str(last);
    }
    let mut heads: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (head, last) in lasts {
        heads.entry(last).or_default().insert(head);
    }
    let alternatives = heads.iter().map(|(last, heads)| {
        let head = match of_one_length_or_nothing(heads) {
            several if several.contains('|') => format!("({several})"),
            one => one,
        };
        match last.len() {
            0 | 1 => format!("{head}{last}"),
            _ => format!("{head}[{}]", ranges(last)),
        }
    });
    alternatives.collect::<Vec<_>>().join("|")
}

fn of_one_length_or_nothing(heads: &BTreeSet<&str>) -> String {
    match heads.first() {
        Some(first) if !first.is_empty() => of_one_length(heads),
        _ => String::new(),
    }
}

/// `1357-9` for `135789`.
fn ranges(digits: &str) -> String {
    let mut runs: Vec<(char, char)> = Vec::new();
    for digit in digits.chars() {
        match runs.last_mut() {
            Some((_, to)) if u32::from(*to) + 1 == u32::from(digit) => *to = digit,
            _ => runs.push((digit, digit)),
        }
    }
    let run = |&(from, to): &(char, char)| match u32::from(to) - u32::from(from) {
        0 => from.to_string(),
        1 => format!("{from}{to}"),
        _ => format!("{from}-{to}"),
    };
    runs.iter().map(run).collect()
}
