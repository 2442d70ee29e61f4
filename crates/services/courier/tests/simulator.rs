//! The pretend phones, with and without faults.

mod common;

use std::{sync::Arc, time::Duration};

use common::{call, clock_at, id, number, seeded, simulator, text};
use courier::{
    ReceiptQueue, Simulator, SimulatorPermit,
    simulator::{
        Direction, Faults, Inbound, InboundText, MESSAGES_MAX, PHONES_MAX, ReceiptMode,
        TEXT_MAX_BYTES, TextBackRefused,
    },
};
use model::Channel;
use numbers::E164;
use parking_lot::Mutex;
use peers::{
    carrier::{Carrier, CarrierMessage, CourierEvents, Handover, Receipt, Rejection, Words},
    front::PeerGone,
};
use tokio::time::Instant;

fn code(simulator: &Simulator) -> Option<String> {
    let (_, code) = simulator.newest_code(&number(123))?;
    Some(code.as_str().to_owned())
}

/// Runs late events for as long as `span` of the paused clock.
async fn let_pass(simulator: &Simulator, span: Duration) {
    let _ = tokio::time::timeout(span, simulator.run()).await;
}

#[expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]
fn with(faults: Faults) -> (Arc<Simulator>, Arc<ReceiptQueue>) {
    let (simulator, receipts) = simulator();
    simulator.set_faults(faults).unwrap();
    (simulator, receipts)
}

/// Takes every waiting receipt out of the queue.
async fn drain(queue: &ReceiptQueue) -> Vec<bool> {
    struct Taken(Mutex<Vec<bool>>);
    #[async_trait::async_trait]
    impl CourierEvents for Taken {
        async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
            let delivered = receipts.iter().map(|receipt| receipt.delivered);
            self.0.lock().extend(delivered);
            Ok(())
        }
    }
    let taken = Taken(Mutex::default());
    let _ = tokio::time::timeout(Duration::from_secs(1), queue.forward(&taken)).await;
    taken.0.into_inner()
}

#[tokio::test]
async fn a_text_and_a_call_stand_on_the_phone_newest_first() {
    let (simulator, receipts) = simulator();
    assert_eq!(simulator.send(text(1, "482913")).await, Handover::Accepted);
    assert_eq!(simulator.send(call(2, "771204")).await, Handover::Accepted);
    let thread = simulator.messages(&number(123));
    let shown: Vec<_> = thread
        .iter()
        .map(|m| (m.id(), m.channel(), m.party()))
        .collect();
    let expected = [
        (id(2), Channel::Voice, "HARBOUR"),
        (id(1), Channel::Sms, "HARBOUR"),
    ];
    assert_eq!(shown, expected);
    assert_eq!(
        thread[0].text(),
        "Your code is:\n7, 7, 1, 2, 0, 4\nNot you? Hang up."
    );
    assert_eq!(code(&simulator).as_deref(), Some("771204"));
    assert!(receipts.is_empty(), "no receipts unless asked for");
}

#[tokio::test]
async fn what_is_too_long_for_a_phone_is_refused() {
    let (simulator, _) = simulator();
    let long = common::message(1, Words::Text("x".repeat(TEXT_MAX_BYTES + 1)));
    let refused = Handover::Rejected(Rejection::Content);
    assert_eq!(simulator.send(long).await, refused);
    let sender = CarrierMessage {
        from: "x".repeat(17),
        ..text(2, "482913")
    };
    assert_eq!(simulator.send(sender).await, refused);
    assert_eq!(simulator.phone_count(), 0);
}

#[tokio::test]
async fn a_sandbox_simulator_takes_sandbox_messages_only() {
    let simulator = Simulator::new(
        SimulatorPermit::from_config(false, true).unwrap(),
        Arc::new(clock_at(0)),
        Arc::new(seeded()),
        Arc::default(),
    );
    let refused = Handover::Rejected(Rejection::NoCarrier);
    assert_eq!(simulator.send(text(1, "482913")).await, refused);
    let sandbox = CarrierMessage {
        sandbox: true,
        ..text(2, "482913")
    };
    assert_eq!(simulator.send(sandbox).await, Handover::Accepted);
}

#[tokio::test]
async fn unread_messages_are_counted_until_somebody_looks() {
    let (simulator, _) = simulator();
    simulator.send(text(1, "482913")).await;
    simulator.send(text(2, "771204")).await;
    simulator
        .text_back(&number(123), "HARBOUR", "STOP")
        .unwrap();
    assert_eq!((simulator.unread(), simulator.phones(9)[0].unread), (2, 2));
    simulator.mark_read(&number(123));
    assert_eq!((simulator.unread(), simulator.phones(9)[0].unread), (0, 0));
}

