//! Lanes: where transactions of a name meet conflicts, they queue instead of disturbing each
//! other.

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};

use store::Unit;

/// Transactions of a name that queue after one of them met a conflict, before they may run side
/// by side again.
const HEAT: u32 = 512;
/// Most transactions that share one commit.
const MAX_GROUP: usize = 64;

/// Most transactions that wait in a lane.
const MAX_WAITING: usize = 1024;

#[derive(Default)]
struct Lane {
    heat: u32,
    waiting: VecDeque<Unit>,
    /// Does somebody run what waits?
    led: bool,
}

/// The lanes, by name of transaction.
#[derive(Default)]
pub(crate) struct Lanes(RefCell<HashMap<&'static str, Lane>>);

impl Lanes {
    /// A transaction of this name met a conflict.
    pub(crate) fn heat(&self, name: &'static str) {
        self.0.borrow_mut().entry(name).or_default().heat = HEAT;
    }

    /// Must the next transaction of this name queue?
    pub(crate) fn is_hot(&self, name: &'static str) -> bool {
        let mut lanes = self.0.borrow_mut();
        let Some(lane) = lanes.get_mut(name) else {
            return false;
        };
        let hot = lane.heat > 0;
        lane.heat = lane.heat.saturating_sub(1);
        hot
    }

    /// Queues a transaction. Answers whether the caller must run what waits; comes back with the
    /// transaction when too many wait already.
    pub(crate) fn join(&self, unit: Unit) -> Result<bool, Unit> {
        let mut lanes = self.0.borrow_mut();
        let lane = lanes.entry(unit.name).or_default();
        if lane.waiting.len() >= MAX_WAITING {
            return Err(unit);
        }
        lane.waiting.push_back(unit);
        Ok(!std::mem::replace(&mut lane.led, true))
    }

    /// Those that wait, up to a group; when there are none, nobody leads any more.
    pub(crate) fn next(&self, name: &'static str) -> Vec<Unit> {
        let mut lanes = self.0.borrow_mut();
        let Some(lane) = lanes.get_mut(name) else {
            return vec![];
        };
        let group: Vec<Unit> = (0..MAX_GROUP)
            .map_while(|_| lane.waiting.pop_front())
            .collect();
        lane.led = !group.is_empty();
        group
    }
}
