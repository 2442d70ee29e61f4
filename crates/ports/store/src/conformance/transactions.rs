//! Commit, rollback, and what a closure may not do.

use std::sync::Arc;

use super::tables::{Half, Item};
use crate::{Read, Record, Scan, Store, StoreError, Tx};

async fn item(store: &dyn Store, id: &'static [u8]) -> Option<Item> {
    let read: Result<_, StoreError> = store
        .read("transactions.get", async move |tx| {
            tx.get(&[id.into()]).await
        })
        .await;
    assert!(read.is_ok(), "a read works: {read:?}");
    read.unwrap_or_default()
}

async fn half(store: &dyn Store, id: &'static [u8]) -> Option<Half> {
    let read: Result<_, StoreError> = store
        .read("transactions.half", async move |tx| {
            tx.get(&[id.into()]).await
        })
        .await;
    read.unwrap_or_default()
}

pub(super) async fn own_writes_are_read(store: Arc<dyn Store>) {
    let seen = store.transact("transactions.own", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        let first: Option<Item> = tx.get(&[b"1".into()]).await?;
        tx.put(&Item::new(b"1", "b", 2)).await?;
        let second: Option<Item> = tx.get_by("item_shelf", &["b".into()]).await?;
        tx.delete::<Item>(&[b"1".into()]).await?;
        let third: Option<Item> = tx.get(&[b"1".into()]).await?;
        Ok::<_, StoreError>((first, second, third))
    });
    let want = (
        Some(Item::new(b"1", "a", 1)),
        Some(Item::new(b"1", "b", 2)),
        None,
    );
    assert_eq!(seen.await, Ok(want), "a transaction reads its own writes");
}

/// An error of a service.
#[derive(Debug, PartialEq)]
enum Refusal {
    Own,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Refusal::Store(error)
    }
}

pub(super) async fn an_error_rolls_everything_back(store: Arc<dyn Store>) {
    let kept = store.transact("transactions.keep", async |tx| {
        tx.insert(&Item::labelled(b"old", b"x")).await?;
        tx.insert(&Half {
            id: b"old".to_vec(),
        })
        .await
    });
    assert_eq!(kept.await, Ok::<_, StoreError>(()));
    let failed = store.transact("transactions.fail", async |tx| {
        tx.insert(&Item::new(b"new", "a", 1)).await?;
        tx.put(&Item::labelled(b"old", b"y")).await?;
        tx.insert(&Item::labelled(b"two", b"x")).await?;
        tx.delete::<Half>(&[b"old".into()]).await?;
        Err::<(), _>(Refusal::Own)
    });
    assert_eq!(
        failed.await,
        Err(Refusal::Own),
        "the caller gets its own error"
    );
    let store = store.as_ref();
    assert_eq!(item(store, b"new").await, None, "an insert is rolled back");
    assert_eq!(item(store, b"two").await, None);
    assert_eq!(
        item(store, b"old").await,
        Some(Item::labelled(b"old", b"x"))
    );
    assert!(
        half(store, b"old").await.is_some(),
        "a deletion is rolled back"
    );
}

#[expect(clippy::panic, reason = "the panic is what is tested")]
pub(super) async fn a_panic_rolls_back_and_harms_nobody(store: Arc<dyn Store>) {
    let other = store.clone();
    let panicking = store.transact("transactions.panic", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        if item_is_there(tx).await? {
            panic!("on purpose");
        }
        Ok::<_, StoreError>(())
    });
    let fine = other.transact("transactions.fine", async |tx| {
        tx.insert(&Item::new(b"2", "a", 1)).await
    });
    let (panicked, fine) = tokio::join!(panicking, fine);
    assert_eq!(panicked, Err(StoreError::Panicked));
    assert_eq!(fine, Ok::<_, StoreError>(()), "a panic harms nobody else");
    assert_eq!(item(store.as_ref(), b"1").await, None, "a panic rolls back");
    assert!(item(store.as_ref(), b"2").await.is_some());
}

async fn item_is_there(tx: &mut dyn Tx) -> Result<bool, StoreError> {
    Ok(tx.get::<Item>(&[b"1".into()]).await?.is_some())
}

