//! The index key is rotated: numbers are found by the new key and the older one meanwhile, every
//! sealed number is tagged anew once, and the older key goes when nothing is under it.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod rotated;

use std::sync::Arc;

use identity::StartError;
use model::{CodePurpose, Millis, Subject, VerificationId};
use peers::vault::{BeginRefusal, Destination, LimitKind, NumberVault, Verdict};
use rotated::{DAY, MINUTE, ask, generations, housekeep, number, row, sign_up};
use seal::{Hsm, KeyId, KeySpec};
use store::{Store, Write};
use testkit::{APP, Break, Breaking, Product, Setup, begin, scan_all, wrong_code};
use vault::{
    rotation::NotAsked,
    rows::{Budget, LEAF, ROTATION, Rotated, SCHEMA},
};

/// Days in which housekeeping runs a few times each, as epochs turn and counters fade.
async fn days(product: &Product, days: i64) {
    for _ in 0..days {
        product.wait(Millis::from_seconds(DAY / 2));
        housekeep(product, 3).await;
        product.wait(Millis::from_seconds(DAY / 2));
        housekeep(product, 3).await;
    }
}

async fn logs_in(product: &Product, n: usize) -> Option<Subject> {
    let login = product.prove(&number(n), CodePurpose::Login).await;
    login.subject
}

async fn write(product: &Product, writes: Vec<Write>) {
    product
        .vault_store
        .transact("test.write", async move |tx: &mut dyn store::Tx| {
            tx.write(writes.clone()).await
        })
        .await
        .unwrap();
}

async fn leaves(product: &Product) -> usize {
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    all.iter().filter(|(table, _)| *table == &LEAF).count()
}

#[tokio::test]
async fn every_sealed_number_is_tagged_anew_and_the_old_key_goes_when_nothing_is_under_it() {
    let product = Product::new(1).await;
    let mut subjects = vec![sign_up(&product, 0).await, sign_up(&product, 1).await];
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 1).await;
    assert_eq!(generations(&product, Rotated::Index), [1, 2]);
    subjects.push(sign_up(&product, 2).await);
    assert_eq!(
        logs_in(&product, 0).await,
        Some(subjects[0]),
        "by the old key"
    );
    housekeep(&product, 2).await;
    let done = row(&product, Rotated::Index).await;
    // The first moved when it was typed, the third was never under the old key.
    assert_eq!((done.moved, done.finished_at.is_some()), (1, true));
    assert_eq!(generations(&product, Rotated::Index), [1, 2]);
    days(&product, 34).await;
    assert_eq!(generations(&product, Rotated::Index), [1, 2]);
    days(&product, 35).await;
    assert_eq!(generations(&product, Rotated::Index), [2]);
    let product = product.crash().await;
    for (n, subject) in subjects.iter().enumerate() {
        assert_eq!(logs_in(&product, n).await, Some(*subject));
    }
    product.finish().await;
}

#[tokio::test]
async fn a_number_costs_one_operation_where_one_index_key_lives() {
    let product = Product::new(2).await;
    let number = seal::E164::parse(&number(7)).unwrap();
    let keys = product.vault.keys();
    assert!(keys.tags(APP, &number).unwrap().older().is_empty());
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 1).await;
    assert_eq!(keys.tags(APP, &number).unwrap().older().len(), 1);
    housekeep(&product, 2).await;
    days(&product, 36).await;
    assert_eq!(generations(&product, Rotated::Index), [2]);
    assert!(keys.tags(APP, &number).unwrap().older().is_empty());
    product.finish().await;
}

#[tokio::test]
async fn each_opening_has_its_leaf_and_no_code_is_short_of_openings_for_it() {
    let product = Product::new(3).await;
    let mut subjects = vec![];
    for n in 0..120 {
        subjects.push(sign_up(&product, n).await);
    }
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 1).await;
    let before = leaves(&product).await;
    housekeep(&product, 2).await;
    assert_eq!(row(&product, Rotated::Index).await.moved, 120);
    assert_eq!(leaves(&product).await - before, 120);
    let id = VerificationId::from_bytes([9; 16]);
    let mut request = begin(id, APP, CodePurpose::Login, &number(5));
    request.destination = Destination::OnFile(subjects[5]);
    product.vault.begin(request).await.unwrap();
    let code = product.code_of(&number(5), id).await.unwrap();
    assert_eq!(product.approve(id, &code).await.subject, Some(subjects[5]));
    product.finish().await;
}

#[tokio::test]
async fn no_more_numbers_are_opened_in_a_day_than_the_budget_has() {
    let product = Product::new(4).await;
    for n in 0..3 {
        sign_up(&product, n).await;
    }
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 1).await;
    let before = leaves(&product).await;
    // All of today's thousand but one were opened already.
    let used = Budget {
        scope: vec![8],
        window: product.identity.now().as_millis() / (DAY * 1000),
        used_strangers: 0,
        used_owners: 999,
        version: 0,
    };
    write(&product, vec![product.vault.keys().guard.put(&used)]).await;
    housekeep(&product, 5).await;
    let done = row(&product, Rotated::Index).await;
    assert_eq!((done.moved, done.finished_at), (1, None));
    assert_eq!(leaves(&product).await - before, 1);
    product.wait(Millis::from_seconds(DAY));
    housekeep(&product, 3).await;
    let done = row(&product, Rotated::Index).await;
    assert_eq!((done.moved, done.finished_at.is_some()), (3, true));
    assert_eq!(leaves(&product).await - before, 3);
    product.finish().await;
}

