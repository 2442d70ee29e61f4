//! What holds for every call.

use axum::http::Method;
use insta::assert_snapshot;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::harness::{CODE, Harness, NUMBER};

const IDS: [&str; 2] = [
    "ver_aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "sub_aaaaaaaaaaaaaaaaaaaaaaaaaa",
];

/// Every described call with an id in its path.
fn calls() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&crate::openapi::document()).unwrap();
    let mut calls = Vec::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_ascii_uppercase().parse().unwrap();
            calls.push((
                method,
                path.replace("{id}", IDS[0]).replace("{sub}", IDS[1]),
            ));
        }
    }
    calls
}

fn is_public(path: &str) -> bool {
    ["/v1/seal-key", "/healthz", "/openapi.json"].contains(&path)
}

#[tokio::test]
async fn a_missing_and_a_wrong_key_are_the_same_refusal_everywhere() {
    let h = Harness::new().await;
    let wrong = [
        format!("Bearer rf_{}", "A".repeat(43)),
        "Bearer rf_short".to_owned(),
        "Basic cmY6cmY=".to_owned(),
        "Bearer".to_owned(),
        "\u{e9}".to_owned(),
    ];
    for (method, path) in calls().into_iter().filter(|(_, path)| !is_public(path)) {
        let call = || h.call(method.clone(), &path);
        let missing = h.send(call().without("authorization")).await;
        assert_eq!(missing.status, 401, "{method} {path}");
        assert_eq!(missing.header("www-authenticate"), Some("Bearer"));
        for value in &wrong {
            let reply = h.send(call().header("authorization", value)).await;
            assert_eq!(reply.text, missing.text, "{method} {path}");
        }
    }
    let reply = h
        .send(h.post("/v1/verifications").without("authorization"))
        .await;
    assert_snapshot!(reply, @r#"401 {"type":"/docs/errors#unauthorized","title":"The API key is missing or unknown","status":401,"code":"unauthorized","detail":"Send your key as `Authorization: Bearer rf_…`."}"#);
}

#[tokio::test]
async fn every_described_call_is_routed() {
    let h = Harness::new().await;
    for (method, path) in calls() {
        let reply = h.send(h.call(method.clone(), &path)).await;
        let unrouted = reply.status.as_u16() >= 400
            && ["not_found", "method_not_allowed"].contains(&reply.code().as_str());
        assert!(!unrouted, "{method} {path}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_problems_too() {
    let h = Harness::new().await;
    assert_snapshot!(h.get("/v1/verification").await, @r#"404 {"type":"/docs/errors#not_found","title":"There is no such call","status":404,"code":"not_found","detail":"Check the path against the API description at /openapi.json."}"#);
    let put = h.send(h.call(Method::PUT, "/v1/verifications")).await;
    assert_eq!(put.header("allow"), Some("POST"));
    assert_snapshot!(put, @r#"405 {"type":"/docs/errors#method_not_allowed","title":"The path does not take this method","status":405,"code":"method_not_allowed","detail":"Use one of the methods in the Allow header."}"#);
    for path in ["/v1/verifications/a/b/c", "/v1/subjects", "/v1/"] {
        assert_eq!(h.get(path).await.code(), "not_found", "{path}");
    }
    assert_eq!(
        h.get("/v1/verifications").await.code(),
        "method_not_allowed"
    );
}

#[tokio::test]
async fn the_description_is_served_as_it_is_checked_in() {
    let h = Harness::new().await;
    let reply = h.get("/openapi.json").await;
    assert_eq!(reply.text, crate::openapi::document());
    assert_eq!(reply.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn requests_have_the_fields_that_the_description_names() {
    let h = Harness::new().await;
    let document: Value = serde_json::from_str(&crate::openapi::document()).unwrap();
    for (path, shape) in [
        ("/v1/verifications".to_owned(), "StartVerification"),
        (format!("/v1/verifications/{}/check", IDS[0]), "CheckCode"),
        (format!("/v1/verifications/{}/resend", IDS[0]), "ResendCode"),
        (format!("/v1/subjects/{}/ban", IDS[1]), "Ban"),
    ] {
        let reply = h.send(h.post(&path).json(&json!({ "?": 1 }))).await.json();
        let detail = reply["detail"].as_str().unwrap();
        let mut read: Vec<_> = detail.split('`').skip(1).step_by(2).collect();
        read.sort_unstable();
        let shape = &document["components"]["schemas"][shape];
        let mut described: Vec<_> = shape["properties"].as_object().unwrap().keys().collect();
        described.sort_unstable();
        assert_eq!(read, described, "{path}");
    }
}

#[tokio::test]
async fn a_malformed_body_is_refused_without_repeating_it() {
    let h = Harness::new().await;
    let check = format!("/v1/verifications/{}/check", IDS[0]);
    for body in [
        format!(r#"{{"to":"{NUMBER}""#),
        format!(r#"{{"to":"{NUMBER}","purpose":"{NUMBER}"}}"#),
        format!(r#"{{"{NUMBER}":1}}"#),
        format!(r#"{{", expected {NUMBER}":1}}"#),
        format!(r#"{{"missing field `{NUMBER}":1}}"#),
        format!(r#"{{"to":{}}}"#, &NUMBER[1..]),
        format!(r#"{{"code":{CODE}}}"#),
        format!(r#"{{"code":["{CODE}"]}}"#),
        format!(r#"{{"to":"{NUMBER}","to":"{NUMBER}"}}"#),
        format!(r#"{{"purpose":"signup","region":"{NUMBER}","subject":"{NUMBER}"}}"#),
        format!(r#"{{"purpose":"signup","channel":"x, expected {NUMBER}"}}"#),
        format!(r#"{{"purpose":"signup","client":{{"address":"{NUMBER}"}}}}"#),
        format!(r#"{{"purpose":"signup","client":{{"{NUMBER}":"{CODE}"}}}}"#),
        NUMBER.to_owned(),
        format!("\"{NUMBER}\""),
        format!("[\"{NUMBER}\"]"),
        format!(
            "{{\"client\":[\"192.0.2.1\",\"{NUMBER}\"],\"code\":\"1\",\"purpose\":\"signup\"}}"
        ),
        format!("{{}}{CODE}"),
    ] {
        // The harness looks for number and code in every reply.
        for path in ["/v1/verifications", &check] {
            let reply = h.send(h.post(path).raw(body.as_bytes())).await;
            assert!(reply.status.is_client_error(), "{body}");
        }
    }
    let reply = h
        .send(h.post("/v1/verifications").raw(b"{\"to\":\"\xff\"}"))
        .await;
    assert_eq!(reply.code(), "invalid_utf8");
    let plain = h
        .post("/v1/verifications")
        .json(&json!({}))
        .header("content-type", "text/plain");
    assert_eq!(h.send(plain).await.code(), "unsupported_media_type");
}

/// Bodies that come close to real ones: our field names with any values.
fn near_json() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![
        "to",
        "sealed_to",
        "purpose",
        "subject",
        "channel",
        "code",
        "until",
        "client",
        "owner",
        "locale",
        "region",
    ]);
    let value = prop_oneof![
        Just(json!(null)),
        Just(json!(NUMBER)),
        Just(json!("signup")),
        Just(json!("sub_aaaaaaaaaaaaaaaaaaaaaaaaaa")),
        Just(json!("2030-01-31T00:00:00Z")),
        Just(json!({ "device": "d" })),
        any::<i64>().prop_map(Value::from),
        ".{0,80}".prop_map(Value::from),
    ];
    prop::collection::btree_map(name, value, 0..6)
        .prop_map(|members| serde_json::to_vec(&members).unwrap())
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        near_json(),
        prop::collection::vec(any::<u8>(), 0..300),
        "[\\[\\]{}\":,0-9a-z ]{0,200}".prop_map(String::into_bytes),
    ]
}

proptest! {
    // Each case sends dozens of requests.
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn nothing_that_is_sent_makes_the_server_fail(
        bodies in prop::collection::vec(any_body(), 1..4),
        tail in "[ -~]{0,40}",
        key in "[ -~]{0,20}",
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let h = Harness::new().await;
            for (method, path) in calls() {
                for body in &bodies {
                    let call = h.call(method.clone(), &path).raw(body).key(&key);
                    let reply = h.send(call).await;
                    assert!(reply.status.as_u16() < 500, "{method} {path}: {reply}");
                }
            }
            let escaped: String = tail.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for path in ["/v1/verifications/", "/v1/subjects/", "/v1/"] {
                let reply = h.get(&format!("{path}{escaped}")).await;
                assert!(reply.status.as_u16() < 500, "{path}{tail}: {reply}");
            }
        });
    }
}
