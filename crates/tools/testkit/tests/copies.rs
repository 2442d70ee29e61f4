//! The front's read copies: no answer waits for them, and one that a crash takes is made again.

use std::sync::Arc;

use identity::{AccountStatus, StartError, Verdict};
use model::{CodePurpose, Lifecycle, Millis, Status, VerificationId};
use peers::vault::{Approved, Checked};
use store::Store;
use testkit::{APP, Break, Breaking, Product, Setup, begin, guess};

const NUMBER: &str = "+447700900123";

/// A front that never gets to write its copies by itself.
fn slow(seed: u64) -> Setup {
    let mut setup = Setup::new(seed);
    setup.front.copies_gather = Millis::from_seconds(3600);
    setup
}

#[tokio::test]
async fn a_copy_that_a_crash_took_is_made_again_from_the_vaults_word() {
    let product = Product::with(slow(1)).await;
    let (id, begun) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let product = product.crash().await;
    let known = product.identity.verification(APP, id).await.unwrap();
    let known = known.expect("the vault knows it");
    let now = product.identity.now();
    assert_eq!(known.lifecycle.status(now), Status::Pending);
    assert_eq!(known.expires_at, begun.view.expires_at);
    assert!(!known.auto, "who chose the channel is forgotten");
    let approved = product.approve(id, &code).await;
    let known = product.identity.verification(APP, id).await.unwrap();
    let Lifecycle::Approved { subject, .. } = known.unwrap().lifecycle else {
        panic!("not approved");
    };
    assert_eq!(subject, approved.subject);
    product.finish().await;
}

#[tokio::test]
async fn a_quick_check_finds_the_copy_before_it_was_written() {
    let product = Product::with(slow(2)).await;
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    assert_eq!(approved.verdict, Verdict::Created);
    // Both rows were written with the approval, so a crash takes neither.
    let product = product.crash().await;
    let account = product.identity.subject(APP, approved.subject.unwrap());
    assert_eq!(
        account.await.unwrap().unwrap().status,
        AccountStatus::Active
    );
    product.finish().await;
}

#[tokio::test]
async fn another_applications_verification_is_not_made_again() {
    let product = Product::with(slow(3)).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let product = product.crash().await;
    let other = model::ApplicationId::from_bytes([0xB7; 16]);
    let known = product.identity.verification(other, id).await.unwrap();
    assert_eq!(known, None);
    product.finish().await;
}

#[tokio::test]
async fn while_copies_cannot_be_written_nothing_is_sent() {
    let [front, vault] = Product::memory_stores();
    let breaking = Arc::new(Breaking::new(front));
    let rows: Arc<dyn Store> = breaking.clone();
    let product = Product::over(slow(4), rows, vault).await;
    product.sign_up(NUMBER).await.unwrap();
    product.phones.arrived(NUMBER, 1).await;
    breaking.break_at("identity.copies", Break::Before);
    product.identity.finish_copies().await.unwrap_err();
    breaking.break_at("identity.copies", Break::Before);
    let refused = product.sign_up("+447700900124").await;
    assert_eq!(refused.unwrap_err(), StartError::Storage);
    assert_eq!(product.phones.thread("+447700900124").len(), 0);
    // The store recovered: so does the front, by itself.
    product.sign_up("+447700900124").await.unwrap();
    product.finish().await;
}

#[tokio::test]
async fn an_account_that_the_front_missed_is_recorded_as_it_stands() {
    let product = Product::new(5).await;
    let vault = product.as_vault();
    let id = VerificationId::from_bytes([1; 16]);
    let signup = begin(id, APP, CodePurpose::Signup, NUMBER);
    vault.begin(signup).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let checked = vault.check(guess(APP, id, &code)).await.unwrap();
    let Checked::Approved(Approved { subject, .. }) = checked else {
        panic!("not approved");
    };
    let subject = subject.unwrap();
    vault.set_locked(APP, subject, true).await.unwrap();
    assert_eq!(product.identity.catch_up().await.unwrap(), 1);
    let account = product.identity.subject(APP, subject).await.unwrap();
    assert_eq!(account.unwrap().status, AccountStatus::Locked);
    product.finish().await;
}
