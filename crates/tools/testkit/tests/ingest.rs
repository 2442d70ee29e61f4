//! Numbers sealed in the page to the vault's ingest key.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use model::{ApplicationId, CodePurpose, Entropy as _, Millis, SealedText, VerificationId};
use peers::vault::{Begin, BeginRefusal, Begun, Destination, NumberVault, Verdict};
use seal::{
    ingest::{IngestContext, Typed, seal},
    note::{SealKeyNote, Verifier},
};
use testkit::{APP, Product, Setup, app_terms, begin};

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const HOUR: Millis = Millis::from_seconds(3600);

/// The note as a page reads it.
async fn note(product: &Product) -> SealKeyNote {
    let key = product.vault.seal_key().await.unwrap();
    let verifier = Verifier::parse(&key.verifier).unwrap();
    SealKeyNote::verify(&key.note, &verifier).unwrap()
}

fn minute(product: &Product) -> u32 {
    u32::try_from(product.identity.now().as_millis() / 60_000).unwrap()
}

fn sealed_at(note: &SealKeyNote, minute: u32) -> Destination {
    let context = IngestContext {
        deployment: note.deployment,
        application: *APP.as_bytes(),
        purpose: CodePurpose::Signup.as_str(),
    };
    let typed = Typed::new("07700 900 123", Some("GB")).unwrap();
    let sealed = seal(note.key_id, &note.public, &context, minute, &typed).unwrap();
    Destination::Sealed(SealedText::new(sealed.encode()).unwrap())
}

fn request(product: &Product, destination: &Destination) -> Begin {
    let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
    let mut request = begin(id, APP, CodePurpose::Signup, NUMBER);
    request.destination = destination.clone();
    request
}

async fn send(product: &Product, destination: &Destination) -> Result<Begun, BeginRefusal> {
    product.vault.begin(request(product, destination)).await
}

#[tokio::test]
async fn a_number_sealed_in_the_page_is_the_same_number() {
    let product = Product::new(1).await;
    let sealed = sealed_at(&note(&product).await, minute(&product));
    let first = request(&product, &sealed);
    let begun = product.vault.begin(first.clone()).await.unwrap();
    assert_eq!(begun.traits.country.as_str(), "GB");
    let code = product.code_of(NUMBER, first.verification).await.unwrap();
    let subject = product.approve(first.verification, &code).await.subject;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!((login.verdict, login.subject), (Verdict::Existing, subject));
    product.finish().await;
}

#[tokio::test]
async fn a_sealed_number_is_used_once_and_its_own_call_may_repeat() {
    let product = Product::new(2).await;
    let sealed = sealed_at(&note(&product).await, minute(&product));
    let first = request(&product, &sealed);
    let begun = product.vault.begin(first.clone()).await.unwrap();
    assert_eq!(product.vault.begin(first.clone()).await.unwrap(), begun);
    assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    let product = product.crash().await;
    product.phones.handed_over(1).await;
    assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    product.wait(Millis::from_seconds(60));
    product.vault.housekeep().await.unwrap();
    assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.handed(), 1);
}

#[tokio::test]
async fn a_sealed_number_is_too_old_after_ten_minutes_and_from_the_future_as_much() {
    let product = Product::new(3).await;
    let note = note(&product).await;
    let now = minute(&product);
    for off in [now - 11, now + 11, 0, u32::MAX] {
        let sealed = sealed_at(&note, off);
        assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    }
    for off in [now - 10, now + 10] {
        assert!(send(&product, &sealed_at(&note, off)).await.is_ok());
    }
    // As old as it gets, it is still remembered as used.
    let sealed = sealed_at(&note, now);
    send(&product, &sealed).await.unwrap();
    for _ in 0..15 {
        product.wait(Millis::from_seconds(60));
        product.vault.housekeep().await.unwrap();
        assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    }
    product.finish().await;
}

#[tokio::test]
async fn a_number_sealed_for_one_application_and_purpose_is_no_other_ones() {
    let mut setup = Setup::new(4);
    setup.apps.push(app_terms(OTHER));
    let product = Product::with(setup).await;
    let sealed = sealed_at(&note(&product).await, minute(&product));
    for (application, purpose) in [(OTHER, CodePurpose::Signup), (APP, CodePurpose::Login)] {
        let mut moved = request(&product, &sealed);
        (moved.application, moved.purpose) = (application, purpose);
        let refused = product.vault.begin(moved).await;
        assert_eq!(refused, Err(BeginRefusal::SealedText));
    }
    assert!(
        send(&product, &sealed).await.is_ok(),
        "refusals use nothing up"
    );
    product.finish().await;
}

