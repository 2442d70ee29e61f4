//! A worker, driven by a given time.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use serde::{Deserialize, Serialize};
use store::jobs::{self, Job, Retry, State, Worker};
use store::{Memory, Migration, Schema, Step, Store, StoreError};

const SCHEMA: Schema = Schema {
    databases: &["main"],
    migrations: &[Migration {
        name: "0001_jobs",
        steps: &[Step::CreateTable(&jobs::JOB)],
    }],
};

#[derive(Serialize, Deserialize)]
struct Send {
    secret: String,
}

impl Job for Send {
    const KIND: &'static str = "Send";
}

async fn enqueue(store: &Arc<dyn Store>, id: u8, run_at_ms: i64) {
    let job = async move |tx: &mut dyn store::Tx| {
        let job = Send {
            secret: "123456".to_owned(),
        };
        jobs::enqueue(tx, &job, run_at_ms, [id; 16]).await
    };
    store
        .transact("test.enqueue", job)
        .await
        .unwrap_or_else(|e: StoreError| panic!("{e}"));
}

async fn count(store: &Arc<dyn Store>, state: State) -> usize {
    let listed: Result<Vec<_>, StoreError> = store
        .read("test.list", async move |tx| {
            jobs::list(tx, state, None, 100).await
        })
        .await;
    listed.unwrap().len()
}

fn open() -> Arc<dyn Store> {
    Arc::new(Memory::open(&SCHEMA).unwrap())
}

#[tokio::test]
async fn everything_due_runs_once_and_the_rest_waits() {
    let store = open();
    for id in 0..40 {
        enqueue(&store, id, if id < 30 { 10 } else { 11 }).await;
    }
    let runs = Arc::new(AtomicU32::new(0));
    let counter = runs.clone();
    let worker = Worker::new(store.clone(), [1; 16], 1000).concurrency(4).on(
        move |job: Send, lease, now_ms| {
            assert_eq!((job.secret.len(), lease.attempt, now_ms), (6, 1, 10));
            counter.fetch_add(1, Ordering::Relaxed);
            async { Ok(()) }
        },
    );
    assert_eq!(worker.run_due(10).await, Ok(30));
    assert_eq!(worker.run_due(10).await, Ok(0));
    assert_eq!(runs.load(Ordering::Relaxed), 30);
    assert_eq!(count(&store, State::Waiting).await, 10);
}

#[tokio::test]
async fn a_handler_decides_between_another_try_and_a_dead_letter() {
    let store = open();
    enqueue(&store, 1, 10).await;
    let worker = Worker::new(store.clone(), [1; 16], 1000).on(|_: Send, lease, _| async move {
        // A retry for now is put off, or running everything due would not end.
        Err(if lease.attempt < 3 {
            Retry::At(0)
        } else {
            Retry::Dead("tired")
        })
    });
    for (now_ms, ran, dead) in [(10, 1, 0), (11, 1, 0), (12, 1, 1), (13, 0, 1)] {
        assert_eq!(worker.run_due(now_ms).await, Ok(ran));
        assert_eq!(count(&store, State::Dead).await, dead);
    }
}

#[tokio::test]
async fn a_panicking_handler_is_retried_and_then_a_dead_letter() {
    let store = open();
    enqueue(&store, 1, 0).await;
    let worker = Worker::new(store.clone(), [1; 16], 1000)
        .on(|_: Send, lease, _| async move { panic!("attempt {}", lease.attempt) });
    for attempt in 0..5 {
        assert_eq!(worker.run_due(attempt * 60_000).await, Ok(1));
    }
    assert_eq!(count(&store, State::Dead).await, 1);
}

#[tokio::test]
async fn a_job_of_an_unknown_kind_stays() {
    let store = open();
    enqueue(&store, 1, 0).await;
    assert_eq!(
        Worker::new(store.clone(), [1; 16], 1000).run_due(10).await,
        Ok(0)
    );
    assert_eq!(count(&store, State::Waiting).await, 1);
}

#[tokio::test]
async fn debug_of_a_stored_job_shows_no_body() {
    let store = open();
    enqueue(&store, 1, 0).await;
    let listed: Result<Vec<_>, StoreError> = store
        .read("test.list", async |tx| {
            jobs::list(tx, State::Waiting, None, 1).await
        })
        .await;
    let text = format!("{:?}", listed.unwrap());
    assert_eq!(
        text,
        "[Stored { kind: \"Send\", attempts: 0, state: Waiting, .. }]"
    );
}

#[tokio::test]
async fn the_loop_wakes_for_a_new_job_and_stops_when_told() {
    let store = open();
    let (done, mut finished) = tokio::sync::mpsc::unbounded_channel();
    let worker = Worker::new(store.clone(), [1; 16], 1000).on(move |_: Send, _, _| {
        let done = done.clone();
        async move {
            done.send(()).unwrap();
            Ok(())
        }
    });
    let (wake, now) = (worker.wake(), Arc::new(AtomicI64::new(10)));
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut tasks = tokio::task::JoinSet::new();
    let clock = now.clone();
    tasks.spawn(async move {
        let stop = async { stopped.await.unwrap_or_default() };
        worker
            .run(move || clock.load(Ordering::Relaxed), stop)
            .await;
    });
    enqueue(&store, 1, 10).await;
    wake.notify_one();
    finished.recv().await.unwrap();
    enqueue(&store, 2, 20).await;
    now.store(20, Ordering::Relaxed);
    wake.notify_one();
    finished.recv().await.unwrap();
    stop.send(()).unwrap();
    tasks.join_next().await.unwrap().unwrap();
    assert_eq!(count(&store, State::Waiting).await, 0);
}
