//! What becomes of messages while the link works, stutters and breaks.

use std::time::Duration;

use carriers::smpp::{pdu::command, status};
use peers::carrier::{Carrier, Handover, Rejection, SpokenPart, Words};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    centre::Centre,
    support::{answer, message, run, settings, soon},
};

#[tokio::test]
async fn a_text_is_accepted_once_the_centre_took_it() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "482913 is your code");
    let (pdu, submitted) = link.submitted().await;
    assert_eq!(&**submitted.text, b"482913 is your code");
    assert_eq!(submitted.destination.text.as_str(), "447700900123");
    assert_eq!((submitted.source.ton, submitted.destination.ton), (5, 1));
    assert_eq!(submitted.registered_delivery, 1);
    link.answer(&pdu, 0, b"1A2B\0").await;
    assert_eq!(answer(sending).await, Handover::Accepted);
}

#[tokio::test]
async fn before_the_bind_nothing_is_handed_over() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let down = Handover::Rejected(Rejection::Down);
    assert_eq!(running.carrier.send(message(1, "x")).await, down);
}

#[tokio::test]
async fn a_refused_bind_leaves_the_carrier_down() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.connected().await;
    let bind = link.next().await;
    link.answer(&bind, 0x0E, b"").await;
    // The second attempt comes after a pause, and works.
    let _link = centre.bound().await;
    running.bound().await;
}

#[tokio::test]
async fn a_throttled_text_is_sent_again_and_counts_once() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "code");
    for status in [status::THROTTLED, status::QUEUE_FULL] {
        let (pdu, _) = link.submitted().await;
        link.answer(&pdu, status, b"").await;
    }
    let (pdu, _) = link.submitted().await;
    link.answer(&pdu, 0, b"7\0").await;
    assert_eq!(answer(sending).await, Handover::Accepted);
}

#[tokio::test]
async fn a_centre_that_only_throttles_definitely_did_not_take_it() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let mut sending = running.send(1, "code");
    let refused = loop {
        tokio::select! {
            done = sending.join_next() => break done.unwrap().unwrap(),
            (pdu, _) = link.submitted() => link.answer(&pdu, status::THROTTLED, b"").await,
        }
    };
    assert_eq!(refused, Handover::Rejected(Rejection::Throttled));
}

#[tokio::test]
async fn refusals_have_reasons() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    for (status, why) in [
        (0x0B, Rejection::Unreachable),
        (0x0A, Rejection::Content),
        (0x45, Rejection::NoRoute),
    ] {
        let sending = running.send(1, "code");
        let (pdu, _) = link.submitted().await;
        link.answer(&pdu, status, b"").await;
        assert_eq!(answer(sending).await, Handover::Rejected(why));
    }
}

#[tokio::test]
async fn a_nack_is_a_definite_refusal() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "code");
    let (mut pdu, _) = link.submitted().await;
    pdu.command = command::GENERIC_NACK;
    link.answer(&pdu, 0, b"").await;
    let refused = Handover::Rejected(Rejection::NoRoute);
    assert_eq!(answer(sending).await, refused);
}

#[tokio::test]
async fn a_broken_link_leaves_what_was_under_way_unknown() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "code");
    link.submitted().await;
    drop(link);
    assert_eq!(answer(sending).await, Handover::Unknown);
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(2, "another");
    let (pdu, submitted) = link.submitted().await;
    assert_eq!(&**submitted.text, b"another");
    link.answer(&pdu, 0, b"8\0").await;
    assert_eq!(answer(sending).await, Handover::Accepted);
}

#[tokio::test]
async fn no_answer_in_time_is_unknown_and_a_late_one_harms_nothing() {
    let centre = Centre::new().await;
    let mut hasty = settings(centre.port());
    hasty.limits.response = Duration::from_millis(20);
    let running = run(hasty);
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "code");
    let (pdu, _) = link.submitted().await;
    assert_eq!(answer(sending).await, Handover::Unknown);
    link.answer(&pdu, 0, b"9\0").await;
    let receipt = crate::receipts::receipt("9", "DELIVRD");
    assert_eq!(link.deliver(&receipt).await, 0);
    assert_eq!(
        running.reports.receipt().await,
        (crate::support::id(1), true)
    );
}

#[tokio::test]
async fn a_long_text_goes_in_segments_with_one_receipt() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, &"a".repeat(320));
    let mut headers = Vec::new();
    for _ in 0..3 {
        let (pdu, segment) = link.submitted().await;
        assert_eq!(segment.esm_class, 0x40);
        headers.push((segment.text[..6].to_vec(), segment.registered_delivery));
        link.answer(&pdu, 0, b"7\0").await;
    }
    assert_eq!(answer(sending).await, Handover::Accepted);
    let of = |n, wanted| (vec![5, 0, 3, headers[0].0[3], 3, n], wanted);
    assert_eq!(headers, [of(1, 0), of(2, 0), of(3, 1)]);
}

#[tokio::test]
async fn half_a_text_is_an_unknown_outcome() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, &"a".repeat(200));
    let (pdu, _) = link.submitted().await;
    link.answer(&pdu, 0, b"7\0").await;
    let (pdu, _) = link.submitted().await;
    link.answer(&pdu, 0x45, b"").await;
    assert_eq!(answer(sending).await, Handover::Unknown);
}

#[tokio::test]
async fn a_call_is_not_for_this_carrier() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut call = message(1, "");
    call.words = Words::Spoken(vec![SpokenPart::Say("Hello".into())]);
    let none = Handover::Rejected(Rejection::NoCarrier);
    assert_eq!(running.carrier.send(call).await, none);
}

