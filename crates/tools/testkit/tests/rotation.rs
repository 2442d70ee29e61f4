//! Opening keys are rotated: new records are for the new key at once, older ones are wrapped anew,
//! the older key opens until then and for a while after, and no crash in between loses anything.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

mod rotated;

use std::sync::Arc;

use model::{CodePurpose, Millis, Subject, VerificationId};
use peers::vault::{Destination, NumberVault};
use rotated::{DAY, MINUTE, ask, generations, housekeep, number, row, sign_up};
use seal::{Class, KeyId, keys::EpochKey, share::Cell};
use store::{Scan, Store, Tx, Value, Write};
use testkit::{APP, Break, Breaking, Product, Setup, begin, scan_all};
use vault::{
    rotation::NotAsked,
    rows::{Rotated, SCHEMA, SHARE, ShareRow},
};

/// A code asked for by the account's pseudonym: the vault opens the sealed number for it.
async fn opens(product: &Product, subject: Subject, n: usize, id: u8) -> bool {
    let id = VerificationId::from_bytes([id; 16]);
    let mut request = begin(id, APP, CodePurpose::Login, &number(n));
    request.destination = Destination::OnFile(subject);
    if product.vault.begin(request).await.is_err() {
        return false;
    }
    let code = product.code_of(&number(n), id).await.unwrap();
    product.approve(id, &code).await.subject == Some(subject)
}

