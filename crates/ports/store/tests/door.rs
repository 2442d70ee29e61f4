//! The door as a service uses it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]
use std::sync::Arc;
use store::*;

static THING: Table = Table {
    name: "thing",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("count", Kind::Int),
    ],
    key: &["id"],
    indexes: &[Index {
        name: "thing_count",
        columns: &["count"],
        unique: true,
    }],
};
const SCHEMA: Schema = Schema {
    databases: &["main"],
    migrations: &[Migration {
        name: "0001_thing",
        steps: &[Step::CreateTable(&THING)],
    }],
};

#[derive(Debug, PartialEq)]
struct Thing {
    id: [u8; 16],
    count: u32,
}

impl Record for Thing {
    const TABLE: &'static Table = &THING;
    fn to_row(&self) -> Row {
        vec![self.id.into(), self.count.into()]
    }
    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(Self::TABLE, row);
        Ok(Thing {
            id: row.array()?,
            count: row.int_as()?,
        })
    }
}

#[derive(Debug, PartialEq, thiserror::Error)]
enum CountError {
    #[error("taken")]
    Taken,
    #[error(transparent)]
    Store(#[from] StoreError),
}

async fn raise(tx: &mut dyn Tx, id: [u8; 16]) -> Result<u32, CountError> {
    let mut thing: Thing = tx
        .get(&[id.into()])
        .await?
        .unwrap_or(Thing { id, count: 0 });
    thing.count += 1;
    tx.put(&thing).await?;
    match tx.settle().await {
        Err(error) if error.is_duplicate("thing", "thing_count") => Err(CountError::Taken),
        other => Ok(other.map(|()| thing.count)?),
    }
}

fn open() -> Arc<dyn Store> {
    Arc::new(Memory::open(&SCHEMA).unwrap())
}

#[tokio::test]
async fn a_service_function_works_inside_a_spawned_task() {
    let store = open();
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(async move {
        let id = [7; 16];
        store
            .transact("thing.raise", async move |tx| raise(tx, id).await)
            .await
            .unwrap();
        store
            .read("thing.get", async move |tx| {
                tx.get::<Thing>(&[id.into()]).await
            })
            .await
    });
    let read: Result<_, StoreError> = tasks.join_next().await.unwrap().unwrap();
    assert_eq!(
        read.unwrap(),
        Some(Thing {
            id: [7; 16],
            count: 1
        })
    );
}

#[tokio::test]
async fn a_duplicate_can_be_mapped_to_an_error_of_the_service() {
    let store = open();
    for (id, want) in [([1; 16], Ok(1)), ([2; 16], Err(CountError::Taken))] {
        let got = store
            .transact("thing.raise", async move |tx| raise(tx, id).await)
            .await;
        assert_eq!(got, want);
    }
}

#[tokio::test]
async fn a_transaction_inside_a_transaction_is_refused_and_does_not_hang() {
    let store = open();
    let inner = store.clone();
    let nested = store.transact("outer", async move |_| {
        inner
            .transact("inner", async |_| Ok::<_, StoreError>(()))
            .await
    });
    assert_eq!(nested.await, Err(StoreError::Suspended));
    assert_eq!(store.flush().await, Ok(()));
}

struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[tokio::test]
async fn a_value_that_panics_when_dropped_does_not_stop_the_store() {
    let store = open();
    let doomed = store.transact("bomb", async |tx| {
        // Dooms the transaction, so that the store drops the value.
        tx.get_row(&THING, &[]).await.unwrap_err();
        Ok::<_, StoreError>(Bomb)
    });
    assert_eq!(doomed.await.map(std::mem::forget), Err(StoreError::Closed));
    assert_eq!(store.flush().await, Ok(()));
}
