//! The life of an account across lost answers and changes of mind: every call may be repeated,
//! an undone deletion leaves everything as it was, and the log counts each number once.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "helpers of tests fail by panicking"
)]

use std::sync::Arc;

use model::{Channel, ChannelChoice, CodePurpose, Millis, Subject, VerificationId};
use peers::vault::{Checked, DeletionState, NumberVault, Reclaimed, Resend, Verdict};
use store::{Store, Value};
use testkit::{APP, Break, Breaking, Product, Setup, begin, scan_all};
use translog::{Event, Leaf};
use vault::{
    check_data,
    rows::{SCHEMA, SHARE},
};

const NUMBER: &str = "+447700900123";
const DAY: i64 = 86_400;

async fn breaking(seed: u64) -> (Product, Arc<Breaking>) {
    let [front, rows] = Product::memory_stores();
    let breaking = Arc::new(Breaking::new(rows));
    let rows: Arc<dyn Store> = breaking.clone();
    (Product::over(Setup::new(seed), front, rows).await, breaking)
}

async fn is_sound(product: &Product) -> bool {
    let (store, keys) = (&*product.vault_store, product.vault.keys());
    let now = product.identity.now();
    let found = check_data(store, keys, now, false, &mut |_, _| {}).await;
    found.unwrap().is_sound()
}

async fn sign_up(product: &Product) -> Subject {
    let approved = product.prove(NUMBER, CodePurpose::Signup).await;
    approved.subject.unwrap()
}

#[tokio::test]
async fn an_undone_deletion_leaves_a_locked_account_locked() {
    let product = Product::new(1).await;
    let subject = sign_up(&product).await;
    let vault = product.as_vault();
    vault.set_locked(APP, subject, true).await.unwrap();
    vault.delete(APP, subject).await.unwrap();
    let undone = vault.undo_delete(APP, subject).await.unwrap();
    assert_eq!(undone, DeletionState::Active);
    let id = VerificationId::from_bytes([1; 16]);
    let login = begin(id, APP, CodePurpose::Login, NUMBER);
    vault.begin(login).await.unwrap();
    assert_eq!(product.code_of(NUMBER, id).await, None, "nothing is sent");
    // And one that is locked while it waits for its deletion comes back locked.
    vault.set_locked(APP, subject, false).await.unwrap();
    vault.delete(APP, subject).await.unwrap();
    vault.set_locked(APP, subject, true).await.unwrap();
    vault.undo_delete(APP, subject).await.unwrap();
    let id = VerificationId::from_bytes([2; 16]);
    let login = begin(id, APP, CodePurpose::Login, NUMBER);
    vault.begin(login).await.unwrap();
    assert_eq!(product.code_of(NUMBER, id).await, None, "nothing is sent");
    product.finish().await;
}

#[tokio::test]
async fn a_repeated_check_does_not_unlock_the_fronts_copy_of_a_new_account() {
    let product = Product::new(9).await;
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let subject = product.approve(id, &code).await.subject.unwrap();
    let front = &product.identity;
    front.set_locked(APP, subject, true).await.unwrap();
    front.delete(APP, subject).await.unwrap();
    let before = front.subject(APP, subject).await.unwrap();
    product.approve(id, &code).await;
    assert_eq!(front.subject(APP, subject).await.unwrap(), before);
    product.finish().await;
}

#[tokio::test]
async fn a_deletion_is_final_at_its_time_even_if_its_job_is_late() {
    let product = Product::new(8).await;
    let subject = sign_up(&product).await;
    product.identity.delete(APP, subject).await.unwrap();
    product.wait(Millis::from_seconds(3 * DAY));
    let late = product.identity.undo_delete(APP, subject).await.unwrap();
    assert_eq!(late, DeletionState::Gone);
    assert_eq!(product.run_jobs().await, 1);
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!((login.verdict, login.subject), (Verdict::NoAccount, None));
    product.finish().await;
}