#[tokio::test]
async fn a_code_asked_for_before_the_rotation_proves_its_number_after_it() {
    for rounds in 0..4 {
        let product = Product::new(10 + u64::try_from(rounds).unwrap()).await;
        let subject = sign_up(&product, 0).await;
        let (known, _) = product.start(&number(0), CodePurpose::Login).await.unwrap();
        let (new, _) = product.sign_up(&number(1)).await.unwrap();
        ask(&product, Rotated::Index).await.unwrap();
        housekeep(&product, rounds).await;
        let code = product.code_of(&number(0), known).await.unwrap();
        assert_eq!(product.approve(known, &code).await.subject, Some(subject));
        let code = product.code_of(&number(1), new).await.unwrap();
        let made = product.approve(new, &code).await;
        assert_eq!(made.verdict, Verdict::Created);
        housekeep(&product, 4).await;
        let again = product.prove(&number(1), CodePurpose::Signup).await;
        assert_eq!(again.verdict, Verdict::NumberInUse);
        product.finish().await;
    }
}

#[tokio::test]
async fn bans_and_wrong_guesses_count_through_the_rotation() {
    let mut setup = Setup::new(20);
    setup.vault.guesses_per_lane = 3;
    let product = Product::with(setup).await;
    let banned = sign_up(&product, 0).await;
    let until = product.identity.now().plus(Millis::from_seconds(80 * DAY));
    assert!(product.vault.ban(APP, banned, until).await.unwrap());
    product.vault.delete(APP, banned).await.unwrap();
    product.wait(Millis::from_seconds(4 * DAY));
    assert_eq!(product.run_jobs().await, 1);
    sign_up(&product, 1).await;
    let (id, _) = product.start(&number(1), CodePurpose::Login).await.unwrap();
    let code = product.code_of(&number(1), id).await.unwrap();
    for nth in 0..3 {
        product.check(id, &wrong_code(&code, nth)).await;
    }
    ask(&product, Rotated::Index).await.unwrap();
    for rounds in [1, 1, 2] {
        housekeep(&product, rounds).await;
        let closed = product.start(&number(1), CodePurpose::Login).await;
        assert!(matches!(
            closed,
            Err(StartError::Refused(BeginRefusal::Limit {
                kind: LimitKind::NumberGuesses,
                ..
            }))
        ));
        let again = product.prove(&number(0), CodePurpose::Signup).await;
        assert_eq!(again.verdict, Verdict::Banned { until });
    }
    product.finish().await;
}

#[tokio::test]
async fn a_ban_without_a_number_keeps_the_old_key_until_its_end() {
    let product = Product::new(21).await;
    let banned = sign_up(&product, 0).await;
    let until = product.identity.now().plus(Millis::from_seconds(80 * DAY));
    assert!(product.vault.ban(APP, banned, until).await.unwrap());
    product.vault.delete(APP, banned).await.unwrap();
    product.wait(Millis::from_seconds(4 * DAY));
    assert_eq!(product.run_jobs().await, 1);
    ask(&product, Rotated::Index).await.unwrap();
    days(&product, 70).await;
    assert_eq!(generations(&product, Rotated::Index), [1, 2]);
    let again = product.prove(&number(0), CodePurpose::Signup).await;
    assert_eq!(again.verdict, Verdict::Banned { until });
    // It was typed: the ban is under the new key now.
    days(&product, 2).await;
    assert_eq!(generations(&product, Rotated::Index), [2]);
    let again = product.prove(&number(0), CodePurpose::Signup).await;
    assert_eq!(again.verdict, Verdict::Banned { until });
    product.finish().await;
}

#[tokio::test]
async fn a_forgotten_number_is_recognised_through_the_rotation_and_moves_when_it_is_typed() {
    let product = Product::new(22).await;
    let subject = sign_up(&product, 0).await;
    assert!(product.vault.forget_number(APP, subject).await.unwrap());
    product.run_jobs().await;
    ask(&product, Rotated::Index).await.unwrap();
    days(&product, 70).await;
    assert_eq!(generations(&product, Rotated::Index), [1, 2]);
    assert_eq!(
        row(&product, Rotated::Index).await.moved,
        0,
        "there is nothing to open"
    );
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    days(&product, 2).await;
    assert_eq!(generations(&product, Rotated::Index), [2]);
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    product.finish().await;
}

