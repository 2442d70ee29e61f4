//! What a person types as a number.
#![no_main]

use libfuzzer_sys::fuzz_target;
use numbers::{E164, Region, parse};

fuzz_target!(|input: (&str, [u8; 2])| {
    let (text, region) = input;
    let region = std::str::from_utf8(&region).ok();
    let region = region.and_then(|region| Region::parse(region).ok());
    if let Ok(parsed) = parse(text, region) {
        let canonical = parsed.number.as_str();
        let again = E164::from_canonical(canonical).expect("what is parsed is canonical");
        assert_eq!(again.as_str(), canonical);
        let other = parse(canonical, None).expect("a canonical number parses");
        assert_eq!(
            other.number.as_str(),
            canonical,
            "parsing twice changes nothing"
        );
    }
});