#[tokio::test]
async fn the_front_too_remembers_what_an_account_was_before_its_deletion_was_undone() {
    let product = Product::new(7).await;
    let (_, former, _) = reclaimed_through_the_front(&product).await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    let locked = login.subject.unwrap();
    let front = &product.identity;
    front.set_locked(APP, locked, true).await.unwrap();
    for (subject, status) in [(former, "number_lost"), (locked, "locked")] {
        front.delete(APP, subject).await.unwrap();
        let shown = front.subject(APP, subject).await.unwrap().unwrap();
        assert_eq!(shown.status.as_str(), "deleting");
        front.undo_delete(APP, subject).await.unwrap();
        product.wait(Millis::from_seconds(5 * DAY));
        product.run_jobs().await;
        front.housekeep().await.unwrap();
        let shown = front.subject(APP, subject).await.unwrap().unwrap();
        assert_eq!((shown.status.as_str(), shown.shred_at), (status, None));
    }
    product.finish().await;
}

/// Signs up, and a year later a new owner of the number does. Who had it, and the new owner's
/// proof.
async fn taken_over(product: &Product) -> (Subject, VerificationId) {
    let former = sign_up(product).await;
    product.wait(Millis::from_seconds(365 * DAY));
    let (id, _) = product.sign_up(NUMBER).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    let approved = product.approve(id, &code).await;
    assert_eq!(approved.verdict, Verdict::NumberInUse);
    (former, id)
}

async fn reclaimed_through_the_front(product: &Product) -> (VerificationId, Subject, Reclaimed) {
    let (former, id) = taken_over(product).await;
    let done = product.identity.reclaim(APP, id).await;
    (id, former, done.unwrap())
}

async fn reclaimed(product: &Product) -> (VerificationId, Subject, Reclaimed) {
    let (former, id) = taken_over(product).await;
    let done = product.vault.reclaim(APP, id).await;
    (id, former, done.unwrap())
}

#[tokio::test]
async fn an_undone_deletion_gives_a_lost_number_not_back() {
    let product = Product::new(2).await;
    let (_, former, _) = reclaimed(&product).await;
    product.vault.delete(APP, former).await.unwrap();
    product.vault.undo_delete(APP, former).await.unwrap();
    assert!(is_sound(&product).await);
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_ne!(login.subject, Some(former));
    product.finish().await;
}

#[tokio::test]
async fn a_reclaim_repeated_answers_the_same() {
    let product = Product::new(3).await;
    let (id, former, first) = reclaimed(&product).await;
    assert!(matches!(first, Reclaimed::Done { former: lost, .. } if lost == former));
    let again = product.vault.reclaim(APP, id).await.unwrap();
    assert_eq!(again, first);
    product.wait(Millis::from_seconds(601));
    let late = product.vault.reclaim(APP, id).await.unwrap();
    assert_eq!(late, Reclaimed::NotApplicable);
    product.finish().await;
}

#[tokio::test]
async fn a_front_that_lost_the_answer_of_a_reclaim_learns_who_lost_the_number() {
    let (product, breaking) = breaking(4).await;
    let (former, id) = taken_over(&product).await;
    breaking.break_at("vault.reclaim", Break::After);
    let first = product.identity.reclaim(APP, id).await.unwrap();
    assert!(matches!(first, Reclaimed::Done { .. }));
    let again = product.identity.reclaim(APP, id).await.unwrap();
    assert!(matches!(again, Reclaimed::Done { .. }));
    let lost = product.identity.subject(APP, former).await.unwrap();
    assert_eq!(lost.unwrap().status.as_str(), "number_lost");
    product.finish().await;
}

