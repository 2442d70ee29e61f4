//! A worker: claims jobs, runs their handlers, finishes or gives them back.

use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::jobs::{Claim, Job, Lease, Stored, claim, fail, finish, next_due};
use crate::{SendFut, Store, StoreError};

/// What becomes of a job that failed; its handler decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry {
    /// Run again at this time, in milliseconds since the Unix epoch.
    At(i64),
    /// Never again: a dead letter with this reason code.
    Dead(&'static str),
}

type Ran = Result<(), Retry>;
type Handler = Box<dyn Fn(&Stored, Lease, i64) -> SendFut<'static, Ran> + Send + Sync>;

/// How many jobs a worker runs at once, unless told otherwise.
pub const DEFAULT_CONCURRENCY: usize = 16;
/// Longest wait without a look at the table, in milliseconds: another process may enqueue too.
const MAX_WAIT_MS: i64 = 30_000;
/// Wait after a panic of a handler or a failure of the store, in milliseconds.
const PAUSE_MS: i64 = 5_000;
/// A job whose handler panicked this often is a dead letter.
const MAX_PANICS: u32 = 5;

/// Runs the jobs whose kinds have a handler.
pub struct Worker {
    store: Arc<dyn Store>,
    name: [u8; 16],
    lease_ms: i64,
    concurrency: usize,
    handlers: BTreeMap<&'static str, Handler>,
    wake: Arc<Notify>,
}

