//! The laws of finding, over every short text of a small alphabet and over many random ones: cutting
//! changes nothing, and what the careful mode finds the eager one finds too.

use numbers::{Finder, Hints, Mode, Piece, Region, find};
use proptest::{
    prelude::*,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use crate::finding::{MODES, eventful, hints, regions, streamed, whole};

/// What a short text is made of: parts of numbers, of escapes, of words, of characters.
const PARTS: [&str; 14] = [
    "07700", "900123", "+44", "(", "%", "2", "7B", " ", "one", "doub", "le ", "\n", "GB29", "九",
];

/// Sizes of chunks: single bytes, some that part characters and escapes, some with a few in each.
const CHUNKS: [usize; 5] = [1, 2, 3, 7, 64];

/// Whether a text that comes in chunks has the same finds as the whole.
fn is_the_same_in_chunks(text: &str, mode: Mode, chunk: usize) -> bool {
    let chunks: Vec<&[u8]> = text.as_bytes().chunks(chunk).collect();
    let (found, again) = streamed(&chunks, mode);
    again == text && found == whole(text, mode)
}

/// The first find of [`Mode::Balanced`] that no find of [`Mode::RecallMax`] covers.
fn uncovered(text: &str, regions: &[Region]) -> Option<String> {
    let eager: Vec<_> = find(text, &hints(regions, Mode::RecallMax)).collect();
    let covers = |span: &std::ops::Range<usize>| {
        let mut eager = eager.iter();
        eager.any(|m| m.bytes.start <= span.start && span.end <= m.bytes.end)
    };
    let hints = hints(regions, Mode::Balanced);
    find(text, &hints).find_map(|m| (!covers(&m.bytes)).then(|| text[m.bytes].to_owned()))
}

/// Every text of so many parts.
fn texts(parts: u32) -> impl Iterator<Item = String> {
    let count = PARTS.len();
    (0..count.pow(parts)).map(move |place| {
        let part = |step: u32| PARTS[place / count.pow(step) % count];
        (0..parts).map(part).collect()
    })
}

/// So many random texts, the same in each run.
fn random_texts(count: usize, seed: u8) -> impl Iterator<Item = String> {
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32]);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let texts = eventful();
    (0..count).map(move |_| texts.new_tree(&mut runner).unwrap().current())
}

#[test]
fn every_short_text_is_the_same_in_single_bytes() {
    for text in (1..=3).flat_map(texts) {
        for mode in [MODES[0], MODES[1], MODES[3]] {
            assert!(is_the_same_in_chunks(&text, mode, 1), "{mode:?}: {text:?}");
        }
    }
}

/// Texts in which the rule of what is held back once failed.
#[test]
fn what_once_failed_is_the_same_in_every_chunk() {
    for text in [
        "%7B+1 201-555-01233 ((((+GB29 NWBK 6016 1331 9268 19",
        "%5B+44 7700 900123",
        "%28one two three four five six seven",
        "292889966817036764280239537334586\u{660}\u{669}\u{668}1658636590622637076971857590576031\
         06461553988408215450580314343143225987930964087941737768\u{200b}07700 900123",
    ] {
        for mode in MODES {
            for chunk in CHUNKS {
                assert!(
                    is_the_same_in_chunks(text, mode, chunk),
                    "{mode:?} {chunk}: {text:?}"
                );
            }
        }
    }
}

#[test]
fn every_short_text_has_no_find_that_only_the_careful_mode_has() {
    let regions = regions();
    for text in (1..=4).flat_map(texts) {
        assert_eq!(uncovered(&text, &regions), None, "{text:?}");
    }
}

/// Digits without end were once looked at again for each of them, which took days for a gigabyte.
/// No clock is read here: that it takes as long as its length says is for the benchmarks.
#[test]
fn what_has_no_end_is_read_in_chunks_as_in_one() {
    for pattern in ["0123456789", "1 ", "07700 900123-", "one ", "(", "%2B"] {
        let text = pattern.repeat(60_000 / pattern.len());
        for mode in MODES {
            let mut found = 0;
            let mut taken = 0;
            let regions = regions();
            let mut finder = Finder::new(Hints::new(&regions, mode));
            let mut take = |piece: Piece<'_>| match piece {
                Piece::Text(part) => taken += part.len(),
                Piece::Number(part, _) => (taken, found) = (taken + part.len(), found + 1),
            };
            for chunk in text.as_bytes().chunks(20_000) {
                finder.push(chunk, &mut take);
            }
            finder.finish(take);
            assert_eq!(taken, text.len(), "{mode:?} {pattern}");
            let hints = Hints::new(&regions, mode);
            assert_eq!(found, find(&text, &hints).count(), "{mode:?} {pattern}");
        }
    }
}

proptest! {
    #![proptest_config(Config::with_cases(2_000))]

    #[test]
    fn the_eager_mode_covers_all_that_the_careful_one_finds(text in eventful()) {
        prop_assert_eq!(uncovered(&text, &regions()), None);
    }
}

#[test]
fn random_texts_keep_the_laws() {
    let regions = regions();
    for (place, text) in random_texts(1_000, 7).enumerate() {
        let (mode, chunk) = (MODES[place % 6], CHUNKS[place / 6 % 5]);
        assert!(
            is_the_same_in_chunks(&text, mode, chunk),
            "{mode:?} {chunk}: {text:?}"
        );
        assert_eq!(uncovered(&text, &regions), None, "{text:?}");
    }
}
