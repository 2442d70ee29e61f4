//! A store that breaks at one named transaction, so that a test can stop the product at every
//! point of an operation.

use std::sync::Arc;

use parking_lot::Mutex;
use store::{Fut, Read, Row, SendFut, Store, StoreError, Tx, Unit, Verdict, Work, Write};
use vault::rows::SHARE;

/// How a transaction breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Break {
    /// Nothing is written.
    Before,
    /// Everything is written, and the answer is lost.
    After,
    /// What the share store holds is written and nothing else, and the answer is lost: a crash
    /// between the commits of the two databases.
    Between,
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
            match self.how {
                Break::Before | Break::Lost => match self.work.run(tx).await {
                    Verdict::Commit => Verdict::Abort(StoreError::Unavailable),
                    verdict => verdict,
                },
                Break::After => self.work.run(tx).await,
                Break::Between => self.work.run(&mut FirstHalf(tx)).await,
            }
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        self.work.answer(match self.how {
            Break::After | Break::Between => result.and(Err(StoreError::OutcomeUnknown)),
            Break::Lost => Err(StoreError::OutcomeUnknown),
            Break::Before => result,
        });
    }
}

/// Loses every write that is not of the share store, whose commit comes first.
struct FirstHalf<'a>(&'a mut dyn Tx);

impl Tx for FirstHalf<'_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        self.0.read(reads)
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        let first = |write: &Write| write.table().database == SHARE.database;
        self.0.write(writes.into_iter().filter(first).collect())
    }
}
