//! Shred epochs: what lives is carried over, what was copied before is noise afterwards, and no
//! crash in between loses an account or leaves a key behind.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;

use identity::StartError;
use model::{CodePurpose, Millis, VerificationId};
use peers::vault::{Approved, BeginRefusal, Checked, Destination, LimitKind, NumberVault, Verdict};
use seal::{Hsm, HsmError, KeyId, KeyPurpose, keys::EpochKey};
use store::{Row, Store, Table, Tx, Write};
use testkit::{APP, Break, Breaking, Product, Setup, begin, guess, scan_all, wrong_code};
use vault::rows::{BAN, HOUR_KEY, NUMBER_LIMIT, SCHEMA, SHARE, TAG};

const NUMBER: &str = "+447700900123";
const BANNED: &str = "+447700900124";
const DAY: i64 = 86_400;
const MINUTE: Millis = Millis::from_seconds(60);

fn shred_keys(product: &Product) -> Vec<u32> {
    let keys = product.hsm.list().unwrap();
    let shred = keys.iter().filter(|k| k.id.purpose == KeyPurpose::Shred);
    shred.map(|k| k.id.generation).collect()
}

async fn housekeep(product: &Product, rounds: usize) {
    for _ in 0..rounds {
        product.wait(MINUTE);
        product.vault.housekeep().await.unwrap();
    }
}

/// Longer than an epoch, and enough rounds for everything to be carried.
async fn turn(product: &Product) {
    product.wait(Millis::from_seconds(31 * DAY));
    housekeep(product, 5).await;
}

/// A code asked for by the account's pseudonym: the vault opens the sealed number for it.
async fn prove_on_file(product: &Product, subject: model::Subject, n: u8) -> Approved {
    let id = VerificationId::from_bytes([n; 16]);
    let mut request = begin(id, APP, CodePurpose::Login, NUMBER);
    request.destination = Destination::OnFile(subject);
    product.vault.begin(request).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    product.approve(id, &code).await
}

#[tokio::test]
async fn accounts_are_found_and_opened_after_an_epoch_has_turned() {
    let product = Product::new(1).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    for round in 1..4 {
        turn(&product).await;
        assert_eq!(shred_keys(&product), [1 + u32::from(round)]);
        let login = product.prove(NUMBER, CodePurpose::Login).await;
        assert_eq!((login.verdict, login.subject), (Verdict::Existing, subject));
        let on_file = prove_on_file(&product, subject.unwrap(), round).await;
        assert_eq!(on_file.subject, subject);
    }
    product.finish().await;
}

#[tokio::test]
async fn bans_and_counters_are_carried_over() {
    let mut setup = Setup::new(2);
    setup.vault.guesses_per_lane = 3;
    let product = Product::with(setup).await;
    let banned = product.prove(BANNED, CodePurpose::Signup).await;
    let until = product.identity.now().plus(Millis::from_seconds(80 * DAY));
    let subject = banned.subject.unwrap();
    assert!(product.vault.ban(APP, subject, until).await.unwrap());
    product.vault.delete(APP, subject).await.unwrap();
    product.prove(NUMBER, CodePurpose::Signup).await;
    product.wait(Millis::from_seconds(4 * DAY));
    assert_eq!(product.run_jobs().await, 1);
    let (id, _) = product.start(NUMBER, CodePurpose::Login).await.unwrap();
    let code = product.code_of(NUMBER, id).await.unwrap();
    for nth in 0..3 {
        product.check(id, &wrong_code(&code, nth)).await;
    }
    for _ in 0..2 {
        turn(&product).await;
        let again = product.prove(BANNED, CodePurpose::Signup).await;
        assert_eq!(again.verdict, Verdict::Banned { until });
        let closed = product.start(NUMBER, CodePurpose::Login).await;
        assert!(matches!(
            closed,
            Err(StartError::Refused(BeginRefusal::Limit {
                kind: LimitKind::NumberGuesses,
                ..
            }))
        ));
    }
    turn(&product).await;
    let free = product.prove(BANNED, CodePurpose::Signup).await;
    assert_eq!(free.verdict, Verdict::Created);
    product.finish().await;
}

