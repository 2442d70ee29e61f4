//! Round trips, counted on the wire by a go-between that a store does not know of.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use store::conformance::SCHEMA;
use store::jobs::{self, Job};
use store::{Read, Scan, Store, StoreError, Tx};
use store_postgres::server::Server;
use store_postgres::{Options, Postgres};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

/// Counts how often a client speaks after it has heard from the server.
#[derive(Default)]
struct Turns {
    heard: AtomicBool,
    turns: AtomicU64,
}

async fn pump(mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, seen: impl Fn()) {
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        seen();
        if to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

async fn forward(client: UnixStream, server: UnixStream, turns: Arc<Turns>) {
    let (client_in, client_out) = client.into_split();
    let (server_in, server_out) = server.into_split();
    let speaks = || {
        if turns.heard.swap(false, Ordering::SeqCst) {
            turns.turns.fetch_add(1, Ordering::SeqCst);
        }
    };
    let hears = || turns.heard.store(true, Ordering::SeqCst);
    tokio::join!(
        pump(client_in, server_out, speaks),
        pump(server_in, client_out, hears)
    );
}

/// A store behind a go-between that counts its turns, with one connection to each database.
async fn open(
    server: &Server,
    directory: &Path,
    tasks: &mut JoinSet<()>,
) -> (Arc<dyn Store>, Arc<Turns>) {
    let turns = Arc::new(Turns::default());
    let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).unwrap();
    let (counted, real) = (turns.clone(), server.socket().join(".s.PGSQL.5432"));
    tasks.spawn(async move {
        let mut streams = JoinSet::new();
        while let Ok((client, _)) = listener.accept().await {
            let server = UnixStream::connect(&real).await.unwrap();
            streams.spawn(forward(client, server, counted.clone()));
        }
    });
    drop(server.options(&["share", "main"]));
    let place = |name: &str| server.place(&format!("{name}_0"), directory);
    let options = Options::default()
        .connections(1)
        .migrate()
        .database("share", place("share"))
        .database("main", place("main"));
    let opened = tokio::task::spawn_blocking(move || Postgres::open(&options, &SCHEMA));
    (Arc::new(opened.await.unwrap().unwrap()), turns)
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Work;

impl Job for Work {
    const KIND: &'static str = "Work";
}

/// The second of two runs, so that every statement is prepared.
async fn count<F>(store: &dyn Store, turns: &Turns, closure: F) -> u64
where
    F: AsyncFn(&mut dyn Tx) -> Result<(), StoreError> + Clone + Send + 'static,
{
    let mut before = 0;
    for _ in 0..2 {
        store.flush().await.unwrap();
        before = turns.turns.load(Ordering::SeqCst);
        store.transact("trips", closure.clone()).await.unwrap();
    }
    turns.turns.load(Ordering::SeqCst) - before
}

fn due(limit: usize) -> Read {
    Read::Scan(Scan::new(&jobs::JOB, limit).index("job_due"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_takes_one_round_trip_for_each_question_and_one_for_its_end() {
    let (server, directory) = (Server::start(), tempfile::tempdir().unwrap());
    let mut tasks = JoinSet::new();
    let (store, turns) = open(&server, directory.path(), &mut tasks).await;
    let id = Arc::new(AtomicU64::new(0));
    let fresh = move || {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&id.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        key
    };
    let (one, two) = (fresh.clone(), fresh.clone());
    let only_writes = async move |tx: &mut dyn Tx| {
        for _ in 0..5 {
            jobs::enqueue(tx, &Work, 7, one()).await?;
        }
        Ok(())
    };
    assert_eq!(count(&*store, &turns, only_writes).await, 1);
    let read_then_write = async move |tx: &mut dyn Tx| {
        tx.read(&[due(1), due(2), due(3)]).await?;
        jobs::enqueue(tx, &Work, 7, two()).await
    };
    assert_eq!(count(&*store, &turns, read_then_write).await, 2);
    let announced = async move |tx: &mut dyn Tx| {
        tx.prefetch(vec![due(1), due(2), due(3)]).await?;
        for limit in 1..=3 {
            tx.read(&[due(limit)]).await?;
        }
        jobs::enqueue(tx, &Work, 7, fresh()).await
    };
    assert_eq!(count(&*store, &turns, announced).await, 2);
    let only_reads = async move |tx: &mut dyn Tx| tx.read(&[due(5)]).await.map(|_| ());
    // The end of a transaction that wrote nothing is not waited for: it may pass before the count
    // is read, or after.
    let turns = count(&*store, &turns, only_reads).await;
    assert!((1..=2).contains(&turns), "{turns}");
}