#[tokio::test]
async fn what_the_person_texts_back_reaches_the_hook() {
    #[derive(Default)]
    struct Heard(Mutex<Vec<(String, String)>>);
    impl Inbound for Heard {
        fn take(&self, text: InboundText) {
            let mut heard = self.0.lock();
            heard.push((text.to.clone(), text.text.clone()));
        }
    }
    let heard = Arc::new(Heard::default());
    let simulator = Simulator::new(
        SimulatorPermit::from_config(true, false).unwrap(),
        Arc::new(clock_at(0)),
        Arc::new(seeded()),
        Arc::default(),
    )
    .with_inbound(heard.clone());
    simulator
        .text_back(&number(123), "HARBOUR", "STOP")
        .unwrap();
    assert_eq!(*heard.0.lock(), [("HARBOUR".into(), "STOP".into())]);
    let thread = simulator.messages(&number(123));
    assert_eq!(thread[0].direction(), Direction::Sent);
    assert_eq!((thread[0].party(), thread[0].text()), ("HARBOUR", "STOP"));
}

#[test]
fn an_empty_or_endless_text_back_is_refused() {
    let (simulator, _) = simulator();
    let back = |to: &str, text: &str| simulator.text_back(&number(123), to, text).err();
    assert_eq!(back("", "STOP"), Some(TextBackRefused::Receiver));
    assert_eq!(
        back(&"x".repeat(17), "STOP"),
        Some(TextBackRefused::Receiver)
    );
    assert_eq!(back("HARBOUR", " \n"), Some(TextBackRefused::Text));
    let long = "x".repeat(TEXT_MAX_BYTES + 1);
    assert_eq!(back("HARBOUR", &long), Some(TextBackRefused::Text));
    assert_eq!(simulator.phone_count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_code_arrives() {
    let (simulator, _) = simulator();
    let (phone, longest) = (number(123), Duration::from_secs(10));
    let (found, _) = tokio::join!(simulator.wait_for_code(&phone, None, longest), async {
        tokio::task::yield_now().await;
        simulator.send(text(1, "482913")).await
    });
    assert_eq!(found.unwrap().1.as_str(), "482913");
}

#[tokio::test(start_paused = true)]
async fn a_wait_for_a_newer_code_passes_over_the_one_that_is_there() {
    let (simulator, _) = simulator();
    simulator.send(text(1, "482913")).await;
    let (phone, longest) = (number(123), Duration::from_secs(10));
    let waiting = simulator.wait_for_code(&phone, Some(id(1)), longest);
    let (found, _) = tokio::join!(waiting, async {
        tokio::task::yield_now().await;
        simulator.send(text(2, "771204")).await
    });
    assert_eq!(found.unwrap().0, id(2));
    let begun = Instant::now();
    assert!(
        simulator
            .wait_for_code(&phone, Some(id(2)), longest)
            .await
            .is_none()
    );
    assert_eq!(begun.elapsed(), longest);
}

#[tokio::test(start_paused = true)]
async fn closing_ends_every_wait() {
    let (simulator, _) = simulator();
    let (phone, day) = (number(123), Duration::from_secs(86_400));
    let mut changes = simulator.changes();
    let begun = Instant::now();
    let (found, (), changed, ()) = tokio::join!(
        simulator.wait_for_code(&phone, None, day),
        simulator.run(),
        changes.changed(),
        async {
            tokio::task::yield_now().await;
            simulator.close();
        }
    );
    assert!(found.is_none() && changed.is_ok());
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_text_is_accepted_at_once_and_arrives_later() {
    let (simulator, _) = with(Faults {
        delay_ms: 5000,
        ..Faults::default()
    });
    assert_eq!(simulator.send(text(1, "482913")).await, Handover::Accepted);
    let_pass(&simulator, Duration::from_millis(4900)).await;
    assert_eq!(code(&simulator), None);
    let_pass(&simulator, Duration::from_millis(200)).await;
    assert_eq!(code(&simulator).as_deref(), Some("482913"));
}

#[tokio::test(start_paused = true)]
async fn a_slow_carrier_answers_late() {
    let (simulator, _) = with(Faults {
        answer_delay_ms: 3000,
        ..Faults::default()
    });
    let begun = Instant::now();
    simulator.send(text(1, "482913")).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(3));
    assert!(code(&simulator).is_some());
}

#[tokio::test(start_paused = true)]
async fn a_reordered_text_is_overtaken() {
    let (simulator, _) = with(Faults {
        reorder: 1.0,
        ..Faults::default()
    });
    simulator.send(text(1, "482913")).await;
    simulator.set_faults(Faults::default()).unwrap();
    simulator.send(text(2, "771204")).await;
    let_pass(&simulator, Duration::from_secs(2)).await;
    let thread = simulator.messages(&number(123));
    let order: Vec<_> = thread.iter().map(|message| message.id()).collect();
    assert_eq!(
        order,
        [id(1), id(2)],
        "newest first: the held back one came last"
    );
}

#[tokio::test]
async fn each_fault_shows_in_answer_and_thread() {
    let one = Faults::default();
    let accepted = Handover::Accepted;
    for (faults, answer, arrivals) in [
        (Faults { drop: 1.0, ..one }, accepted, 0),
        (
            Faults {
                duplicate: 1.0,
                ..one
            },
            accepted,
            2,
        ),
        (
            Faults {
                unknown: 1.0,
                ..one
            },
            Handover::Unknown,
            1,
        ),
        (
            Faults {
                unknown_lost: 1.0,
                ..one
            },
            Handover::Unknown,
            0,
        ),
        (
            Faults { reject: 1.0, ..one },
            Handover::Rejected(Rejection::Unreachable),
            0,
        ),
    ] {
        let (simulator, receipts) = with(faults);
        assert_eq!(
            simulator.send(text(1, "482913")).await,
            answer,
            "{faults:?}"
        );
        assert_eq!(
            simulator.messages(&number(123)).len(),
            arrivals,
            "{faults:?}"
        );
        assert!(receipts.is_empty());
    }
}

#[tokio::test]
async fn a_chance_of_one_half_strikes_about_half_of_the_time() {
    let (simulator, _) = with(Faults {
        drop: 0.5,
        ..Faults::default()
    });
    let mut arrived = 0;
    for n in 0..1000 {
        let to = number(n % 1000);
        simulator
            .send(CarrierMessage {
                to: to.clone(),
                ..text(n, "482913")
            })
            .await;
        arrived += simulator.messages(&to).len();
    }
    assert!((400..600).contains(&arrived), "{arrived}");
}

#[tokio::test(start_paused = true)]
async fn receipts_tell_the_truth_or_lie_as_asked() {
    let mode = |receipts, drop| Faults {
        receipts,
        drop,
        ..Faults::default()
    };
    for (faults, said) in [
        (mode(ReceiptMode::Honest, 0.0), vec![true]),
        (mode(ReceiptMode::Honest, 1.0), vec![false]),
        (mode(ReceiptMode::Twice, 0.0), vec![true, true]),
        (mode(ReceiptMode::BeforeAnswer, 0.0), vec![true]),
        (mode(ReceiptMode::Lying, 0.0), vec![false]),
        (mode(ReceiptMode::Lying, 1.0), vec![true]),
    ] {
        let (simulator, receipts) = with(faults);
        simulator.send(text(1, "482913")).await;
        assert_eq!(drain(&receipts).await, said, "{faults:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_receipt_can_come_before_the_answer() {
    let (simulator, receipts) = with(Faults {
        receipts: ReceiptMode::BeforeAnswer,
        ..Faults::default()
    });
    let early = async {
        tokio::task::yield_now().await;
        receipts.len()
    };
    let (answer, waiting) = tokio::join!(simulator.send(text(1, "482913")), early);
    assert_eq!((answer, waiting), (Handover::Accepted, 1));
}

#[tokio::test(start_paused = true)]
async fn a_late_receipt_comes_late() {
    let (simulator, receipts) = with(Faults {
        receipts: ReceiptMode::Honest,
        late_ms: 60_000,
        ..Faults::default()
    });
    simulator.send(text(1, "482913")).await;
    assert!(code(&simulator).is_some() && receipts.is_empty());
    let_pass(&simulator, Duration::from_secs(61)).await;
    assert_eq!(drain(&receipts).await, [true]);
}

#[tokio::test]
async fn more_late_events_than_fit_are_throttled() {
    let (simulator, _) = with(Faults {
        delay_ms: 1000,
        ..Faults::default()
    });
    let mut throttled = 0;
    for n in 0..20_010 {
        let answer = simulator.send(text(n, "482913")).await;
        throttled += usize::from(answer == Handover::Rejected(Rejection::Throttled));
    }
    assert_eq!(throttled, 10);
}

#[test]
fn faults_out_of_bounds_change_nothing() {
    let (simulator, _) = simulator();
    let strange = Faults {
        drop: 2.0,
        ..Faults::default()
    };
    assert_eq!(simulator.set_faults(strange).unwrap_err().field, "drop");
    assert!(simulator.faults().are_off());
}

#[tokio::test]
async fn phones_and_messages_are_bounded() {
    let (simulator, _) = simulator();
    for n in 0..60 {
        simulator.send(text(n, "482913")).await;
    }
    assert_eq!(simulator.messages(&number(123)).len(), MESSAGES_MAX);
    for n in 0..=u32::try_from(PHONES_MAX).unwrap() {
        let to = E164::from_canonical(&format!("+999{n:08}")).unwrap();
        let short = common::message(n, Words::Text("hello".into()));
        simulator.send(CarrierMessage { to, ..short }).await;
    }
    assert_eq!(simulator.phone_count(), PHONES_MAX);
    assert!(
        simulator.messages(&number(123)).is_empty(),
        "the oldest went"
    );
}

#[tokio::test]
async fn no_debug_shows_a_number_a_code_or_a_text() {
    let (simulator, _) = simulator();
    simulator.send(text(1, "482913")).await;
    let (_, code) = simulator.newest_code(&number(123)).unwrap();
    let shown = format!(
        "{simulator:?} {:?} {:?} {code:?}",
        simulator.phones(9),
        simulator.messages(&number(123)),
    );
    for secret in ["7700", "482913", "Harbour", "HARBOUR"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
