//! Looking for numbers in a text, whole and in chunks, and putting redacted ones back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use numbers::{Finder, Hints, Leniency, Mode, Piece, Redactions, Region, find};

const MODES: [Mode; 6] = [
    Mode::Google(Leniency::Possible),
    Mode::Google(Leniency::Valid),
    Mode::Google(Leniency::StrictGrouping),
    Mode::Google(Leniency::ExactGrouping),
    Mode::Balanced,
    Mode::RecallMax,
];

fuzz_target!(|input: (&str, [u8; 2], u8, u8)| {
    let (text, region, mode, chunk) = input;
    let region = std::str::from_utf8(&region).ok();
    let region: Vec<Region> = region.and_then(|r| Region::parse(r).ok()).into_iter().collect();
    let hints = Hints {
        spoken: mode & 128 != 0,
        ..Hints::new(&region, MODES[usize::from(mode) % MODES.len()])
    };
    let whole: Vec<_> = find(text, &hints).collect();
    let mut from = 0;
    for found in &whole {
        assert!(found.bytes.start >= from && found.bytes.end > found.bytes.start);
        assert!(text.get(found.bytes.clone()).is_some(), "a span is whole characters");
        from = found.bytes.end;
    }
    let (mut parts, mut again) = (Vec::new(), String::new());
    let mut take = |piece: Piece<'_>| match piece {
        Piece::Text(part) => again.push_str(part),
        Piece::Number(part, found) => {
            again.push_str(part);
            parts.push(found);
        }
    };
    let mut finder = Finder::new(hints);
    for part in text.as_bytes().chunks(usize::from(chunk).max(1)) {
        finder.push(part, &mut take);
    }
    finder.finish(&mut take);
    assert_eq!(again, text, "nothing of the text is lost");
    assert!(parts == whole, "chunks change nothing");
    let mut redactions = Redactions::new();
    let name = |place: usize| format!("\u{E000}{place}\u{E001}");
    let clean = redactions.redact_json(text, hints, name);
    let _ = redactions.restore_json(&clean);
});
