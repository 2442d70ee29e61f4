//! Every text message in every language: the words themselves, and the rules they keep.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{GSM_LANGUAGES, code, every_text, host, product};
use messages::segments::Encoding;
use messages::{Code, Host, Language, ProductName, Purpose, TextRequest, render_text};
use proptest::prelude::*;

/// The sample of the design: 12 characters of name, 20 of host.
fn sample(language: Language, purpose: Purpose) -> String {
    let (product, host, code) = (
        product("Harbour Chat"),
        host("chat.harbour.example"),
        code("482913"),
    );
    let request = TextRequest {
        language,
        purpose,
        product: &product,
        host: &host,
        code: &code,
    };
    render_text(&request).as_str().to_owned()
}

#[test]
fn every_text_in_every_language() {
    let mut table = String::new();
    for (language, purpose) in every_text() {
        let text = sample(language, purpose);
        let cost = messages::segments::count(&text);
        let (encoding, units, segments) = (cost.encoding, cost.units, cost.segments);
        let heading = format!(
            "{} {purpose:?}: {encoding:?} {units} in {segments}",
            language.tag()
        );
        // Direction marks are shown, since a reviewer could not see them.
        table += &format!("== {heading}\n{}\n", common::visible(&text));
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_english_sign_up_text_is_the_one_designed() {
    insta::assert_snapshot!(sample(Language::English, Purpose::SignUp), @r"
    482913 is your Harbour Chat code to create your account. Give it to nobody, not even us.

    @chat.harbour.example #482913
    ");
}

#[test]
fn each_purpose_has_its_own_words() {
    for language in Language::ALL {
        let texts = Purpose::ALL.map(|purpose| sample(language, purpose));
        for (index, text) in texts.iter().enumerate() {
            assert!(!texts[..index].contains(text), "{language:?}");
        }
    }
}

#[test]
fn the_last_line_is_the_bound_line_and_nothing_else() {
    for (language, purpose) in every_text() {
        let text = sample(language, purpose);
        let lines: Vec<&str> = text.split('\n').collect();
        let [sentence, "", "@chat.harbour.example #482913"] = lines[..] else {
            panic!("{language:?} {purpose:?}");
        };
        assert_eq!(sentence.trim(), sentence, "{language:?} {purpose:?}");
        assert!(
            !sentence.contains(['@', '#', '\r']),
            "{language:?} {purpose:?}"
        );
    }
}

#[test]
fn the_code_and_the_name_stand_in_every_sentence() {
    for (language, purpose) in every_text() {
        let text = sample(language, purpose);
        assert_eq!(
            text.matches("482913").count(),
            2,
            "{language:?} {purpose:?}"
        );
        assert_eq!(
            text.matches("Harbour Chat").count(),
            1,
            "{language:?} {purpose:?}"
        );
        assert!(!text.contains(['{', '}']), "{language:?} {purpose:?}");
    }
}

#[test]
fn right_to_left_sentences_begin_with_the_code() {
    for (language, purpose) in every_text() {
        let text = sample(language, purpose);
        if language.is_right_to_left() {
            assert!(text.starts_with("482913"), "{language:?} {purpose:?}");
            assert!(
                text.contains("\u{2068}Harbour Chat\u{2069}"),
                "{language:?} {purpose:?}"
            );
        } else {
            assert!(
                !text.contains(['\u{2066}', '\u{2068}', '\u{2069}']),
                "{language:?}"
            );
        }
    }
}

#[test]
fn seven_bit_languages_take_one_segment_and_others_two_at_most() {
    let (product, code) = (product("Harbour Chat"), code("482913"));
    let host = host("account.harbour1.example");
    assert_eq!((product.as_str().len(), host.as_str().len()), (12, 24));
    for (language, purpose) in every_text() {
        let request = TextRequest {
            language,
            purpose,
            product: &product,
            host: &host,
            code: &code,
        };
        let text = render_text(&request);
        let cost = text.segments();
        if GSM_LANGUAGES.contains(&language) {
            assert_eq!(
                (cost.encoding, cost.segments),
                (Encoding::Gsm7, 1),
                "{language:?} {purpose:?}"
            );
        } else {
            assert!(
                cost.segments <= 2,
                "{language:?} {purpose:?}: {}",
                cost.units
            );
        }
        assert!(
            text.as_str().chars().count() <= 140,
            "{language:?} {purpose:?}"
        );
    }
}

#[test]
fn the_longest_wording_is_taken_that_costs_no_more() {
    let code = code("482913");
    let text = |product: &str, host_name: &str| {
        let (product, host) = (product_name(product), host(host_name));
        let (language, purpose) = (Language::English, Purpose::StepUp);
        let request = TextRequest {
            language,
            purpose,
            product: &product,
            host: &host,
            code: &code,
        };
        render_text(&request).as_str().to_owned()
    };
    assert!(
        text("Harbour", "a.example")
            .contains("code to confirm it is you. Give it to nobody, not even us.")
    );
    let host_of_40 = "accounts.chat.harbour-international.test";
    assert!(
        text("Harbour International", host_of_40)
            .contains("code to confirm it is you. Give it to nobody.\n")
    );
    let host_of_56 = format!("{}.example", "a".repeat(48));
    assert!(
        text("Harbour International", &host_of_56)
            .contains("482913: Harbour International, confirm it is you. Give it to nobody.\n")
    );
}

fn product_name(name: &str) -> ProductName {
    product(name)
}

#[test]
fn nobody_is_begged_and_no_jargon_is_used() {
    for (language, purpose) in every_text() {
        common::assert_plain_words(&sample(language, purpose), language);
    }
}

#[test]
fn debug_of_texts_and_requests_says_nothing() {
    let (product, host, code) = (
        product("Harbour Chat"),
        host("chat.harbour.example"),
        code("482913"),
    );
    let (language, purpose) = (Language::English, Purpose::SignIn);
    let request = TextRequest {
        language,
        purpose,
        product: &product,
        host: &host,
        code: &code,
    };
    assert!(!format!("{request:?}").contains("482913"));
    assert_eq!(format!("{:?}", render_text(&request)), "RenderedText(..)");
}

prop_compose! {
    fn any_host()(labels in proptest::collection::vec("[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", 0..6), last in "[a-z]{2,8}") -> String {
        labels.into_iter().chain([last]).collect::<Vec<_>>().join(".")
    }
}

proptest! {
    #[test]
    fn any_checked_input_renders_and_ends_with_the_bound_line(
        name in "\\PC{1,24}",
        host_name in any_host(),
        digits in "[0-9]{4,10}",
        (language, purpose) in proptest::sample::select(every_text().collect::<Vec<_>>()),
    ) {
        let (Ok(product), Ok(host)) = (ProductName::parse(&name), Host::parse(&host_name)) else {
            return Ok(());
        };
        let code = Code::parse(&digits).unwrap();
        let request = TextRequest { language, purpose, product: &product, host: &host, code: &code };
        let text = render_text(&request);
        let bound = format!("\n\n@{host_name} #{digits}");
        prop_assert!(text.as_str().ends_with(&bound));
        let sentence = text.as_str().strip_suffix(&bound).unwrap();
        prop_assert!(!sentence.contains(['\n', '@', '#']));
        prop_assert!(sentence.contains(&digits) && sentence.contains(product.as_str()));
        prop_assert!(text.segments().segments <= 3);
    }

    #[test]
    fn parsers_never_panic(input in "(.|\\n){0,80}") {
        let _ = ProductName::parse(&input);
        let _ = Host::parse(&input);
        let _ = Code::parse(&input);
    }
}
