//! A transaction that shares an attempt with others, as its closure sees it.
//!
//! All closures of an attempt begin together, and each stops where it first needs the server. What
//! they want to read is asked for at once. Then they go on one after another, so that each sees
//! what those before it wrote.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use store::{Fut, Read, Row, StoreError, Tx, Verdict, Work, Write};

use crate::attempt::Attempt;

/// What the members of an attempt share.
pub(crate) struct Shared<'e> {
    /// Taken out while it works; no two members work at the same time.
    attempt: Cell<Option<Attempt<'e>>>,
    gathering: Cell<bool>,
    /// Reads that members stopped at while reads were gathered.
    wanted: RefCell<Vec<Read>>,
    /// Is the server, or the end of gathering, awaited? Else a closure that waits does so for
    /// something else.
    awaiting: &'e Cell<bool>,
}

impl<'e> Shared<'e> {
    pub(crate) fn new(attempt: Attempt<'e>, awaiting: &'e Cell<bool>) -> Self {
        Shared {
            attempt: Cell::new(Some(attempt)),
            gathering: Cell::new(true),
            wanted: RefCell::default(),
            awaiting,
        }
    }

    /// Asks for everything that the members stopped at. What goes wrong is heard by the members.
    pub(crate) async fn fetch(&self) {
        self.gathering.set(false);
        let wanted = self.wanted.take();
        if let Ok(mut attempt) = self.take() {
            let _ = attempt.ask(&wanted).await;
            self.give(attempt);
        }
    }

    /// The attempt; an error once a member has lost it by dropping a call under way.
    pub(crate) fn take(&self) -> Result<Attempt<'e>, StoreError> {
        self.attempt.take().ok_or(StoreError::Suspended)
    }

    pub(crate) fn give(&self, attempt: Attempt<'e>) {
        self.attempt.set(Some(attempt));
    }

    /// Stops the first time, until everybody's reads were asked for.
    async fn pause(&self, reads: &[Read]) {
        if !self.gathering.get() {
            return;
        }
        self.wanted.borrow_mut().extend_from_slice(reads);
        let mut stopped = false;
        poll_fn(|_| {
            if std::mem::replace(&mut stopped, true) {
                return Poll::Ready(());
            }
            self.awaiting.set(true);
            Poll::Pending
        })
        .await;
    }
}

/// One member's way to the attempt.
pub(crate) struct Member<'s, 'e>(pub(crate) &'s Shared<'e>);

impl Tx for Member<'_, '_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(async move {
            self.0.pause(reads).await;
            let mut attempt = self.0.take()?;
            let answers = attempt.read(reads).await;
            self.0.give(attempt);
            answers
        })
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.0.pause(&[]).await;
            let mut attempt = self.0.take()?;
            let written = attempt.write(writes);
            self.0.give(attempt);
            written
        })
    }

    fn prefetch(&mut self, reads: Vec<Read>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.0.pause(&reads).await;
            let mut attempt = self.0.take()?;
            let asked = attempt.ask(&reads).await;
            self.0.give(attempt);
            asked
        })
    }

    fn settle(&mut self) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.0.pause(&[]).await;
            let mut attempt = self.0.take()?;
            let settled = attempt.settle().await;
            self.0.give(attempt);
            settled
        })
    }
}

/// A closure under way.
pub(crate) struct Run<'a> {
    future: Fut<'a, Verdict>,
    verdict: Option<Verdict>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(work: &'a mut dyn Work, tx: &'a mut dyn Tx) -> Self {
        Run {
            // Its first call, too, happens within a poll: a closure may panic before its future
            // exists.
            future: Box::pin(async move { work.run(tx).await }),
            verdict: None,
        }
    }

    /// Begins, up to where the closure first needs the server.
    pub(crate) async fn begin(&mut self, awaiting: &Cell<bool>) {
        poll_fn(|cx| {
            awaiting.set(false);
            let _ = self.poll(cx, awaiting);
            awaiting.set(false);
            Poll::Ready(())
        })
        .await;
    }

    /// Goes on to the verdict; a panic, or waiting for anything but the server, is one too.
    pub(crate) async fn finish(&mut self, awaiting: &Cell<bool>) -> Verdict {
        poll_fn(|cx| self.poll(cx, awaiting)).await
    }

    fn poll(&mut self, cx: &mut Context<'_>, awaiting: &Cell<bool>) -> Poll<Verdict> {
        if let Some(verdict) = &self.verdict {
            return Poll::Ready(verdict.clone());
        }
        let future: Pin<&mut (dyn Future<Output = Verdict> + 'a)> = self.future.as_mut();
        let verdict = match catch_unwind(AssertUnwindSafe(|| future.poll(cx))) {
            Ok(Poll::Pending) if awaiting.get() => return Poll::Pending,
            Ok(Poll::Pending) => Verdict::Abort(StoreError::Suspended),
            Ok(Poll::Ready(verdict)) => verdict,
            Err(_) => Verdict::Abort(StoreError::Panicked),
        };
        self.verdict = Some(verdict.clone());
        Poll::Ready(verdict)
    }
}
