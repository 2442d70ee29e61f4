//! The erased unit of work that crosses from a caller to a backend.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::task::{Context, Poll, Waker};

use tokio::sync::oneshot;

use crate::watch::Watch;
use crate::{Fut, StoreError, Tx};

/// What a unit of work may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Read a consistent snapshot of each database.
    Read,
    /// Read and write.
    Write,
}

/// What shall become of a transaction after its closure ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Commit; the caller gets the closure's answer.
    Commit,
    /// Roll back; the caller gets the closure's own error.
    Rollback,
    /// Roll back; the caller gets this error, or the door tries again on a conflict.
    Abort(StoreError),
}

/// A closure with its way back to the caller. It is `Send`; the future that it makes is not, and
/// stays on the thread that runs it.
pub trait Work: Send {
    /// Runs the closure once in `tx`.
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict>;

    /// Answers the caller. `Ok` means that the last verdict was carried out; an error replaces
    /// the closure's answer. Work that is dropped without an answer was refused by a closed
    /// store.
    fn answer(self: Box<Self>, result: Result<(), StoreError>);
}

/// Work with its name, as [`Store::submit`](crate::Store::submit) takes it.
pub struct Unit {
    /// Name of the transaction, for example `identity.confirm`.
    pub name: &'static str,
    /// What it may do.
    pub mode: Mode,
    /// The work.
    pub work: Box<dyn Work>,
}

/// Runs work on a backend whose transaction never waits: polls once, and turns a panic or a wait
/// for anything else into a typed verdict.
pub fn run_to_verdict(work: &mut dyn Work, tx: &mut dyn Tx) -> Verdict {
    let run = AssertUnwindSafe(|| {
        let mut future = work.run(tx);
        match future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(verdict) => verdict,
            Poll::Pending => Verdict::Abort(StoreError::Suspended),
        }
    });
    catch_unwind(run).unwrap_or(Verdict::Abort(StoreError::Panicked))
}

/// Answers work. The caller's values may be dropped here, and a panic of their `drop` must not
/// end the backend.
pub fn answer_safely(work: Box<dyn Work>, result: Result<(), StoreError>) {
    let _ = catch_unwind(AssertUnwindSafe(|| work.answer(result)));
}

/// The closure comes back with the answer, so that the door can try again.
pub(crate) type Reply<F, T, E> = (F, Result<T, Tried<E>>);

/// Why one attempt failed.
pub(crate) enum Tried<E> {
    Closure(E),
    Store(StoreError),
}

pub(crate) struct Typed<F, T, E> {
    closure: F,
    mode: Mode,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Reply<F, T, E>>,
}

impl<F, T, E> Typed<F, T, E> {
    pub(crate) fn new(closure: F, mode: Mode, reply: oneshot::Sender<Reply<F, T, E>>) -> Self {
        Typed {
            closure,
            mode,
            outcome: None,
            reply,
        }
    }
}

impl<F, T, E> Work for Typed<F, T, E>
where
    F: AsyncFn(&mut dyn Tx) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: Send + 'static,
{
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict> {
        Box::pin(async move {
            self.outcome = None;
            let mut watch = Watch::new(tx, self.mode);
            let outcome = (self.closure)(&mut watch).await;
            let verdict = watch.verdict(outcome.is_ok());
            self.outcome = Some(outcome);
            verdict
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        let outcome = match (result, self.outcome) {
            (Err(error), _) => Err(Tried::Store(error)),
            (Ok(()), Some(outcome)) => outcome.map_err(Tried::Closure),
            (Ok(()), None) => Err(Tried::Store(StoreError::Unavailable)),
        };
        // The caller may have gone away; its transaction stands all the same.
        let _ = self.reply.send((self.closure, outcome));
    }
}
