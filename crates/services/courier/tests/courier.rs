//! One id is sent once and answered the same.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use common::{Fails, call, seeded, text};
use courier::{Carriers, Counts, Courier};
use peers::carrier::{Carrier, CarrierMessage, CourierRun, Handover, Outbound, Rejection};
use tokio::{sync::Semaphore, task::JoinSet};

/// Answers when it is let, and counts.
struct Slow {
    may_answer: Semaphore,
    sent: AtomicUsize,
    answer: Handover,
}

#[async_trait]
impl Carrier for Slow {
    async fn send(&self, _message: CarrierMessage) -> Handover {
        self.sent.fetch_add(1, Ordering::SeqCst);
        self.may_answer.acquire().await.unwrap().forget();
        self.answer
    }

    fn name(&self) -> &'static str {
        "slow"
    }
}

fn courier(answer: Handover, permits: usize, demo: bool) -> (Arc<Courier>, Arc<Slow>) {
    let slow = Arc::new(Slow {
        may_answer: Semaphore::new(permits),
        sent: AtomicUsize::new(0),
        answer,
    });
    let carriers = Carriers {
        simulator: Some(slow.clone()),
        demo,
        ..Carriers::default()
    };
    let courier = Courier::new(carriers, &seeded()).unwrap();
    (Arc::new(courier), slow)
}

async fn send(courier: &Courier, message: CarrierMessage) -> Handover {
    let run = courier.run().await.unwrap();
    courier.send(run, message).await.unwrap().unwrap().handover
}

#[tokio::test]
async fn a_message_for_another_run_is_not_sent() {
    let (courier, slow) = courier(Handover::Accepted, 9, true);
    let another = CourierRun([0; 8]);
    assert_eq!(courier.send(another, text(1, "482913")).await, Ok(None));
    assert_eq!(slow.sent.load(Ordering::SeqCst), 0);
    assert_eq!(send(&courier, text(1, "482913")).await, Handover::Accepted);
}

#[tokio::test]
async fn the_same_id_twice_is_sent_once_and_answered_the_same() {
    let rejected = Handover::Rejected(Rejection::Unreachable);
    let (courier, slow) = courier(rejected, 9, true);
    for _ in 0..3 {
        assert_eq!(send(&courier, text(1, "482913")).await, rejected);
    }
    assert_eq!(slow.sent.load(Ordering::SeqCst), 1);
    let expected = Counts {
        rejected: 1,
        repeated: 2,
        ..Counts::default()
    };
    assert_eq!(courier.counts(), expected);
}

#[tokio::test]
async fn a_second_call_waits_for_the_first() {
    let (courier, slow) = courier(Handover::Accepted, 0, true);
    let mut calls = JoinSet::new();
    for _ in 0..5 {
        let courier = courier.clone();
        calls.spawn(async move { send(&courier, text(1, "482913")).await });
    }
    while courier.counts().repeated < 4 {
        tokio::task::yield_now().await;
    }
    slow.may_answer.add_permits(9);
    for answer in calls.join_all().await {
        assert_eq!(answer, Handover::Accepted);
    }
    assert_eq!(slow.sent.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_send_that_is_given_up_half_way_is_unknown_and_not_repeated() {
    let (courier, slow) = courier(Handover::Accepted, 0, true);
    let mut first = by_hand(send(&courier, text(1, "482913")));
    first.poll_once().await;
    drop(first);
    slow.may_answer.add_permits(9);
    assert_eq!(send(&courier, text(1, "482913")).await, Handover::Unknown);
    assert_eq!(slow.sent.load(Ordering::SeqCst), 1);
    assert_eq!(courier.counts().unknown, 1);
}

/// A future that a test polls by hand.
struct ByHand<F>(std::pin::Pin<Box<F>>);

fn by_hand<F: Future>(future: F) -> ByHand<F> {
    ByHand(Box::pin(future))
}

impl<F: Future> ByHand<F> {
    async fn poll_once(&mut self) {
        std::future::poll_fn(|context| {
            assert!(self.0.as_mut().poll(context).is_pending());
            std::task::Poll::Ready(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_message_of_no_sandbox_gets_no_simulator_outside_a_demo() {
    let (courier, slow) = courier(Handover::Accepted, 9, false);
    let none = Handover::Rejected(Rejection::NoCarrier);
    assert_eq!(send(&courier, text(1, "482913")).await, none);
    assert_eq!(slow.sent.load(Ordering::SeqCst), 0);
    let sandbox = CarrierMessage {
        sandbox: true,
        ..call(2, "482913")
    };
    assert_eq!(send(&courier, sandbox).await, Handover::Accepted);
}

#[tokio::test]
async fn without_a_carrier_every_message_is_refused() {
    let courier = Courier::new(Carriers::default(), &seeded()).unwrap();
    let none = Handover::Rejected(Rejection::NoCarrier);
    assert_eq!(send(&courier, text(1, "482913")).await, none);
}

#[tokio::test]
async fn each_run_has_a_name_of_its_own() {
    let entropy = seeded();
    let one = Courier::new(Carriers::default(), &entropy).unwrap();
    let two = Courier::new(Carriers::default(), &entropy).unwrap();
    assert_ne!(one.run().await, two.run().await);
    assert_eq!(one.run().await, one.run().await);
    assert!(Courier::new(Carriers::default(), &Fails).is_err());
}

#[tokio::test]
async fn a_courier_that_closes_finishes_what_was_begun_and_takes_nothing_new() {
    let (courier, slow) = courier(Handover::Accepted, 0, true);
    let mut sending = tokio::task::JoinSet::new();
    let first = courier.clone();
    sending.spawn(async move { send(&first, text(1, "482913")).await });
    while slow.sent.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    courier.close();
    let mut idle = tokio::task::JoinSet::new();
    let waiting = courier.clone();
    idle.spawn(async move { waiting.idle().await });
    let refused = Handover::Rejected(Rejection::Down);
    assert_eq!(send(&courier, text(2, "482913")).await, refused);
    assert!(
        idle.try_join_next().is_none(),
        "the first is at its carrier"
    );
    slow.may_answer.add_permits(1);
    idle.join_next().await.unwrap().unwrap();
    let answer = sending.join_next().await.unwrap().unwrap();
    assert_eq!(answer, Handover::Accepted);
    assert_eq!(send(&courier, text(1, "482913")).await, Handover::Accepted);
    assert_eq!(slow.sent.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn more_messages_at_once_than_a_carrier_may_hold_are_throttled() {
    let (courier, slow) = courier(Handover::Accepted, 0, true);
    let mut sending = tokio::task::JoinSet::new();
    for n in 0..u32::try_from(courier::IN_FLIGHT_MAX).unwrap() {
        let courier = courier.clone();
        sending.spawn(async move { send(&courier, text(n, "482913")).await });
    }
    while slow.sent.load(Ordering::SeqCst) < courier::IN_FLIGHT_MAX {
        tokio::task::yield_now().await;
    }
    let one_more = send(&courier, text(1_000_000, "482913")).await;
    assert_eq!(one_more, Handover::Rejected(Rejection::Throttled));
    slow.may_answer.add_permits(courier::IN_FLIGHT_MAX);
    for answer in sending.join_all().await {
        assert_eq!(answer, Handover::Accepted);
    }
}
