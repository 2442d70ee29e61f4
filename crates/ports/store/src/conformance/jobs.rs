//! Claims, leases and dead letters.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::jobs::{self, Claim, Job, Lease, Retry, State, Stored};
use crate::{Store, StoreError, Tx};

#[derive(Serialize, Deserialize)]
struct Ring {
    times: u32,
}

impl Job for Ring {
    const KIND: &'static str = "Ring";
}

async fn enqueue(store: &dyn Store, id: u8, run_at_ms: i64) {
    let enqueued = store.transact("jobs.enqueue", async move |tx| {
        jobs::enqueue(
            tx,
            &Ring {
                times: u32::from(id),
            },
            run_at_ms,
            [id; 16],
        )
        .await
    });
    assert_eq!(enqueued.await, Ok::<_, StoreError>(()));
}

async fn claim(store: &dyn Store, worker: u8, now_ms: i64, limit: usize) -> Vec<Stored> {
    let wanted = Claim {
        kinds: vec![Ring::KIND],
        worker: [worker; 16],
        lease_ms: 100,
        limit,
    };
    let claimed: Result<_, StoreError> = store
        .transact("jobs.claim", async move |tx| {
            jobs::claim(tx, now_ms, &wanted).await
        })
        .await;
    assert!(claimed.is_ok(), "a claim works: {claimed:?}");
    claimed.unwrap_or_default()
}

/// Claims the one job that is due.
async fn claim_one(store: &dyn Store, worker: u8, now_ms: i64) -> Lease {
    let claimed = claim(store, worker, now_ms, 10).await;
    assert_eq!(claimed.len(), 1, "one job is due at {now_ms}");
    let lease = claimed.first().and_then(Stored::claimed);
    lease.unwrap_or(Lease {
        job: [0; 16],
        attempt: 0,
        worker: [0; 16],
        until_ms: 0,
    })
}

async fn finish(store: &dyn Store, lease: &Lease) -> Result<bool, StoreError> {
    let lease = lease.clone();
    store
        .transact("jobs.finish", async move |tx| {
            jobs::finish(tx, &lease).await
        })
        .await
}

async fn list(store: &dyn Store, state: State) -> Vec<[u8; 16]> {
    let listed: Result<Vec<Stored>, StoreError> = store
        .read("jobs.list", async move |tx| {
            jobs::list(tx, state, None, 10).await
        })
        .await;
    listed
        .unwrap_or_default()
        .iter()
        .map(|job| job.id)
        .collect()
}

pub(super) async fn two_workers_never_get_the_same_job(store: Arc<dyn Store>) {
    for id in 0..60 {
        enqueue(store.as_ref(), id, 10).await;
    }
    enqueue(store.as_ref(), 99, 11).await;
    let mut workers = JoinSet::new();
    for worker in 1..=4 {
        let store = store.clone();
        workers.spawn(async move {
            let mut got = vec![];
            loop {
                let claimed = claim(store.as_ref(), worker, 10, 3).await;
                if claimed.is_empty() {
                    return got;
                }
                got.extend(claimed.into_iter().map(|job| job.id));
            }
        });
    }
    let mut all = vec![];
    while let Some(got) = workers.join_next().await {
        all.extend(got.unwrap_or_default());
    }
    let distinct: BTreeSet<_> = all.iter().collect();
    assert_eq!(
        (all.len(), distinct.len()),
        (60, 60),
        "each due job goes to one worker"
    );
}

pub(super) async fn an_ended_lease_is_claimed_again_and_the_old_one_is_void(store: Arc<dyn Store>) {
    let store = store.as_ref();
    enqueue(store, 1, 10).await;
    assert!(
        claim(store, 1, 9, 10).await.is_empty(),
        "nothing is due early"
    );
    let first = claim_one(store, 1, 10).await;
    assert_eq!((first.attempt, first.until_ms), (1, 110));
    assert!(
        claim(store, 2, 109, 10).await.is_empty(),
        "a lease holds until its end"
    );
    let second = claim_one(store, 2, 110).await;
    assert_eq!(second.attempt, 2);
    assert_eq!(
        finish(store, &first).await,
        Ok(false),
        "an old lease is void"
    );
    assert_eq!(list(store, State::Leased).await, [[1; 16]]);
    assert_eq!(finish(store, &second).await, Ok(true));
    assert_eq!(
        finish(store, &second).await,
        Ok(false),
        "a finished job is gone"
    );
    assert!(claim(store, 1, i64::MAX, 10).await.is_empty());
}

pub(super) async fn a_dead_letter_is_kept_listed_and_retried(store: Arc<dyn Store>) {
    enqueue(store.as_ref(), 1, 10).await;
    let fail = async |lease: Lease, retry: Retry, now_ms: i64| {
        let fail = async move |tx: &mut dyn Tx| jobs::fail(tx, &lease, retry, now_ms).await;
        store.transact("jobs.fail", fail).await
    };
    let store = store.as_ref();
    let first = claim_one(store, 1, 10).await;
    assert_eq!(
        fail(first, Retry::At(50), 20).await,
        Ok::<_, StoreError>(true)
    );
    assert_eq!(list(store, State::Waiting).await, [[1; 16]]);
    assert!(
        claim(store, 1, 49, 10).await.is_empty(),
        "a failed job waits for its time"
    );
    let second = claim_one(store, 1, 50).await;
    assert_eq!(fail(second, Retry::Dead("no_answer"), 60).await, Ok(true));
    assert!(
        claim(store, 1, i64::MAX, 10).await.is_empty(),
        "a dead letter does not run"
    );
    assert_eq!(list(store, State::Dead).await, [[1; 16]]);
    let retried: Result<_, StoreError> = store
        .transact("jobs.retry", async |tx| {
            jobs::retry_dead(tx, [1; 16], 70).await
        })
        .await;
    assert_eq!(retried, Ok(true));
    let third = claim_one(store, 1, 70).await;
    assert_eq!(third.attempt, 1, "tries are counted from zero");
}

pub(super) async fn a_job_exists_only_if_its_transaction_committed(store: Arc<dyn Store>) {
    let failed = store.transact("jobs.enqueue", async |tx| {
        jobs::enqueue(tx, &Ring { times: 1 }, 10, [1; 16]).await?;
        Err::<(), _>(StoreError::Unavailable)
    });
    assert_eq!(failed.await, Err(StoreError::Unavailable));
    assert!(
        claim(store.as_ref(), 1, 10, 10).await.is_empty(),
        "no job without its transaction"
    );
    enqueue(store.as_ref(), 7, 10).await;
    let claimed = claim(store.as_ref(), 1, 10, 10).await;
    let times = claimed
        .first()
        .and_then(|job| job.job::<Ring>().ok())
        .map(|ring| ring.times);
    assert_eq!(times, Some(7), "a job comes back as it was");
}
