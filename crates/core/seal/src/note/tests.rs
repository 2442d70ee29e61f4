use super::*;
use crate::testing::{DEPLOYMENT, hex, hsm};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use proptest::prelude::*;

/// The worked example of the C2SP signed-note page's reference implementation (Go's
/// golang.org/x/mod/sumdb/note): key `PeterNeumann` and its note.
const EXAMPLE_KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const EXAMPLE_NOTE: &str = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

fn signer() -> (crate::testing::Counted, Verifier) {
    let hsm = hsm();
    let crate::PublicKey::Signing(public) = hsm.public_key(&KeyId::log(1)).unwrap() else {
        panic!("a log key signs");
    };
    (hsm, Verifier::new("log.example/ringfence", public).unwrap())
}

fn seal_key() -> SealKeyNote {
    let (_, public) = crate::hpke::key_pair(&[7; 32]).unwrap();
    SealKeyNote {
        deployment: DEPLOYMENT,
        key_id: IngestKeyId(494_000),
        public,
        not_before: 1_778_400_000,
        not_after: 1_778_407_200,
    }
}

#[test]
fn the_published_example_verifies() {
    let verifier = Verifier::parse(EXAMPLE_KEY).unwrap();
    assert_eq!(verifier.name(), "PeterNeumann");
    assert_eq!(verifier.encode(), EXAMPLE_KEY);
    let text = verifier.open(EXAMPLE_NOTE).unwrap();
    assert!(EXAMPLE_NOTE.starts_with(text) && text.ends_with("problem is.\n"));
}

/// Computed apart with Python's hashlib.
#[test]
fn known_answer_of_a_key_id() {
    let verifier = Verifier::new("log.example/ringfence", [9; 32]).unwrap();
    assert_eq!(verifier.key_id.as_slice(), hex("862de4de"));
}

#[test]
fn an_edited_note_is_refused() {
    let verifier = Verifier::parse(EXAMPLE_KEY).unwrap();
    let edited = EXAMPLE_NOTE.replacen("cryptography", "cryptographY", 1);
    assert_eq!(verifier.open(&edited), Err(NoteRefused::Forged));
    let unsigned = EXAMPLE_NOTE.replace("PeterNeumann", "EnochRoot");
    assert_eq!(verifier.open(&unsigned), Err(NoteRefused::Unsigned));
    let truncated = EXAMPLE_NOTE.trim_end();
    assert_eq!(verifier.open(truncated), Err(NoteRefused::Malformed));
    let long = format!("{}{EXAMPLE_NOTE}", "x\n".repeat(MAX_NOTE_BYTES / 2));
    assert_eq!(verifier.open(&long), Err(NoteRefused::Malformed));
}

#[test]
fn signatures_of_witnesses_are_passed_over() {
    let verifier = Verifier::parse(EXAMPLE_KEY).unwrap();
    let witness = Ed25519KeyPair::from_seed_unchecked(&[3; 32]).unwrap();
    let public = witness.public_key().as_ref().try_into().unwrap();
    let witness_key = Verifier::new("witness.example", public).unwrap();
    let text = verifier.open(EXAMPLE_NOTE).unwrap();
    let cosigned = witness_key
        .seal::<NoteRefused>(text, |t| Ok(witness.sign(t).as_ref().try_into().unwrap()))
        .unwrap();
    let line = cosigned.lines().last().unwrap();
    let both = format!("{EXAMPLE_NOTE}{line}\n");
    assert_eq!(verifier.open(&both), Ok(text));
    assert_eq!(witness_key.open(&both), Ok(text));
}

#[test]
fn key_names_have_no_spaces_and_no_plus() {
    for bad in [
        "",
        "a b",
        "a+b",
        "a\u{2003}b",
        "a\nb",
        &"x".repeat(MAX_NAME_BYTES + 1),
    ] {
        assert_eq!(Verifier::new(bad, [9; 32]), Err(NoteRefused::Name));
    }
    let wrong_id = EXAMPLE_KEY.replace("c74f20a3", "c74f20a4");
    assert_eq!(Verifier::parse(&wrong_id), Err(NoteRefused::Malformed));
}

#[test]
fn the_seal_key_note_reads_back_and_verifies() {
    let (hsm, signer) = signer();
    let signed = seal_key().sign(&hsm, &KeyId::log(1), &signer).unwrap();
    assert_eq!(SealKeyNote::verify(&signed, &signer), Ok(seal_key()));
    let edited = signed.replace("not-after 1778407200", "not-after 1778407201");
    assert_eq!(
        SealKeyNote::verify(&edited, &signer),
        Err(NoteRefused::Forged)
    );
}

#[test]
fn the_seal_key_text_has_one_form() {
    let text = seal_key().text();
    assert!(text.starts_with(
        "ringfence/seal-key/v1\ndeployment d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0\nkey ingest/494000\npublic "
    ));
    assert!(text.ends_with("\nnot-before 1778400000\nnot-after 1778407200\n"));
    assert_eq!(SealKeyNote::parse(&text), Ok(seal_key()));
    for bad in [
        text.replace("v1", "v2"),
        text.replace("not-before 1", "not-before 01"),
        text.replace("not-before", "not-after"),
        format!("{text}\n"),
        format!("{text}more 1\n"),
        text.replace("public B", "public A"),
        text.trim_end().to_owned(),
        String::new(),
    ] {
        assert_eq!(SealKeyNote::parse(&bad), Err(NoteRefused::Malformed));
    }
}

#[test]
fn a_text_unfit_for_a_note_is_not_signed() {
    let (_, signer) = signer();
    for bad in ["no newline", "a\tb\n", ""] {
        let sealed = signer.seal::<NoteRefused>(bad, |_| panic!("asked to sign"));
        assert_eq!(sealed, Err(NoteRefused::Malformed));
    }
}

proptest! {
    #[test]
    fn any_fit_text_reads_back(lines in prop::collection::vec("[ -~é—]{0,20}", 1..6)) {
        let (hsm, signer) = signer();
        let text = format!("{}\n", lines.join("\n"));
        let note = signer.seal::<SignNoteError>(&text, |t| Ok(hsm.sign(&KeyId::log(1), t)?)).unwrap();
        prop_assert_eq!(signer.open(&note), Ok(text.as_str()));
    }

    #[test]
    fn no_text_panics(text in "(?s).{0,80}", tail in "[ -~]{0,40}") {
        let (_, signer) = signer();
        for text in [text.clone(), format!("{text}\n\n\u{2014} {tail}\n")] {
            prop_assert!(signer.open(&text).is_err());
            let _ = SealKeyNote::parse(&text);
            let _ = Verifier::parse(&text);
        }
    }
}
