//! A store that breaks at one named transaction, so that a test can stop the product at every
//! point of an operation.

use std::sync::Arc;

use parking_lot::Mutex;
use store::{Fut, SendFut, Store, StoreError, Tx, Unit, Verdict, Work};

/// How a transaction breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Nothing is written.
    Before,
    /// Everything is written, and the answer is lost.
    After,
    /// Nothing is written, and the answer is lost.
    Lost,
}

/// Wraps a store.
pub struct Breaking {
    inner: Arc<dyn Store>,
    next: Mutex<Option<(&'static str, Break)>>,
}

impl Breaking {
    /// A store that does not break yet.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>) -> Self {
        Self {
            inner,
            next: Mutex::new(None),
        }
    }

    /// The next transaction of this name breaks.
    pub fn break_at(&self, name: &'static str, how: Break) {
        *self.next.lock() = Some((name, how));
    }

    /// Whether the break that was asked for has happened.
    pub fn broke(&self) -> bool {
        self.next.lock().is_none()
    }
}

impl Store for Breaking {
    fn submit(&self, unit: Unit) {
        let mut next = self.next.lock();
        let how = next
            .filter(|(name, _)| *name == unit.name)
            .map(|(_, how)| how);
        if how.is_some() {
            *next = None;
        }
        drop(next);
        let unit = match how {
            None => unit,
            Some(how) => Unit {
                work: Box::new(Broken {
                    work: unit.work,
                    how,
                }),
                ..unit
            },
        };
        self.inner.submit(unit);
    }

    fn close(&self) -> SendFut<'_, ()> {
        self.inner.close()
    }
}

struct Broken {
    work: Box<dyn Work>,
    how: Break,
}

impl Work for Broken {
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict> {
        Box::pin(async move {
            match (self.work.run(tx).await, self.how) {
                (Verdict::Commit, Break::Before | Break::Lost) => {
                    Verdict::Abort(StoreError::Unavailable)
                }
                (verdict, _) => verdict,
            }
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        self.work.answer(match self.how {
            Break::After => result.and(Err(StoreError::OutcomeUnknown)),
            Break::Lost => Err(StoreError::OutcomeUnknown),
            Break::Before => result,
        });
    }
}
