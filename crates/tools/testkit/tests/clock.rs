//! A clock that goes back by more than a minute is not trusted: nothing opens until it is right
//! again.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use model::{CodePurpose, Millis, VerificationId};
use peers::vault::{BeginRefusal, Destination, Unavailable};
use testkit::{APP, Product, begin, guess};

const NUMBER: &str = "+447700900123";

/// Every verb that depends on the time says what is wrong.
async fn nothing_opens(product: &Product, approved: VerificationId, code: &str) {
    let vault = product.as_vault();
    let refused = BeginRefusal::Unavailable(Unavailable::Clock);
    let id = VerificationId::from_bytes([7; 16]);
    let typed = begin(id, APP, CodePurpose::Login, NUMBER);
    assert_eq!(vault.begin(typed.clone()).await, Err(refused.clone()));
    let subject = model::Subject::from_bytes([1; 16]);
    let mut on_file = typed;
    on_file.destination = Destination::OnFile(subject);
    assert_eq!(vault.begin(on_file).await, Err(refused.clone()));
    let resend = peers::vault::Resend {
        application: APP,
        verification: approved,
        channel: model::ChannelChoice::Auto,
        fallback: true,
        until: model::Timestamp::from_millis(i64::MAX),
    };
    assert_eq!(vault.resend(resend).await, Err(refused));
    let checked = vault.check(guess(APP, approved, code)).await;
    assert_eq!(checked, Err(Unavailable::Clock));
    assert_eq!(vault.reclaim(APP, approved).await, Err(Unavailable::Clock));
    assert_eq!(vault.seal_key().await.err(), Some(Unavailable::Clock));
    assert_eq!(vault.delete(APP, subject).await, Err(Unavailable::Clock));
    assert_eq!(
        vault.forget_number(APP, subject).await,
        Err(Unavailable::Clock)
    );
    assert!(product.vault.housekeep().await.is_err());
    let health = vault.health().await.unwrap();
    assert_eq!(health.trouble, Some(Unavailable::Clock));
}

#[tokio::test]
async fn a_clock_that_goes_back_over_a_minute_stops_everything_until_it_is_right() {
    let product = Product::new(1).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let subject = product.approve(id, &code).await.subject;
    product.wait(Millis::from_seconds(-61));
    nothing_opens(&product, id, &code).await;
    let product = product.crash().await;
    nothing_opens(&product, id, &code).await;
    product.wait(Millis::from_seconds(61));
    assert_eq!(product.as_vault().health().await.unwrap().trouble, None);
    assert_eq!(product.approve(id, &code).await.subject, subject);
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(login.subject, subject);
    product.finish().await;
}

#[tokio::test]
async fn a_minute_back_is_how_clocks_are_set_and_changes_nothing() {
    let product = Product::new(2).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    product.wait(Millis::from_seconds(-60));
    product.prove(NUMBER, CodePurpose::Login).await;
    let product = product.crash().await;
    product.prove(NUMBER, CodePurpose::Login).await;
    product.finish().await;
}

#[tokio::test]
async fn going_back_in_small_steps_adds_up() {
    let product = Product::new(3).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.approve(id, &code).await;
    for _ in 0..3 {
        product.wait(Millis::from_seconds(-25));
        let _ = product.as_vault().health().await;
    }
    nothing_opens(&product, id, &code).await;
    product.wait(Millis::from_seconds(75));
    product.finish().await;
}