#[tokio::test]
async fn a_suspended_account_is_not_opened_and_moves_when_it_is_back() {
    let product = Product::new(23).await;
    let subject = sign_up(&product, 0).await;
    product.vault.delete(APP, subject).await.unwrap();
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 3).await;
    let done = row(&product, Rotated::Index).await;
    assert_eq!((done.moved, done.finished_at.is_some()), (0, true));
    product.vault.undo_delete(APP, subject).await.unwrap();
    product.run_jobs().await;
    days(&product, 37).await;
    assert_eq!(row(&product, Rotated::Index).await.moved, 1);
    days(&product, 37).await;
    assert_eq!(generations(&product, Rotated::Index), [2]);
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    product.finish().await;
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_was_after_a_crash_at_any_round() {
    for rounds in 0..4 {
        let product = Product::new(30 + u64::try_from(rounds).unwrap()).await;
        let mut subjects = vec![];
        for n in 0..120 {
            subjects.push(sign_up(&product, n).await);
        }
        ask(&product, Rotated::Index).await.unwrap();
        housekeep(&product, rounds).await;
        let product = product.crash().await;
        assert_eq!(logs_in(&product, 7).await, Some(subjects[7]));
        housekeep(&product, 4).await;
        assert!(row(&product, Rotated::Index).await.finished_at.is_some());
        product.wait(Millis::from_seconds(3600));
        days(&product, 64).await;
        assert_eq!(generations(&product, Rotated::Index), [2]);
        for n in [0, 7, 119] {
            assert_eq!(logs_in(&product, n).await, Some(subjects[n]));
        }
        product.finish().await;
    }
}

#[tokio::test]
async fn an_unknown_outcome_of_any_step_loses_nothing() {
    let steps = [
        "vault.rotate",
        "vault.reindex.log",
        "vault.reindex",
        "vault.reindex.place",
    ];
    for (seed, name) in (40..).zip(steps) {
        for how in [Break::Before, Break::Between, Break::After, Break::Lost] {
            let [front, rows] = Product::memory_stores();
            let breaking = Arc::new(Breaking::new(rows));
            let rows: Arc<dyn Store> = breaking.clone();
            let product = Product::over(Setup::new(seed), front, rows).await;
            let subject = sign_up(&product, 0).await;
            ask(&product, Rotated::Index).await.unwrap();
            breaking.break_at(name, how);
            for _ in 0..6 {
                product.wait(MINUTE);
                // One round fails; those after it go on.
                let _ = product.vault.housekeep().await;
            }
            assert!(breaking.broke(), "{name} {how:?}");
            let done = row(&product, Rotated::Index).await;
            assert_eq!(done.generation, 2, "{name} {how:?}");
            assert!(done.finished_at.is_some(), "{name} {how:?}");
            let product = product.crash().await;
            assert_eq!(logs_in(&product, 0).await, Some(subject), "{name} {how:?}");
            product.finish().await;
        }
    }
}

#[tokio::test]
async fn a_key_made_just_before_a_crash_is_taken_up() {
    let product = Product::new(50).await;
    let subject = sign_up(&product, 0).await;
    product.hsm.create(KeySpec::of(KeyId::index(2))).unwrap();
    let product = product.crash().await;
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    housekeep(&product, 4).await;
    let done = row(&product, Rotated::Index).await;
    assert_eq!((done.generation, done.finished_at.is_some()), (2, true));
    product.finish().await;
}

#[tokio::test]
async fn a_rotation_row_that_is_taken_away_hides_nobody() {
    let product = Product::new(51).await;
    let subject = sign_up(&product, 0).await;
    ask(&product, Rotated::Index).await.unwrap();
    housekeep(&product, 3).await;
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let rows = all.into_iter().filter(|(table, _)| *table == &ROTATION);
    let gone: Vec<Write> = rows
        .map(|(table, row)| Write::Delete {
            table,
            key: table.pick(&row, table.key).unwrap(),
        })
        .collect();
    write(&product, gone).await;
    let product = product.crash().await;
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    assert_eq!(
        sign_up(&product, 1).await,
        logs_in(&product, 1).await.unwrap()
    );
    housekeep(&product, 4).await;
    assert_eq!(row(&product, Rotated::Index).await.generation, 2);
    product.finish().await;
}

#[tokio::test]
async fn a_number_is_looked_for_by_three_keys_at_most() {
    let product = Product::new(52).await;
    let subject = sign_up(&product, 0).await;
    assert!(product.vault.forget_number(APP, subject).await.unwrap());
    product.run_jobs().await;
    for _ in 0..2 {
        ask(&product, Rotated::Index).await.unwrap();
        assert!(matches!(
            ask(&product, Rotated::Index).await,
            Err(NotAsked::UnderWay(_))
        ));
        housekeep(&product, 4).await;
    }
    assert_eq!(generations(&product, Rotated::Index), [1, 2, 3]);
    assert!(matches!(
        ask(&product, Rotated::Index).await,
        Err(NotAsked::TooManyLive)
    ));
    assert_eq!(logs_in(&product, 0).await, Some(subject));
    product.finish().await;
}
