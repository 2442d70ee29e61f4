//! What the tests of both rotations share: people with numbers, asking, waiting, looking.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::sync::Arc;

use model::{CodePurpose, Millis, Subject};
use seal::Hsm;
use testkit::Product;
use vault::{
    genesis,
    rotation::{self, NotAsked},
    rows::{Rotated, Rotation},
};

pub const DAY: i64 = 86_400;
pub const MINUTE: Millis = Millis::from_seconds(60);

pub fn number(n: usize) -> String {
    format!("+4477009{n:05}")
}

pub async fn sign_up(product: &Product, n: usize) -> Subject {
    let approved = product.prove(&number(n), CodePurpose::Signup).await;
    approved.subject.unwrap()
}

pub async fn ask(product: &Product, of: Rotated) -> Result<Rotation, NotAsked> {
    rotation::ask(&*product.vault_store, &*product.hsm, of).await
}

pub async fn row(product: &Product, of: Rotated) -> Rotation {
    let guard = Arc::new(genesis::guard(&*product.hsm).unwrap());
    let rows = rotation::rotations(&*product.vault_store, guard).await;
    let row = rows.unwrap().into_iter().find(|row| row.of == of);
    row.unwrap_or(Rotation::first(of))
}

pub async fn housekeep(product: &Product, rounds: usize) {
    for _ in 0..rounds {
        product.wait(MINUTE);
        product.vault.housekeep().await.unwrap();
    }
}

/// Generations of a key that live.
pub fn generations(product: &Product, of: Rotated) -> Vec<u32> {
    let keys = product.hsm.list().unwrap();
    let keys = keys.iter().filter(|key| key.id.purpose == of.purpose());
    keys.map(|key| key.id.generation).collect()
}
