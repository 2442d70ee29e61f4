//! What became of a transaction: known wherever it can be, and where it cannot, the same
//! transaction run again comes to one end.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread;

use counters::{COUNTER, SHARE, count, counted, open, options};
use store::{Read, StoreError, Table, Tx, Write};
use store_postgres::Options;
use store_postgres::server::Server;
use tokio::task::JoinSet;

mod counters;

#[tokio::test]
async fn a_half_in_the_first_database_is_an_unknown_outcome() {
    let server = Server::start();
    let (_, store) = open(&options(&server));
    // A check that waits for the commit fails there and not before.
    let spoil = "CREATE TABLE parent (id BIGINT PRIMARY KEY);
        ALTER TABLE counter ADD FOREIGN KEY (id) REFERENCES parent DEFERRABLE INITIALLY DEFERRED";
    assert!(server.sql("main_0", spoil));
    let both = async |tx: &mut dyn Tx| {
        tx.write(vec![counted(&COUNTER, 1, 1), counted(&SHARE, 1, 1)])
            .await
    };
    assert_eq!(
        store.transact("faults.both", both).await,
        Err(StoreError::OutcomeUnknown)
    );
    let look = async |tx: &mut dyn Tx| {
        Ok::<_, StoreError>((count(tx, &SHARE, 1).await?, count(tx, &COUNTER, 1).await?))
    };
    assert_eq!(store.read("faults.look", look).await, Ok((1, 0)));
}

/// Writes both databases, and removes what may not be there.
async fn write_both(tx: &mut dyn Tx, id: i64, last: Write) -> Result<(), StoreError> {
    tx.write(vec![counted(&SHARE, id, 1), last]).await
}

async fn both(tx: &mut dyn Tx, id: i64) -> Result<(i64, i64), StoreError> {
    Ok((count(tx, &SHARE, id).await?, count(tx, &COUNTER, id).await?))
}

#[tokio::test]
async fn what_was_answered_of_two_databases_survives_a_crash_of_their_server() {
    let mut server = Server::start();
    let (postgres, store) = open(&options(&server));
    for id in 0..4 {
        let change = counted(&COUNTER, id, 1);
        // A removal of nothing: no commit of the last database waits for the disk then.
        let key = vec![(id + 100).into()];
        let nothing = Write::Delete {
            table: &COUNTER,
            key,
        };
        for (id, last, later) in [(id, change, 1), (id + 50, nothing, 0)] {
            let before = postgres.figures().flushed_later;
            let write = async move |tx: &mut dyn Tx| write_both(tx, id, last.clone()).await;
            assert_eq!(store.transact("outcomes.both", write).await, Ok(()));
            assert_eq!(postgres.figures().flushed_later - before, later);
            server.stop(true);
            server.run();
            let look = async move |tx: &mut dyn Tx| both(tx, id).await;
            let there = (1, later.try_into().unwrap());
            assert_eq!(store.read("outcomes.look", look).await, Ok(there));
        }
    }
}

#[tokio::test]
async fn databases_of_two_servers_each_wait_for_their_own_disk() {
    let servers = [Server::start(), Server::start()];
    for server in &servers {
        drop(server.options(&["share", "main"]));
    }
    let place = |name: &str, server: &Server| server.place(&format!("{name}_0"), server.socket());
    let options = Options::default()
        .migrate()
        .database("share", place("share", &servers[0]))
        .database("main", place("main", &servers[1]));
    let (postgres, store) = open(&options);
    let write = async |tx: &mut dyn Tx| write_both(tx, 1, counted(&COUNTER, 1, 1)).await;
    assert_eq!(store.transact("outcomes.both", write).await, Ok(()));
    assert_eq!(postgres.figures().flushed_later, 0);
}

/// A start writes one database and reads the other, as a check does before it writes both.
async fn start(tx: &mut dyn Tx, id: i64) -> Result<(), StoreError> {
    tx.prefetch(vec![row_of(&COUNTER, id), row_of(&SHARE, id)])
        .await?;
    let next = count(tx, &COUNTER, id).await? + 1;
    count(tx, &SHARE, id).await?;
    tx.write(vec![counted(&COUNTER, id, next)]).await
}

async fn check(tx: &mut dyn Tx, id: i64) -> Result<(), StoreError> {
    tx.prefetch(vec![row_of(&COUNTER, id), row_of(&SHARE, id)])
        .await?;
    let next = count(tx, &SHARE, id).await? + 1;
    let begun = count(tx, &COUNTER, id).await? + 1;
    let writes = vec![counted(&SHARE, id, next), counted(&COUNTER, id, begun)];
    tx.write(writes).await
}

