//! Every parser of foreign bytes has a fuzz target. Targets are compiled where they are run; this
//! test is cheap and holds the list, the manifest and the page together.
#![expect(clippy::expect_used, reason = "helpers of tests fail as tests do")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A parser as its target names it.
const PARSERS: [(&str, &str); 34] = [
    ("Configuration::parse", "settings"),
    ("parse(text, region)", "numbers_parse"),
    ("find(text, &hints)", "numbers_find"),
    ("redact_json", "numbers_find"),
    ("E164::from_canonical", "numbers_format"),
    ("format_international", "numbers_format"),
    ("as_you_type", "numbers_format"),
    ("SealedTo::parse", "ingest"),
    ("SealKeyNote::parse", "ingest"),
    ("SealKeyNote::verify", "ingest"),
    ("open_record", "sealed"),
    ("pending::open", "sealed"),
    ("wrap_key_id", "sealed"),
    ("Leaf::decode", "sealed"),
    ("Record>::from_row", "rows"),
    ("guard.open", "rows"),
    ("SoftwareKeystore::open", "keystore"),
    ("/v1/verifications", "api_body"),
    ("/sessions/revoke", "api_body"),
    ("idempotency-key", "api_head"),
    ("authorization", "api_head"),
    ("pages::router", "pages_form"),
    ("CookieRules", "cookies"),
    ("CookieKey", "cookies"),
    ("TrustedProxies", "cookies"),
    ("ShortMessage::parse", "smpp"),
    ("Header::parse", "smpp"),
    ("receipt::read", "smpp"),
    ("take_header", "smpp"),
    ("carrier.receive", "carrier_webhooks"),
    ("Service::Vault", "link_vault"),
    ("Service::Receipts", "link_receipts"),
    ("Service::Front", "link_front"),
    ("Service::Courier", "link_courier"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

fn targets() -> BTreeSet<String> {
    let folder = fs::read_dir(root().join("fuzz/fuzz_targets")).expect("the targets");
    let paths = folder.map(|entry| entry.expect("a target").path());
    let stem = |path: PathBuf| Some(path.file_stem()?.to_str()?.to_owned());
    paths.filter_map(stem).collect()
}

#[test]
fn every_parser_has_a_target_that_calls_it() {
    for (parser, target) in PARSERS {
        let path = root().join(format!("fuzz/fuzz_targets/{target}.rs"));
        let text = fs::read_to_string(&path).unwrap_or_default();
        assert!(text.contains(parser), "{target} does not call {parser}");
    }
    let named: BTreeSet<String> = PARSERS.iter().map(|(_, name)| (*name).to_owned()).collect();
    assert_eq!(targets(), named);
}

#[test]
fn every_target_is_built_and_on_the_page() {
    let manifest = fs::read_to_string(root().join("fuzz/Cargo.toml")).expect("the manifest");
    let page = fs::read_to_string(root().join("docs/how-to/fuzz.md")).expect("the page");
    for target in targets() {
        assert!(
            manifest.contains(&format!("name = \"{target}\"")),
            "{target}"
        );
        assert!(page.contains(&format!("| `{target}` |")), "{target}");
    }
    let built = manifest.matches("[[bin]]").count();
    assert_eq!(built, targets().len());
}

#[test]
fn seeds_belong_to_a_target_and_are_small() {
    for folder in fs::read_dir(root().join("fuzz/seeds")).expect("the seeds") {
        let folder = folder.expect("a folder").path();
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        assert!(targets().contains(&name), "{name}");
        for seed in fs::read_dir(&folder).expect("seeds") {
            let size = seed.and_then(|seed| seed.metadata()).expect("a seed").len();
            assert!((1..=4096).contains(&size), "{name}");
        }
    }
}
