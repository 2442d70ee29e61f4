//! The pool: what it does with a carrier's answers, and by itself.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use common::{clock_at, seeded, text};
use courier::{Ledger, Pool, PoolRules, ReceiptQueue, Route, simulator::NoInbound};
use model::{Channel, Millis};
use peers::carrier::{Carrier, CarrierMessage, CarrierReports, Handover, Receipt};
use testkit::HandClock;

/// Never knows what became of a message.
#[derive(Default)]
struct Vague {
    swept: AtomicU64,
}

#[async_trait]
impl Carrier for Vague {
    async fn send(&self, _message: CarrierMessage) -> Handover {
        Handover::Unknown
    }

    fn name(&self) -> &'static str {
        "vague"
    }

    fn sweep(&self) {
        self.swept.fetch_add(1, Ordering::Relaxed);
    }
}

struct World {
    carrier: Arc<Vague>,
    clock: Arc<HandClock>,
    receipts: Arc<ReceiptQueue>,
    ledger: Arc<Ledger>,
    pool: Pool,
}

fn world(unknown_wait: Option<Millis>) -> World {
    let (carrier, clock) = (Arc::new(Vague::default()), Arc::new(clock_at(0)));
    let receipts = Arc::new(ReceiptQueue::new());
    let ledger = Ledger::new(clock.clone(), receipts.clone(), Arc::new(NoInbound));
    let ledger = Arc::new(ledger);
    let route = Route {
        carrier: carrier.clone(),
        channels: vec![Channel::Sms],
        countries: Vec::new(),
        line_types: Vec::new(),
        priority: 1,
        cost_micros: 1,
        per_second: None,
    };
    let rules = PoolRules { unknown_wait };
    let entropy = Arc::new(seeded());
    World {
        pool: Pool::new(vec![route], rules, ledger.clone(), entropy),
        carrier,
        clock,
        receipts,
        ledger,
    }
}

impl World {
    async fn run_for(&self, seconds: u64) {
        let millis = i64::try_from(seconds).unwrap() * 1000;
        self.clock.advance(Millis::from_millis(millis));
        let time = tokio::time::sleep(Duration::from_secs(2));
        tokio::select! {
            never = self.pool.run() => match never {},
            () = time => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn carriers_forget_once_a_second() {
    let world = world(None);
    world.run_for(1).await;
    assert!(world.carrier.swept.load(Ordering::Relaxed) >= 1);
}

#[tokio::test(start_paused = true)]
async fn an_outcome_that_stays_unknown_is_given_up_in_its_time() {
    let world = world(Some(Millis::from_seconds(60)));
    for n in 1..=2 {
        let handed = world.pool.send(text(n, "482913")).await;
        assert_eq!(handed.handover, Handover::Unknown);
    }
    let at = model::Timestamp::from_millis(1);
    let (id, delivered) = (common::id(1), true);
    world.ledger.receipt(Receipt { id, delivered, at });
    world.run_for(59).await;
    assert_eq!(world.receipts.len(), 1, "the carrier's own");
    world.run_for(2).await;
    assert_eq!(world.receipts.len(), 2, "and the second is given up");
}

#[tokio::test(start_paused = true)]
async fn without_a_time_unknown_outcomes_are_waited_for_and_cost_no_memory() {
    let world = world(None);
    world.pool.send(text(1, "482913")).await;
    world.run_for(1_000_000).await;
    assert!(world.receipts.is_empty());
    assert_eq!(world.ledger.waiting(), 0);
}
