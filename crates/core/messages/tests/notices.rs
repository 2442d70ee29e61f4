//! Every notice in every language: the words themselves, and the rules they keep.
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod common;

use common::{GSM_LANGUAGES, host, product, visible};
use messages::segments::Encoding;
use messages::{Day, Language, NoticeKind, RenderedText, render_notice};

/// Both notices of a language, with a product name of 12 characters and a host of 24.
fn samples(language: Language) -> [RenderedText; 2] {
    let (product, host) = (product("Harbour Chat"), host("account.harbour1.example"));
    let day = Day::new(2026, 11, 25).unwrap();
    let deletion = NoticeKind::AccountDeletionScheduled { day, host: &host };
    [NoticeKind::NumberReclaimed, deletion].map(|kind| render_notice(kind, language, &product))
}

#[test]
fn every_notice_in_every_language() {
    let mut table = String::new();
    for language in Language::ALL {
        for notice in samples(language) {
            let cost = notice.segments();
            let (encoding, units, segments) = (cost.encoding, cost.units, cost.segments);
            table += &format!("== {} {encoding:?} {units} in {segments}\n", language.tag());
            table += &format!("{}\n", visible(notice.as_str()));
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn notices_name_the_product_the_day_and_the_host() {
    for language in Language::ALL {
        let [reclaimed, deletion] = samples(language);
        assert_eq!(
            reclaimed.as_str().matches("Harbour Chat").count(),
            1,
            "{language:?}"
        );
        for part in ["Harbour Chat", "2026-11-25", "account.harbour1.example"] {
            assert_eq!(
                deletion.as_str().matches(part).count(),
                1,
                "{language:?}: {part}"
            );
        }
        for notice in [&reclaimed, &deletion] {
            assert_eq!(notice.language(), language);
            assert!(
                !notice.as_str().contains(['{', '}', '\n', '@', '#']),
                "{language:?}"
            );
            common::assert_plain_words(notice.as_str(), language);
        }
    }
}

#[test]
fn no_letter_touches_the_host_of_a_notice() {
    let is_separate =
        |character: Option<char>| character.is_none_or(|c| " .\u{2066}\u{2069}".contains(c));
    for language in Language::ALL {
        let [_, deletion] = samples(language);
        let (before, after) = deletion
            .as_str()
            .split_once("account.harbour1.example")
            .unwrap();
        assert!(is_separate(before.chars().next_back()), "{language:?}");
        assert!(is_separate(after.chars().next()), "{language:?}");
    }
}

#[test]
fn dates_and_hosts_keep_their_order_in_right_to_left_notices() {
    for language in Language::ALL
        .into_iter()
        .filter(|language| language.is_right_to_left())
    {
        let [_, deletion] = samples(language);
        assert!(
            deletion.as_str().contains("\u{2066}2026-11-25\u{2069}"),
            "{language:?}"
        );
        assert!(
            deletion
                .as_str()
                .contains("\u{2066}account.harbour1.example\u{2069}"),
            "{language:?}"
        );
    }
}

#[test]
fn seven_bit_languages_take_one_segment_and_others_two_at_most() {
    for language in Language::ALL {
        for notice in samples(language) {
            let cost = notice.segments();
            if GSM_LANGUAGES.contains(&language) {
                assert_eq!(
                    (cost.encoding, cost.segments),
                    (Encoding::Gsm7, 1),
                    "{language:?}"
                );
            } else {
                assert!(cost.segments <= 2, "{language:?}");
            }
        }
    }
}

#[test]
fn debug_of_a_notice_says_nothing() {
    let [reclaimed, _] = samples(Language::English);
    assert_eq!(format!("{reclaimed:?}"), "RenderedText(..)");
}
