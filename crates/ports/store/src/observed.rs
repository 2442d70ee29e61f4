//! A wrapper that measures every transaction.

use std::sync::Arc;

use crate::{Fut, Mode, SendFut, Store, StoreError, Tx, Unit, Verdict, Work};

/// How a transaction ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It committed, or read what it wanted.
    Committed,
    /// Its closure answered an error of its own.
    RolledBack,
    /// The store refused it. [`StoreError::Conflict`] is one attempt; the door may try again.
    Refused(StoreError),
}

/// Measurements of one attempt of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// Name given to `transact` or `read`.
    pub name: &'static str,
    /// Read or write.
    pub mode: Mode,
    /// From submission to the start of the closure, in microseconds.
    pub queue_micros: u64,
    /// Run time of the closure, in microseconds.
    pub run_micros: u64,
    /// From the end of the closure to the answer, in microseconds: the commit, which a group
    /// shares.
    pub commit_micros: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// Takes measurements. It also brings the clock that they are taken with.
pub trait Observer: Send + Sync {
    /// Monotonic time in microseconds from any start.
    fn now_micros(&self) -> u64;

    /// Takes one measurement. Must be quick: it runs on the backend's thread.
    fn observe(&self, measure: Measure);
}

/// A store that reports every attempt of a transaction to an observer.
pub struct Observed {
    inner: Arc<dyn Store>,
    observer: Arc<dyn Observer>,
}

impl Observed {
    /// Wraps a store.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, observer: Arc<dyn Observer>) -> Self {
        Observed { inner, observer }
    }
}

impl Store for Observed {
    fn submit(&self, unit: Unit) {
        let Unit { name, mode, work } = unit;
        let submitted = self.observer.now_micros();
        let times = [submitted; 3];
        let observer = Arc::clone(&self.observer);
        let timed = Timed {
            work,
            name,
            mode,
            observer,
            times,
            committed: true,
        };
        self.inner.submit(Unit {
            name,
            mode,
            work: Box::new(timed),
        });
    }

    fn close(&self) -> SendFut<'_, ()> {
        self.inner.close()
    }
}

struct Timed {
    work: Box<dyn Work>,
    name: &'static str,
    mode: Mode,
    observer: Arc<dyn Observer>,
    /// Submitted, started, ended.
    times: [u64; 3],
    committed: bool,
}

impl Work for Timed {
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict> {
        Box::pin(async move {
            self.times[1] = self.observer.now_micros();
            let verdict = self.work.run(tx).await;
            self.times[2] = self.observer.now_micros();
            self.committed = verdict == Verdict::Commit;
            verdict
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        let Timed {
            work,
            name,
            mode,
            observer,
            times: [submitted, started, ended],
            committed,
        } = *self;
        let outcome = match &result {
            Err(error) => Outcome::Refused(error.clone()),
            Ok(()) if committed => Outcome::Committed,
            Ok(()) => Outcome::RolledBack,
        };
        observer.observe(Measure {
            name,
            mode,
            queue_micros: started.saturating_sub(submitted),
            run_micros: ended.saturating_sub(started),
            commit_micros: observer.now_micros().saturating_sub(ended),
            outcome,
        });
        work.answer(result);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use parking_lot::Mutex;

    use super::*;
    use crate::{Memory, Schema};

    #[derive(Default)]
    struct Notes {
        clock: AtomicU64,
        seen: Mutex<Vec<Measure>>,
    }

    impl Observer for Notes {
        fn now_micros(&self) -> u64 {
            self.clock.fetch_add(10, Ordering::Relaxed)
        }

        fn observe(&self, measure: Measure) {
            self.seen.lock().push(measure);
        }
    }

    #[tokio::test]
    async fn every_attempt_is_measured_with_its_outcome() {
        let schema = Schema {
            databases: &["main"],
            migrations: &[],
        };
        let notes = Arc::new(Notes::default());
        let memory: Arc<dyn Store> = Arc::new(Memory::open(&schema).unwrap());
        let store: Arc<dyn Store> = Arc::new(Observed::new(memory, notes.clone()));
        store
            .transact("a.ok", async |_| Ok::<_, StoreError>(()))
            .await
            .unwrap();
        store
            .transact("a.no", async |_| Err::<(), _>(StoreError::Busy))
            .await
            .unwrap_err();
        store.close().await;
        store
            .read("a.late", async |_| Ok::<_, StoreError>(()))
            .await
            .unwrap_err();

        let seen = notes.seen.lock();
        let outcomes: Vec<_> = seen
            .iter()
            .map(|m| (m.name, m.mode, m.outcome.clone()))
            .collect();
        let want = [
            ("a.ok", Mode::Write, Outcome::Committed),
            ("a.no", Mode::Write, Outcome::RolledBack),
            ("a.late", Mode::Read, Outcome::Refused(StoreError::Closed)),
        ];
        assert_eq!(outcomes, want);
        assert_eq!(
            (
                seen[0].queue_micros,
                seen[0].run_micros,
                seen[0].commit_micros
            ),
            (10, 10, 10)
        );
    }
}
