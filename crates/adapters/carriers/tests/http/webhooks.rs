//! Webhooks that the vendors' own SDKs signed or verify.

use std::sync::Arc;

use aws_lc_rs::{
    digest, hmac,
    signature::{Ed25519KeyPair, KeyPair as _},
};
use carriers::http::webhook::{WebhookRequest, Webhooks};
use data_encoding::{BASE64, HEXLOWER};
use hyper::{HeaderMap, HeaderMap as Headers, header::HeaderName};
use model::MessageId;
use peers::carrier::Carrier;
use serde_json::json;

use crate::{
    gateway::{Gateway, Got},
    oracle::Oracle,
    requests::{sent, the_sdks_take_what_we_send, vonages_sdk_calls_the_same},
    support::{BASE, NOW, Reports, SECRET, TOKEN, call, generic, id, telnyx, text, twilio, vonage},
};

fn headers(pairs: &[(&str, &str)]) -> Headers {
    let mut headers = HeaderMap::new();
    for (name, value) in pairs {
        headers.insert(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    headers
}

fn received(carrier: &dyn Webhooks, path: &str, headers: &Headers, body: &str) -> (u16, String) {
    let request = WebhookRequest {
        path,
        query: None,
        headers,
        body: body.as_bytes(),
    };
    let answer = carrier.receive(&request);
    (answer.status, answer.body.to_string())
}

/// The path behind our base of an address that we gave away, as JSON or in a form.
fn given(got: &Got, name: &str) -> String {
    let url = match serde_json::from_str::<serde_json::Value>(&got.body) {
        Ok(body) => match &body[name] {
            serde_json::Value::Array(urls) => urls[0].as_str().unwrap().to_owned(),
            url => url.as_str().unwrap().to_owned(),
        },
        Err(_) => {
            let mut pairs = got
                .body
                .split('&')
                .map(|pair| pair.split_once('=').unwrap());
            let value = pairs.find(|(known, _)| *known == name).unwrap().1;
            value.replace("%3A", ":").replace("%2F", "/")
        }
    };
    let path = url.strip_prefix(BASE).unwrap();
    path.strip_prefix('/').unwrap().to_owned()
}

/// A report of our own gateway, signed under this name.
fn signed_by_gateway(name: &str, body: &str) -> Headers {
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET);
    let time = NOW.to_string();
    let tag = hmac::sign(&key, format!("{name}.{time}.{body}").as_bytes());
    let signature = format!("v1,{}", BASE64.encode(tag.as_ref()));
    headers(&[
        ("webhook-id", name),
        ("webhook-timestamp", &time),
        ("webhook-signature", &signature),
    ])
}

#[tokio::test]
async fn a_signed_report_counts_only_at_the_address_of_its_message() {
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(generic(&reports, gateway.port(), NOW));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, text()).await;
    let path = given(&got, "status_url");
    let body = r#"{"status":"delivered"}"#;
    let signed = signed_by_gateway("r1", body);
    let other = MessageId::from_bytes([8; 16]).to_string();
    for path in [
        format!("status/{}", id()),
        format!("status/{other}"),
        path.replace(&id().to_string(), &other),
    ] {
        assert_eq!(received(&*carrier, &path, &signed, body).0, 404, "{path}");
    }
    let named = format!(r#"{{"status":"delivered","id":"{other}"}}"#);
    let signed_named = signed_by_gateway("r2", &named);
    assert_eq!(received(&*carrier, &path, &signed_named, &named).0, 400);
    assert!(reports.receipts.lock().is_empty());
    assert_eq!(received(&*carrier, &path, &signed, body).0, 204);
    assert_eq!(*reports.receipts.lock(), [(id(), true)]);
}

#[test]
fn a_signed_text_of_a_person_counts_once() {
    let reports = Arc::new(Reports::default());
    let carrier = generic(&reports, 1, NOW);
    let body = r#"{"from":"+447700900123","to":"HARBOUR","text":"STOP"}"#;
    for name in ["x1", "x1", "x2"] {
        let signed = signed_by_gateway(name, body);
        assert_eq!(received(&carrier, "inbound", &signed, body).0, 204);
    }
    assert_eq!(reports.texts.lock().len(), 2);
}

#[tokio::test]
async fn a_telnyx_event_counts_only_at_the_address_of_its_message_and_once() {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(telnyx(&reports, gateway.port(), public, NOW));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, text()).await;
    let path = given(&got, "webhook_url");
    let signed = |body: &str| {
        let time = NOW.to_string();
        let signature = BASE64.encode(pair.sign(format!("{time}|{body}").as_bytes()).as_ref());
        headers(&[
            ("telnyx-timestamp", &time),
            ("telnyx-signature-ed25519", &signature),
        ])
    };
    let body = json!({"data": {"event_type": "message.finalized", "id": "e", "payload": {
        "to": [{"phone_number": "+447700900123", "status": "delivered"}]}}})
    .to_string();
    let other = MessageId::from_bytes([8; 16]).to_string();
    let moved = path.replace(&id().to_string(), &other);
    assert_eq!(received(&*carrier, &moved, &signed(&body), &body).0, 404);
    assert!(reports.receipts.lock().is_empty());
    assert_eq!(received(&*carrier, &path, &signed(&body), &body).0, 204);
    assert_eq!(*reports.receipts.lock(), [(id(), true)]);
    let came = json!({"data": {"event_type": "message.received", "id": "f", "payload": {
        "from": {"phone_number": "+447700900123"}, "text": "STOP",
        "to": [{"phone_number": "+447700900100"}]}}})
    .to_string();
    for _ in 0..2 {
        assert_eq!(received(&*carrier, "inbound", &signed(&came), &came).0, 204);
    }
    assert_eq!(reports.texts.lock().len(), 1);
}

