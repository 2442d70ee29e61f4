//! Sign-ins on the hosted pages: opened by a proof, ended by time, by the person, by the product.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use identity::{OpenedSession, SessionToken, rows::Session};
use model::{ApplicationId, CodePurpose, Millis, Subject};
use store::{Scan, StoreError, Tx};
use testkit::{APP, Product};

const NUMBER: &str = "+447700900123";
const OTHER: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
const MINUTE: i64 = 60;

async fn person(product: &Product, number: &str) -> Subject {
    let approved = product.prove(number, CodePurpose::Signup).await;
    approved.subject.unwrap()
}

async fn open(product: &Product, subject: Subject) -> SessionToken {
    let opened = product.identity.open_session(APP, subject, None).await;
    opened.unwrap().token
}

async fn signed_in(product: &Product, token: &SessionToken) -> Option<Subject> {
    let found = product.identity.session(APP, token).await.unwrap();
    found.map(|account| account.subject)
}

fn wait(product: &Product, seconds: i64) {
    product.wait(Millis::from_seconds(seconds));
}

async fn rows(product: &Product) -> Vec<Session> {
    let store = &product.front_store;
    let all = store.read(
        "test.sessions",
        async |tx: &mut dyn Tx| -> Result<_, StoreError> {
            let scan = Scan::new(&identity::rows::SESSION, 100);
            tx.scan::<Session>(scan).await
        },
    );
    all.await.unwrap()
}

#[tokio::test]
async fn a_token_leads_to_its_account_and_is_kept_as_a_hash_only() {
    let product = Product::new(1).await;
    let subject = person(&product, NUMBER).await;
    let token = open(&product, subject).await;
    assert_eq!(signed_in(&product, &token).await, Some(subject));
    let kept = rows(&product).await;
    assert_eq!(kept.len(), 1);
    assert_eq!(
        kept[0].token_hash,
        identity::hash::sha256(token.expose().as_bytes())
    );
    assert_eq!(format!("{token:?}"), "SessionToken(..)");
    product.finish().await;
}

#[tokio::test]
async fn what_is_no_token_of_ours_leads_nowhere() {
    let product = Product::new(2).await;
    let subject = person(&product, NUMBER).await;
    let token = open(&product, subject).await;
    let forged = SessionToken::from_cookie(&"A".repeat(43)).unwrap();
    assert_eq!(signed_in(&product, &forged).await, None);
    assert!(SessionToken::from_cookie("short").is_none());
    let elsewhere = product.identity.session(OTHER, &token).await.unwrap();
    assert!(elsewhere.is_none(), "a session is one application's");
    product.identity.end_session(OTHER, &token).await.unwrap();
    assert_eq!(signed_in(&product, &token).await, Some(subject));
    product.finish().await;
}

#[tokio::test]
async fn a_session_ends_after_fifteen_minutes_without_use() {
    let product = Product::new(3).await;
    let subject = person(&product, NUMBER).await;
    let token = open(&product, subject).await;
    for _ in 0..4 {
        wait(&product, 14 * MINUTE);
        assert_eq!(
            signed_in(&product, &token).await,
            Some(subject),
            "use prolongs it"
        );
    }
    wait(&product, 15 * MINUTE);
    assert_eq!(signed_in(&product, &token).await, None);
    wait(&product, 1);
    product.identity.housekeep().await.unwrap();
    assert!(rows(&product).await.is_empty(), "its row goes too");
    product.finish().await;
}

#[tokio::test]
async fn a_session_ends_after_twelve_hours_however_much_it_is_used() {
    let product = Product::new(4).await;
    let subject = person(&product, NUMBER).await;
    let opened = product.identity.open_session(APP, subject, None).await;
    let OpenedSession { token, ends_at } = opened.unwrap();
    while product
        .identity
        .now()
        .plus(Millis::from_seconds(10 * MINUTE))
        < ends_at
    {
        wait(&product, 10 * MINUTE);
        assert_eq!(signed_in(&product, &token).await, Some(subject));
    }
    wait(&product, 10 * MINUTE);
    assert_eq!(product.identity.now(), ends_at);
    assert_eq!(signed_in(&product, &token).await, None);
    product.finish().await;
}

#[tokio::test]
async fn signing_out_ends_that_session_alone() {
    let product = Product::new(5).await;
    let subject = person(&product, NUMBER).await;
    let (here, there) = (open(&product, subject).await, open(&product, subject).await);
    product.identity.end_session(APP, &here).await.unwrap();
    assert_eq!(signed_in(&product, &here).await, None);
    assert_eq!(signed_in(&product, &there).await, Some(subject));
    product.identity.end_session(APP, &here).await.unwrap();
    product.finish().await;
}

#[tokio::test]
async fn a_browser_that_signs_in_again_has_one_session() {
    let product = Product::new(6).await;
    let subject = person(&product, NUMBER).await;
    let first = open(&product, subject).await;
    let opened = product
        .identity
        .open_session(APP, subject, Some(&first))
        .await;
    let second = opened.unwrap().token;
    assert_eq!(signed_in(&product, &first).await, None);
    assert_eq!(signed_in(&product, &second).await, Some(subject));
    assert_eq!(rows(&product).await.len(), 1);
    product.finish().await;
}

#[tokio::test]
async fn revoking_ends_every_session_of_one_account() {
    let product = Product::new(7).await;
    let subject = person(&product, NUMBER).await;
    let other = person(&product, "+447700900124").await;
    let mine = [open(&product, subject).await, open(&product, subject).await];
    let theirs = open(&product, other).await;
    let ended = product.identity.revoke_sessions(APP, subject).await;
    assert_eq!(ended, Ok(2));
    for token in &mine {
        assert_eq!(signed_in(&product, token).await, None);
    }
    assert_eq!(signed_in(&product, &theirs).await, Some(other));
    product.finish().await;
}

#[tokio::test]
async fn a_locked_or_dying_account_has_no_session_even_if_one_is_opened_beside_the_act() {
    let product = Product::new(8).await;
    let subject = person(&product, NUMBER).await;
    let before = open(&product, subject).await;
    product
        .identity
        .set_locked(APP, subject, true)
        .await
        .unwrap();
    let beside = open(&product, subject).await;
    assert_eq!(signed_in(&product, &before).await, None);
    assert_eq!(signed_in(&product, &beside).await, None);
    product
        .identity
        .set_locked(APP, subject, false)
        .await
        .unwrap();
    assert_eq!(signed_in(&product, &before).await, None, "locking ended it");
    let after = open(&product, subject).await;
    product.identity.delete(APP, subject).await.unwrap();
    assert_eq!(signed_in(&product, &after).await, None);
    let beside = open(&product, subject).await;
    assert_eq!(signed_in(&product, &beside).await, None);
    product.finish().await;
}
