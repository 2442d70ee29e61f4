//! A product complains about what a test left undone.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use serde::{Deserialize, Serialize};
use store::{
    Tx,
    jobs::{self, Job},
};
use testkit::Product;

/// A job that no worker knows.
#[derive(Serialize, Deserialize)]
struct Orphan;

impl Job for Orphan {
    const KIND: &'static str = "Orphan";
}

/// A product with a job that nobody does, due so long after its beginning.
async fn with_orphan(after_ms: i64) -> Product {
    let product = Product::new(1).await;
    let due = product.identity.now().as_millis() + after_ms;
    let enqueued = product
        .vault_store
        .transact("test.enqueue", async move |tx: &mut dyn Tx| {
            jobs::enqueue(tx, &Orphan, due, [1; 16]).await
        });
    enqueued.await.unwrap();
    product
}

#[tokio::test]
#[should_panic(expected = "dropped without Product::finish")]
async fn a_product_that_is_dropped_unfinished_complains() {
    drop(Product::new(1).await);
}

#[tokio::test]
#[should_panic(expected = "vault left unfinished jobs")]
async fn a_job_that_was_due_and_not_done_is_complained_about() {
    with_orphan(0).await.finish().await;
}

#[tokio::test]
async fn a_job_whose_time_has_not_come_is_no_leftover() {
    with_orphan(1).await.finish().await;
}
