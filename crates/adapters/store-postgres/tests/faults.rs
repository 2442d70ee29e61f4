//! Restarts, conflicts, deadlocks, timeouts and limits, on a real server.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::process::Child;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use counters::{COUNTER, NOTE, count, counted, open, options};
use store::sql::Many;
use store::{Read, Scan, Store, StoreError, Tx, Write};
use store_postgres::server::Server;
use tokio::task::JoinSet;

mod counters;

async fn add_one(tx: &mut dyn Tx, id: i64) -> Result<i64, StoreError> {
    let next = count(tx, &COUNTER, id).await? + 1;
    tx.write(vec![counted(&COUNTER, id, next)]).await?;
    Ok(next)
}

/// Adds one after another until told to stop; after an unknown outcome it looks. Answers how
/// many there must be.
async fn add_until(store: Arc<dyn Store>, id: i64, stop: Arc<AtomicBool>) -> i64 {
    let mut sure = 0;
    while !stop.load(Ordering::Relaxed) {
        let add = async move |tx: &mut dyn Tx| add_one(tx, id).await;
        match store.transact("faults.add", add).await {
            Ok(count) => {
                assert_eq!(count, sure + 1, "nothing lost, nothing twice");
                sure = count;
            }
            Err(StoreError::OutcomeUnknown) => {
                let look = async move |tx: &mut dyn Tx| count(tx, &COUNTER, id).await;
                let found = loop {
                    if let Ok(found) = store.read("faults.look", look).await {
                        break found;
                    }
                };
                assert!(found == sure || found == sure + 1, "one step or none");
                sure = found;
            }
            Err(StoreError::Unavailable) => {}
            Err(other) => panic!("{other}"),
        }
    }
    sure
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_under_load_loses_nothing_and_does_nothing_twice() {
    let mut server = Server::start();
    let (postgres, store) = open(&options(&server).connections(8));
    let stop = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for id in 0..8 {
        let (store, stop) = (store.clone(), stop.clone());
        callers.spawn(async move { (id, add_until(store, id, stop).await) });
    }
    for kill in [false, true, false, true] {
        let before = postgres.figures().round_trips;
        while postgres.figures().round_trips < before + 200 {
            tokio::task::yield_now().await;
        }
        // The callers run on meanwhile.
        server = tokio::task::spawn_blocking(move || {
            server.stop(kill);
            server.run();
            server
        })
        .await
        .unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let mut total = 0;
    while let Some(done) = callers.join_next().await {
        let (id, sure) = done.unwrap();
        let look = async move |tx: &mut dyn Tx| count(tx, &COUNTER, id).await;
        let found: Result<i64, StoreError> = store.read("faults.total", look).await;
        assert_eq!(found, Ok(sure));
        total += sure;
    }
    assert!(total > 100, "{total} steps were made");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_transactions_cannot_both_act_upon_what_the_other_changes() {
    let server = Server::start();
    // Two processes: those of one process queue.
    let options = options(&server);
    let (first, store) = open(&options);
    let (second, other) = open(&options);
    for round in 0..40 {
        let mut pair = JoinSet::new();
        for (own, store) in [(0, store.clone()), (1, other.clone())] {
            pair.spawn(async move {
                // Each may set its own only while the other is not set.
                let set = async move |tx: &mut dyn Tx| {
                    let (own, other) = (round * 2 + own, round * 2 + 1 - own);
                    let other = count(tx, &COUNTER, other).await?;
                    tx.write(vec![counted(&COUNTER, own, 1 - other)]).await
                };
                store.transact("faults.skew", set).await
            });
        }
        while let Some(done) = pair.join_next().await {
            assert_eq!(done.unwrap(), Ok::<_, StoreError>(()));
        }
        let both = async move |tx: &mut dyn Tx| {
            let left = count(tx, &COUNTER, round * 2).await?;
            Ok::<_, StoreError>(left + count(tx, &COUNTER, round * 2 + 1).await?)
        };
        assert_eq!(store.read("faults.both", both).await, Ok(1));
    }
    let conflicts = first.figures().conflicts + second.figures().conflicts;
    assert!(conflicts > 0, "some met each other");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_run_again() {
    let server = Server::start();
    let options = options(&server);
    let (_, store) = open(&options);
    let (_, other) = open(&options);
    let mut tasks = JoinSet::new();
    for task in 0..8 {
        let store = [&store, &other][task % 2].clone();
        tasks.spawn(async move {
            let (first, second) = if task % 2 == 0 { (1, 2) } else { (2, 1) };
            let cross = async move |tx: &mut dyn Tx| {
                for id in [first, second] {
                    // Sent one by one, so that each holds a lock and wants the other's.
                    add_one(tx, id).await?;
                    tx.settle().await?;
                }
                Ok::<_, StoreError>(())
            };
            for _ in 0..10 {
                store.transact("faults.cross", cross).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), Ok(()));
    }
    let both = async |tx: &mut dyn Tx| {
        Ok::<_, StoreError>((count(tx, &COUNTER, 1).await?, count(tx, &COUNTER, 2).await?))
    };
    assert_eq!(store.read("faults.both", both).await, Ok((80, 80)));
}

/// Adds one to the row that everybody wants; every third then refuses, every fifth meets a
/// duplicate of its own.
async fn add_or_refuse(tx: &mut dyn Tx, task: i64) -> Result<(), StoreError> {
    add_one(tx, 1).await?;
    if task % 3 == 0 {
        // Sent before the refusal, so that it has to be taken back.
        tx.settle().await?;
        return Err(StoreError::Busy);
    }
    if task % 5 == 0 {
        let row = vec![7i64.into(), 7i64.into()];
        let insert = Write::Insert {
            table: &COUNTER,
            row,
        };
        return tx.write(vec![insert.clone(), insert]).await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_that_share_a_commit_do_not_share_a_failure() {
    let server = Server::start();
    let (postgres, store) = open(&options(&server));
    let mut tasks = JoinSet::new();
    for task in 0..30 {
        let store = store.clone();
        tasks.spawn(async move {
            let mut added = 0;
            for _ in 0..20 {
                let add = async move |tx: &mut dyn Tx| add_or_refuse(tx, task).await;
                match store.transact("faults.hot", add).await {
                    Ok(()) => added += 1,
                    Err(StoreError::Busy) => assert_eq!(task % 3, 0),
                    Err(error) => {
                        assert!(error.is_duplicate("counter", "key"), "{error}");
                        assert_eq!(task % 5, 0);
                    }
                }
            }
            added
        });
    }
    let mut added = 0;
    while let Some(done) = tasks.join_next().await {
        added += done.unwrap();
    }
    // 30 tasks, without 10 that refuse and 4 more that meet their duplicate.
    assert_eq!(added, 16 * 20);
    let look = async |tx: &mut dyn Tx| count(tx, &COUNTER, 1).await;
    assert_eq!(
        store.read("faults.look", look).await,
        Ok::<_, StoreError>(added)
    );
    assert_eq!(postgres.figures().conflicts, 0);
}

/// Somebody else's session that holds a row's lock until the child is killed.
fn hold(server: &Server, database: &str) -> Child {
    let text = "BEGIN; UPDATE counter SET count = 7 WHERE id = 1; SELECT pg_sleep(600)";
    server.spawn(database, text)
}

#[tokio::test]
async fn a_lock_that_somebody_keeps_is_typed_and_recovers() {
    let server = Server::start();
    let short = Duration::from_millis(100);
    let options = options(&server).timeouts(Duration::from_secs(5), short);
    let (_, store) = open(&options);
    let add = async |tx: &mut dyn Tx| add_one(tx, 1).await;
    assert_eq!(store.transact("faults.add", add).await, Ok(1));
    let mut holder = hold(&server, "main_0");
    let locked = "SELECT count(*) FROM pg_locks WHERE relation = 'counter'::regclass AND mode = 'RowExclusiveLock'";
    while server.ask("main_0", locked) == "0" {}
    assert_eq!(
        store.transact("faults.add", add).await,
        Err(StoreError::Busy)
    );
    holder.kill().unwrap();
    holder.wait().unwrap();
    let gone = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid()";
    server.ask("main_0", gone);
    while server.ask("main_0", locked) != "0" {}
    assert_eq!(store.transact("faults.add", add).await, Ok(2));
}

#[tokio::test]
async fn a_database_that_may_only_be_read_is_typed_and_recovers() {
    let server = Server::start();
    let (_, store) = open(&options(&server).connections(1));
    let add = async |tx: &mut dyn Tx| add_one(tx, 1).await;
    let set = |value: &str| {
        let alter = format!("ALTER DATABASE main_0 SET default_transaction_read_only = {value}");
        assert!(server.sql("postgres", &alter));
        // Sessions take the setting when they begin.
        server.ask(
            "postgres",
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'main_0'",
        );
    };
    set("on");
    assert_eq!(
        store.transact("faults.add", add).await,
        Err(StoreError::ReadOnly)
    );
    set("off");
    assert_eq!(store.transact("faults.add", add).await, Ok(1));
}

#[tokio::test]
async fn a_server_that_is_gone_is_waited_for_and_then_unavailable() {
    let mut server = Server::start();
    let patience = Duration::from_millis(300);
    let (_, store) = open(&options(&server).patience(patience));
    server.stop(true);
    let add = async |tx: &mut dyn Tx| add_one(tx, 1).await;
    assert_eq!(
        store.transact("faults.add", add).await,
        Err(StoreError::Unavailable)
    );
    server.run();
    assert_eq!(store.transact("faults.add", add).await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_are_never_more_connections_than_allowed() {
    let server = Server::start();
    let (_, store) = open(&options(&server).connections(3));
    assert!(server.sql("postgres", "ALTER DATABASE main_0 CONNECTION LIMIT 4"));
    let mut tasks = JoinSet::new();
    for id in 0..40 {
        let store = store.clone();
        tasks.spawn(async move {
            for _ in 0..5 {
                let add = async move |tx: &mut dyn Tx| add_one(tx, id).await;
                store.transact("faults.add", add).await?;
                let look = async move |tx: &mut dyn Tx| count(tx, &COUNTER, id).await;
                store.read("faults.look", look).await?;
            }
            Ok::<_, StoreError>(())
        });
    }
    while let Some(done) = tasks.join_next().await {
        assert_eq!(done.unwrap(), Ok(()));
    }
}

#[tokio::test]
async fn every_scan_uses_its_index_and_none_reads_a_whole_table() {
    let server = Server::start();
    let (_, store) = open(&options(&server));
    drop(store);
    let by_shelf = || Scan::new(&NOTE, 10).index("note_shelf");
    let place = Some(vec![3i64.into(), b"x".into()]);
    for (scan, index) in [
        (Scan::new(&NOTE, 10), "note_pkey"),
        (Scan::new(&NOTE, 10).from(b"x"), "note_pkey"),
        (by_shelf().prefix([3i64.into()]), "note_shelf"),
        (by_shelf().after(place.clone()), "note_shelf"),
        (by_shelf().to(9i64).after(place).reverse(), "note_shelf"),
        (
            Scan::new(&NOTE, 1).index("note_label").prefix(["a".into()]),
            "note_label",
        ),
    ] {
        let (table, operation, values) = store::sql::Operation::of_read(&Read::Scan(scan));
        let text = store_postgres::DIALECT.text(table, operation).unwrap();
        let nulls = vec!["NULL"; values.len()].join(", ");
        let explain = format!(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
             SET enable_bitmapscan = off; PREPARE p AS {text}; EXPLAIN EXECUTE p({nulls})"
        );
        let plan = server.ask("main_0", &explain);
        assert!(plan.contains(index), "{text}: {plan}");
        assert!(!plan.contains("Seq Scan"), "{text}: {plan}");
        assert!(!plan.contains("Sort") || index == "note_label", "{plan}");
    }
    let many = |many| store_postgres::DIALECT.many(&NOTE, many, 8).unwrap();
    for (text, values) in [(many(Many::Gets), 8), (many(Many::Prefixes), 9)] {
        let nulls = vec!["NULL"; values].join(", ");
        let explain = format!(
            "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;
             SET enable_bitmapscan = off; PREPARE p AS {text}; EXPLAIN EXECUTE p({nulls})"
        );
        let plan = server.ask("main_0", &explain);
        assert!(plan.contains("note_pkey"), "{text}: {plan}");
        assert!(!plan.contains("Seq Scan"), "{text}: {plan}");
    }
}
