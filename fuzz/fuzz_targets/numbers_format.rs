//! Showing a number, and showing it while it is being typed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use numbers::{E164, Region, as_you_type, format_international, format_national, masked, parse};

fuzz_target!(|input: (&str, [u8; 2])| {
    let (text, region) = input;
    if let Ok(number) = E164::from_canonical(text) {
        let shown = format_international(&number);
        let digits: String = shown
            .as_str()
            .chars()
            .filter(char::is_ascii_digit)
            .collect();
        assert_eq!(digits, number.digits(), "formatting changes no digit");
        let _ = format_national(&number);
        let mask = masked(&number);
        // Two digits are canonical too: then there is nothing to hide.
        if parse(number.as_str(), None).is_ok() {
            assert_ne!(mask.as_str(), shown.as_str(), "a mask hides something");
        }
    }
    let region = std::str::from_utf8(&region).ok();
    if let Some(region) = region.and_then(|region| Region::parse(region).ok()) {
        let _ = as_you_type(region, text);
    }
});
