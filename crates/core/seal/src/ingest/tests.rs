use super::*;
use crate::testing::{APPLICATION, DEPLOYMENT, Dry, Seeded};
use proptest::prelude::*;

const CONTEXT: IngestContext<'static> = IngestContext {
    deployment: DEPLOYMENT,
    application: APPLICATION,
    purpose: "signup",
};
const ID: IngestKeyId = IngestKeyId(494_000);
const MINUTE: u32 = 29_640_010;

fn key() -> IngestKey {
    IngestKey::generate(ID, &Seeded::new(5)).unwrap()
}

fn typed() -> Typed {
    Typed::new("07700 900123", Some("GB")).unwrap()
}

fn sealed() -> SealedTo {
    seal(ID, key().public(), &CONTEXT, MINUTE, &typed()).unwrap()
}

#[test]
fn what_was_typed_arrives_as_it_was_typed() {
    let text = sealed().encode();
    let parsed = SealedTo::parse(&text).unwrap();
    assert_eq!((parsed.key_id, parsed.minute), (ID, MINUTE));
    let opened = key().open(&CONTEXT, &parsed).unwrap();
    assert_eq!(
        (opened.text(), opened.region()),
        ("07700 900123", Some("GB"))
    );
}

#[test]
fn it_opens_for_its_application_purpose_minute_and_key_only() {
    let (key, sealed) = (key(), sealed());
    for other in [
        IngestContext {
            deployment: [1; 16],
            ..CONTEXT
        },
        IngestContext {
            application: [1; 16],
            ..CONTEXT
        },
        IngestContext {
            purpose: "login",
            ..CONTEXT
        },
    ] {
        assert_eq!(key.open(&other, &sealed), Err(OpenFailed));
    }
    let later = SealedTo {
        minute: MINUTE + 1,
        ..sealed.clone()
    };
    assert_eq!(key.open(&CONTEXT, &later), Err(OpenFailed));
    let renamed = SealedTo {
        key_id: IngestKeyId(1),
        ..sealed.clone()
    };
    assert_eq!(key.open(&CONTEXT, &renamed), Err(OpenFailed));
    let other = IngestKey::generate(ID, &Seeded::new(6)).unwrap();
    assert_eq!(other.open(&CONTEXT, &sealed), Err(OpenFailed));
}

#[test]
fn the_size_does_not_tell_what_was_typed() {
    let long = Typed::new(&"9".repeat(MAX_TEXT_BYTES), None).unwrap();
    let long = seal(ID, key().public(), &CONTEXT, MINUTE, &long).unwrap();
    assert_eq!(long.encode().len(), sealed().encode().len());
}

#[test]
fn a_second_use_of_one_sealing_has_the_same_enc_hash_and_a_new_one_another() {
    let one = sealed();
    assert_eq!(
        one.enc_hash(),
        SealedTo::parse(&one.encode()).unwrap().enc_hash()
    );
    assert_ne!(one.enc_hash(), sealed().enc_hash());
}

#[test]
fn typed_text_has_bounds() {
    for (text, region) in [
        ("", None),
        ("07700\0900123", None),
        ("1", Some("gb")),
        ("1", Some("GBR")),
        ("1", Some("")),
        ("1", Some("É")),
    ] {
        assert_eq!(Typed::new(text, region), Err(TypedRefused));
    }
    assert_eq!(
        Typed::new(&"9".repeat(MAX_TEXT_BYTES + 1), None),
        Err(TypedRefused)
    );
    assert_eq!(format!("{:?}", typed()), "Typed(…)");
}

#[test]
fn a_key_survives_a_restart_under_its_hour() {
    let hour = HourKey::generate(&Seeded::new(7)).unwrap();
    let exported = key().export(&hour, &DEPLOYMENT, &Seeded::new(8)).unwrap();
    let back = IngestKey::import(ID, &hour, &DEPLOYMENT, &exported).unwrap();
    assert_eq!(back.public(), key().public());
    assert!(back.open(&CONTEXT, &sealed()).is_ok());

    let other_hour = HourKey::generate(&Seeded::new(9)).unwrap();
    for refused in [
        IngestKey::import(ID, &other_hour, &DEPLOYMENT, &exported),
        IngestKey::import(IngestKeyId(1), &hour, &DEPLOYMENT, &exported),
        IngestKey::import(ID, &hour, &[1; 16], &exported),
        IngestKey::import(ID, &hour, &DEPLOYMENT, &exported[1..]),
    ] {
        assert_eq!(refused.err(), Some(OpenFailed));
    }
    assert_eq!(key().export(&hour, &DEPLOYMENT, &Dry), Err(SealFailed));
}

#[test]
fn sealing_to_no_point_is_refused() {
    assert_eq!(
        seal(ID, &[4; 65], &CONTEXT, MINUTE, &typed()),
        Err(SealFailed)
    );
    assert_eq!(IngestKey::generate(ID, &Dry).err(), Some(SealFailed));
}

#[test]
fn key_names_are_canonical() {
    assert_eq!(ID.to_string(), "ingest/494000");
    for bad in [
        "ingest/",
        "ingest/01",
        "ingest/-1",
        "ingest/4294967296",
        "hour/1",
        "1",
    ] {
        assert_eq!(IngestKeyId::parse(bad), Err(IngestKeyIdRefused));
    }
}

proptest! {
    #[test]
    fn any_text_within_bounds_arrives(text in "[^\\x00]{1,31}", region in prop::option::of("[A-Z]{2}")) {
        let typed = Typed::new(&text, region.as_deref()).unwrap();
        let sealed = seal(ID, key().public(), &CONTEXT, MINUTE, &typed).unwrap();
        prop_assert_eq!(key().open(&CONTEXT, &sealed), Ok(typed));
    }

    #[test]
    fn no_text_panics_and_what_parses_encodes_back(text in "[A-Za-z0-9_-]{0,400}|.{0,40}") {
        if let Ok(sealed) = SealedTo::parse(&text) {
            prop_assert_eq!(sealed.encode(), text);
        }
    }

    #[test]
    fn an_edited_or_cut_sealing_is_refused(at: prop::sample::Index, with in "[A-Za-z0-9_-]", cut: bool) {
        let good = sealed().encode();
        let at = at.index(good.len());
        let mut text = good.clone();
        if cut { text.truncate(at) } else { text.replace_range(at..=at, &with) }
        prop_assume!(text != good);
        let opened = SealedTo::parse(&text).map(|sealed| key().open(&CONTEXT, &sealed));
        prop_assert!(!matches!(opened, Ok(Ok(_))));
    }

    #[test]
    fn no_plaintext_panics(bytes in prop::collection::vec(any::<u8>(), 0..160)) {
        if let Some(typed) = Typed::decode(&bytes) {
            let encoded = typed.encode();
            prop_assert_eq!(encoded.as_slice(), bytes);
        }
    }
}
