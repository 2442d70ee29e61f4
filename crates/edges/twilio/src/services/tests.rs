use axum::http::Method;
use serde_json::Value;

use crate::harness::Harness;

#[tokio::test]
async fn an_application_has_one_service_whichever_way_it_is_asked_for() {
    let h = Harness::new().await;
    let made = h.post("/v2/Services", &[("FriendlyName", "Mine")]).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.field("friendly_name"), "Harbour Chat");
    let path = format!("/v2/Services/{}", made.field("sid"));
    let fetched = h.get(&path).await;
    assert_eq!(fetched.json(), made.json());
    let listed = h.get("/v2/Services?PageSize=20").await.json();
    assert_eq!(listed["services"], Value::Array(vec![made.json()]));
    assert_eq!(listed["meta"]["page_size"], 20);
    let updated = h.post(&path, &[("CodeLength", "6")]).await;
    assert_eq!(updated.json(), made.json());
    h.product.finish().await;
}

#[tokio::test]
async fn a_wish_that_differs_from_the_terms_is_refused() {
    let h = Harness::new().await;
    let path = h.at("");
    let path = path.trim_end_matches('/');
    for (name, value, code) in [
        ("FriendlyName", "x".repeat(31).as_str(), 60200),
        ("CodeLength", "4", 60200),
        ("LookupEnabled", "yes", 60200),
        ("LookupEnabled", "true", 60204),
        ("CustomCodeEnabled", "true", 60204),
        ("Psd2Enabled", "True", 60204),
    ] {
        let reply = h.post(path, &[(name, value)]).await;
        assert_eq!(reply.code(), code, "{name}");
    }
    assert_eq!(h.post("/v2/Services", &[]).await.code(), 60200);
    assert_eq!(h.get("/v2/Services?PageSize=many").await.code(), 60200);
    h.product.finish().await;
}

#[tokio::test]
async fn only_the_applications_own_key_opens_its_account() {
    let h = Harness::new().await;
    let foreign = h.foreign("/v2/Services").await;
    assert_eq!(foreign.status, 401);
    assert_eq!(
        foreign.text,
        r#"{"code":20003,"message":"Authenticate","more_info":"https://www.twilio.com/docs/errors/20003","status":401}"#
    );
    assert!(foreign.headers.contains_key("www-authenticate"));
    for authorization in ["", "Basic", "Basic !", "Basic QUM6eA==", "Bearer rf_x"] {
        let sent = h.send(Method::GET, "/v2/Services", &[], authorization);
        assert_eq!(sent.await.code(), 20003, "{authorization}");
    }
    h.product.finish().await;
}

#[tokio::test]
async fn a_foreign_service_is_as_unknown_as_none() {
    let h = Harness::new().await;
    let foreign = "/v2/Services/VA00000000000000000000000000000000";
    for path in [foreign, "/v2/Services/x", "/v2/Nothing", "/v2/"] {
        assert_eq!(h.get(path).await.code(), 20404, "{path}");
    }
    let at_foreign = format!("{foreign}/Verifications");
    assert_eq!(h.post(&at_foreign, &[("To", "x")]).await.code(), 20404);
    assert_eq!(h.get(&h.at("VerificationCheck")).await.code(), 20004);
    h.product.finish().await;
}