pub(super) async fn a_failed_write_dooms_its_transaction(store: Arc<dyn Store>) {
    let duplicate = Err(StoreError::Duplicate {
        table: "item",
        index: "key",
    });
    let swallowed = store.transact("transactions.swallow", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Item::new(b"2", "a", 1)).await?;
        let settled = tx.settle().await;
        let read = tx.get::<Item>(&[b"2".into()]).await.map(|_| ());
        assert_eq!(settled, read, "a doomed transaction answers nothing else");
        Ok::<_, StoreError>(())
    });
    assert_eq!(swallowed.await, duplicate);
    assert_eq!(item(store.as_ref(), b"1").await, None);
    let mapped = store.transact("transactions.map", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.settle().await.map_err(|_| Refusal::Own)
    });
    assert_eq!(
        mapped.await,
        Err(Refusal::Own),
        "a caller may map a refusal"
    );
    assert_eq!(item(store.as_ref(), b"1").await, None);
}

pub(super) async fn a_refusal_is_told_at_the_end_if_not_before(store: Arc<dyn Store>) {
    let silent = store.transact("transactions.silent", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Item::new(b"1", "a", 2)).await
    });
    let duplicate = StoreError::Duplicate {
        table: "item",
        index: "key",
    };
    assert_eq!(silent.await, Err(duplicate));
    assert_eq!(item(store.as_ref(), b"1").await, None);
}

pub(super) async fn a_prefetch_changes_no_answer(store: Arc<dyn Store>) {
    let seen = store.transact("transactions.prefetch", async |tx| {
        let get = Read::Get {
            table: Item::TABLE,
            key: vec![b"1".into()],
        };
        let scan = Read::Scan(Scan::of::<Item>(10));
        let both = [get, scan];
        tx.prefetch(both.to_vec()).await?;
        let before = tx.read(&both).await?;
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        let between = tx.read(&both).await?;
        tx.prefetch(both.to_vec()).await?;
        tx.delete::<Item>(&[b"1".into()]).await?;
        let after = tx.read(&both).await?;
        Ok::<_, StoreError>(
            [before, between, after].map(|rows| rows.iter().map(Vec::len).collect()),
        )
    });
    let want: [Vec<usize>; 3] = [vec![0, 0], vec![1, 1], vec![0, 0]];
    assert_eq!(seen.await, Ok(want), "own writes are seen past a prefetch");
}

pub(super) async fn waiting_for_something_else_is_refused(store: Arc<dyn Store>) {
    let waiting = store.transact("transactions.wait", async |tx| {
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        std::future::pending::<()>().await;
        Ok::<_, StoreError>(())
    });
    assert_eq!(waiting.await, Err(StoreError::Suspended));
    assert_eq!(item(store.as_ref(), b"1").await, None);
}

pub(super) async fn databases_commit_together(store: Arc<dyn Store>) {
    let both = store.transact("transactions.both", async |tx| {
        // Written against the order of commits on purpose.
        tx.insert(&Item::new(b"1", "a", 1)).await?;
        tx.insert(&Half { id: b"1".to_vec() }).await
    });
    assert_eq!(both.await, Ok::<_, StoreError>(()));
    assert!(item(store.as_ref(), b"1").await.is_some());
    assert!(half(store.as_ref(), b"1").await.is_some());
}

pub(super) async fn a_closed_store_refuses_and_has_finished(store: Arc<dyn Store>) {
    let mut tasks = tokio::task::JoinSet::new();
    for number in 0..32u8 {
        let store = store.clone();
        tasks.spawn(async move {
            let id = [number];
            let put = async move |tx: &mut dyn Tx| tx.put(&Item::new(&id, "a", 1)).await;
            store.transact("transactions.accepted", put).await
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert!(
            matches!(done, Ok(Ok::<(), StoreError>(()))),
            "accepted work is finished"
        );
    }
    assert_eq!(store.flush().await, Ok(()));
    store.close().await;
    let late = async |tx: &mut dyn Tx| tx.put(&Item::new(b"late", "a", 1)).await;
    assert_eq!(
        store.transact("transactions.late", late).await,
        Err(StoreError::Closed)
    );
    store.close().await;
}
