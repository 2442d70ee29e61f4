use crate::{
    harness::{Call, Harness, NUMBER, OTHER_APP, Reply},
    scopes::Scopes,
    tokens::Said,
};
use axum::http::Method;
use courier::simulator::{Mood, Sim};
use insta::assert_snapshot;
use model::{Millis, Timestamp};
use serde_json::{Value, json};
use testkit::{APP, parse_e164};

fn ask(h: &Harness, operation: &str, body: &Value) -> Call {
    h.at(&format!("/sim-swap/v2/{operation}")).json(body)
}

async fn check(h: &Harness, body: Value) -> Reply {
    h.send(ask(h, "check", &body)).await
}

async fn date(h: &Harness) -> Reply {
    let body = json!({ "phoneNumber": NUMBER });
    h.send(ask(h, "retrieve-date", &body)).await
}

#[tokio::test]
async fn a_change_is_told_within_the_hours_asked_about() {
    let h = Harness::new().await;
    let body = |hours: u16| json!({ "phoneNumber": NUMBER, "maxAge": hours });
    assert_snapshot!(check(&h, json!({ "phoneNumber": NUMBER })).await, @r#"200 {"swapped":false}"#);
    h.product
        .phones
        .operator()
        .change_sim(&parse_e164(NUMBER), 30);
    assert_snapshot!(check(&h, json!({ "phoneNumber": NUMBER })).await, @r#"200 {"swapped":true}"#);
    assert_snapshot!(check(&h, body(30)).await, @r#"200 {"swapped":true}"#);
    assert_snapshot!(check(&h, body(29)).await, @r#"200 {"swapped":false}"#);
    h.finish().await;
}

#[tokio::test]
async fn the_date_is_the_operators_or_null() {
    let h = Harness::new().await;
    let operator = h.product.phones.operator();
    assert_snapshot!(date(&h).await, @r#"200 {"latestSimChange":"2023-07-03T00:00:00Z"}"#);
    let changed = Timestamp::from_millis(1_794_000_000_000);
    operator.set_sim(&parse_e164(NUMBER), Sim::ChangedAt(changed));
    assert_snapshot!(date(&h).await, @r#"200 {"latestSimChange":"2026-11-06T21:20:00Z"}"#);
    let monitored_days = Some(120);
    operator.set_sim(&parse_e164(NUMBER), Sim::Unsaid { monitored_days });
    assert_snapshot!(date(&h).await, @r#"200 {"latestSimChange":null,"monitoredPeriod":120}"#);
    h.finish().await;
}

#[tokio::test]
async fn every_way_an_operator_says_no_has_its_code() {
    let h = Harness::new().await;
    let operator = h.product.phones.operator();
    let number = parse_e164(NUMBER);
    let body = || json!({ "phoneNumber": NUMBER, "maxAge": 2400 });
    operator.set_sim(&number, Sim::Unknown);
    assert_snapshot!(check(&h, body()).await, @r#"404 {"status":404,"code":"IDENTIFIER_NOT_FOUND","message":"No operator here knows this phone number."}"#);
    operator.set_sim(&number, Sim::NotOffered);
    assert_snapshot!(check(&h, body()).await, @r#"422 {"status":422,"code":"SERVICE_NOT_APPLICABLE","message":"The operator does not offer this for this phone number."}"#);
    let monitored_days = Some(30);
    operator.set_sim(&number, Sim::Unsaid { monitored_days });
    assert_snapshot!(check(&h, body()).await, @r#"400 {"status":400,"code":"OUT_OF_RANGE","message":"The operator does not look back as far."}"#);
    operator.set_mood(Mood::Away);
    assert_snapshot!(check(&h, body()).await, @r#"503 {"status":503,"code":"UNAVAILABLE","message":"The service cannot answer now. Try again in a moment."}"#);
    h.finish().await;
}

#[tokio::test]
async fn bodies_are_strict_and_hours_bounded() {
    let h = Harness::new().await;
    for (body, told) in [
        (json!({}), "MISSING_IDENTIFIER"),
        (json!({ "maxAge": 24 }), "MISSING_IDENTIFIER"),
        (json!({ "phoneNumber": "07700900123" }), "INVALID_ARGUMENT"),
        (
            json!({ "phoneNumber": "+999123456789" }),
            "IDENTIFIER_NOT_FOUND",
        ),
        (
            json!({ "phoneNumber": NUMBER, "maxAge": "24" }),
            "INVALID_ARGUMENT",
        ),
        (
            json!({ "phoneNumber": NUMBER, "maxAge": 2.5 }),
            "INVALID_ARGUMENT",
        ),
        (
            json!({ "phoneNumber": NUMBER, "maxAge": 0 }),
            "OUT_OF_RANGE",
        ),
        (
            json!({ "phoneNumber": NUMBER, "maxAge": 2401 }),
            "OUT_OF_RANGE",
        ),
        (
            json!({ "phoneNumber": NUMBER, "extra": 1 }),
            "INVALID_ARGUMENT",
        ),
    ] {
        assert_eq!(check(&h, body.clone()).await.code(), told, "{body}");
    }
    let dated = ask(
        &h,
        "retrieve-date",
        &json!({ "phoneNumber": NUMBER, "maxAge": 24 }),
    );
    assert_eq!(h.send(dated).await.code(), "INVALID_ARGUMENT");
    assert_eq!(h.product.phones.operator().asked(), 0, "nobody was asked");
    h.finish().await;
}

#[tokio::test]
async fn only_a_token_with_the_scope_of_an_application_that_may_ask_is_served() {
    let h = Harness::new().await;
    let body = json!({ "phoneNumber": NUMBER });
    let with = |application, scopes| {
        let network = None;
        let bearer = h.bearer(&Said {
            application,
            scopes,
            network,
        });
        ask(&h, "check", &body).header("authorization", &bearer)
    };
    assert_snapshot!(h.send(with(APP, Scopes::USUAL)).await, @r#"403 {"status":403,"code":"PERMISSION_DENIED","message":"This access token does not have the scope of this operation."}"#);
    assert_snapshot!(h.send(with(OTHER_APP, Scopes::CLIENTS)).await, @r#"403 {"status":403,"code":"PERMISSION_DENIED","message":"The operator of this service does not let this client do that."}"#);
    assert_eq!(h.product.phones.operator().asked(), 0);
    assert_eq!(h.send(with(APP, Scopes::CLIENTS)).await.status(), 200);
    h.finish().await;
}

#[tokio::test]
async fn questions_are_counted_like_other_look_ups() {
    let h = Harness::with(|setup| setup.vault.application_lookups_per_hour = 2).await;
    for told in ["", "", "QUOTA_EXCEEDED"] {
        let reply = check(&h, json!({ "phoneNumber": NUMBER })).await;
        assert_eq!(reply.json()["code"].as_str().unwrap_or_default(), told);
    }
    h.product.wait(Millis::from_seconds(3600));
    assert_eq!(
        check(&h, json!({ "phoneNumber": NUMBER })).await.status(),
        200
    );
    h.finish().await;
}

#[tokio::test]
async fn other_paths_and_methods_are_told_in_the_contracts_shape() {
    let h = Harness::new().await;
    let elsewhere = h.at("/sim-swap/v2/subscriptions").json(&json!({}));
    assert_eq!(h.send(elsewhere).await.code(), "NOT_FOUND");
    let get = h.at("/sim-swap/v2/check").method(Method::GET);
    assert_eq!(h.send(get).await.code(), "METHOD_NOT_ALLOWED");
    h.finish().await;
}