/// One test, because the SDKs are installed for each.
#[tokio::test]
async fn the_vendors_sdks_and_we_agree() {
    let mut oracle = Oracle::start().await;
    twilios_sdk_signs_what_we_take_from_first_ring_to_receipt(&mut oracle).await;
    telnyx_signatures_are_those_that_its_sdk_takes(&mut oracle).await;
    vonage_tokens_are_those_that_its_sdk_takes(&mut oracle).await;
    ones_own_gateway_signs_by_the_rules_of_standard_webhooks(&mut oracle).await;
    the_sdks_take_what_we_send(&mut oracle).await;
}

/// A Twilio webhook signed by the SDK.
async fn signed_by_twilio(
    oracle: &mut Oracle,
    carrier: &dyn Webhooks,
    path: &str,
    params: serde_json::Value,
) -> (u16, String) {
    let url = format!("{BASE}/{path}");
    let ask = json!({"kind": "twilio_sign", "token": TOKEN, "url": url, "params": params});
    let signature = oracle.ask(ask).await;
    let body = oracle.ask(json!({"kind": "form", "params": params})).await;
    let headers = headers(&[("x-twilio-signature", signature.as_str().unwrap())]);
    received(carrier, path, &headers, body.as_str().unwrap())
}

async fn twilios_sdk_signs_what_we_take_from_first_ring_to_receipt(oracle: &mut Oracle) {
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(twilio(&reports, gateway.port()));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, text()).await;
    let status = given(&got, "StatusCallback");
    let said = json!({"MessageSid": "SM1", "MessageStatus": "delivered", "New": "äé+&="});
    let taken = signed_by_twilio(oracle, &*carrier, &status, said).await;
    assert_eq!(taken.0, 204);
    let inbound = json!({"MessageSid": "SM2", "From": "+447700900123", "To": "+447700900100", "Body": "STOP 🎉"});
    for _ in 0..2 {
        let taken = signed_by_twilio(oracle, &*carrier, "inbound", inbound.clone()).await;
        assert_eq!(taken, (200, "<Response/>".to_owned()));
    }
    assert_eq!(reports.texts.lock().len(), 1, "a replayed text counts once");

    let gateway = Gateway::new().await;
    let carrier = Arc::new(twilio(&reports, gateway.port()));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, call()).await;
    let path = given(&got, "Url");
    let (_, greeting) = signed_by_twilio(oracle, &*carrier, &path, json!({"CallSid": "CA1"})).await;
    assert!(
        greeting.contains("Drücken Sie eine Taste") && !greeting.contains(">4<"),
        "{greeting}"
    );
    let key = format!("{path}/key");
    let pressed = json!({"CallSid": "CA1", "Digits": "5"});
    let (_, secret) = signed_by_twilio(oracle, &*carrier, &key, pressed).await;
    assert!(secret.contains("language=\"de-DE\">4</Say>"), "{secret}");
    let over = json!({"CallSid": "CA1", "CallStatus": "completed"});
    let path = format!("{path}/status");
    signed_by_twilio(oracle, &*carrier, &path, over).await;
    assert_eq!(*reports.receipts.lock(), [(id(), true), (id(), true)]);
}

