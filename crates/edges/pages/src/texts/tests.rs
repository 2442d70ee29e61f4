use super::*;
use fluent_bundle::FluentResource;
use proptest::prelude::*;
use std::{collections::BTreeSet, fs, path::Path};

fn resource(words: &str) -> FluentResource {
    FluentResource::try_new(words.to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"))
}

/// Message names of a file, each with the values it uses.
fn shape(words: &str) -> BTreeSet<(String, BTreeSet<String>)> {
    let mut out: Vec<(String, BTreeSet<String>)> = Vec::new();
    for line in words.lines().filter(|line| !line.starts_with('#')) {
        let key = line
            .split_once(" =")
            .filter(|_| !line.starts_with([' ', '}']));
        if let Some((key, _)) = key {
            out.push((key.to_owned(), BTreeSet::new()));
        }
        let Some((_, used)) = out.last_mut() else {
            continue;
        };
        for part in line.split('$').skip(1) {
            let name = part.chars().take_while(|c| c.is_ascii_lowercase());
            used.insert(name.collect());
        }
    }
    out.into_iter().collect()
}

#[test]
fn every_language_has_every_sentence_with_the_same_values() {
    let english = shape(SOURCES[0].3);
    for (code, _, _, words, _) in SOURCES {
        resource(words);
        let own = shape(words);
        let missing: Vec<_> = english.difference(&own).collect();
        let extra: Vec<_> = own.difference(&english).collect();
        assert!(
            missing.is_empty() && extra.is_empty(),
            "{code}: {missing:?} {extra:?}"
        );
    }
}

#[test]
fn every_language_names_every_region() {
    let english: BTreeSet<_> = language("en").names.keys().copied().collect();
    assert!(english.len() > 240);
    for language in languages() {
        let own: BTreeSet<_> = language.names.keys().copied().collect();
        assert_eq!(own, english, "{language:?}");
    }
}

/// Sources of this crate and all templates, in which keys stand as string literals.
fn users() -> String {
    fn read(folder: &Path, out: &mut String) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read(&path, out);
            } else {
                out.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut out = String::new();
    read(&root.join("src"), &mut out);
    read(&root.join("../../../web/templates"), &mut out);
    out
}

#[test]
fn every_sentence_is_used() {
    let users = users();
    for (key, _) in shape(SOURCES[0].3) {
        assert!(users.contains(&format!("\"{key}\"")), "nobody says {key}");
    }
}

#[test]
fn templates_ask_for_sentences_that_exist() {
    let keys: BTreeSet<_> = shape(SOURCES[0].3)
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    let users = users();
    for start in ["t.get(\"", "t.with(\"", "t.count(\"", "t.html(\""] {
        for rest in users.split(start).skip(1) {
            let key = rest.split('"').next().unwrap();
            assert!(keys.contains(key) || key.is_empty(), "{start}{key}");
        }
    }
}

#[test]
fn words_from_the_list_to_avoid_do_not_occur() {
    let english = SOURCES[0].3.to_lowercase();
    for word in [
        "otp",
        "msisdn",
        "authenticat",
        "data subject",
        "invalid",
        "forbidden",
        "oops",
        "sorry",
        "please",
        "simply",
        "100 %",
        "!",
    ] {
        assert!(!english.contains(word), "{word}");
    }
}

#[test]
fn plurals_follow_the_rules_of_the_language() {
    assert!(language("en").count("summary", 1).starts_with("One thing"));
    assert!(language("en").count("summary", 2).contains('2'));
    let arabic: BTreeSet<_> = [1, 2, 3, 11]
        .map(|n| language("ar").count("error-code-wrong", n))
        .into();
    assert_eq!(arabic.len(), 4);
}

#[test]
fn markup_stays_markup_and_text_stays_text() {
    let time = Html::markup("<time>14:02</time>");
    let sentence = language("en").html("error-limit-at", &[("time", Arg::Markup(&time))]);
    assert!(sentence.as_str().contains("<time>14:02</time>"));
    let name = language("en").html("demo-title", &[]);
    assert!(!name.as_str().contains('<'));
    let evil = language("en").html("sides-front", &[("app", Arg::Text("<b>"))]);
    assert!(evil.as_str().contains("&lt;b&gt;"));
}

#[test]
fn the_language_is_the_one_asked_for_then_kept_then_preferred() {
    let accept = Some("xx, pt-BR;q=0.8, ar;q=0.9, de;q=0");
    assert_eq!(negotiate(Some("hi"), Some("fr"), accept).code, "hi");
    assert_eq!(negotiate(Some("xx"), Some("fr"), accept).code, "fr");
    assert_eq!(negotiate(None, None, accept).code, "ar");
    assert_eq!(negotiate(None, None, Some("de;q=0")).code, "en");
    assert_eq!(negotiate(None, None, None).code, "en");
}

#[test]
fn the_country_comes_from_the_languages_not_from_the_address() {
    assert_eq!(country_of(Some("en-GB,en;q=0.9")), Country::parse("GB"));
    assert_eq!(country_of(Some("zh-Hant-TW")), Country::parse("TW"));
    assert_eq!(country_of(Some("de")), None);
}

proptest! {
    #[test]
    fn no_header_makes_the_choice_panic(accept in ".{0,200}") {
        let _ = (negotiate(None, None, Some(&accept)), country_of(Some(&accept)));
    }
}