#[tokio::test]
async fn no_more_than_the_window_waits_for_answers() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sendings: Vec<_> = (1..=5).map(|n| running.send(n, "code")).collect();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(link.submitted().await.0);
    }
    let mut octet = [0];
    let early = tokio::time::timeout(Duration::from_millis(30), link.stream.peek(&mut octet));
    assert!(early.await.is_err(), "a fifth came although four wait");
    link.answer(&waiting[0], 0, b"1\0").await;
    waiting.push(link.submitted().await.0);
    for pdu in &waiting[1..] {
        link.answer(pdu, 0, b"2\0").await;
    }
    for sending in sendings {
        assert_eq!(answer(sending).await, Handover::Accepted);
    }
}

#[tokio::test]
async fn tests_of_the_link_are_answered_and_made() {
    let centre = Centre::new().await;
    let mut quiet = settings(centre.port());
    quiet.limits.enquire = Duration::from_millis(20);
    let running = run(quiet);
    let mut link = centre.bound().await;
    let enquiry = link.next_of(command::ENQUIRE_LINK).await;
    link.answer(&enquiry, 0, b"").await;
    link.send(command::ENQUIRE_LINK, 5, Default::default())
        .await;
    let answer = loop {
        let pdu = link.next().await;
        if pdu.command != command::ENQUIRE_LINK {
            break pdu;
        }
        link.answer(&pdu, 0, b"").await;
    };
    assert_eq!(answer.command, command::ENQUIRE_LINK | command::RESPONSE);
    assert_eq!((answer.sequence, answer.status), (5, 0));
    assert!(running.carrier.is_bound());
}

#[tokio::test]
async fn a_centre_that_falls_silent_is_left_and_bound_again() {
    let centre = Centre::new().await;
    let mut quiet = settings(centre.port());
    // Short, so that the test is; what follows does not depend on how short.
    quiet.limits.enquire = Duration::from_millis(20);
    quiet.limits.response = Duration::from_secs(1);
    let running = run(quiet);
    let mut silent = centre.bound().await;
    silent.next_of(command::ENQUIRE_LINK).await;
    let mut link = centre.bound().await;
    tokio::select! {
        () = running.bound() => {}
        never = link.stay_awake() => match never {},
    }
}

#[tokio::test]
async fn unknown_requests_get_a_nack_and_lost_boundaries_end_the_session() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    link.send(0x0000_0111, 3, Default::default()).await;
    let nack = link.next_of(command::GENERIC_NACK).await;
    assert_eq!((nack.sequence, nack.status), (3, 3));
    link.stream.write_all(&[0xFF; 16]).await.unwrap();
    let _next = centre.bound().await;
}

#[tokio::test]
async fn both_sides_say_goodbye() {
    let centre = Centre::new().await;
    let mut running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    link.send(command::UNBIND, 9, Default::default()).await;
    let answer = link.next_of(command::UNBIND | command::RESPONSE).await;
    assert_eq!(answer.sequence, 9);
    drop(link);
    let mut link = centre.bound().await;
    running.bound().await;
    running.stop.send(true).unwrap();
    let goodbye = link.next_of(command::UNBIND).await;
    link.answer(&goodbye, 0, b"").await;
    soon(running.tasks.join_next()).await.unwrap().unwrap();
    assert!(!running.carrier.is_bound());
}

#[tokio::test]
async fn nothing_is_submitted_around_the_goodbye() {
    let centre = Centre::new().await;
    let mut running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sendings: Vec<_> = (1..=4).map(|n| running.send(n, "code")).collect();
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(link.submitted().await.0);
    }
    running.stop.send(true).unwrap();
    running.unbound().await;
    let late = running.carrier.send(message(9, "code")).await;
    assert_eq!(late, Handover::Rejected(Rejection::Down));
    for pdu in &waiting {
        link.answer(pdu, 0, b"1\0").await;
    }
    for sending in sendings {
        assert_eq!(answer(sending).await, Handover::Accepted);
    }
    let goodbye = link.next_of(command::UNBIND).await;
    let late = running.carrier.send(message(10, "code")).await;
    assert_eq!(late, Handover::Rejected(Rejection::Down));
    link.answer(&goodbye, 0, b"").await;
    soon(running.tasks.join_next()).await.unwrap().unwrap();
    let end = link.stream.read(&mut [0]).await.unwrap();
    assert_eq!(end, 0, "nothing follows the goodbye");
}

#[tokio::test]
async fn a_window_that_stays_full_refuses_and_writes_nothing() {
    let centre = Centre::new().await;
    let mut slow = settings(centre.port());
    slow.limits.window = 1;
    slow.limits.response = Duration::from_secs(20);
    let running = run(slow);
    let mut link = centre.bound().await;
    running.bound().await;
    let first = running.send(1, "code");
    let (pdu, _) = link.submitted().await;
    let refused = running.carrier.send(message(2, "another")).await;
    assert_eq!(refused, Handover::Rejected(Rejection::Throttled));
    link.answer(&pdu, 0, b"1\0").await;
    assert_eq!(answer(first).await, Handover::Accepted);
    let third = running.send(3, "third");
    let (pdu, submitted) = link.submitted().await;
    assert_eq!(
        &**submitted.text, b"third",
        "the refused one was not written"
    );
    link.answer(&pdu, 0, b"3\0").await;
    assert_eq!(answer(third).await, Handover::Accepted);
}

#[tokio::test]
async fn answers_behind_the_centres_goodbye_count() {
    let centre = Centre::new().await;
    let running = run(settings(centre.port()));
    let mut link = centre.bound().await;
    running.bound().await;
    let sending = running.send(1, "code");
    let (pdu, _) = link.submitted().await;
    link.send(command::UNBIND, 9, Default::default()).await;
    link.next_of(command::UNBIND | command::RESPONSE).await;
    link.answer(&pdu, 0, b"1\0").await;
    assert_eq!(answer(sending).await, Handover::Accepted);
}
