//! What is known of routes: written by sends, by carriers' reports and by the vault's counts.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::Arc,
};

use model::{Clock, MessageId, Millis, Timestamp};
use parking_lot::Mutex;
use peers::carrier::{CarrierReports, Handover, InboundText, Receipt, Rejection, RouteCount};

use super::{
    breaker::Breaker, order::Candidate, rate::Rate, route::Cell, route::Route, score::Score,
    unsettled::Unsettled,
};
use crate::{ReceiptQueue, simulator::Inbound};

/// Routes and countries with a record of their own; more are not scored.
const CELLS_MAX: usize = 20_000;
/// Messages whose route is remembered for their receipt, the newest. About 12 MB when full.
const WENT_MAX: usize = 200_000;

#[derive(Default)]
struct State {
    cells: HashMap<Cell, Score>,
    breakers: HashMap<u16, Breaker>,
    rates: HashMap<u16, Rate>,
    went: HashMap<MessageId, Cell>,
    order: VecDeque<MessageId>,
    unsettled: Unsettled,
}

/// The record of all routes. Carriers report to it; receipts go on to the vault.
pub struct Ledger {
    clock: Arc<dyn Clock>,
    receipts: Arc<ReceiptQueue>,
    inbound: Arc<dyn Inbound>,
    state: Mutex<State>,
}

impl Ledger {
    /// An empty record. Receipts go to `receipts`, texts of people to `inbound`.
    #[must_use]
    pub fn new(
        clock: Arc<dyn Clock>,
        receipts: Arc<ReceiptQueue>,
        inbound: Arc<dyn Inbound>,
    ) -> Self {
        Self {
            clock,
            receipts,
            inbound,
            state: Mutex::default(),
        }
    }

    /// What is known of a route for one country.
    pub(super) fn candidate(&self, cell: Cell, route: &Route) -> Candidate {
        let now = self.clock.now();
        let mut state = self.state.lock();
        let score = state.cells.get_mut(&cell);
        let estimate = score.map_or_else(
            || Score::default().estimate(),
            |score| {
                score.settle(now);
                score.estimate()
            },
        );
        let breaker = state.breakers.get(&cell.route);
        Candidate {
            route: cell.route,
            priority: route.priority,
            cost_micros: route.cost_micros,
            estimate,
            open: breaker.is_some_and(|breaker| breaker.is_open(now)),
        }
    }

    /// Takes a place in the present second of a route.
    pub(super) fn take_place(&self, route: u16, per_second: Option<u32>) -> bool {
        let now = self.clock.now();
        let mut state = self.state.lock();
        state.rates.entry(route).or_default().take(per_second, now)
    }

    /// Notes that a message is about to go, because its receipt may come before the answer.
    pub(super) fn going(&self, id: MessageId, cell: Cell) {
        let now = self.clock.now();
        let mut state = self.state.lock();
        if state.cells.len() < CELLS_MAX || state.cells.contains_key(&cell) {
            state.cells.entry(cell).or_default().sent(id, now);
        }
        if state.order.len() >= WENT_MAX
            && let Some(oldest) = state.order.pop_front()
        {
            state.went.remove(&oldest);
        }
        if state.went.insert(id, cell).is_none() {
            state.order.push_back(id);
        }
    }

    /// Notes what the carrier answered.
    pub(super) fn answered(&self, id: MessageId, cell: Cell, answer: Handover) {
        let now = self.clock.now();
        let mut state = self.state.lock();
        let breaker = state.breakers.entry(cell.route).or_default();
        match answer {
            Handover::Unknown => breaker.failed(now),
            Handover::Accepted => breaker.fine(),
            Handover::Rejected(why) if is_the_messages(why) => breaker.fine(),
            Handover::Rejected(_) => breaker.failed(now),
        }
        if let (Handover::Rejected(why), Some(score)) = (answer, state.cells.get_mut(&cell)) {
            if is_the_messages(why) {
                score.forget(id);
            } else {
                score.failed(id);
            }
        }
    }

    /// Waits for the receipt of a message whose outcome is unknown. When too many wait, the oldest
    /// is given up early.
    pub(super) fn wait_for_receipt(&self, id: MessageId) {
        let now = self.clock.now();
        let oldest = self.state.lock().unsettled.push(id, now);
        if let Some(oldest) = oldest {
            self.never_known(oldest, now);
        }
    }

    /// How many messages wait for a receipt that settles an unknown outcome.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.state.lock().unsettled.len()
    }

    /// Takes the vault's counts.
    pub(super) fn proven(&self, counts: &[RouteCount]) {
        let now = self.clock.now();
        let mut state = self.state.lock();
        for count in counts {
            let cell = Cell::of(count.route);
            if let Some(score) = cell.and_then(|cell| state.cells.get_mut(&cell)) {
                score.proven(count.verified, now);
            }
        }
    }

    /// Tells the vault that messages failed of which nobody knows anything after `wait`, so that
    /// it may try another channel.
    pub(super) fn give_up(&self, wait: Millis) {
        let at = self.clock.now();
        let overdue = self.state.lock().unsettled.overdue(wait, at);
        for id in overdue {
            self.never_known(id, at);
        }
    }

    fn never_known(&self, id: MessageId, at: Timestamp) {
        tracing::info!(id = %id, "courier.pool.outcome_never_known");
        let delivered = false;
        self.receipts.push(Receipt { id, delivered, at });
    }
}

/// Whether a refusal says something of this number or text, and nothing of the route.
const fn is_the_messages(why: Rejection) -> bool {
    match why {
        Rejection::Unreachable | Rejection::Content => true,
        Rejection::NoRoute
        | Rejection::Throttled
        | Rejection::Account
        | Rejection::NoCarrier
        | Rejection::Down => false,
    }
}

impl CarrierReports for Ledger {
    fn receipt(&self, receipt: Receipt) {
        let mut state = self.state.lock();
        state.unsettled.settled(receipt.id);
        let cell = state.went.get(&receipt.id).copied();
        if let (false, Some(cell)) = (receipt.delivered, cell)
            && let Some(score) = state.cells.get_mut(&cell)
        {
            score.failed(receipt.id);
        }
        drop(state);
        self.receipts.push(receipt);
    }

    fn inbound(&self, text: InboundText) {
        self.inbound.take(text);
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ledger(..)")
    }
}

#[cfg(test)]
mod tests;
