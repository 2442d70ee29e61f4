//! What each carrier sends.

use std::sync::Arc;

use peers::carrier::{Carrier, CarrierMessage, Handover};

use crate::{
    gateway::{Gateway, Got},
    oracle::Oracle,
    support::{NOW, Reports, call, generic, id, telnyx, text, twilio, vonage},
};

/// Sends one message and gives what arrived; the carrier hears 201.
pub async fn sent(carrier: Arc<dyn Carrier>, gateway: &Gateway, message: CarrierMessage) -> Got {
    let mut sending = tokio::task::JoinSet::new();
    sending.spawn(async move { carrier.send(message).await });
    let got = gateway.next().await;
    let (path, headers, body) = (got.path.clone(), got.headers.clone(), got.body.clone());
    let stream = got.answer(201, "{}").await;
    let outcome = sending.join_next().await.unwrap().unwrap();
    assert_eq!(outcome, Handover::Accepted);
    Got::again(stream, path, headers, body)
}

#[tokio::test]
async fn twilio_gets_a_form_that_asks_for_privacy() {
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(twilio(&reports, gateway.port()));
    let got = sent(carrier.clone(), &gateway, text()).await;
    let account = "/2010-04-01/Accounts/AC00000000000000000000000000000000";
    assert_eq!(got.path, format!("{account}/Messages.json"));
    assert!(got.headers["authorization"].starts_with("Basic "));
    let status = format!(
        "https%3A%2F%2Fcourier.example%2Fcarriers%2Fmain%2Fstatus%2F{}%2F",
        id()
    );
    let expected = format!(
        "To=%2B447700900123&From=HARBOUR&Body=482913+%26+more&ValidityPeriod=600\
         &AddressRetention=obfuscate&ContentRetention=discard&StatusCallback={status}"
    );
    let proof = got.body.strip_prefix(&expected).unwrap();
    assert_eq!(proof.len(), 22, "{proof}");
    let another = Gateway::new().await;
    let carrier = Arc::new(twilio(&reports, another.port()));
    let got = sent(carrier, &another, call()).await;
    assert_eq!(got.path, format!("{account}/Calls.json"));
    assert!(
        !got.body.contains("482913"),
        "no code before a key was pressed"
    );
}

#[tokio::test]
async fn telnyx_gets_json() {
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(telnyx(&reports, gateway.port(), [0; 32], NOW));
    let got = sent(carrier, &gateway, text()).await;
    assert_eq!(
        (got.path.as_str(), got.headers["authorization"].as_str()),
        ("/v2/messages", "Bearer KEY")
    );
    let body = got.json();
    assert_eq!(
        (&body["to"], &body["from"]),
        (&"+447700900123".into(), &"HARBOUR".into())
    );
    assert_eq!(body["use_profile_webhooks"], false);
}

#[tokio::test]
async fn ones_own_gateway_gets_the_whole_call_signed() {
    let (reports, gateway) = (Arc::new(Reports::default()), Gateway::new().await);
    let carrier = Arc::new(generic(&reports, gateway.port(), NOW));
    let got = sent(carrier, &gateway, call()).await;
    assert_eq!(got.path, "/send?tenant=1");
    let body = got.json();
    assert_eq!(
        (&body["channel"], &body["language"]),
        (&"voice".into(), &"de".into())
    );
    assert_eq!(
        body["speech"][0]["await_key"],
        "Hier ist Harbour. Drücken Sie eine Taste."
    );
    assert_eq!(body["speech"][2]["digits"], "482913");
    assert_eq!(got.headers["webhook-id"], id().to_string());
}

