//! Many tasks at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::task::JoinSet;

use super::tables::{Counter, Item};
use crate::{Fut, Store, StoreError, Tx, Unit, Verdict, Work};

const TASKS: u8 = 24;
const ROUNDS: i64 = 20;

async fn count(tx: &mut dyn Tx, number: i64) -> Result<i64, StoreError> {
    let counter: Option<Counter> = tx.get(&["test".into(), number.into()]).await?;
    Ok(counter.map_or(0, |counter| counter.count))
}

async fn add_one(tx: &mut dyn Tx, number: i64) -> Result<(), StoreError> {
    let count = count(tx, number).await? + 1;
    tx.put(&Counter { number, count }).await
}

pub(super) async fn no_update_is_lost(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..ROUNDS {
                store
                    .transact("races.add", async |tx| add_one(tx, 1).await)
                    .await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert!(matches!(done, Ok(Ok(()))), "every increment succeeds");
    }
    let total = store
        .read("races.total", async |tx| count(tx, 1).await)
        .await;
    assert_eq!(total, Ok(i64::from(TASKS) * ROUNDS), "no update is lost");
}

pub(super) async fn one_of_many_gets_a_unique_entry(store: Arc<dyn Store>) {
    let mut tasks = JoinSet::new();
    for number in 0..TASKS {
        let store = store.clone();
        tasks.spawn(async move {
            let insert = async move |tx: &mut dyn Tx| {
                tx.insert(&Item::labelled(&[number], b"contended")).await
            };
            store.transact("races.insert", insert).await
        });
    }
    let mut winners = 0;
    while let Some(done) = tasks.join_next().await {
        match done {
            Ok(Ok(())) => winners += 1,
            other => assert!(
                matches!(&other, Ok(Err(error)) if error.is_duplicate("item", "item_label")),
                "a loser hears of the duplicate"
            ),
        }
    }
    assert_eq!(winners, 1, "one of many gets a unique entry");
}

/// Turns the first attempts of a unit into conflicts.
struct Conflicting {
    store: Arc<dyn Store>,
    left: AtomicU32,
}

impl Store for Conflicting {
    fn submit(&self, unit: Unit) {
        let take = |left: u32| left.checked_sub(1);
        let conflict = self
            .left
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, take)
            .is_ok();
        let work = Box::new(Conflict {
            work: unit.work,
            conflict,
        });
        self.store.submit(Unit { work, ..unit });
    }

    fn close(&self) -> crate::SendFut<'_, ()> {
        self.store.close()
    }
}

struct Conflict {
    work: Box<dyn Work>,
    conflict: bool,
}

impl Work for Conflict {
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict> {
        Box::pin(async move {
            let verdict = self.work.run(tx).await;
            if self.conflict {
                Verdict::Abort(StoreError::Conflict)
            } else {
                verdict
            }
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        self.work.answer(result);
    }
}

pub(super) async fn a_retried_transaction_happens_once(store: Arc<dyn Store>) {
    let runs = Arc::new(AtomicU32::new(0));
    let (counter, left) = (runs.clone(), AtomicU32::new(crate::MAX_ATTEMPTS - 1));
    let conflicting: Arc<dyn Store> = Arc::new(Conflicting {
        store: store.clone(),
        left,
    });
    let added = conflicting.transact("races.retry", async move |tx| {
        counter.fetch_add(1, Ordering::Relaxed);
        add_one(tx, 2).await
    });
    assert_eq!(added.await, Ok(()));
    assert_eq!(runs.load(Ordering::Relaxed), crate::MAX_ATTEMPTS);
    let total = store
        .read("races.total", async |tx| count(tx, 2).await)
        .await;
    assert_eq!(total, Ok(1), "a retried transaction happens once");

    let left = AtomicU32::new(u32::MAX);
    let hopeless: Arc<dyn Store> = Arc::new(Conflicting {
        store: store.clone(),
        left,
    });
    let given_up = hopeless
        .transact("races.hopeless", async |tx| add_one(tx, 2).await)
        .await;
    assert_eq!(given_up, Err(StoreError::Conflict), "retries are bounded");
}

pub(super) async fn a_reader_sees_whole_transactions(store: Arc<dyn Store>) {
    let writer = store.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        for _ in 0..100 {
            let both = async |tx: &mut dyn Tx| {
                add_one(tx, 3).await?;
                add_one(tx, 4).await
            };
            writer.transact("races.both", both).await?;
        }
        Ok::<_, StoreError>(())
    });
    while tasks.try_join_next().is_none() {
        let pair = store.read("races.pair", async |tx| {
            Ok::<_, StoreError>((count(tx, 3).await?, count(tx, 4).await?))
        });
        let pair = pair.await;
        assert!(
            matches!(pair, Ok((a, b)) if a == b),
            "a reader sees whole transactions"
        );
        tokio::task::yield_now().await;
    }
}
