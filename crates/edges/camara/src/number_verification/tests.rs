use crate::harness::{Harness, KEY, NUMBER, Reply};
use axum::http::Method;
use insta::assert_snapshot;
use serde_json::{Value, json};
use testkit::{APP, parse_e164};

const OTHER: &str = "+447700900124";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

/// What the network gave to the device with [`NUMBER`].
fn network_token(h: &Harness, by_network: bool) -> String {
    let operator = h.product.phones.operator();
    let token = operator.network_token(&parse_e164(NUMBER), by_network);
    token.unwrap().expose().to_owned()
}

async fn exchange(h: &Harness, network: &str, more: &str) -> Reply {
    let form = format!(
        "grant_type={EXCHANGE}&subject_token={network}&client_id={APP}&client_secret={KEY}{more}"
    );
    h.send(h.form("/oauth2/token", &form)).await
}

async fn exchanged(h: &Harness, network: &str) -> String {
    let kind = format!("&subject_token_type={ACCESS_TOKEN}");
    let reply = exchange(h, network, &kind).await;
    let json = reply.json();
    assert_eq!(json["issued_token_type"], ACCESS_TOKEN);
    assert_eq!(json["scope"], "number-verification:verify");
    json["access_token"].as_str().unwrap().to_owned()
}

async fn verify(h: &Harness, token: &str, body: &Value) -> Reply {
    let call = h.at("/number-verification/v2/verify").json(body);
    let call = call.header("authorization", &format!("Bearer {token}"));
    h.send(call).await
}

#[tokio::test]
async fn the_operator_says_whether_the_device_has_the_number() {
    let h = Harness::new().await;
    for (number, same) in [(NUMBER, true), (OTHER, false)] {
        let token = exchanged(&h, &network_token(&h, true)).await;
        let reply = verify(&h, &token, &json!({ "phoneNumber": number })).await;
        assert_eq!(
            reply.to_string(),
            format!(r#"200 {{"devicePhoneNumberVerified":{same}}}"#)
        );
    }
    for (number, same) in [(NUMBER, true), (OTHER, false)] {
        let token = exchanged(&h, &network_token(&h, true)).await;
        let hash = data_encoding::HEXUPPER.encode(&identity::hash::sha256(number.as_bytes()));
        let reply = verify(&h, &token, &json!({ "hashedPhoneNumber": hash })).await;
        assert_eq!(reply.json()["devicePhoneNumberVerified"], same);
    }
    h.finish().await;
}

#[tokio::test]
async fn a_token_is_good_for_one_answer() {
    let h = Harness::new().await;
    let token = exchanged(&h, &network_token(&h, true)).await;
    let body = json!({ "phoneNumber": NUMBER });
    assert_eq!(verify(&h, &token, &body).await.status(), 200);
    assert_snapshot!(verify(&h, &token, &body).await, @r#"401 {"status":401,"code":"UNAUTHENTICATED","message":"The access token is missing, wrong or too old. Get a new one at /oauth2/token."}"#);
    h.finish().await;
}

#[tokio::test]
async fn a_token_that_is_not_the_networks_word_is_named_so() {
    let h = Harness::new().await;
    let token = exchanged(&h, &network_token(&h, false)).await;
    let body = json!({ "phoneNumber": NUMBER });
    assert_snapshot!(verify(&h, &token, &body).await, @r#"403 {"status":403,"code":"NUMBER_VERIFICATION.USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK","message":"The operator's token was not given on the word of network or SIM card."}"#);
    let invented = exchanged(&h, "net_invented").await;
    assert_eq!(verify(&h, &invented, &body).await.code(), "UNAUTHENTICATED");
    h.finish().await;
}

#[tokio::test]
async fn a_client_alone_gets_no_token_for_it() {
    let h = Harness::new().await;
    let form = format!(
        "grant_type=client_credentials&client_id={APP}&client_secret={KEY}&scope=number-verification:verify"
    );
    let reply = h.send(h.form("/oauth2/token", &form)).await;
    assert_eq!(reply.json()["error"], "invalid_scope");
    let own = h.bearer_of(APP);
    let own = own.strip_prefix("Bearer ").unwrap();
    let reply = verify(&h, own, &json!({ "phoneNumber": NUMBER })).await;
    assert_eq!(reply.code(), "PERMISSION_DENIED");
    h.finish().await;
}

#[tokio::test]
async fn an_exchange_names_what_it_brings() {
    let h = Harness::new().await;
    let kind = format!("&subject_token_type={ACCESS_TOKEN}");
    for (network, more, error) in [
        ("net_a", "", "invalid_request"),
        ("net_a", "&subject_token_type=jwt", "invalid_request"),
        ("", kind.as_str(), "invalid_request"),
        ("net%20a", &kind, "invalid_request"),
        (&"n".repeat(2049), &kind, "invalid_request"),
        (
            "net_a",
            &format!("{kind}&scope=sim-swap:check"),
            "invalid_scope",
        ),
    ] {
        let reply = exchange(&h, network, more).await;
        assert_eq!(reply.json()["error"], error, "{network} {more}");
        assert_eq!(reply.status(), 400);
    }
    h.finish().await;
}

#[tokio::test]
async fn exactly_one_number_or_hash_is_compared() {
    let h = Harness::new().await;
    let hash = "0".repeat(64);
    for body in [
        json!({}),
        json!({ "additional_property": "foo_value" }),
        json!({ "phoneNumber": NUMBER, "hashedPhoneNumber": hash }),
        json!({ "phoneNumber": "07700900123" }),
        json!({ "phoneNumber": "+999123456789" }),
        json!({ "hashedPhoneNumber": &hash[1..] }),
        json!({ "hashedPhoneNumber": format!("{}g", &hash[1..]) }),
    ] {
        let token = exchanged(&h, &network_token(&h, true)).await;
        let reply = verify(&h, &token, &body).await;
        assert_eq!(reply.code(), "INVALID_ARGUMENT", "{body}");
    }
    assert_eq!(h.product.phones.operator().asked(), 0);
    h.finish().await;
}

#[tokio::test]
async fn no_number_comes_back() {
    let h = Harness::new().await;
    let path = "/number-verification/v2/device-phone-number";
    let token = exchanged(&h, &network_token(&h, true)).await;
    let call = h.at(path).method(Method::GET);
    let call = call.header("authorization", &format!("Bearer {token}"));
    assert_snapshot!(h.send(call.clone()).await, @r#"403 {"status":403,"code":"PERMISSION_DENIED","message":"This service gives no phone number back. Compare one with /verify."}"#);
    assert_eq!(
        h.send(call.without("authorization")).await.code(),
        "UNAUTHENTICATED"
    );
    h.finish().await;
}
