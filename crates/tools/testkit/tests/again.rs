//! A start that begins nothing where a verification is open: the same id, the same code, once.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::Arc;

use identity::{BeginRefusal, Begun, LimitKind, StartError};
use model::{
    ApplicationId, Channel, CodePurpose, Entropy as _, Millis, VerificationId, WaitReason,
};
use peers::vault::{Begin, Destination, NumberVault};
use testkit::{APP, Product, Setup, Together, app_terms, begin};
use tokio::join;

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const HALF_A_MINUTE: Millis = Millis::from_seconds(30);

async fn again(product: &Product) -> Result<(VerificationId, Begun), StartError> {
    let request = product.request(NUMBER, CodePurpose::Signup);
    product.identity.start_or_resend(request).await
}

fn is_too_soon(refused: &StartError) -> bool {
    match refused {
        StartError::Refused(BeginRefusal::Limit { kind, next }) => {
            (*kind, next.sms.reason) == (LimitKind::NumberSends, Some(WaitReason::TooSoon))
        }
        _ => false,
    }
}

#[tokio::test]
async fn two_starts_at_the_same_moment_send_one_code() {
    let [front, vault] = Product::memory_stores();
    let vault = Arc::new(Together::new(vault, "vault.begin"));
    let product = Product::over(Setup::new(1), front, vault).await;
    let both = join!(again(&product), again(&product));
    let (id, late) = match both {
        (Ok((id, _)), Err(late)) | (Err(late), Ok((id, _))) => (id, late),
        other => panic!("one begins and one is too soon: {other:?}"),
    };
    assert!(is_too_soon(&late), "{late:?}");
    assert_eq!(product.phones.thread(NUMBER).len(), 1);
    product.wait(HALF_A_MINUTE);
    assert_eq!(again(&product).await.unwrap().0, id);
    product.finish().await;
}

#[tokio::test]
async fn an_open_verification_keeps_its_id_and_its_code() {
    let product = Product::new(2).await;
    let (first, begun) = again(&product).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    product.wait(HALF_A_MINUTE);
    let mut by_call = product.request(NUMBER, CodePurpose::Signup);
    by_call.channel = model::ChannelChoice::Voice;
    let (second, resent) = product.identity.start_or_resend(by_call).await.unwrap();
    assert_eq!((second, resent.verification), (first, first));
    assert_eq!(resent.view.channel, Channel::Voice);
    assert_eq!(resent.view.begun_at, begun.view.begun_at);
    assert_eq!(resent.view.sent_at, begun.view.begun_at.plus(HALF_A_MINUTE));
    assert_eq!(product.phones.arrived(NUMBER, 2).await.code, code);
    product.approve(first, &code).await;
    assert_ne!(again(&product).await.unwrap().0, first);
    product.finish().await;
}

#[tokio::test]
async fn a_verification_out_of_guesses_stands_in_nobodys_way() {
    let product = Product::new(3).await;
    let (first, _) = again(&product).await.unwrap();
    let code = product.phones.code(NUMBER).await;
    for nth in 0..5 {
        product.check(first, &testkit::wrong_code(&code, nth)).await;
    }
    assert_ne!(again(&product).await.unwrap().0, first);
    product.finish().await;
}

#[tokio::test]
async fn another_application_or_purpose_begins_its_own() {
    let mut setup = Setup::new(4);
    setup.apps.push(app_terms(OTHER));
    let product = Product::with(setup).await;
    let (first, _) = again(&product).await.unwrap();
    let mut elsewhere = product.request(NUMBER, CodePurpose::Signup);
    elsewhere.application = OTHER;
    let (other, _) = product.identity.start_or_resend(elsewhere).await.unwrap();
    let login = product.request(NUMBER, CodePurpose::Login);
    let (login, _) = product.identity.start_or_resend(login).await.unwrap();
    assert_ne!(other, first);
    assert!(login != first && login != other);
    product.finish().await;
}

/// What a front sends that wants no second verification.
fn unless_open(product: &Product, destination: Option<Destination>) -> Begin {
    let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
    let mut request = begin(id, APP, CodePurpose::Signup, NUMBER);
    request.unless_open = true;
    request.destination = destination.unwrap_or(request.destination);
    request
}

async fn sealed(product: &Product) -> Destination {
    product.sealed(APP, CodePurpose::Signup, NUMBER).await
}

/// Else a front could seal numbers it guesses, or guess numbers for what a page sealed, and learn
/// from the id which of them fits.
#[tokio::test]
async fn a_sealed_number_finds_nothing_and_is_found_by_nobody() {
    let product = Product::new(5).await;
    let hidden = unless_open(&product, Some(sealed(&product).await));
    let begun = product.vault.begin(hidden.clone()).await.unwrap();
    assert_eq!(begun.verification, hidden.verification);
    product.wait(HALF_A_MINUTE);
    let typed = unless_open(&product, None);
    let begun = product.vault.begin(typed.clone()).await.unwrap();
    assert_eq!(begun.verification, typed.verification);
    product.wait(HALF_A_MINUTE);
    let hidden = unless_open(&product, Some(sealed(&product).await));
    let begun = product.vault.begin(hidden.clone()).await.unwrap();
    assert_eq!(begun.verification, hidden.verification);
    product.finish().await;
}

#[tokio::test]
async fn a_call_that_is_repeated_finds_its_own_verification() {
    let product = Product::new(6).await;
    let request = unless_open(&product, None);
    let begun = product.vault.begin(request.clone()).await.unwrap();
    assert_eq!(product.vault.begin(request).await.unwrap(), begun);
    product.phones.code(NUMBER).await;
    assert_eq!(product.phones.handed(), 1);
    product.finish().await;
}
