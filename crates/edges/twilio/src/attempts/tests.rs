use super::{percentage, read_place, write_place};
use crate::harness::{Harness, NUMBER};
use identity::AttemptPlace;
use model::{Timestamp, VerificationId};
use proptest::prelude::*;

/// Starts a verification and gives its SID.
async fn started(h: &Harness, number: &str, channel: &str) -> String {
    let fields = [("To", number), ("Channel", channel)];
    h.post(&h.at("Verifications"), &fields).await.field("sid")
}

/// Four of them, a minute apart: proven, called, abroad, and the newest.
async fn four(h: &Harness) -> [String; 4] {
    let first = started(h, NUMBER, "sms").await;
    let code = h.product.phones.code(NUMBER).await;
    assert_eq!(h.guess(&code).await.field("status"), "approved");
    let mut sids = [first, String::new(), String::new(), String::new()];
    let rest = [
        ("+447700900124", "call"),
        ("+12125550142", "sms"),
        ("+447700900125", "sms"),
    ];
    for (sid, (number, channel)) in sids[1..].iter_mut().zip(rest) {
        h.pass(60);
        *sid = started(h, number, channel).await;
    }
    sids
}

/// Verifications that a list names, first page.
async fn listed(h: &Harness, query: &str) -> Vec<String> {
    let body = h.get(&format!("/v2/Attempts{query}")).await.json();
    let attempts = body["attempts"].as_array().unwrap().iter();
    let sid = |attempt: &serde_json::Value| attempt["verification_sid"].as_str().unwrap().into();
    attempts.map(sid).collect()
}

#[tokio::test]
async fn attempts_are_listed_newest_first_without_their_numbers() {
    let h = Harness::new().await;
    let mut sids = four(&h).await;
    let proven = sids[0].replace("VE", "VL");
    sids.reverse();
    assert_eq!(listed(&h, "").await, sids);
    let attempt = h.get(&format!("/v2/Attempts/{proven}")).await.json();
    assert_eq!(attempt["conversion_status"], "converted");
    assert_eq!(attempt["channel_data"]["to"], "+***");
    assert_eq!(attempt["channel_data"]["country"], "GB");
    assert_eq!(attempt["channel_data"]["status"], "confirmed");
    assert_eq!(attempt["date_created"], "2026-11-18T11:06:40Z");
    let unknown = "VL00000000000000000000000000000000";
    for name in [unknown, "x"] {
        assert_eq!(h.get(&format!("/v2/Attempts/{name}")).await.code(), 20404);
    }
    h.product.finish().await;
}

#[tokio::test]
async fn pages_follow_each_other_with_their_filters() {
    let h = Harness::new().await;
    let [first, second, _, fourth] = four(&h).await;
    let mut path = "/v2/Attempts?PageSize=1&Country=GB".to_owned();
    let mut found = Vec::new();
    while !path.is_empty() {
        let body = h.get(&path).await.json();
        let attempts = body["attempts"].as_array().unwrap();
        found.extend(attempts.iter().map(|one| one["verification_sid"].clone()));
        let next = body["meta"]["next_page_url"].as_str().unwrap_or_default();
        path = next.trim_start_matches("http://localhost:8080").to_owned();
    }
    assert_eq!(found, [fourth, second, first]);
    h.product.finish().await;
}

#[tokio::test]
async fn each_filter_leaves_what_it_names() {
    let h = Harness::new().await;
    let [first, second, third, fourth] = four(&h).await;
    let own = h.at("").split('/').nth(3).unwrap().to_owned();
    let newest = [fourth.clone(), third.clone(), second.clone()];
    for (query, expected) in [
        ("?Status=converted".to_owned(), vec![first.clone()]),
        ("?Status=unconverted".to_owned(), newest.to_vec()),
        ("?Channel=call".to_owned(), vec![second.clone()]),
        ("?Channel=whatsapp".to_owned(), vec![]),
        ("?Country=US".to_owned(), vec![third.clone()]),
        (format!("?VerificationSid={third}"), vec![third.clone()]),
        (format!("?VerifyServiceSid={own}"), listed(&h, "").await),
        (
            format!(
                "?VerifyServiceSid={}",
                own.replace(&own[2..], &"0".repeat(32))
            ),
            vec![],
        ),
        (
            "?DateCreatedAfter=2026-11-18T11:09:00Z".to_owned(),
            vec![fourth],
        ),
        (
            "?DateCreatedBefore=2026-11-18T11:07:00Z".to_owned(),
            vec![first],
        ),
    ] {
        assert_eq!(listed(&h, &query).await, expected, "{query}");
    }
    h.product.finish().await;
}

#[tokio::test]
async fn nothing_is_found_by_a_number_and_faulty_filters_are_named() {
    let h = Harness::new().await;
    for query in ["ChannelData.To=x", "DestinationPrefix=%2B44"] {
        let reply = h.get(&format!("/v2/Attempts?{query}")).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (403, 60204));
    }
    for (name, value) in [
        ("DateCreatedAfter", "yesterday"),
        ("DateCreatedBefore", "2026-11-18"),
        ("Country", "gb"),
        ("Channel", "pigeon"),
        ("Status", "lost"),
        ("VerificationSid", "VE1"),
        ("VerifyServiceSid", "VA1"),
        ("PageToken", "VL1"),
        ("PageSize", "many"),
    ] {
        let reply = h.get(&format!("/v2/Attempts?{name}={value}")).await;
        assert_eq!(reply.code(), 60200, "{name}");
        assert!(reply.field("message").ends_with(name), "{}", reply.text);
    }
    h.product.finish().await;
}

#[tokio::test]
async fn the_summary_counts_an_applications_own() {
    let h = Harness::new().await;
    four(&h).await;
    let summary = h.get("/v2/Attempts/Summary").await.json();
    assert_eq!(summary["total_attempts"], 4);
    assert_eq!(summary["total_converted"], 1);
    assert_eq!(summary["total_unconverted"], 3);
    assert_eq!(summary["conversion_rate_percentage"], "25.00");
    let abroad = h.get("/v2/Attempts/Summary?Country=US").await.json();
    assert_eq!(abroad["total_attempts"], 1);
    let other = h.by_the_other("/v2/Attempts/Summary").await.json();
    assert_eq!(other["total_attempts"], 0);
    assert_eq!(other["conversion_rate_percentage"], "0.00");
    let others = h.by_the_other("/v2/Attempts").await.json();
    assert_eq!(others["attempts"], serde_json::json!([]));
    h.product.finish().await;
}

#[test]
fn percentages_have_two_decimals() {
    assert_eq!(percentage(9, 11), "81.81");
    assert_eq!(percentage(0, 0), "0.00");
    assert_eq!(percentage(3, 3), "100.00");
}

proptest! {
    #[test]
    fn a_page_token_leads_back_to_its_place(millis in 0..i64::MAX, id: [u8; 16]) {
        let place = AttemptPlace {
            begun_at: Timestamp::from_millis(millis),
            id: VerificationId::from_bytes(id),
        };
        prop_assert_eq!(read_place(&write_place(place)).unwrap(), place);
    }

    #[test]
    fn no_token_makes_the_reader_panic(token in "\\PC{0,60}") {
        let _ = read_place(&token);
    }
}
