//! A demonstration with two pretend carriers: one begins to swallow messages.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use axum::http::StatusCode;
use courier::{
    Carriers, Courier, Ledger, Pool, PoolRules, ReceiptQueue, Route, Simulator, SimulatorPermit,
    carrier::{
        CarrierMessage, CarrierReports, Handover, InboundText, Outbound, Receipt, RouteCount,
        RouteHandle,
    },
    simulator::NoInbound,
};
use model::{Channel, Clock, Entropy, MessageId, Millis, Timestamp};
use numbers::E164;
use testkit::{HandClock, SeededEntropy};

use super::{PHONE, World, words};

/// Receipts go nowhere here: only what the vault counts matters.
struct NoReports;

impl CarrierReports for NoReports {
    fn receipt(&self, _receipt: Receipt) {}
    fn inbound(&self, _text: InboundText) {}
}

/// A courier with two pretend carriers, and people who type the code they get after 4 s.
struct Traffic {
    world: World,
    courier: Courier,
    clock: Arc<HandClock>,
    sent: u32,
    arrived: usize,
    /// When a code is typed, and by which route it came.
    typing: VecDeque<(i64, RouteHandle)>,
    by_route: HashMap<RouteHandle, u32>,
}

fn route(simulator: &Arc<Simulator>, name: &'static str, cost_micros: u32) -> Route {
    Route {
        carrier: Arc::new(simulator.carrier(name)),
        channels: vec![Channel::Sms, Channel::Voice],
        countries: Vec::new(),
        line_types: Vec::new(),
        priority: 1,
        cost_micros,
        per_second: None,
    }
}

impl Traffic {
    fn new(seed: u64) -> Self {
        let clock = Arc::new(HandClock::at(Timestamp::from_millis(0)));
        let entropy: Arc<dyn Entropy> = Arc::new(SeededEntropy::new(seed));
        let permit = SimulatorPermit::from_config(true, false).unwrap();
        let simulator = Simulator::new(permit, clock.clone(), entropy.clone(), Arc::default());
        let simulator = Arc::new(simulator.with_reports(Arc::new(NoReports)));
        let routes = vec![
            route(&simulator, "east", 40_000),
            route(&simulator, "west", 60_000),
        ];
        let queue = Arc::new(ReceiptQueue::new());
        let ledger = Ledger::new(clock.clone(), queue, Arc::new(NoInbound));
        let rules = PoolRules::default();
        let pool = Pool::new(routes, rules, Arc::new(ledger), entropy.clone());
        let carriers = Carriers {
            simulator: None,
            demo: true,
            pool: Some(Arc::new(pool)),
            operator: None,
        };
        Self {
            courier: Courier::new(carriers, &*entropy).unwrap(),
            world: World {
                router: sim::router(simulator.clone(), clock.clone()),
                simulator,
            },
            clock,
            sent: 0,
            arrived: 0,
            typing: VecDeque::new(),
            by_route: HashMap::new(),
        }
    }

    /// Sends one code, lets half a second pass, and counts what was typed meanwhile.
    async fn one_code(&mut self) -> Handover {
        self.sent += 1;
        let mut id = [0; 16];
        id[..4].copy_from_slice(&self.sent.to_le_bytes());
        let message = CarrierMessage {
            id: MessageId::from_bytes(id),
            to: E164::from_canonical(PHONE).unwrap(),
            from: "HARBOUR".into(),
            language: "en".into(),
            words: words("482913"),
            sandbox: false,
        };
        let run = self.courier.run().await.unwrap();
        let handed = self.courier.send(run, message).await.unwrap().unwrap();
        let now = self.clock.now().as_millis();
        self.clock.advance(Millis::from_millis(500));
        if let Some(route) = handed.route {
            *self.by_route.entry(route).or_default() += 1;
            if self.has_arrived(id) {
                self.typing.push_back((now + 4000, route));
            }
        }
        self.type_codes(now).await;
        handed.handover
    }

    fn has_arrived(&mut self, id: [u8; 16]) -> bool {
        let messages = self
            .world
            .simulator
            .messages(&E164::from_canonical(PHONE).unwrap());
        let times = messages
            .iter()
            .filter(|message| *message.id().as_bytes() == id)
            .count();
        assert!(times <= 1, "one code arrived twice");
        self.arrived += times;
        times == 1
    }

    async fn type_codes(&mut self, now: i64) {
        let run = self.courier.run().await.unwrap();
        while let Some((at, route)) = self.typing.front().copied() {
            if at > now {
                return;
            }
            self.typing.pop_front();
            let counts = vec![RouteCount { route, verified: 1 }];
            self.courier.verified(run, counts).await.unwrap();
        }
    }

    /// How many of the next `count` codes arrive.
    async fn arriving(&mut self, count: usize) -> usize {
        let before = self.arrived;
        for _ in 0..count {
            assert_eq!(self.one_code().await, Handover::Accepted);
        }
        self.arrived - before
    }
}

async fn faults(traffic: &Traffic, carrier: &str, faults: &'static str) -> StatusCode {
    let path = format!("/sim/faults?carrier={carrier}");
    traffic.world.post_json(&path, faults).await.status
}

#[tokio::test]
async fn traffic_leaves_a_carrier_that_swallows_messages_within_50_sends() {
    for seed in 0..20 {
        let mut traffic = Traffic::new(seed);
        traffic.arriving(300).await;
        let busiest = traffic
            .by_route
            .iter()
            .max_by_key(|(_, sent)| **sent)
            .unwrap();
        assert_eq!(
            busiest.0.0 >> 16,
            0,
            "the cheaper route carries most: {:?}",
            traffic.by_route
        );
        assert_eq!(faults(&traffic, "east", r#"{"drop":1}"#).await, 200);
        traffic.arriving(50).await;
        let later = traffic.arriving(100).await;
        assert!(
            later >= 90,
            "seed {seed}: {later} of 100 arrived after 50 sends"
        );
    }
}

#[tokio::test]
async fn traffic_comes_back_to_a_carrier_that_works_again() {
    let mut traffic = Traffic::new(7);
    faults(&traffic, "east", r#"{"drop":1}"#).await;
    traffic.arriving(200).await;
    faults(&traffic, "east", "{}").await;
    traffic.arriving(3000).await;
    traffic.by_route.clear();
    traffic.arriving(200).await;
    let east = traffic
        .by_route
        .iter()
        .find(|(route, _)| route.0 >> 16 == 0);
    let east = east.map_or(0, |(_, sent)| *sent);
    assert!(east > 100, "the cheaper route carries {east} of 200 again");
}

#[tokio::test]
async fn a_definite_refusal_goes_to_the_next_and_an_unknown_outcome_does_not() {
    let mut traffic = Traffic::new(1);
    faults(&traffic, "east", r#"{"reject":1}"#).await;
    assert_eq!(traffic.arriving(40).await, 40);
    faults(&traffic, "east", r#"{"unknown_lost":1}"#).await;
    faults(&traffic, "west", r#"{"unknown":1}"#).await;
    for _ in 0..40 {
        assert_eq!(traffic.one_code().await, Handover::Unknown);
    }
}

#[tokio::test]
async fn faults_of_a_carrier_that_is_not_there_are_refused() {
    let traffic = Traffic::new(1);
    assert_eq!(faults(&traffic, "north", "{}").await, 404);
    assert_eq!(faults(&traffic, "west", r#"{"drop":2}"#).await, 422);
    let all = traffic.world.get("/sim/faults?carrier=north").await;
    assert_eq!(all.status, 404);
}
