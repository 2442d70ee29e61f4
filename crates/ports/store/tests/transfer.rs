//! Moving rows between stores.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use store::transfer::{Progress, Stage, TransferError, run};
use store::{
    Column, FaultRates, Faulty, Kind, Memory, Migration, Row, Scan, Schema, Step, Store,
    StoreError, Table, Tx, Write,
};

static NOTE: Table = Table {
    name: "note",
    database: "main",
    columns: &[
        Column::new("shelf", Kind::Text),
        Column::new("id", Kind::Int),
        Column::nullable("body", Kind::Bytes),
    ],
    key: &["shelf", "id"],
    indexes: &[],
};
static EMPTY: Table = Table {
    name: "empty",
    database: "share",
    ..NOTE
};
static GONE: Table = Table {
    name: "gone",
    ..NOTE
};
const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[Migration {
        name: "0001",
        steps: &[
            Step::CreateTable(&NOTE),
            Step::CreateTable(&GONE),
            Step::CreateTable(&EMPTY),
            Step::DropTable(&GONE),
        ],
    }],
};

fn open() -> Arc<dyn Store> {
    Arc::new(Memory::open(&SCHEMA).unwrap())
}

/// Not a good digest, but it depends on every byte and its place.
fn mixed(bytes: &[u8]) -> [u8; 32] {
    let mut out = [7_u8; 32];
    for (at, byte) in bytes.iter().enumerate() {
        let place = at % 32;
        out[place] = out[place].wrapping_mul(31).wrapping_add(*byte);
    }
    out
}

async fn put(store: &dyn Store, rows: Vec<Row>) {
    let write = move |row: &Row| Write::Put {
        table: &NOTE,
        row: row.clone(),
    };
    let put = async move |tx: &mut dyn Tx| tx.write(rows.iter().map(write).collect()).await;
    store
        .transact("test.put", put)
        .await
        .unwrap_or_else(|error: StoreError| assert_eq!(Err::<(), _>(error), Ok(())));
}

async fn filled(rows: i64) -> Arc<dyn Store> {
    let store = open();
    let row = |id: i64| -> Row {
        let body = (id % 3 > 0).then(|| vec![0xff; 10]);
        vec!["é".into(), id.into(), body.into()]
    };
    put(&*store, (0..rows).map(row).collect()).await;
    store
}

#[tokio::test]
async fn every_row_arrives_and_every_table_is_named_once() {
    let (from, to) = (filled(1_234).await, open());
    let mut told: Vec<Progress> = vec![];
    let moved = run(&*from, &*to, &SCHEMA, mixed, &mut |now| told.push(now)).await;
    let moved = moved.unwrap();
    let counts: Vec<_> = moved
        .iter()
        .map(|moved| (moved.table, moved.rows))
        .collect();
    assert_eq!(counts, [("empty", 0), ("note", 1_234)]);
    let last = told.last().unwrap();
    assert_eq!(
        (last.stage, last.done, last.total),
        (Stage::Comparing, 1_234, 1_234)
    );
    // Again there is nothing to copy.
    told.clear();
    let again = run(&*from, &*to, &SCHEMA, mixed, &mut |now| told.push(now)).await;
    assert_eq!(again, Ok(moved));
    assert!(told.iter().all(|now| now.stage != Stage::Copying));
}

#[tokio::test]
async fn a_move_that_was_interrupted_goes_on_where_it_was() {
    let (from, to) = (filled(5_000).await, open());
    let rates = FaultRates {
        before_commit_per_mille: 200,
        after_commit_per_mille: 200,
        ..FaultRates::default()
    };
    let faulty: Arc<dyn Store> = Arc::new(Faulty::new(to.clone(), 3, rates));
    let (mut runs, mut copied) = (0, 0);
    loop {
        runs += 1;
        let before = rows_of(&*to).await;
        let moved = run(&*from, &*faulty, &SCHEMA, mixed, &mut |_| ()).await;
        copied += rows_of(&*to).await - before;
        match moved {
            Ok(_) => break,
            Err(TransferError::Store(_)) => {}
            Err(other) => assert_eq!(Err::<(), _>(other), Ok(())),
        }
    }
    assert!(runs > 1, "it was interrupted");
    assert_eq!(copied, 5_000, "and nothing was copied twice");
}

async fn rows_of(store: &dyn Store) -> usize {
    let count = async |tx: &mut dyn Tx| tx.scan_rows(Scan::new(&NOTE, 10_000)).await;
    let rows: Result<Vec<Row>, StoreError> = store.read("test.count", count).await;
    rows.unwrap().len()
}

#[tokio::test]
async fn a_row_that_differs_is_found() {
    let (from, to) = (filled(600).await, open());
    let moved = run(&*from, &*to, &SCHEMA, mixed, &mut |_| ()).await;
    assert!(moved.is_ok());
    put(&*to, vec![vec!["é".into(), 5i64.into(), b"x".into()]]).await;
    let refused = run(&*from, &*to, &SCHEMA, mixed, &mut |_| ()).await;
    let differs = TransferError::Differs {
        table: "note",
        source_rows: 600,
        target_rows: 600,
    };
    assert_eq!(refused, Err(differs));
}
