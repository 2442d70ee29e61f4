//! What answers, refusals, silence and broken connections mean.

use std::sync::Arc;

use peers::carrier::{Carrier, Handover, Rejection};
use tokio::task::JoinSet;

use crate::{
    gateway::{Gateway, Got},
    support::{NOW, Reports, generic, text},
};

fn sending(port: u16) -> JoinSet<Handover> {
    let carrier = generic(&Arc::new(Reports::default()), port, NOW);
    let mut sending = JoinSet::new();
    sending.spawn(async move { carrier.send(text()).await });
    sending
}

async fn outcome(status: u16, body: &str) -> Handover {
    let gateway = Gateway::new().await;
    let mut sending = sending(gateway.port());
    let _open = gateway.next().await.answer(status, body).await;
    sending.join_next().await.unwrap().unwrap()
}

#[tokio::test]
async fn answers_mean_what_the_contract_says() {
    let refused = |why| Handover::Rejected(why);
    for (status, body, means) in [
        (202, "", Handover::Accepted),
        (
            422,
            r#"{"reason":"unreachable"}"#,
            refused(Rejection::Unreachable),
        ),
        (400, r#"{"reason":"content"}"#, refused(Rejection::Content)),
        (400, r#"{"reason":"whatever"}"#, refused(Rejection::NoRoute)),
        (401, "", refused(Rejection::Account)),
        (429, "", refused(Rejection::Throttled)),
        (500, r#"{"reason":"unreachable"}"#, Handover::Unknown),
        (302, "", Handover::Unknown),
    ] {
        assert_eq!(outcome(status, body).await, means, "{status} {body}");
    }
}

#[tokio::test]
async fn nobody_listening_is_definitely_not_sent() {
    let gateway = Gateway::new().await;
    let port = gateway.port();
    drop(gateway);
    let mut sending = sending(port);
    let down = Handover::Rejected(Rejection::Down);
    assert_eq!(sending.join_next().await.unwrap().unwrap(), down);
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_is_unknown() {
    let gateway = Gateway::new().await;
    let mut sending = sending(gateway.port());
    let got: Got = gateway.next().await;
    drop(got);
    let outcome = sending.join_next().await.unwrap().unwrap();
    assert_eq!(outcome, Handover::Unknown);
}

#[tokio::test]
async fn an_answer_that_is_too_long_counts_by_its_status() {
    let long = "x".repeat(70_000);
    assert_eq!(outcome(200, &long).await, Handover::Accepted);
}