#[tokio::test]
async fn twilio_requests_with_another_signature_are_refused() {
    let reports = Arc::new(Reports::default());
    let carrier = twilio(&reports, 1);
    let path = format!("status/{}", id());
    for pairs in [
        &[][..],
        &[("x-twilio-signature", "AAAA")],
        &[("x-twilio-signature", "%%")],
    ] {
        let answer = received(&carrier, &path, &headers(pairs), "MessageStatus=delivered");
        assert_eq!(answer.0, 403);
    }
    assert!(reports.receipts.lock().is_empty());
}

async fn telnyx_signatures_are_those_that_its_sdk_takes(oracle: &mut Oracle) {
    let now = oracle.ask(json!({"kind": "now"})).await.as_i64().unwrap();
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).unwrap();
    let public: [u8; 32] = pair.public_key().as_ref().try_into().unwrap();
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(telnyx(&reports, gateway.port(), public, now));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, text()).await;
    let path = given(&got, "webhook_url");
    let body = json!({"data": {"event_type": "message.finalized", "id": "e", "payload": {
        "id": "m", "to": [{"phone_number": "+447700900123", "status": "delivered"}]}}});
    let body = body.to_string();
    let time = now.to_string();
    let signature = BASE64.encode(pair.sign(format!("{time}|{body}").as_bytes()).as_ref());
    let pairs = [
        ("telnyx-timestamp", &*time),
        ("telnyx-signature-ed25519", &*signature),
    ];
    let ask = |body: &str| {
        let key = BASE64.encode(&public);
        json!({"kind": "telnyx_verify", "body": body, "headers": {pairs[0].0: pairs[0].1, pairs[1].0: pairs[1].1}, "key": key})
    };
    assert_eq!(oracle.ask(ask(&body)).await, true);
    assert_eq!(received(&*carrier, &path, &headers(&pairs), &body).0, 204);
    assert_eq!(*reports.receipts.lock(), [(id(), true)]);
    let other = body.replace("delivered", "delivery_failed");
    assert_eq!(oracle.ask(ask(&other)).await, false);
    assert_eq!(received(&*carrier, &path, &headers(&pairs), &other).0, 403);
    let late = telnyx(&reports, 1, public, now + 301);
    assert_eq!(received(&late, &path, &headers(&pairs), &body).0, 403);
}

