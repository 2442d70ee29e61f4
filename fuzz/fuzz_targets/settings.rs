//! The configuration file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use rooms::settings::Configuration;

fuzz_target!(|text: &str| {
    if let Err(wrong) = Configuration::parse(text) {
        assert!(!wrong.to_string().contains('\n'), "a refusal is one line");
    }
});
