use axum::http::Method;
use serde_json::json;

use crate::harness::{Harness, NUMBER, Reply};

async fn limit(h: &Harness, name: &str) -> String {
    let fields = [("UniqueName", name), ("Description", "By address")];
    let reply = h.post(&h.at("RateLimits"), &fields).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    reply.field("sid")
}

async fn bucket(h: &Harness, limit: &str, max: &str, interval: &str) -> Reply {
    let path = h.at(&format!("RateLimits/{limit}/Buckets"));
    let fields = [("Max", max), ("Interval", interval)];
    h.post(&path, &fields).await
}

async fn start(h: &Harness, number: &str, values: &str) -> Reply {
    let fields = [("To", number), ("Channel", "sms"), ("RateLimits", values)];
    h.post(&h.at("Verifications"), &fields).await
}

#[tokio::test]
async fn a_rate_limit_is_made_read_changed_and_removed() {
    let h = Harness::new().await;
    let sid = limit(&h, "end_user.ip-address").await;
    let path = h.at(&format!("RateLimits/{sid}"));
    let fetched = h.get(&path).await.json();
    assert_eq!(fetched["unique_name"], "end_user.ip-address");
    assert_eq!(fetched["description"], "By address");
    let listed = h.get(&h.at("RateLimits")).await.json();
    assert_eq!(listed["rate_limits"], json!([fetched]));
    h.pass(5);
    let changed = h.post(&path, &[("Description", "Other")]).await.json();
    assert_eq!(changed["description"], "Other");
    assert_ne!(changed["date_updated"], changed["date_created"]);
    let made = bucket(&h, &sid, "5", "60").await;
    assert_eq!(made.status, 201);
    assert_eq!(h.delete(&path).await.status, 204);
    assert_eq!(h.get(&path).await.code(), 20404);
    assert_eq!(h.delete(&path).await.code(), 20404);
    let buckets = h.at(&format!("RateLimits/{sid}/Buckets/{}", made.field("sid")));
    assert_eq!(h.get(&buckets).await.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn a_bucket_is_made_read_changed_and_removed() {
    let h = Harness::new().await;
    let sid = limit(&h, "ip").await;
    let made = bucket(&h, &sid, "5", "60").await;
    let path = h.at(&format!("RateLimits/{sid}/Buckets/{}", made.field("sid")));
    assert_eq!(h.get(&path).await.json(), made.json());
    let changed = h.post(&path, &[("Max", "7")]).await.json();
    assert_eq!(
        (&changed["max"], &changed["interval"]),
        (&json!(7), &json!(60))
    );
    let listed = h.get(&h.at(&format!("RateLimits/{sid}/Buckets"))).await;
    assert_eq!(listed.json()["buckets"], json!([changed]));
    assert_eq!(h.delete(&path).await.status, 204);
    assert_eq!(h.get(&path).await.code(), 20404);
    h.product.finish().await;
}

#[tokio::test]
async fn lists_have_pages() {
    let h = Harness::new().await;
    for name in ["a", "b", "c"] {
        limit(&h, name).await;
    }
    let mut path = format!("{}?PageSize=2", h.at("RateLimits"));
    let mut found = Vec::new();
    for expected in [2, 1] {
        let listed = h.get(&path).await.json();
        let entries = listed["rate_limits"].as_array().unwrap().clone();
        assert_eq!(entries.len(), expected);
        found.extend(entries);
        let next = listed["meta"]["next_page_url"].as_str().unwrap_or_default();
        path = next.trim_start_matches("http://localhost:8080").to_owned();
    }
    assert!(path.is_empty(), "no page after the last");
    assert_eq!(found.len(), 3);
    h.product.finish().await;
}

#[tokio::test]
async fn faulty_and_double_ones_have_their_codes() {
    let h = Harness::new().await;
    let sid = limit(&h, "ip").await;
    let at = h.at("RateLimits");
    let long = "x".repeat(65);
    for (name, code) in [
        ("", 60209),
        ("a b", 60209),
        (long.as_str(), 60209),
        ("ip", 60208),
    ] {
        let reply = h.post(&at, &[("UniqueName", name)]).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (400, code), "{name}");
    }
    for (max, interval, name) in [
        ("0", "60", "Max"),
        ("many", "60", "Max"),
        ("", "60", "Max"),
        ("1000001", "60", "Max"),
        ("5", "0", "Interval"),
        ("5", "86401", "Interval"),
        ("5", "", "Interval"),
    ] {
        let reply = bucket(&h, &sid, max, interval).await;
        assert_eq!(reply.field("message"), format!("Invalid parameter: {name}"));
    }
    assert_eq!(bucket(&h, &sid, "5", "60").await.status, 201);
    assert_eq!(bucket(&h, &sid, "6", "60").await.code(), 60211);
    for interval in ["61", "62", "63", "64"] {
        assert_eq!(bucket(&h, &sid, "6", interval).await.status, 201);
    }
    assert_eq!(bucket(&h, &sid, "6", "65").await.code(), 60210);
    for n in 1..10 {
        limit(&h, &format!("n{n}")).await;
    }
    assert_eq!(h.post(&at, &[("UniqueName", "n10")]).await.code(), 60207);
    h.product.finish().await;
}

#[tokio::test]
async fn a_full_bucket_refuses_its_value_and_no_other() {
    let h = Harness::new().await;
    let sid = limit(&h, "ip").await;
    bucket(&h, &sid, "2", "60").await;
    let numbers = ["+447700900124", "+447700900125", "+447700900126"];
    let value = r#"{"ip":"192.0.2.7"}"#;
    for number in &numbers[..2] {
        assert_eq!(start(&h, number, value).await.status, 201);
    }
    let full = start(&h, numbers[2], value).await;
    assert_eq!((full.status.as_u16(), full.code()), (429, 20429));
    assert_eq!(full.headers["retry-after"], "60");
    assert_eq!(h.product.phones.thread(numbers[2]).len(), 0);
    let other = start(&h, numbers[2], r#"{"ip":"192.0.2.8"}"#).await;
    assert_eq!(other.status, 201);
    h.pass(60);
    assert_eq!(start(&h, NUMBER, value).await.status, 201);
    h.product.finish().await;
}

#[tokio::test]
async fn names_that_limit_nothing_and_values_that_hold_the_number_are_refused() {
    let h = Harness::new().await;
    limit(&h, "ip").await;
    let number = format!(r#"{{"ip":"{NUMBER}"}}"#);
    for values in [
        r#"{"other":"x"}"#,
        "nonsense",
        r#"{"ip":[]}"#,
        number.as_str(),
    ] {
        let reply = start(&h, NUMBER, values).await;
        assert_eq!(reply.field("message"), "Invalid parameter: RateLimits");
    }
    // A limit without buckets lets everything pass.
    assert_eq!(start(&h, NUMBER, r#"{"ip":"x"}"#).await.status, 201);
    h.product.finish().await;
}

#[tokio::test]
async fn another_applications_rate_limit_is_as_unknown_as_none() {
    let h = Harness::new().await;
    let sid = limit(&h, "ip").await;
    let path = h.at(&format!("RateLimits/{sid}"));
    assert_eq!(h.send(Method::GET, &path, &[], "").await.code(), 20003);
    let elsewhere = h.elsewhere(&format!("RateLimits/{sid}")).await;
    assert_eq!(elsewhere.code(), 20404);
    h.product.finish().await;
}