#[tokio::test]
async fn the_key_of_the_hour_before_works_and_of_two_hours_before_does_not() {
    let product = Product::new(5).await;
    let old = note(&product).await;
    product.wait(HOUR);
    product.vault.housekeep().await.unwrap();
    let present = note(&product).await;
    assert_ne!(present.key_id, old.key_id);
    assert!(
        send(&product, &sealed_at(&old, minute(&product)))
            .await
            .is_ok()
    );
    assert!(
        send(&product, &sealed_at(&present, minute(&product)))
            .await
            .is_ok()
    );
    product.wait(HOUR);
    product.vault.housekeep().await.unwrap();
    let late = sealed_at(&old, minute(&product));
    assert_eq!(send(&product, &late).await, Err(BeginRefusal::SealedText));
    let says = old.not_after * 1000;
    let now = u64::try_from(product.identity.now().as_millis()).unwrap();
    assert!(says <= now, "the note told its end");
    product.finish().await;
}

#[tokio::test]
async fn an_ingest_key_survives_a_restart() {
    let product = Product::new(6).await;
    let before = note(&product).await;
    let sealed = sealed_at(&before, minute(&product));
    let product = product.crash().await;
    assert!(send(&product, &sealed).await.is_ok());
    let after = note(&product).await;
    assert_eq!((after.key_id, after.public), (before.key_id, before.public));
    product.finish().await;
}

#[tokio::test]
async fn a_key_that_was_never_made_and_damaged_text_are_refused() {
    let product = Product::new(7).await;
    let mut note = note(&product).await;
    note.key_id.0 -= 1;
    let sealed = sealed_at(&note, minute(&product));
    assert_eq!(send(&product, &sealed).await, Err(BeginRefusal::SealedText));
    for text in ["", "AAAA", "not base64!", &"A".repeat(400)] {
        let broken = Destination::Sealed(SealedText::new(text.to_owned()).unwrap());
        assert_eq!(send(&product, &broken).await, Err(BeginRefusal::SealedText));
    }
    product.finish().await;
}

#[tokio::test]
async fn nobody_learns_by_repeating_whether_a_guess_is_what_was_sealed() {
    let product = Product::new(6).await;
    let sealed = sealed_at(&note(&product).await, minute(&product));
    let first = request(&product, &sealed);
    product.vault.begin(first.clone()).await.unwrap();
    let again = sealed_at(&note(&product).await, minute(&product));
    for number in [NUMBER, "+447700900999"] {
        let typed = begin(first.verification, APP, CodePurpose::Signup, number);
        let refused = product.vault.begin(typed).await;
        assert_eq!(refused, Err(BeginRefusal::IdReused), "{number}");
    }
    // The same number, sealed once more by whoever guesses.
    let mut guessed = first.clone();
    guessed.destination = again;
    let refused = product.vault.begin(guessed).await;
    assert_eq!(refused, Err(BeginRefusal::IdReused));
    let text = model::TypedNumber::new(NUMBER.to_owned()).unwrap();
    let found = product
        .identity
        .find_open(APP, CodePurpose::Signup, text)
        .await;
    assert_eq!(found, Ok(None), "nor by looking for it");
    product.finish().await;
}

#[tokio::test]
async fn nobody_learns_by_repeating_whether_a_guess_is_the_number_on_file() {
    let product = Product::new(7).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let id = VerificationId::from_bytes([7; 16]);
    let mut on_file = begin(id, APP, CodePurpose::StepUp, NUMBER);
    on_file.destination = Destination::OnFile(subject.unwrap());
    let begun = product.vault.begin(on_file.clone()).await.unwrap();
    assert_eq!(product.vault.begin(on_file).await, Ok(begun));
    for number in [NUMBER, "+447700900999"] {
        let typed = begin(id, APP, CodePurpose::StepUp, number);
        let refused = product.vault.begin(typed).await;
        assert_eq!(refused, Err(BeginRefusal::IdReused), "{number}");
    }
    let text = model::TypedNumber::new(NUMBER.to_owned()).unwrap();
    let found = product
        .identity
        .find_open(APP, CodePurpose::StepUp, text)
        .await;
    assert_eq!(found, Ok(None), "nor by looking for it");
    product.finish().await;
}