async fn write(product: &Product, writes: Vec<Write>) {
    product
        .vault_store
        .transact("test.write", async move |tx: &mut dyn Tx| {
            tx.write(writes.clone()).await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn what_was_copied_before_the_turn_opens_no_more() {
    let product = Product::new(3).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let share = |row: &&(&'static Table, Row)| row.0.database == "share";
    let copied: Vec<_> = all.iter().filter(share).cloned().collect();
    assert!(copied.len() >= 3);
    turn(&product).await;
    let gone = EpochKey::derive(
        &*product.hsm,
        &KeyId::shred(1),
        &product.vault.keys().deployment,
    );
    assert_eq!(gone.err(), Some(HsmError::NoSuchKey));
    // A thief puts the old rows in the place of the living ones.
    let living = scan_all(&*product.vault_store, &SCHEMA).await;
    let removed = living
        .iter()
        .filter(share)
        .map(|(table, row)| Write::Delete {
            table,
            key: table.pick(row, table.key).unwrap(),
        });
    write(&product, removed.collect()).await;
    let put = copied
        .into_iter()
        .map(|(table, row)| Write::Put { table, row });
    write(&product, put.collect()).await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!((login.verdict, login.subject), (Verdict::NoAccount, None));
    let mut request = begin(
        VerificationId::from_bytes([9; 16]),
        APP,
        CodePurpose::Login,
        NUMBER,
    );
    request.destination = Destination::OnFile(subject.unwrap());
    assert!(product.vault.begin(request).await.is_err());
    product.finish().await;
}

#[tokio::test]
async fn no_row_stays_under_a_key_that_is_gone() {
    let product = Product::new(4).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    let other = product.prove(BANNED, CodePurpose::Signup).await;
    let until = product.identity.now().plus(Millis::from_seconds(800 * DAY));
    assert!(
        product
            .vault
            .ban(APP, other.subject.unwrap(), until)
            .await
            .unwrap()
    );
    product
        .start("+447700900125", CodePurpose::Login)
        .await
        .unwrap();
    turn(&product).await;
    for (table, row) in scan_all(&*product.vault_store, &SCHEMA).await {
        let Ok(at) = table.position("epoch") else {
            continue;
        };
        assert_eq!(row.get(at), Some(&store::Value::Int(2)), "{}", table.name);
    }
    product.finish().await;
}

#[tokio::test]
async fn sign_ups_during_the_carrying_over_are_kept() {
    for rounds in 0..5 {
        let product = Product::new(10 + u64::try_from(rounds).unwrap()).await;
        product.prove("+447700900001", CodePurpose::Signup).await;
        product.wait(Millis::from_seconds(31 * DAY));
        let (id, _) = product.sign_up(NUMBER).await.unwrap();
        let code = product.code_of(NUMBER, id).await.unwrap();
        housekeep(&product, rounds).await;
        let subject = product.approve(id, &code).await.subject;
        let product = product.crash().await;
        assert_eq!(product.approve(id, &code).await.subject, subject);
        housekeep(&product, 5).await;
        let product = product.crash().await;
        assert_eq!(shred_keys(&product), [2]);
        let login = product.prove(NUMBER, CodePurpose::Login).await;
        assert_eq!(login.subject, subject);
        product.finish().await;
    }
}

#[tokio::test]
async fn a_crash_at_any_round_loses_nothing_and_the_turn_is_finished() {
    for rounds in 0..5 {
        let product = Product::new(20 + u64::try_from(rounds).unwrap()).await;
        let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
        product.wait(Millis::from_seconds(31 * DAY));
        housekeep(&product, rounds).await;
        let product = product.crash().await;
        let login = product.prove(NUMBER, CodePurpose::Login).await;
        assert_eq!(login.subject, subject);
        housekeep(&product, 5).await;
        assert_eq!(shred_keys(&product), [2]);
        product.finish().await;
    }
}

#[tokio::test]
async fn a_crash_between_destroying_a_key_and_noting_it_does_not_stop_the_vault() {
    let product = Product::new(30).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    product.wait(Millis::from_seconds(31 * DAY));
    housekeep(&product, 2).await;
    assert_eq!(shred_keys(&product), [1, 2]);
    product.hsm.destroy(&KeyId::shred(1)).unwrap();
    let product = product.crash().await;
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(login.subject, subject);
    housekeep(&product, 2).await;
    turn(&product).await;
    assert_eq!(shred_keys(&product), [3]);
    product.finish().await;
}

#[tokio::test]
async fn a_key_made_just_before_a_crash_is_taken_up() {
    let product = Product::new(31).await;
    let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
    product
        .hsm
        .create(seal::KeySpec::of(KeyId::shred(2)))
        .unwrap();
    let product = product.crash().await;
    turn(&product).await;
    assert_eq!(shred_keys(&product), [2]);
    let login = product.prove(NUMBER, CodePurpose::Login).await;
    assert_eq!(login.subject, subject);
    product.finish().await;
}

#[tokio::test]
async fn an_unknown_outcome_of_any_step_of_the_turn_loses_nothing() {
    for (seed, name) in (40..).zip(["vault.epoch", "vault.epoch.carry"]) {
        for how in [Break::Before, Break::Between, Break::After] {
            for nth in 0..3 {
                let [front, rows] = Product::memory_stores();
                let breaking = Arc::new(Breaking::new(rows));
                let rows: Arc<dyn Store> = breaking.clone();
                let product = Product::over(Setup::new(seed), front, rows).await;
                let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
                product.wait(Millis::from_seconds(31 * DAY));
                housekeep(&product, nth).await;
                breaking.break_at(name, how);
                for _ in 0..8 {
                    product.wait(MINUTE);
                    // One round fails; those after it go on.
                    let _ = product.vault.housekeep().await;
                }
                assert!(breaking.broke());
                let other = product.prove(BANNED, CodePurpose::Signup).await.subject;
                assert_eq!(shred_keys(&product), [2], "{name} {how:?} {nth}");
                let product = product.crash().await;
                for (number, known) in [(NUMBER, subject), (BANNED, other)] {
                    let login = product.prove(number, CodePurpose::Login).await;
                    assert_eq!(login.subject, known);
                }
                product.finish().await;
            }
        }
    }
}

#[tokio::test]
async fn a_row_that_does_not_open_does_not_keep_an_old_key_alive() {
    for (seed, table) in (50..).zip([&SHARE, &TAG, &BAN, &HOUR_KEY, &NUMBER_LIMIT]) {
        let product = Product::new(seed).await;
        let subject = product.prove(NUMBER, CodePurpose::Signup).await.subject;
        let other = product.prove(BANNED, CodePurpose::Signup).await.subject;
        let until = product.identity.now().plus(Millis::from_seconds(80 * DAY));
        assert!(product.vault.ban(APP, other.unwrap(), until).await.unwrap());
        product.wait(Millis::from_seconds(31 * DAY));
        // An hour of now, so that housekeeping does not take it before the turn.
        product
            .start("+447700900125", CodePurpose::Login)
            .await
            .unwrap();
        let all = scan_all(&*product.vault_store, &SCHEMA).await;
        let mut row = all.iter().rfind(|(t, _)| *t == table).unwrap().1.clone();
        // Planted beside the genuine one: another key, the same ciphertext.
        row[0] = match &row[0] {
            store::Value::Int(hour) => store::Value::Int(hour + 1),
            _ => store::Value::from(vec![0xEE; 16]),
        };
        if *table == TAG {
            row[1] = store::Value::from(vec![0xEE; 16]);
        }
        write(&product, vec![Write::Put { table, row }]).await;
        housekeep(&product, 6).await;
        assert_eq!(shred_keys(&product), [2], "{}", table.name);
        let login = product.prove(NUMBER, CodePurpose::Login).await;
        assert_eq!(login.subject, subject);
        product.finish().await;
    }
}

#[tokio::test]
async fn an_older_genuine_deployment_row_is_refused_once_its_key_is_gone() {
    let product = Product::new(60).await;
    product.prove(NUMBER, CodePurpose::Signup).await;
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let old = all
        .into_iter()
        .find(|(t, _)| t.name == "deployment")
        .unwrap();
    turn(&product).await;
    write(
        &product,
        vec![Write::Put {
            table: old.0,
            row: old.1,
        }],
    )
    .await;
    assert!(product.vault.housekeep().await.is_err());
    // The running vault goes on with the keys it has.
    let answer = product
        .vault
        .check(guess(APP, VerificationId::from_bytes([1; 16]), "000000"))
        .await;
    assert_eq!(answer, Ok(Checked::NotFound));
    product.finish().await;
}
