//! The door: every transaction of the system goes through here.

use std::future::Future;
use std::pin::Pin;

use tokio::sync::oneshot;

use crate::work::{Tried, Typed};
use crate::{Mode, StoreError, Tx, Unit};

/// A future that may move between threads.
pub type SendFut<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Name of the empty transaction by which [`flush`](trait@Store) waits. A backend that runs
/// transactions side by side finishes all it accepted before it runs this one.
pub const FLUSH: &str = "store.flush";

/// How often a transaction is run at most, when each attempt ends in a conflict.
pub const MAX_ATTEMPTS: u32 = 8;

/// A store. Held as `Arc<dyn Store>`; see `transact` and `read` on it.
pub trait Store: Send + Sync {
    /// Takes a unit of work, runs it once in a transaction and answers it. Never blocks for
    /// long: a full queue is answered with [`StoreError::Busy`].
    fn submit(&self, unit: Unit);

    /// Refuses new work, finishes what was accepted and releases the files.
    fn close(&self) -> SendFut<'_, ()>;
}

impl dyn Store + '_ {
    /// Runs `closure` in a transaction named `name`, and commits when it answers `Ok`.
    ///
    /// The closure may run several times, so it must have no effect outside the transaction, and
    /// it may await nothing but the transaction. It runs on a thread of the backend. Once this
    /// future was polled, the transaction happens even if the future is dropped.
    ///
    /// # Errors
    /// The closure's own error, after a rollback; or a [`StoreError`]. After
    /// [`StoreError::OutcomeUnknown`] the caller must look; after any other nothing has happened.
    pub fn transact<F, T, E>(
        &self,
        name: &'static str,
        closure: F,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        F: AsyncFn(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.attempt(name, Mode::Write, closure)
    }

    /// Runs `closure` on a consistent snapshot of each database, without writing. It must be
    /// short: it may run on the calling thread.
    ///
    /// # Errors
    /// The closure's own error, or a [`StoreError`]; a write is [`StoreError::Invalid`].
    pub fn read<F, T, E>(
        &self,
        name: &'static str,
        closure: F,
    ) -> impl Future<Output = Result<T, E>> + Send
    where
        F: AsyncFn(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.attempt(name, Mode::Read, closure)
    }

    /// Waits until every transaction accepted so far has finished.
    ///
    /// # Errors
    /// [`StoreError::Closed`] or [`StoreError::Busy`].
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.transact(FLUSH, async |_: &mut dyn Tx| Ok(())).await
    }

    async fn attempt<F, T, E>(&self, name: &'static str, mode: Mode, mut closure: F) -> Result<T, E>
    where
        F: AsyncFn(&mut dyn Tx) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        for _ in 0..MAX_ATTEMPTS {
            let (reply, answer) = oneshot::channel();
            self.submit(Unit {
                name,
                mode,
                work: Box::new(Typed::new(closure, mode, reply)),
            });
            let (returned, result) = answer.await.map_err(|_| StoreError::Closed)?;
            closure = match result {
                Ok(value) => return Ok(value),
                Err(Tried::Closure(error)) => return Err(error),
                Err(Tried::Store(StoreError::Conflict)) => returned,
                Err(Tried::Store(error)) => return Err(error.into()),
            };
        }
        Err(StoreError::Conflict.into())
    }
}