async fn vonage_tokens_are_those_that_its_sdk_takes(oracle: &mut Oracle) {
    let keys = oracle.ask(json!({"kind": "keypair"})).await;
    let now = oracle.ask(json!({"kind": "now"})).await.as_i64().unwrap();
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let pem = keys["private"].as_str().unwrap();
    let carrier = Arc::new(vonage(&reports, gateway.port(), pem, now));
    let secret = "signature secret of the account, long";
    let mut signed =
        async |to: &dyn Webhooks, path: &str, body: &str, hashed: &str, secret_used: &str| {
            let hash = HEXLOWER.encode(digest::digest(&digest::SHA256, hashed.as_bytes()).as_ref());
            let claims = json!({"iat": now, "jti": "j", "iss": "Vonage", "payload_hash": hash});
            let ask = json!({"kind": "hs256", "claims": claims, "secret": secret_used});
            let token = oracle.ask(ask).await;
            let ask = json!({"kind": "vonage_verify", "token": token, "secret": secret});
            let sdk = oracle.ask(ask).await;
            let bearer = format!("Bearer {}", token.as_str().unwrap());
            let answer = received(to, path, &headers(&[("authorization", &bearer)]), body);
            (sdk == true, answer)
        };
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, text()).await;
    let path = given(&got, "webhook_url");
    let other = MessageId::from_bytes([8; 16]);
    let others = format!(r#"{{"status":"delivered","client_ref":"{other}"}}"#);
    let (_, answer) = signed(&*carrier, &path, &others, &others, secret).await;
    assert_eq!(answer.0, 400, "the body is about another message");
    let body = format!(r#"{{"status":"undeliverable","client_ref":"{}"}}"#, id());
    let body = body.as_str();
    let (sdk, answer) = signed(&*carrier, &path, body, body, secret).await;
    assert!(sdk && answer.0 == 204);
    assert_eq!(*reports.receipts.lock(), [(id(), false)]);
    let (sdk, answer) = signed(
        &*carrier,
        &path,
        body,
        body,
        "another secret, just as long as it",
    )
    .await;
    assert!(!sdk && answer.0 == 403);
    let (_, answer) = signed(&*carrier, &path, body, "another body", secret).await;
    assert_eq!(answer.0, 403, "the body is bound by its hash");

    let gateway = Gateway::new().await;
    let carrier = Arc::new(vonage(&reports, gateway.port(), pem, now));
    let got = sent(carrier.clone() as Arc<dyn Carrier>, &gateway, call()).await;
    let path = given(&got, "answer_url");
    let (_, (_, greeting)) = signed(&*carrier, &path, "{}", "{}", secret).await;
    assert!(
        greeting.contains("Drücken") && !greeting.contains("4. 8."),
        "{greeting}"
    );
    let key = r#"{"dtmf":{"digits":"5"}}"#;
    let (_, (_, code)) = signed(&*carrier, &format!("{path}/key"), key, key, secret).await;
    assert!(code.contains("4. 8. 2. 9. 1. 3."), "{code}");
    vonages_sdk_calls_the_same(oracle, &got, [&greeting, &code]).await;
}

async fn ones_own_gateway_signs_by_the_rules_of_standard_webhooks(oracle: &mut Oracle) {
    let now = oracle.ask(json!({"kind": "now"})).await.as_i64().unwrap();
    let reports = Arc::new(Reports::default());
    let carrier = generic(&reports, 1, now);
    let body = r#"{"from":"+447700900123","to":"HARBOUR","text":"HELP"}"#;
    let ask = json!({"kind": "standard_sign", "id": "x1", "time": now, "body": body});
    let signature = oracle.ask(ask).await;
    let time = now.to_string();
    let pairs = [
        ("webhook-id", "x1"),
        ("webhook-timestamp", &*time),
        ("webhook-signature", signature.as_str().unwrap()),
    ];
    assert_eq!(received(&carrier, "inbound", &headers(&pairs), body).0, 204);
    assert_eq!(reports.texts.lock().len(), 1);
    assert_eq!(received(&carrier, "inbound", &headers(&pairs), "{}").0, 403);
    let late = generic(&reports, 1, now + 301);
    assert_eq!(received(&late, "inbound", &headers(&pairs), body).0, 403);
    assert_eq!(SECRET.len(), 32);
    assert_ne!(NOW, now);
}