fn row_of(table: &'static Table, id: i64) -> Read {
    Read::Get {
        table,
        key: vec![id.into()],
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn under_load_on_two_databases_every_outcome_is_known() {
    let server = Server::start();
    let (postgres, store) = open(&options(&server));
    let mut tasks = JoinSet::new();
    for task in 0..16 {
        let store = store.clone();
        tasks.spawn(async move {
            for round in 0..60 {
                let id = task * 60 + round;
                let start = async move |tx: &mut dyn Tx| start(tx, id).await;
                store.transact("faults.start", start).await?;
                let check = async move |tx: &mut dyn Tx| check(tx, id).await;
                store.transact("faults.check", check).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), Ok(()));
    }
    assert_eq!(postgres.figures().conflicts, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "each task is awaited")]
async fn a_half_of_one_is_no_unknown_outcome_for_those_beside_it() {
    let server = Server::start();
    let (_, store) = open(&options(&server));
    let spoil = "CREATE TABLE parent (id BIGINT PRIMARY KEY);
        INSERT INTO parent VALUES (2), (9);
        INSERT INTO counter VALUES (9, 0);
        ALTER TABLE counter ADD FOREIGN KEY (id) REFERENCES parent DEFERRABLE INITIALLY DEFERRED";
    assert!(server.sql("main_0", spoil));
    // Holds up the queue until the other two wait in it.
    let mut holder = server.spawn(
        "main_0",
        "BEGIN; UPDATE counter SET count = 7 WHERE id = 9; SELECT pg_sleep(600)",
    );
    let held = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND wait_event = 'PgSleep'";
    while server.ask("main_0", held) != "1" {}
    let run = |name, writes: Vec<Write>| {
        let store = store.clone();
        tokio::spawn(async move {
            let write = async move |tx: &mut dyn Tx| tx.write(writes.clone()).await;
            store.transact::<_, (), StoreError>(name, write).await
        })
    };
    let first = run("faults.held", vec![counted(&COUNTER, 9, 1)]);
    let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
    while server.ask("main_0", waits) == "0" {}
    let half = run(
        "faults.half",
        vec![counted(&COUNTER, 1, 1), counted(&SHARE, 1, 1)],
    );
    let beside = run("faults.beside", vec![counted(&COUNTER, 2, 1)]);
    tokio::task::yield_now().await;
    holder.kill().unwrap();
    holder.wait().unwrap();
    let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    server.ask("main_0", end);
    assert_eq!(first.await.unwrap(), Ok(()));
    assert_eq!(half.await.unwrap(), Err(StoreError::OutcomeUnknown));
    assert_eq!(beside.await.unwrap(), Ok(()));
}

/// What becomes of the next commit on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// It never reaches the server.
    Dropped,
    /// It is done, and its answer is lost.
    Unheard,
    /// The connection breaks, and the server comes to it only later.
    Late,
}

/// A go-between that breaks the connection at a commit.
struct Between {
    fate: Arc<Mutex<Option<Fate>>>,
    /// Lets a late commit go.
    go: Sender<()>,
}

/// The message by which a transaction commits.
const COMMIT: &[u8] = b"Q\0\0\0\x0bCOMMIT\0";

impl Between {
    fn new(server: &Server, directory: &Path) -> Self {
        let listener = UnixListener::bind(directory.join(".s.PGSQL.5432")).unwrap();
        let real = server.socket().join(".s.PGSQL.5432");
        let fate = Arc::new(Mutex::new(None));
        let (go, gone) = channel();
        let gone = Arc::new(Mutex::new(gone));
        let next = Arc::clone(&fate);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let server = UnixStream::connect(&real).unwrap();
                let (fate, gone) = (Arc::clone(&next), Arc::clone(&gone));
                thread::spawn(move || carry(&client, &server, &fate, &gone));
            }
        });
        Between { fate, go }
    }

    fn break_at_commit(&self, fate: Fate) {
        *self.fate.lock().unwrap() = Some(fate);
    }
}

/// What the server says to one client.
struct Answers {
    /// Nothing of it reaches the client any more.
    muted: Arc<AtomicBool>,
    heard: Receiver<Vec<u8>>,
}

