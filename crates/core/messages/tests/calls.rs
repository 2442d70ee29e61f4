//! Every call in every language: the words themselves, and the rules they keep.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{code, every_text, product};
use messages::{Language, Purpose, RenderedVoice, VoicePart, VoiceRequest, render_voice};

fn sample(language: Language, purpose: Purpose) -> RenderedVoice {
    let (product, code) = (product("Harbour Chat"), code("482913"));
    render_voice(&VoiceRequest {
        language,
        purpose,
        product: &product,
        code: &code,
    })
}

#[test]
fn every_call_in_every_language() {
    let mut table = String::new();
    for (language, purpose) in every_text() {
        let call = sample(language, purpose);
        let plain = call.to_plain_text();
        table += &format!(
            "== {} {purpose:?}\n{}\n",
            call.language().tag(),
            plain.as_str()
        );
    }
    insta::assert_snapshot!(table);
}

#[test]
fn a_call_reads_as_designed() {
    insta::assert_snapshot!(sample(Language::English, Purpose::SignUp).to_plain_text().as_str(), @r"
    This is Harbour Chat. To hear your code, press any key.
    Hello, this is Harbour Chat. Your code to create your account is:
    4, 8, 2, 9, 1, 3
    Once more:
    4, 8, 2, 9, 1, 3
    Not you? Hang up.
    ");
}

#[test]
fn a_call_asks_for_a_key_greets_says_the_code_twice_and_tells_when_to_hang_up() {
    for (language, purpose) in every_text() {
        let call = sample(language, purpose);
        let [
            VoicePart::AwaitKey(prompt),
            VoicePart::Say(opening),
            VoicePart::Pause { .. },
            VoicePart::Digits {
                code: first,
                gap_ms,
            },
            VoicePart::Pause { .. },
            VoicePart::Say(again),
            VoicePart::Pause { .. },
            VoicePart::Digits { code: second, .. },
            VoicePart::Pause { .. },
            VoicePart::Say(not_you),
        ] = call.parts()
        else {
            panic!("{language:?} {purpose:?}");
        };
        assert!(prompt.contains("Harbour Chat"), "{language:?}");
        assert!(opening.contains("Harbour Chat"), "{language:?}");
        assert_eq!((first.as_str(), second.as_str()), ("482913", "482913"));
        assert!(*gap_ms >= 300);
        for sentence in [prompt, opening, again, not_you] {
            assert!(
                !sentence.contains(|character: char| character.is_numeric()),
                "{language:?}"
            );
            assert_eq!(sentence.trim(), sentence, "{language:?}");
            common::assert_plain_words(sentence, language);
        }
    }
}

#[test]
fn each_purpose_is_heard() {
    for language in Language::ALL {
        let calls = Purpose::ALL.map(|purpose| sample(language, purpose).to_plain_text());
        for (index, call) in calls.iter().enumerate() {
            assert!(
                calls[..index]
                    .iter()
                    .all(|other| other.as_str() != call.as_str()),
                "{language:?}"
            );
        }
    }
}

#[test]
fn debug_of_calls_says_nothing() {
    let call = sample(Language::English, Purpose::SignUp);
    assert_eq!(format!("{call:?}"), "RenderedVoice(..)");
    assert_eq!(format!("{:?}", call.to_plain_text()), "SecretText(..)");
    let parts = format!("{:?}", call.parts());
    assert!(
        !parts.contains(|character: char| character.is_ascii_digit()),
        "{parts}"
    );
    assert!(!parts.contains("Harbour"), "{parts}");
}
