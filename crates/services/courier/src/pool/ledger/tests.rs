use async_trait::async_trait;
use model::Channel;
use numbers::Region;
use peers::carrier::{Carrier, CarrierMessage};

use super::*;
use crate::simulator::NoInbound;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(43_200_000)
    }
}

struct Nobody;

#[async_trait]
impl Carrier for Nobody {
    async fn send(&self, _message: CarrierMessage) -> Handover {
        Handover::Unknown
    }

    fn name(&self) -> &'static str {
        "nobody"
    }
}

fn ledger() -> Ledger {
    Ledger::new(Arc::new(Noon), Arc::default(), Arc::new(NoInbound))
}

fn cell(channel: Channel) -> Cell {
    Cell {
        route: 3,
        country: Region::parse("GB").unwrap(),
        channel,
    }
}

fn looked_at(ledger: &Ledger, channel: Channel) -> Candidate {
    let route = Route {
        carrier: Arc::new(Nobody),
        channels: vec![Channel::Sms, Channel::Voice],
        countries: Vec::new(),
        line_types: Vec::new(),
        priority: 1,
        cost_micros: 1,
        per_second: None,
    };
    ledger.candidate(cell(channel), &route)
}

/// The texts that come to this, one after another.
fn answered(ledger: &Ledger, count: u8, answer: Handover) {
    for n in 0..count {
        let id = MessageId::from_bytes([n; 16]);
        ledger.going(id, cell(Channel::Sms));
        ledger.answered(id, cell(Channel::Sms), answer);
    }
}

fn share(candidate: Candidate) -> f64 {
    candidate.estimate.0
}

#[test]
fn a_route_that_refuses_for_reasons_of_its_own_is_left_alone() {
    for why in [
        Rejection::NoRoute,
        Rejection::Down,
        Rejection::Account,
        Rejection::Throttled,
    ] {
        let ledger = ledger();
        let before = share(looked_at(&ledger, Channel::Sms));
        answered(&ledger, 5, Handover::Rejected(why));
        let after = looked_at(&ledger, Channel::Sms);
        assert!(after.open && share(after) < before, "{why:?}");
    }
}

#[test]
fn a_refusal_for_the_messages_own_sake_says_nothing_of_the_route() {
    for why in [Rejection::Unreachable, Rejection::Content] {
        let ledger = ledger();
        let before = share(looked_at(&ledger, Channel::Sms));
        answered(&ledger, 20, Handover::Rejected(why));
        let after = looked_at(&ledger, Channel::Sms);
        assert!(!after.open, "{why:?}");
        assert!((share(after) - before).abs() < 1e-9, "{why:?}");
    }
}

#[test]
fn texts_and_calls_of_one_route_have_records_of_their_own() {
    let ledger = ledger();
    let before = share(looked_at(&ledger, Channel::Voice));
    answered(&ledger, 20, Handover::Rejected(Rejection::NoRoute));
    assert!(share(looked_at(&ledger, Channel::Sms)) < before);
    assert!((share(looked_at(&ledger, Channel::Voice)) - before).abs() < 1e-9);
}
