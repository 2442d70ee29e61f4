//! Tries routes in order, one message at a time.

use std::{fmt, sync::Arc, time::Duration};

use model::{Entropy, Millis};
use numbers::{LineType, Region};
use peers::carrier::{CarrierMessage, Handed, Handover, Rejection, RouteCount};
use tokio::time::Instant;

use super::{
    Ledger, Route,
    order::{Candidate, order},
    route::{Cell, ROUTES_MAX},
};

/// The most routes that one message is offered to.
const TRIES_MAX: usize = 3;
/// After this long no further route is tried: the vault does not wait for ever.
const TRY_FOR: Duration = Duration::from_secs(4);
/// How often messages with an unknown outcome are looked at, and carriers forget.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What the operator decided.
#[derive(Debug, Clone, Copy, Default)]
pub struct PoolRules {
    /// How long an unknown outcome waits for a receipt. Then the vault is told that the message
    /// failed, and may try *another* channel; the same one is never repeated. For ever, if none.
    pub unknown_wait: Option<Millis>,
}

/// Several routes as one way to the phone networks.
pub struct Pool {
    routes: Vec<Route>,
    rules: PoolRules,
    ledger: Arc<Ledger>,
    entropy: Arc<dyn Entropy>,
}

impl Pool {
    /// A pool of the first [`ROUTES_MAX`] routes, whose carriers report to `ledger`.
    #[must_use]
    pub fn new(
        mut routes: Vec<Route>,
        rules: PoolRules,
        ledger: Arc<Ledger>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        routes.truncate(ROUTES_MAX);
        Self {
            routes,
            rules,
            ledger,
            entropy,
        }
    }

    /// Offers a message to its routes, the best first, until one takes it or may have taken it.
    /// Only a definite refusal lets another route try: one message is never sent twice.
    pub async fn send(&self, message: CarrierMessage) -> Handed {
        let started = Instant::now();
        let unplaced = (Region::WORLD, LineType::Unknown);
        let (country, line) = numbers::classify(&message.to).unwrap_or(unplaced);
        let mut refused = Rejection::NoCarrier;
        let mut tries = 0;
        for route in self.ranked(&message, country, line) {
            if tries >= TRIES_MAX || started.elapsed() > TRY_FOR {
                break;
            }
            let channel = message.channel();
            let cell = Cell {
                route,
                country,
                channel,
            };
            let Some(way) = self.routes.get(usize::from(route)) else {
                continue;
            };
            if !self.ledger.take_place(route, way.per_second) {
                refused = Rejection::Throttled;
                continue;
            }
            tries += 1;
            match self.try_one(way, cell, message.clone()).await {
                Handover::Rejected(why) => refused = why,
                handover => {
                    let route = Some(cell.handle());
                    return Handed { handover, route };
                }
            }
        }
        // Else the person waits, and nobody learns that no route serves this country by this channel.
        tracing::warn!(
            id = %message.id,
            %country,
            channel = message.channel().as_str(),
            why = ?refused,
            "courier.pool.refused"
        );
        Handover::Rejected(refused).into()
    }

    async fn try_one(&self, way: &Route, cell: Cell, message: CarrierMessage) -> Handover {
        let id = message.id;
        tracing::debug!(id = %id, carrier = way.carrier.name(), "courier.message.send");
        self.ledger.going(id, cell);
        // Given up half way (the link broke), it may have gone out.
        let mut attempt = Attempt {
            pool: self,
            cell,
            id,
            answer: Handover::Unknown,
        };
        attempt.answer = way.carrier.send(message).await;
        attempt.answer
    }

    fn ranked(&self, message: &CarrierMessage, country: Region, line: LineType) -> Vec<u16> {
        let channel = message.channel();
        let routes = (0_u16..).zip(&self.routes);
        let serving = routes.filter(|(_, route)| route.serves(channel, country, line));
        let candidates: Vec<Candidate> = serving
            .map(|(route, way)| {
                let cell = Cell {
                    route,
                    country,
                    channel,
                };
                self.ledger.candidate(cell, way)
            })
            .collect();
        order(&candidates, &*self.entropy)
    }

    /// Takes the vault's counts of proven codes.
    pub fn verified(&self, counts: &[RouteCount]) {
        self.ledger.proven(counts);
    }

    /// Gives up on unknown outcomes in their time, and lets carriers forget, for ever.
    pub async fn run(&self) -> std::convert::Infallible {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            self.routes.iter().for_each(|route| route.carrier.sweep());
            if let Some(wait) = self.rules.unknown_wait {
                self.ledger.give_up(wait);
            }
        }
    }
}

/// One offer; its outcome is noted however it ends.
struct Attempt<'a> {
    pool: &'a Pool,
    cell: Cell,
    id: model::MessageId,
    answer: Handover,
}

impl Drop for Attempt<'_> {
    fn drop(&mut self) {
        let ledger = &self.pool.ledger;
        ledger.answered(self.id, self.cell, self.answer);
        // Without a limit to the waiting there is nothing to be done later.
        if self.answer == Handover::Unknown && self.pool.rules.unknown_wait.is_some() {
            ledger.wait_for_receipt(self.id);
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool")
            .field("routes", &self.routes)
            .finish_non_exhaustive()
    }
}