impl Answers {
    /// Carries them to the client, to the server's end: a server whose answer nobody takes would
    /// stop early.
    fn carry(server: &UnixStream, client: &UnixStream) -> Self {
        let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let muted = Arc::new(AtomicBool::new(false));
        let (tell, heard) = channel();
        let silent = Arc::clone(&muted);
        thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(read @ 1..) = from.read(&mut buffer) {
                if silent.load(Ordering::SeqCst) {
                    // Nobody listens once the fate is met.
                    let _ = tell.send(buffer[..read].to_vec());
                } else {
                    let _ = to.write_all(&buffer[..read]);
                }
            }
        });
        Answers { muted, heard }
    }

    fn wait_for(&self, words: &[u8]) {
        let mut said = vec![];
        while !said.windows(words.len()).any(|part| part == words) {
            said.extend(self.heard.recv().unwrap());
        }
    }
}

/// Carries what both say, until a commit meets its fate.
fn carry(
    client: &UnixStream,
    server: &UnixStream,
    fate: &Mutex<Option<Fate>>,
    go: &Mutex<Receiver<()>>,
) {
    let answers = Answers::carry(server, client);
    let (mut client_in, mut server_out) = (client, server);
    let mut buffer = vec![0; 65_536];
    while let Ok(read @ 1..) = client_in.read(&mut buffer) {
        let said = &buffer[..read];
        let commit = said.windows(COMMIT.len()).position(|part| part == COMMIT);
        let fate = commit.and_then(|at| Some((at, fate.lock().unwrap().take()?)));
        let Some((at, fate)) = fate else {
            if server_out.write_all(said).is_err() {
                return;
            }
            continue;
        };
        let (before, commit) = said.split_at(at);
        answers.muted.store(true, Ordering::SeqCst);
        server_out.write_all(before).unwrap();
        answers.wait_for(b"INSERT 0 1\0");
        if fate == Fate::Unheard {
            server_out.write_all(commit).unwrap();
            answers.wait_for(b"COMMIT\0");
        }
        client.shutdown(std::net::Shutdown::Both).unwrap();
        if fate == Fate::Late {
            go.lock().unwrap().recv().unwrap();
            server_out.write_all(commit).unwrap();
        }
        let _ = server.shutdown(std::net::Shutdown::Write);
        return;
    }
}

fn insert(id: i64) -> Write {
    let row = vec![id.into(), 1i64.into()];
    Write::Insert {
        table: &COUNTER,
        row,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[expect(clippy::disallowed_methods, reason = "each task is awaited")]
async fn a_commit_whose_answer_is_lost_run_again_is_done_once_or_refused_as_done() {
    let (server, directory) = (Server::start(), tempfile::tempdir().unwrap());
    let between = Between::new(&server, directory.path());
    drop(server.options(&["share", "main"]));
    let place = |name: &str| server.place(&format!("{name}_0"), directory.path());
    let options = Options::default()
        .migrate()
        .database("share", place("share"))
        .database("main", place("main"));
    let (_, store) = open(&options);
    let fates = [Fate::Dropped, Fate::Unheard, Fate::Late];
    for (id, fate) in (0..).zip(fates.repeat(5)) {
        let run = || {
            let store = store.clone();
            tokio::spawn(async move {
                let write = async move |tx: &mut dyn Tx| {
                    // Each connection is another, and prepares first.
                    count(tx, &COUNTER, id + 1_000).await?;
                    tx.write(vec![insert(id)]).await
                };
                store
                    .transact::<_, (), StoreError>("outcomes.insert", write)
                    .await
            })
        };
        between.break_at_commit(fate);
        let first = run().await.unwrap();
        assert_eq!(first, Err(StoreError::OutcomeUnknown), "{fate:?}");
        let again = run();
        if fate == Fate::Late {
            let waits = "SELECT count(*) FROM pg_locks WHERE NOT granted";
            while server.ask("main_0", waits) == "0" {}
            between.go.send(()).unwrap();
        }
        match (fate, again.await.unwrap()) {
            (Fate::Dropped, again) => assert_eq!(again, Ok(())),
            (_, again) => {
                let done = again.is_err_and(|error| error.is_duplicate("counter", "key"));
                assert!(done, "{fate:?}");
            }
        }
        let look = async move |tx: &mut dyn Tx| count(tx, &COUNTER, id).await;
        assert_eq!(
            store.read("outcomes.look", look).await,
            Ok::<_, StoreError>(1)
        );
    }
}
