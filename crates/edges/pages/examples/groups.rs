//! Prints `web/scripts/groups.mjs`: how digits are grouped while they are typed.
#![expect(clippy::print_stdout, reason = "the output is a file of the pages")]

use std::collections::{BTreeMap, BTreeSet};

use numbers::{Grouping, Region, countries, groupings, region_so_far};

#[path = "common/pattern.rs"]
mod pattern;

fn main() {
    println!(
        "// How digits are grouped while they are typed. For each calling code what is dialled before"
    );
    println!(
        "// national numbers, and templates for what begins with some digits: behind the code, with that"
    );
    println!(
        "// prefix, and without, where they differ. Written by `cargo run -p pages --example groups`."
    );
    println!("const groups = {{");
    let codes: BTreeSet<u16> = countries()
        .iter()
        .map(|country| country.calling_code)
        .collect();
    for code in codes {
        // All regions of a code group alike.
        let main = region_so_far(&format!("+{code}"), None);
        let (trunk, groupings) = groupings(main.unwrap_or(Region::WORLD));
        println!(
            "  {code}: {:?},",
            format!("{trunk};{}", rules(&groupings, trunk.len()))
        );
    }
    println!("}};");
}

/// `3 3 4=20[14]|33;…`: templates with counts in place of digits, and what begins so.
fn rules(groupings: &[Grouping], trunk: usize) -> String {
    let mut rules: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for grouping in groupings {
        rules
            .entry(ways(grouping, trunk))
            .or_default()
            .push(&grouping.begins);
    }
    let rule = |(ways, begins): (&String, &Vec<&str>)| format!("{ways}={}", pattern::of(begins));
    rules.iter().map(rule).collect::<Vec<_>>().join(";")
}

/// The templates of a grouping: those abroad, and behind slashes the others that differ.
fn ways(grouping: &Grouping, trunk: usize) -> String {
    let counted = |templates: &[String]| {
        let templates = templates.iter().map(|template| counted(template));
        templates.collect::<Vec<_>>().join(",")
    };
    let mut ways = counted(&grouping.abroad);
    let with_trunk = grouping
        .with_trunk
        .as_deref()
        .filter(|_| trunk > 0)
        .map(counted);
    match (with_trunk, grouping.bare.as_deref().map(counted)) {
        (None, None) => {}
        (with_trunk, None) => ways.extend(["/".to_owned(), with_trunk.unwrap_or_default()]),
        (with_trunk, Some(bare)) => {
            ways.extend([
                "/".to_owned(),
                with_trunk.unwrap_or_default(),
                "/".to_owned(),
                bare,
            ]);
        }
    }
    ways
}

fn counted(template: &str) -> String {
    let mut out = String::new();
    let mut count = 0;
    for c in template.chars().chain(['\0']) {
        if c == 'X' {
            count += 1;
            continue;
        }
        if count > 0 {
            out.extend(char::from_digit(count, 36));
            count = 0;
        }
        if c != '\0' {
            assert!(
                " -().".contains(c),
                "the page's script does not read {template}"
            );
            out.push(c);
        }
    }
    out
}
