//! The lane: transactions that write queue, and those that wait share one transaction and one
//! commit.
//!
//! Side by side they would disturb each other: PostgreSQL watches pages, and rows of one moment
//! share pages. And a server works less for a group than for its members one by one.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use store::Unit;

/// Most transactions that share one commit.
const MAX_GROUP: usize = 64;
/// Most transactions that wait.
const MAX_WAITING: usize = 4096;

/// What waits to be run.
#[derive(Default)]
pub(crate) struct Lane {
    waiting: RefCell<VecDeque<Unit>>,
    /// Does somebody run what waits?
    led: Cell<bool>,
}

impl Lane {
    /// Queues a transaction. Answers with the lead if the caller must run what waits; comes back
    /// with the transaction when too many wait already.
    pub(crate) fn join(&self, unit: Unit) -> Result<Option<Lead<'_>>, Unit> {
        let mut waiting = self.waiting.borrow_mut();
        if waiting.len() >= MAX_WAITING {
            return Err(unit);
        }
        waiting.push_back(unit);
        Ok((!self.led.replace(true)).then(|| Lead(self)))
    }
}

/// The right and the duty to run what waits. Dropped, even by a panic, the next that joins has it.
pub(crate) struct Lead<'a>(&'a Lane);

impl Lead<'_> {
    /// Those that wait, up to a group; empty when there are none.
    pub(crate) fn next(&self) -> Vec<Unit> {
        let mut waiting = self.0.waiting.borrow_mut();
        let count = waiting.len().min(MAX_GROUP);
        waiting.drain(..count).collect()
    }
}

impl Drop for Lead<'_> {
    fn drop(&mut self) {
        self.0.led.set(false);
    }
}