impl Worker {
    /// A worker with a name unique among those that run. A job whose worker died is claimed
    /// again after `lease_ms`, so no handler may take longer than that.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, name: [u8; 16], lease_ms: i64) -> Self {
        let (concurrency, wake) = (DEFAULT_CONCURRENCY, Arc::new(Notify::new()));
        Worker {
            store,
            name,
            lease_ms,
            concurrency,
            handlers: BTreeMap::new(),
            wake,
        }
    }

    /// Runs at most this many jobs at once.
    #[must_use]
    pub fn concurrency(mut self, jobs: usize) -> Self {
        self.concurrency = jobs.max(1);
        self
    }

    /// Looks at once whenever `wake` is notified, instead of a notifier of its own: for a service
    /// that enqueues before its worker exists.
    #[must_use]
    pub fn woken_by(mut self, wake: Arc<Notify>) -> Self {
        self.wake = wake;
        self
    }

    /// Sets the handler of a kind. It takes the job, its lease and the time; `Ok` finishes the
    /// job.
    #[must_use]
    pub fn on<J, F, R>(mut self, handler: F) -> Self
    where
        J: Job,
        F: Fn(J, Lease, i64) -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Retry>> + Send + 'static,
    {
        let erased = move |stored: &Stored, lease, now_ms| -> SendFut<'static, Ran> {
            match stored.job::<J>() {
                Ok(job) => Box::pin(handler(job, lease, now_ms)),
                Err(_) => Box::pin(async { Err(Retry::Dead("unreadable_body")) }),
            }
        };
        self.handlers.insert(J::KIND, Box::new(erased));
        self
    }

    /// Notified after an enqueueing transaction has committed, it makes [`Worker::run`] look at
    /// once.
    #[must_use]
    pub fn wake(&self) -> Arc<Notify> {
        Arc::clone(&self.wake)
    }

    /// Runs every job that is due at `now_ms`, and those that they enqueue for now. Answers how
    /// many ran.
    ///
    /// # Errors
    /// A [`StoreError`] of a claim; jobs already started are finished first.
    pub async fn run_due(&self, now_ms: i64) -> Result<usize, StoreError> {
        self.drive(now_ms, &AtomicBool::new(false)).await
    }

    /// Runs jobs whenever they are due, until `stop`. Jobs that have started are finished first.
    pub async fn run(&self, clock: impl Fn() -> i64, stop: impl Future<Output = ()>) {
        let mut stop = pin!(stop);
        let stopping = AtomicBool::new(false);
        loop {
            let drive = {
                let mut drive = pin!(self.drive(clock(), &stopping));
                tokio::select! {
                    result = &mut drive => result,
                    () = &mut stop => {
                        stopping.store(true, Ordering::Relaxed);
                        let _ = drive.await;
                        return;
                    }
                }
            };
            let wait_ms = match drive {
                Ok(_) => self.wait_ms(clock()).await,
                Err(StoreError::Closed) => return,
                Err(_) => PAUSE_MS,
            };
            let wait = Duration::from_millis(u64::try_from(wait_ms).unwrap_or_default());
            tokio::select! {
                () = &mut stop => return,
                () = self.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Runs what is due, and starts nothing more once `stopping` is set.
    async fn drive(&self, now_ms: i64, stopping: &AtomicBool) -> Result<usize, StoreError> {
        let mut running = JoinSet::new();
        let mut ran = 0;
        let mut end = Ok(());
        loop {
            if end.is_ok() && !stopping.load(Ordering::Relaxed) {
                let free = self.concurrency.saturating_sub(running.len());
                match self.claim(now_ms, free).await {
                    Ok(claimed) => {
                        for task in claimed.iter().filter_map(|job| self.start(job, now_ms)) {
                            ran += 1;
                            running.spawn(task);
                        }
                    }
                    Err(error) => end = Err(error),
                }
            }
            if running.join_next().await.is_none() {
                return end.map(|()| ran);
            }
        }
    }

    async fn wait_ms(&self, now_ms: i64) -> i64 {
        let kinds = self.kinds();
        let next = self
            .store
            .read("jobs.next", async move |tx| next_due(tx, &kinds).await)
            .await;
        match next {
            Ok(Some(due)) => due.saturating_sub(now_ms).clamp(0, MAX_WAIT_MS),
            Ok(None) => MAX_WAIT_MS,
            Err(_) => PAUSE_MS,
        }
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.handlers.keys().copied().collect()
    }

    async fn claim(&self, now_ms: i64, limit: usize) -> Result<Vec<Stored>, StoreError> {
        if limit == 0 || self.handlers.is_empty() {
            return Ok(vec![]);
        }
        let (worker, lease_ms, kinds) = (self.name, self.lease_ms, self.kinds());
        let wanted = Claim {
            kinds,
            worker,
            lease_ms,
            limit,
        };
        self.store
            .transact("jobs.claim", async move |tx| {
                claim(tx, now_ms, &wanted).await
            })
            .await
    }

    /// The task that runs one job and writes down how it ended.
    fn start(
        &self,
        stored: &Stored,
        now_ms: i64,
    ) -> Option<impl Future<Output = ()> + Send + 'static> {
        let lease = stored.claimed()?;
        let handler = self.handlers.get(stored.kind.as_str())?;
        // A handler may panic before its future exists.
        let future = catch_unwind(AssertUnwindSafe(|| handler(stored, lease.clone(), now_ms)));
        let store = Arc::clone(&self.store);
        Some(async move {
            let ran = match future {
                Ok(future) => caught(future).await,
                Err(_) => None,
            };
            let ran = ran.unwrap_or_else(|| Err(after_panic(&lease, now_ms)));
            // When this fails the lease ends by itself, and the job runs again.
            let _: Result<bool, StoreError> = match ran {
                Ok(()) => {
                    store
                        .transact("jobs.finish", async move |tx| finish(tx, &lease).await)
                        .await
                }
                Err(retry) => {
                    let give_back =
                        async move |tx: &mut dyn crate::Tx| fail(tx, &lease, retry, now_ms).await;
                    store.transact("jobs.fail", give_back).await
                }
            };
        })
    }
}

fn after_panic(lease: &Lease, now_ms: i64) -> Retry {
    if lease.attempt >= MAX_PANICS {
        return Retry::Dead("panicked");
    }
    Retry::At(now_ms.saturating_add(PAUSE_MS))
}

/// The future's output, or none when it panics.
async fn caught<T>(mut future: Pin<Box<dyn Future<Output = T> + Send>>) -> Option<T> {
    poll_fn(move |cx| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        match poll {
            Ok(Poll::Pending) => Poll::Pending,
            Ok(Poll::Ready(output)) => Poll::Ready(Some(output)),
            Err(_) => Poll::Ready(None),
        }
    })
    .await
}