#[tokio::test]
async fn a_lost_answer_of_the_store_loses_no_message_and_sends_none_twice() {
    let (product, breaking) = breaking(5).await;
    let id = VerificationId::from_bytes([1; 16]);
    let request = begin(id, APP, CodePurpose::Signup, NUMBER);
    breaking.break_at("vault.begin", Break::After);
    let begun = product.vault.begin(request.clone()).await;
    // Whether the first call answers or its repeat does, one message goes out.
    let again = product.vault.begin(request).await.unwrap();
    assert!(begun.is_err() || begun == Ok(again));
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.wait(Millis::from_seconds(60));
    breaking.break_at("vault.resend", Break::After);
    let resend = Resend {
        application: APP,
        verification: id,
        channel: ChannelChoice::Sms,
        fallback: false,
        until: model::Timestamp::from_millis(i64::MAX),
    };
    let _ = product.vault.resend(resend).await;
    assert_eq!(product.code_of(NUMBER, id).await.as_ref(), Some(&code));
    breaking.break_at("vault.approve", Break::After);
    let guess = testkit::guess(APP, id, &code);
    // It looks again by itself, and finds its own approval.
    let looked = product.vault.check(guess).await.unwrap();
    let approved = product.approve(id, &code).await;
    assert_eq!(looked, Checked::Approved(approved));
    assert_eq!(approved.verdict, Verdict::Created);
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.thread(NUMBER).len(), 2);
}

#[tokio::test]
async fn what_a_lost_answer_left_undone_the_same_call_does_once() {
    let (product, breaking) = breaking(15).await;
    let id = VerificationId::from_bytes([1; 16]);
    let request = begin(id, APP, CodePurpose::Signup, NUMBER);
    breaking.break_at("vault.begin", Break::Lost);
    assert!(product.vault.begin(request).await.is_ok());
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.wait(Millis::from_seconds(60));
    for how in [Break::Lost, Break::After] {
        breaking.break_at("vault.resend", how);
        let resend = Resend {
            application: APP,
            verification: id,
            channel: ChannelChoice::Sms,
            fallback: false,
            until: model::Timestamp::from_millis(i64::MAX),
        };
        assert!(product.vault.resend(resend).await.is_ok(), "{how:?}");
        product.wait(Millis::from_seconds(120));
    }
    breaking.break_at("vault.approve", Break::Lost);
    let guess = testkit::guess(APP, id, &code);
    let checked = product.vault.check(guess).await.unwrap();
    let Checked::Approved(approved) = checked else {
        panic!("{checked:?}")
    };
    assert_eq!(approved.verdict, Verdict::Created);
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.thread(NUMBER).len(), 3);
}

/// Sealed and deleted leaves, and accounts with a number.
async fn totals(product: &Product) -> (usize, usize, usize) {
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let events = all
        .iter()
        .filter(|(t, _)| t.name == "leaf")
        .map(|(_, row)| {
            let Some(Value::Bytes(body)) = row.get(1) else {
                panic!("a leaf without a body")
            };
            Leaf::decode(body).unwrap().event
        });
    let events: Vec<Event> = events.collect();
    let count = |event| events.iter().filter(|e| **e == event).count();
    let with_number = all.iter().filter(|(table, row)| {
        table.name == "account" && !row[table.position("ct").unwrap()].is_null()
    });
    (
        count(Event::Sealed),
        count(Event::Deleted),
        with_number.count(),
    )
}

#[tokio::test]
async fn sealed_minus_deleted_leaves_are_the_accounts_with_a_number() {
    let product = Product::new(6).await;
    let (_, former, _) = reclaimed(&product).await;
    assert_eq!(totals(&product).await, (2, 1, 1));
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    let subject = login.subject.unwrap();
    for _ in 0..3 {
        assert!(product.vault.forget_number(APP, subject).await.unwrap());
        assert_eq!(totals(&product).await, (2, 2, 0));
    }
    for subject in [former, subject] {
        product.vault.delete(APP, subject).await.unwrap();
    }
    assert_eq!(product.run_jobs().await, 2, "two numbers were taken away");
    product.wait(Millis::from_seconds(4 * DAY));
    assert_eq!(product.run_jobs().await, 2, "two accounts are shredded");
    assert_eq!(totals(&product).await, (2, 2, 0));
    sign_up(&product).await;
    assert_eq!(totals(&product).await, (3, 2, 1));
    product.finish().await;
}

#[tokio::test]
async fn a_crash_between_the_halves_of_a_shredding_loses_no_leaf() {
    let (product, breaking) = breaking(8).await;
    let subject = sign_up(&product).await;
    product.vault.delete(APP, subject).await.unwrap();
    product.wait(Millis::from_seconds(4 * DAY));
    breaking.break_at("vault.shred", Break::Between);
    product.run_jobs().await;
    assert!(breaking.broke());
    product.wait(Millis::from_seconds(DAY));
    assert_eq!(product.run_jobs().await, 1, "the job is tried again");
    assert_eq!(totals(&product).await, (1, 1, 0));
    assert!(is_sound(&product).await);
    product.finish().await;
}

