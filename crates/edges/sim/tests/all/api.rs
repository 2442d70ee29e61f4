//! The API: answers, and a typed refusal for everything else.

use std::time::Duration;

use axum::{body::Body, http::Request};
use insta::assert_snapshot;
use tokio::time::Instant;

use crate::World;

const MESSAGES: &str = "/sim/phones/%2B447700900123/messages";
const CODE: &str = "/sim/phones/%2B447700900123/code";

#[tokio::test]
async fn the_courier_says_that_it_serves() {
    assert_snapshot!(World::new().get("/healthz").await.shown(), @"
    200 text/plain; charset=utf-8
    ok
    ");
}

#[tokio::test]
async fn messages_come_newest_first() {
    let world = World::new();
    world.text(1, "482913").await;
    world.call(2, "771204").await;
    let back = r#"{"to":"HARBOUR","text":"STOP"}"#;
    assert_snapshot!(world.post_json(MESSAGES, back).await.shown(), @r#"
    201 application/json
    {"id":"msg_aaaaaaaaaaaaaaaaaaaaaaaaaa"}
    "#);
    assert_snapshot!(world.get(MESSAGES).await.shown(), @r#"
    200 application/json
    [{"id":"msg_aaaaaaaaaaaaaaaaaaaaaaaaaa","at":"2026-11-18T12:00:00Z","channel":"sms","direction":"sent","from":"+447700900123","to":"HARBOUR","text":"STOP"},{"id":"msg_aibaeaqcaibaeaqcaibaeaqcai","at":"2026-11-18T12:00:00Z","channel":"voice","direction":"received","from":"HARBOUR","text":"Your code is:\n7, 7, 1, 2, 0, 4"},{"id":"msg_aeaqcaibaeaqcaibaeaqcaibae","at":"2026-11-18T12:00:00Z","channel":"sms","direction":"received","from":"HARBOUR","text":"482913 is your code.\n\n@chat.harbour.example #482913"}]
    "#);
}

#[tokio::test]
async fn a_phone_that_got_nothing_has_no_messages() {
    assert_snapshot!(World::new().get(MESSAGES).await.shown(), @"
    200 application/json
    []
    ");
}

#[tokio::test]
async fn the_newest_code_is_plain_text() {
    let world = World::new();
    world.text(1, "482913").await;
    let answer = world.get(CODE).await;
    assert_eq!(
        answer.headers["x-message-id"],
        "msg_aeaqcaibaeaqcaibaeaqcaibae"
    );
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_snapshot!(answer.shown(), @"
    200 text/plain; charset=utf-8
    482913
    ");
    world.call(2, "771204").await;
    assert_eq!(
        world.get("/sim/phones/+447700900123/code").await.body,
        "771204"
    );
}

#[tokio::test]
async fn without_a_code_the_answer_says_how_to_wait() {
    assert_snapshot!(World::new().get(CODE).await.shown(), @r#"
    404 application/problem+json
    {"type":"/docs/errors#no_code","title":"No code on this phone","status":404,"code":"no_code","detail":"No text or call with a code has arrived. Add ?wait_ms=10000 to wait for one."}
    "#);
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_the_code_or_with_the_time() {
    let world = World::new();
    let path = format!("{CODE}?wait_ms=10000");
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(world.get(&path), async {
        tokio::task::yield_now().await;
        world.text(1, "482913").await;
    });
    assert_eq!(
        (answer.body.as_str(), begun.elapsed()),
        ("482913", Duration::ZERO)
    );
    let newer = format!(
        "{path}&after={}",
        answer.headers["x-message-id"].to_str().unwrap()
    );
    let begun = Instant::now();
    assert_eq!(world.get(&newer).await.status, 404);
    assert_eq!(begun.elapsed(), Duration::from_secs(10));
}

#[tokio::test]
async fn what_is_no_number_is_refused() {
    let world = World::new();
    for bad in [
        "447700900123",
        "+44",
        "+0447700900123",
        "+44%207700",
        "%FF",
        "+4477%00",
        "x",
    ] {
        for what in ["code", "messages"] {
            let answer = world.get(&format!("/sim/phones/{bad}/{what}")).await;
            let expected = if bad == "+44" && what == "messages" {
                200
            } else {
                400
            };
            if bad != "+44" {
                assert_eq!(answer.status, expected, "{bad}");
                assert!(answer.body.contains(r#""code":"invalid_number""#), "{bad}");
                assert!(!answer.body.contains("7700"), "{bad}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_query_is_refused() {
    let world = World::new();
    for bad in [
        "wait_ms=10001",
        "wait_ms=-1",
        "wait_ms=soon",
        "after=sub_x",
        "wait_ms=%FF",
    ] {
        let answer = world.get(&format!("{CODE}?{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}");
        assert!(answer.body.contains(r#""code":"invalid_query""#), "{bad}");
    }
}

#[tokio::test]
async fn a_text_back_that_makes_no_sense_is_refused() {
    let world = World::new();
    let long = format!(r#"{{"to":"HARBOUR","text":"{}"}}"#, "x".repeat(1601));
    let endless = format!(r#"{{"to":"HARBOUR","text":"{}"}}"#, "x".repeat(20_000));
    for (body, status, code) in [
        (&b"{}"[..], 422, "invalid_request"),
        (br#"{"to":"","text":"STOP"}"#, 422, "invalid_receiver"),
        (br#"{"to":"HARBOUR","text":" "}"#, 422, "invalid_text"),
        (
            br#"{"to":"HARBOUR","text":"x","extra":1}"#,
            422,
            "invalid_request",
        ),
        (br#"{"to":"HARBOUR","text":"#, 400, "malformed_json"),
        (
            b"{\"to\":\"HARBOUR\",\"text\":\"\xff\"}",
            400,
            "invalid_utf8",
        ),
        (long.as_bytes(), 422, "invalid_text"),
        (endless.as_bytes(), 413, "body_too_large"),
    ] {
        let answer = world.post_json(MESSAGES, body.to_vec()).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert!(
            answer.body.contains(&format!(r#""code":"{code}""#)),
            "{}",
            answer.body
        );
    }
    let plain = Request::post(MESSAGES).body(Body::from("{}")).unwrap();
    assert_eq!(world.answer(plain).await.status, 415);
}

#[tokio::test]
async fn faults_are_set_shown_and_turned_off() {
    let world = World::new();
    let on = r#"{"drop":0.25,"receipts":"lying","reject_reason":"content"}"#;
    assert_snapshot!(world.post_json("/sim/faults", on).await.shown(), @r#"
    200 application/json
    {"delay_ms":0,"answer_delay_ms":0,"drop":0.25,"duplicate":0.0,"reorder":0.0,"reject":0.0,"reject_reason":"content","unknown":0.0,"unknown_lost":0.0,"receipts":"lying","late_ms":0}
    "#);
    assert!(
        world
            .get("/sim/faults")
            .await
            .body
            .contains(r#""drop":0.25"#)
    );
    assert_eq!(world.post_json("/sim/faults", "{}").await.status, 200);
    assert!(world.simulator.faults().are_off());
}

#[tokio::test]
async fn faults_that_make_no_sense_are_refused() {
    let world = World::new();
    for (body, status) in [
        (r#"{"drop":1.5}"#, 422),
        (r#"{"delay_ms":-1}"#, 422),
        (r#"{"dropp":1}"#, 422),
        (r#"{"receipts":"sometimes"}"#, 422),
        ("", 400),
    ] {
        let answer = world.post_json("/sim/faults", body).await;
        assert_eq!(answer.status, status, "{body} {}", answer.body);
        assert_eq!(answer.headers["content-type"], "application/problem+json");
    }
    assert!(world.simulator.faults().are_off());
}

#[tokio::test]
async fn unknown_addresses_and_methods_are_problems() {
    let world = World::new();
    assert!(
        world
            .get("/nothing")
            .await
            .body
            .contains(r#""code":"not_found""#)
    );
    let delete = Request::delete(CODE).body(Body::empty()).unwrap();
    let answer = world.answer(delete).await;
    assert_eq!(answer.status, 405);
    assert!(answer.body.contains(r#""code":"method_not_allowed""#));
}