#[tokio::test]
async fn every_record_opens_under_the_new_key_and_the_old_one_is_destroyed_after_35_days() {
    for (seed, class) in [(1, Class::Account), (2, Class::Staff)] {
        let product = Product::new(seed).await;
        let mut subjects = vec![sign_up(&product, 0).await, sign_up(&product, 1).await];
        ask(&product, Rotated::Opening(class)).await.unwrap();
        housekeep(&product, 1).await;
        assert_eq!(generations(&product, Rotated::Opening(class)), [1, 2]);
        let sealed_to = product.vault.keys().recipients();
        let of_class = sealed_to.iter().find(|known| known.class() == class);
        assert_eq!(of_class.map(|known| known.key_id().generation), Some(2));
        assert!(opens(&product, subjects[0], 0, 1).await, "by the old key");
        subjects.push(sign_up(&product, 2).await);
        housekeep(&product, 2).await;
        let done = row(&product, Rotated::Opening(class)).await;
        assert_eq!((done.moved, done.finished_at.is_some()), (2, true));
        product.wait(Millis::from_seconds(34 * DAY));
        housekeep(&product, 5).await;
        assert_eq!(generations(&product, Rotated::Opening(class)), [1, 2]);
        product.wait(Millis::from_seconds(2 * DAY));
        housekeep(&product, 1).await;
        assert_eq!(generations(&product, Rotated::Opening(class)), [2]);
        let product = product.crash().await;
        for (n, id) in (0..3).zip(11..) {
            assert!(opens(&product, subjects[n], n, id).await);
        }
        product.finish().await;
    }
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_was_after_a_crash_at_any_round() {
    for rounds in 0..4 {
        let product = Product::new(10 + u64::try_from(rounds).unwrap()).await;
        let mut subjects = vec![];
        for n in 0..120 {
            subjects.push(sign_up(&product, n).await);
        }
        ask(&product, Rotated::Opening(Class::Account))
            .await
            .unwrap();
        housekeep(&product, rounds).await;
        let product = product.crash().await;
        assert!(opens(&product, subjects[7], 7, 1).await);
        housekeep(&product, 4).await;
        let done = row(&product, Rotated::Opening(Class::Account)).await;
        assert_eq!((done.moved, done.finished_at.is_some()), (120, true));
        product.wait(Millis::from_seconds(36 * DAY));
        housekeep(&product, 5).await;
        assert_eq!(generations(&product, Rotated::Opening(Class::Account)), [2]);
        for (n, id) in [(0, 2), (119, 3)] {
            assert!(opens(&product, subjects[n], n, id).await);
        }
        product.finish().await;
    }
}

#[tokio::test]
async fn an_unknown_outcome_of_any_step_loses_nothing() {
    for (seed, name) in (20..).zip(["vault.rotate", "vault.rotate.wrap"]) {
        for how in [Break::Before, Break::After, Break::Lost] {
            let [front, rows] = Product::memory_stores();
            let breaking = Arc::new(Breaking::new(rows));
            let rows: Arc<dyn Store> = breaking.clone();
            let product = Product::over(Setup::new(seed), front, rows).await;
            let subject = sign_up(&product, 0).await;
            ask(&product, Rotated::Opening(Class::Account))
                .await
                .unwrap();
            breaking.break_at(name, how);
            for _ in 0..6 {
                product.wait(MINUTE);
                // One round fails; those after it go on.
                let _ = product.vault.housekeep().await;
            }
            assert!(breaking.broke());
            let done = row(&product, Rotated::Opening(Class::Account)).await;
            assert_eq!((done.moved, done.generation), (1, 2), "{name} {how:?}");
            assert!(done.finished_at.is_some());
            let product = product.crash().await;
            assert!(opens(&product, subject, 0, 1).await);
            product.finish().await;
        }
    }
}

#[tokio::test]
async fn one_rotation_of_a_key_is_under_way_at_a_time() {
    let product = Product::new(30).await;
    sign_up(&product, 0).await;
    ask(&product, Rotated::Opening(Class::Account))
        .await
        .unwrap();
    for rounds in [0, 1] {
        housekeep(&product, rounds).await;
        let again = ask(&product, Rotated::Opening(Class::Account)).await;
        assert!(matches!(again, Err(NotAsked::UnderWay(_))), "{rounds}");
    }
    housekeep(&product, 3).await;
    ask(&product, Rotated::Opening(Class::Account))
        .await
        .unwrap();
    housekeep(&product, 4).await;
    assert_eq!(
        generations(&product, Rotated::Opening(Class::Account)),
        [1, 2, 3]
    );
    product.wait(Millis::from_seconds(36 * DAY));
    housekeep(&product, 5).await;
    assert_eq!(generations(&product, Rotated::Opening(Class::Account)), [3]);
    product.finish().await;
}

#[tokio::test]
async fn a_row_that_does_not_open_does_not_keep_an_old_key_alive() {
    let product = Product::new(40).await;
    let subject = sign_up(&product, 0).await;
    let all = scan_all(&*product.vault_store, &SCHEMA).await;
    let mut planted = all.iter().find(|(t, _)| *t == &SHARE).unwrap().1.clone();
    planted[0] = Value::from([0xEE; 16]);
    product
        .vault_store
        .transact("test.plant", async move |tx: &mut dyn Tx| {
            let row = planted.clone();
            tx.write(vec![Write::Put { table: &SHARE, row }]).await
        })
        .await
        .unwrap();
    ask(&product, Rotated::Opening(Class::Account))
        .await
        .unwrap();
    housekeep(&product, 4).await;
    assert!(
        row(&product, Rotated::Opening(Class::Account))
            .await
            .finished_at
            .is_some()
    );
    assert!(opens(&product, subject, 0, 1).await);
    product.finish().await;
}

/// Breaks the first wrap of a subject, that of `account`, under a seal that is whole.
async fn damage_wrap(product: &Product) {
    let keys = product.vault.keys();
    let epoch = EpochKey::derive(&*product.hsm, &KeyId::shred(1), &keys.deployment).unwrap();
    let mut rows = product
        .vault_store
        .read("test.look", async |tx: &mut dyn Tx| {
            tx.scan::<ShareRow>(Scan::new(&SHARE, 10)).await
        })
        .await
        .unwrap();
    let mut row = rows.remove(0);
    let cell = Cell {
        table: "share",
        row: &row.subject,
        column: "wraps",
    };
    let mut wraps = epoch.open(&cell, &row.wraps).unwrap();
    // Of 123 bytes the last 16 authenticate the others.
    wraps[122] ^= 1;
    let wraps = epoch.seal(&cell, &wraps, &keys.random).unwrap();
    row.wraps = wraps;
    product
        .vault_store
        .transact("test.damage", async move |tx: &mut dyn Tx| {
            tx.write(vec![store::put(&row)]).await
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_wrap_that_does_not_open_does_not_keep_an_old_key_alive() {
    let product = Product::new(41).await;
    sign_up(&product, 0).await;
    damage_wrap(&product).await;
    let subject = sign_up(&product, 1).await;
    ask(&product, Rotated::Opening(Class::Account))
        .await
        .unwrap();
    housekeep(&product, 4).await;
    let done = row(&product, Rotated::Opening(Class::Account)).await;
    assert_eq!((done.moved, done.finished_at.is_some()), (1, true));
    product.wait(Millis::from_seconds(36 * DAY));
    housekeep(&product, 5).await;
    assert_eq!(generations(&product, Rotated::Opening(Class::Account)), [2]);
    assert!(opens(&product, subject, 1, 1).await);
    product.finish().await;
}

#[tokio::test]
async fn a_row_of_a_rotation_that_was_edited_counts_as_absent() {
    let product = Product::new(50).await;
    sign_up(&product, 0).await;
    ask(&product, Rotated::Opening(Class::Account))
        .await
        .unwrap();
    let table = &vault::rows::ROTATION;
    let found = product
        .vault_store
        .read("test.look", async move |tx: &mut dyn Tx| {
            tx.scan_rows(Scan::new(table, 10)).await
        })
        .await;
    let mut row: store::Row = found.unwrap().remove(0);
    row[1] = Value::Int(9);
    product
        .vault_store
        .transact("test.edit", async move |tx: &mut dyn Tx| {
            let row = row.clone();
            tx.write(vec![Write::Put { table, row }]).await
        })
        .await
        .unwrap();
    housekeep(&product, 2).await;
    assert_eq!(generations(&product, Rotated::Opening(Class::Account)), [1]);
    product.finish().await;
}