#[tokio::test]
async fn a_crash_between_the_halves_of_forgetting_is_mended_by_asking_again() {
    let (product, breaking) = breaking(9).await;
    let subject = sign_up(&product).await;
    breaking.break_at("vault.forget", Break::Between);
    assert!(product.vault.forget_number(APP, subject).await.is_err());
    assert!(product.vault.forget_number(APP, subject).await.unwrap());
    assert_eq!(totals(&product).await, (1, 1, 0));
    assert!(is_sound(&product).await);
    product.finish().await;
}

#[tokio::test]
async fn half_a_reclaim_is_mended_by_the_same_call() {
    let (product, breaking) = breaking(10).await;
    let (former, id) = taken_over(&product).await;
    breaking.break_at("vault.reclaim", Break::Between);
    let again = product.identity.reclaim(APP, id).await.unwrap();
    assert!(matches!(again, Reclaimed::Done { former: lost, .. } if lost == former));
    assert_eq!(totals(&product).await, (2, 1, 1));
    product.run_jobs().await;
    assert_eq!(
        shares_left(&product).await,
        2,
        "the new one, and a half of the crash"
    );
    product.wait(Millis::from_seconds(DAY));
    let (store, keys) = (&*product.vault_store, product.vault.keys());
    let now = product.identity.now();
    let mended = check_data(store, keys, now, true, &mut |_, _| {})
        .await
        .unwrap();
    assert_eq!((mended.halves, mended.stray_tags), (1, 0));
    assert_eq!(shares_left(&product).await, 1);
    assert!(is_sound(&product).await);
    product.finish().await;
}

async fn shares_left(product: &Product) -> usize {
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    all.iter()
        .filter(|(table, _)| table.name == SHARE.name)
        .count()
}

#[tokio::test]
async fn a_copy_of_the_front_makes_no_access_tokens() {
    let product = Product::new(11).await;
    let (cookies, tokens) = secrets(&product);
    let product = product.crash().await;
    assert_eq!(secrets(&product).0, cookies, "cookies outlive a restart");
    assert_ne!(secrets(&product).1, tokens, "tokens do not");
    product.finish().await;
}

fn secrets(product: &Product) -> ([u8; 32], [u8; 32]) {
    let identity = &product.identity;
    (identity.cookie_secret(), identity.token_secret())
}

#[tokio::test]
async fn a_fallback_whose_answer_was_lost_is_not_sent_again() {
    let product = Product::new(12).await;
    let id = VerificationId::from_bytes([1; 16]);
    let request = begin(id, APP, CodePurpose::Signup, NUMBER);
    product.vault.begin(request).await.unwrap();
    let fallback = Resend {
        application: APP,
        verification: id,
        channel: ChannelChoice::Voice,
        fallback: true,
        until: model::Timestamp::from_millis(i64::MAX),
    };
    let first = product.vault.resend(fallback).await.unwrap();
    let again = product.vault.resend(fallback).await.unwrap();
    assert_eq!(
        (first.view.channel, again.view.channel),
        (Channel::Voice, Channel::Voice)
    );
    let phones = product.phones.clone();
    product.finish().await;
    assert_eq!(phones.handed(), 2, "a text and a call");
}

#[tokio::test]
async fn invented_pseudonyms_use_up_nobodys_budget() {
    let product = Product::new(13).await;
    let subject = sign_up(&product).await;
    let until = product.identity.now().plus(Millis::from_seconds(DAY));
    for nth in 0..200 {
        let nobody = Subject::from_bytes([nth; 16]);
        assert_eq!(product.vault.ban(APP, nobody, until).await, Ok(false));
        assert_eq!(product.vault.forget_number(APP, nobody).await, Ok(false));
    }
    assert_eq!(product.vault.ban(APP, subject, until).await, Ok(true));
    product.finish().await;
}
