//! The suite on the memory backend and on the wrappers.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::sync::Arc;

use store::conformance::{SCHEMA, UNKNOWN_TO, run_all};
use store::{FaultRates, Faulty, Measure, Memory, Observed, Observer, Store, StoreError, Tx};

fn memory() -> Arc<dyn Store> {
    Arc::new(Memory::open(&SCHEMA).unwrap())
}

struct Silent;

impl Observer for Silent {
    fn now_micros(&self) -> u64 {
        0
    }

    fn observe(&self, _: Measure) {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn memory_conforms() {
    run_all(&memory).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_store_without_faults_conforms() {
    let faulty = || -> Arc<dyn Store> { Arc::new(Faulty::new(memory(), 1, FaultRates::default())) };
    run_all(&faulty).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_observed_store_conforms() {
    let observed = || -> Arc<dyn Store> { Arc::new(Observed::new(memory(), Arc::new(Silent))) };
    run_all(&observed).await;
}

#[test]
fn migrating_twice_changes_nothing_and_an_older_schema_is_refused() {
    let store = Memory::open(&SCHEMA).unwrap();
    assert_eq!(store.migrate(&SCHEMA), Ok(()));
    assert!(matches!(
        store.migrate(&UNKNOWN_TO),
        Err(StoreError::UnknownSchema { .. })
    ));
}

async fn outcomes(seed: u64) -> Vec<Result<(), StoreError>> {
    let rates = FaultRates {
        conflict_per_mille: 200,
        before_commit_per_mille: 200,
        after_commit_per_mille: 200,
    };
    let faulty: Arc<dyn Store> = Arc::new(Faulty::new(memory(), seed, rates));
    let mut outcomes = vec![];
    for _ in 0..100 {
        outcomes.push(
            faulty
                .transact("faults", async |_: &mut dyn Tx| Ok(()))
                .await,
        );
    }
    outcomes
}

#[tokio::test]
async fn the_same_seed_gives_the_same_faults() {
    let first = outcomes(7).await;
    assert_eq!(first, outcomes(7).await);
    assert_ne!(first, outcomes(8).await);
    for kind in [
        Ok(()),
        Err(StoreError::Unavailable),
        Err(StoreError::OutcomeUnknown),
    ] {
        assert!(first.contains(&kind), "{kind:?}");
    }
}