pub async fn the_sdks_take_what_we_send(oracle: &mut Oracle) {
    let reports = Arc::new(Reports::default());
    let keys = oracle.ask(serde_json::json!({"kind": "keypair"})).await;

    let gateway = Gateway::new().await;
    let pem = keys["private"].as_str().unwrap();
    let now = oracle
        .ask(serde_json::json!({"kind": "now"}))
        .await
        .as_i64()
        .unwrap();
    let carrier = Arc::new(vonage(&reports, gateway.port(), pem, now));
    let got = sent(carrier, &gateway, text()).await;
    let token = got.headers["authorization"]
        .strip_prefix("Bearer ")
        .unwrap();
    let claims = serde_json::json!({"kind": "rs256", "token": token, "public": keys["public"]});
    let claims = oracle.ask(claims).await;
    assert_eq!(
        claims["application_id"],
        "11111111-2222-3333-4444-555555555555"
    );
    let body = got.json();
    assert_eq!(
        (got.path.as_str(), &body["to"]),
        ("/v1/messages", &"447700900123".into())
    );
    // The SDK builds the same request from the same words.
    let shape = serde_json::json!({"kind": "vonage_sms", "to": body["to"], "from": body["from"], "text": body["text"]});
    let shape = oracle.ask(shape).await;
    for (name, value) in shape.as_object().unwrap() {
        assert_eq!(&body[name], value, "{name}");
    }

    let gateway = Gateway::new().await;
    let carrier = Arc::new(generic(&reports, gateway.port(), now));
    let got = sent(carrier, &gateway, text()).await;
    let verified =
        serde_json::json!({"kind": "standard_verify", "headers": got.headers, "body": got.body});
    assert_eq!(oracle.ask(verified).await, true);

    twilios_sdk_sends_the_same(oracle, &reports).await;
    telnyxs_sdk_sends_the_same(oracle, &reports).await;
}

/// Path and fields are those of the SDK, which is made from the published schema and leaves out what
/// that does not know.
async fn twilios_sdk_sends_the_same(oracle: &mut Oracle, reports: &Arc<Reports>) {
    for (calls, message) in [(false, text()), (true, call())] {
        let gateway = Gateway::new().await;
        let carrier = Arc::new(twilio(reports, gateway.port()));
        let got = sent(carrier, &gateway, message).await;
        let mut ours = oracle
            .ask(serde_json::json!({"kind": "pairs", "form": got.body}))
            .await;
        let account = "AC00000000000000000000000000000000";
        let theirs = serde_json::json!({
            "kind": "twilio_request", "account": account, "calls": calls, "pairs": ours,
        });
        let mut theirs = oracle.ask(theirs).await;
        assert_eq!(theirs["method"], "POST");
        assert_eq!(theirs["path"], got.path.as_str());
        for pairs in [&mut ours, &mut theirs["pairs"]] {
            let pairs = pairs.as_array_mut().unwrap();
            assert!(pairs.len() >= 7, "{pairs:?}");
            pairs.sort_by_key(|pair| pair[0].to_string());
        }
        assert_eq!(ours, theirs["pairs"]);
    }
}

/// Fields and their types are those of the SDK, which is made from the published schema.
async fn telnyxs_sdk_sends_the_same(oracle: &mut Oracle, reports: &Arc<Reports>) {
    let gateway = Gateway::new().await;
    let carrier = Arc::new(telnyx(reports, gateway.port(), [0; 32], NOW));
    let got = sent(carrier, &gateway, text()).await;
    let body = got.json();
    let theirs = serde_json::json!({"kind": "telnyx_request", "body": body});
    let theirs = oracle.ask(theirs).await;
    assert_eq!(theirs["method"], "POST");
    assert_eq!(theirs["path"], got.path.as_str());
    assert_eq!(
        theirs["authorization"],
        got.headers["authorization"].as_str()
    );
    assert_eq!(theirs["body"], body);
    let none = serde_json::json!([]);
    assert_eq!((&theirs["missing"], &theirs["wrong"]), (&none, &none));
    // That the types were read at all.
    assert!(theirs["known"].as_u64().is_some_and(|known| known >= 10));
}

/// Fields and their types are those that Vonage's SDK declares, and the request is the one that it
/// writes for the same call.
pub async fn vonages_sdk_calls_the_same(oracle: &mut Oracle, got: &Got, answers: [&str; 2]) {
    let nothing_strange = |told: &serde_json::Value| {
        for one in told["all"].as_array().unwrap() {
            let none = serde_json::json!([]);
            assert_eq!((&one["missing"], &one["wrong"]), (&none, &none));
            // That the types were read at all.
            assert!(one["known"].as_u64().is_some_and(|known| known >= 2));
        }
    };
    let body = got.json();
    let call = serde_json::json!({"kind": "vonage_call", "body": body});
    let theirs = oracle.ask(call).await;
    assert_eq!(theirs["path"], got.path.as_str());
    assert_eq!(theirs["body"], body);
    nothing_strange(&theirs);
    for answer in answers {
        let steps: serde_json::Value = serde_json::from_str(answer).unwrap();
        let steps = serde_json::json!({"kind": "vonage_steps", "steps": steps});
        nothing_strange(&oracle.ask(steps).await);
    }
}
