//! What is not offered answers as a feature that is off: nothing is listed, nothing is found,
//! nothing can be made.

use std::sync::Arc;

use axum::{
    Router,
    extract::State,
    http::Uri,
    response::Response,
    routing::{any, get, post},
};

use crate::{
    App, TwilioState,
    answer::page,
    call::{AtService, Caller},
    fault::Fault,
    form::Paging,
};

/// Collections of a service that are always empty: path and the list's name.
const OF_A_SERVICE: [(&str, &str); 4] = [
    ("RateLimits", "rate_limits"),
    ("MessagingConfigurations", "messaging_configurations"),
    ("Webhooks", "webhooks"),
    ("Entities", "entities"),
];

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    let mut router = Router::new()
        .route("/v2/Services/{service}/AccessTokens", post(at_service_off))
        .route(
            "/v2/Services/{service}/Passkeys/{name}",
            post(at_service_off),
        )
        .route("/v2/Services/{service}/{kind}/{name}", any(unknown))
        .route("/v2/Services/{service}/{kind}/{name}/{*rest}", any(unknown))
        .route("/v2/Templates", get(templates))
        .route("/v2/Attempts", get(off))
        .route("/v2/Attempts/{name}", get(off))
        .route("/v2/SafeList/Numbers", post(off))
        .route("/v2/SafeList/Numbers/{name}", any(missing))
        .route("/v2/Forms/{name}", get(off));
    for (path, key) in OF_A_SERVICE {
        let list = get(
            move |AtService { caller, .. }: AtService, app: App, uri: Uri, size: Paging| {
                list(caller, app, uri, size, key)
            },
        );
        let path = format!("/v2/Services/{{service}}/{path}");
        router = router.route(&path, list.post(at_service_off));
    }
    router
}

async fn templates(caller: Caller, app: App, uri: Uri, paging: Paging) -> Response {
    list(caller, app, uri, paging, "templates").await
}

async fn list(_: Caller, State(app): App, uri: Uri, paging: Paging, key: &'static str) -> Response {
    let url = format!("{}{}", app.public_url, uri.path());
    page(&url, key, Vec::new(), paging.size())
}

async fn off(_: Caller) -> Fault {
    Fault::OFF
}

async fn at_service_off(_: AtService) -> Fault {
    Fault::OFF
}

async fn unknown(_: AtService) -> Fault {
    Fault::NOT_FOUND
}

async fn missing(_: Caller) -> Fault {
    Fault::NOT_FOUND
}

#[cfg(test)]
mod tests {
    use crate::harness::Harness;

    #[tokio::test]
    async fn what_is_off_lists_nothing_finds_nothing_and_makes_nothing() {
        let h = Harness::new().await;
        for kind in [
            "RateLimits",
            "MessagingConfigurations",
            "Webhooks",
            "Entities",
        ] {
            let path = h.at(kind);
            let listed = h.get(&path).await;
            assert_eq!(listed.status, 200, "{kind}");
            assert_eq!(
                listed.json()["meta"]["next_page_url"],
                serde_json::Value::Null
            );
            assert_eq!(h.post(&path, &[("UniqueName", "x")]).await.code(), 60204);
            assert_eq!(h.get(&format!("{path}/RK00")).await.code(), 20404);
            assert_eq!(h.get(&format!("{path}/RK00/Buckets")).await.code(), 20404);
        }
        assert_eq!(h.post(&h.at("AccessTokens"), &[]).await.code(), 60204);
        assert_eq!(h.post(&h.at("Passkeys/Factors"), &[]).await.code(), 60204);
        for path in [
            "/v2/Attempts",
            "/v2/Attempts/Summary",
            "/v2/Forms/form-push",
        ] {
            let reply = h.get(path).await;
            assert_eq!(
                (reply.status.as_u16(), reply.code()),
                (403, 60204),
                "{path}"
            );
        }
        assert_eq!(
            h.get("/v2/Templates").await.json()["templates"],
            serde_json::json!([])
        );
        let number = [("PhoneNumber", crate::harness::NUMBER)];
        assert_eq!(h.post("/v2/SafeList/Numbers", &number).await.code(), 60204);
        h.product.finish().await;
    }
}
