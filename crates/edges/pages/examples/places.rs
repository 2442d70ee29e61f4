//! Prints `web/scripts/places.mjs`: which digits decide the region of a number, for the calling
//! codes that several regions share.
#![expect(clippy::print_stdout, reason = "the output is a file of the pages")]

use std::collections::BTreeMap;

use numbers::{Region, countries, deciding_digits, region_so_far};

#[path = "common/pattern.rs"]
mod pattern;

fn main() {
    println!(
        "// Which digits behind a shared calling code decide the region. The first region of a code is"
    );
    println!("// its main one. Written by `cargo run -p pages --example places`.");
    println!("const shared = {{");
    let mut regions: BTreeMap<u16, Vec<Region>> = BTreeMap::new();
    for country in countries() {
        let sharing = regions.entry(country.calling_code).or_default();
        sharing.push(country.region);
    }
    let decided = deciding_digits();
    for (code, mut sharing) in regions.into_iter().filter(|(_, all)| all.len() > 1) {
        let main = region_so_far(&format!("+{code}"), None);
        sharing.sort_by_key(|region| (Some(*region) != main, *region));
        let entry = |region: &Region| {
            let code = code.to_string();
            let own = decided.iter().filter(|(_, decided)| decided == region);
            let digits = own.filter_map(|(digits, _)| digits.strip_prefix(&code));
            format!("{region}:{}", pattern::of(&digits.collect::<Vec<_>>()))
        };
        let entries: Vec<String> = sharing.iter().map(entry).collect();
        println!("  {code}: {:?},", entries.join(","));
    }
    println!("}};");
}
