//! Numbers sealed in a page, and the note with the key to seal to.
#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use ringfence_fuzz::Still;
use seal::{
    Fill, RandomError,
    ingest::{IngestContext, IngestKey, IngestKeyId, SealedTo},
    note::{SealKeyNote, Verifier},
};

struct Random;

impl Fill for Random {
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        model::Entropy::fill(&Still, out).map_err(|_| RandomError)
    }
}

fn key() -> &'static IngestKey {
    static KEY: OnceLock<IngestKey> = OnceLock::new();
    KEY.get_or_init(|| IngestKey::generate(IngestKeyId(1), &Random).expect("a key"))
}

fuzz_target!(|text: &str| {
    let context = IngestContext {
        deployment: [1; 16],
        application: [2; 16],
        purpose: "signup",
    };
    if let Ok(sealed) = SealedTo::parse(text) {
        assert_eq!(sealed.encode(), text, "there is one way to write it");
        let _ = key().open(&context, &sealed);
    }
    let _ = SealKeyNote::parse(text);
    let _ = IngestKeyId::parse(text);
    if let Ok(verifier) = Verifier::parse(text) {
        let _ = SealKeyNote::verify(text, &verifier);
    }
    let known = Verifier::new("ringfence/test", [3; 32]);
    if let Ok(verifier) = known {
        assert!(SealKeyNote::verify(text, &verifier).is_err());
    }
});
