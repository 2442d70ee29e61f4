//! Transactions a second with 16 callers: one select, two inserts and one update each.
//!
//! `cargo bench -p store-sqlite [-- SECONDS [DIRECTORY]]`

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use store::{
    Column, Index, Kind, Migration, Read, Schema, Step, Store, StoreError, Table, Tx, Value, Write,
};
use store_sqlite::{Options, Sqlite};

const CALLERS: u64 = 16;

static ACCOUNT: Table = Table {
    name: "account",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("tag", Kind::Bytes),
        Column::new("body", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[Index {
        name: "account_tag",
        columns: &["tag"],
        unique: true,
    }],
};
static EVENT: Table = Table {
    name: "event",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("body", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[],
};
static COUNTER: Table = Table {
    name: "counter",
    database: "main",
    columns: &[
        Column::new("id", Kind::Int),
        Column::new("count", Kind::Int),
    ],
    key: &["id"],
    indexes: &[],
};
const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[Migration {
        name: "0001_bench",
        steps: &[
            Step::CreateTable(&ACCOUNT),
            Step::CreateTable(&EVENT),
            Step::CreateTable(&COUNTER),
        ],
    }],
};

/// Spreads a number over 16 bytes, as a random tag would be.
fn spread(number: u64) -> [u8; 16] {
    let mixed = u128::from(number).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835);
    mixed.to_le_bytes()
}

async fn flow(tx: &mut dyn Tx, number: u64, key: [u8; 16]) -> Result<(), StoreError> {
    let counter = i64::try_from(number % 64).unwrap_or_default();
    let read = Read::Get {
        table: &COUNTER,
        key: vec![counter.into()],
    };
    let rows = tx.read(std::slice::from_ref(&read)).await?;
    let count = match rows
        .first()
        .and_then(|rows| rows.first())
        .map(|row| &row[1])
    {
        Some(Value::Int(count)) => count + 1,
        _ => 1,
    };
    let account = vec![key.into(), spread(number).into(), vec![7u8; 200].into()];
    tx.write(vec![
        Write::Insert {
            table: &ACCOUNT,
            row: account,
        },
        Write::Insert {
            table: &EVENT,
            row: vec![key.into(), vec![9u8; 100].into()],
        },
        Write::Put {
            table: &COUNTER,
            row: vec![counter.into(), count.into()],
        },
    ])
    .await
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let seconds: u64 = arguments.first().map_or(Ok(5), |text| text.parse())?;
    let temporary = tempfile::tempdir()?;
    let directory = arguments
        .get(1)
        .map_or(temporary.path().to_owned(), PathBuf::from);
    let options = Options::new(directory).migrate();
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&options, &SCHEMA)?);
    let (next, stop) = (
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let mut tasks = tokio::task::JoinSet::new();
    let started = now();
    for _ in 0..CALLERS {
        let (store, next, stop) = (store.clone(), next.clone(), stop.clone());
        tasks.spawn(async move {
            let mut slowest = Duration::ZERO;
            while !stop.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let begun = now();
                let mut random = [0; 10];
                random.copy_from_slice(&spread(number)[..10]);
                let at_ms = i64::try_from(started.elapsed().as_millis()).unwrap_or_default();
                let key = store::id::time_ordered(at_ms, random);
                let run = async move |tx: &mut dyn Tx| flow(tx, number, key).await;
                store.transact("bench.flow", run).await?;
                slowest = slowest.max(begun.elapsed());
            }
            Ok::<_, StoreError>(slowest)
        });
    }
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    stop.store(true, Ordering::Relaxed);
    let mut slowest = Duration::ZERO;
    while let Some(done) = tasks.join_next().await {
        slowest = slowest.max(done??);
    }
    let (count, elapsed) = (next.load(Ordering::Relaxed), started.elapsed());
    let rate = u128::from(count) * 1000 / elapsed.as_millis().max(1);
    writeln!(
        std::io::stdout(),
        "{count} transactions by {CALLERS} callers in {elapsed:?}: {rate} a second, slowest {slowest:?}"
    )?;
    store.close().await;
    Ok(())
}
