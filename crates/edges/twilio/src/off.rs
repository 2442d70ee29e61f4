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
const OF_A_SERVICE: [(&str, &str); 2] = [
    ("MessagingConfigurations", "messaging_configurations"),
    ("Webhooks", "webhooks"),
];

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    let mut router = Router::new()
        .route("/v2/Services/{service}/AccessTokens", post(at_service_off))
        .route(
            "/v2/Services/{service}/Passkeys/{name}",
            post(at_service_off),
        )
        .route(
            "/v2/Services/{service}/Entities/{name}/Challenges/{challenge}/Notifications",
            post(at_service_off),
        )
        .route("/v2/Services/{service}/{kind}/{name}", any(unknown))
        .route("/v2/Services/{service}/{kind}/{name}/{*rest}", any(unknown))
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

async fn list(_: Caller, State(app): App, uri: Uri, paging: Paging, key: &'static str) -> Response {
    let url = format!("{}{}", app.public_url, uri.path());
    page(&url, key, Vec::new(), &paging)
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
        for kind in ["MessagingConfigurations", "Webhooks"] {
            let path = h.at(kind);
            let listed = h.get(&path).await;
            assert_eq!(listed.status, 200, "{kind}");
            assert_eq!(
                listed.json()["meta"]["next_page_url"],
                serde_json::Value::Null
            );
            assert_eq!(h.post(&path, &[("UniqueName", "x")]).await.code(), 60204);
            assert_eq!(h.get(&format!("{path}/YW00")).await.code(), 20404);
        }
        assert_eq!(h.post(&h.at("AccessTokens"), &[]).await.code(), 60204);
        assert_eq!(h.post(&h.at("Passkeys/Factors"), &[]).await.code(), 60204);
        let told = h.at("Entities/somebody/Challenges/YC00/Notifications");
        assert_eq!(h.post(&told, &[]).await.code(), 60204);
        let form = h.get("/v2/Forms/form-push").await;
        assert_eq!((form.status.as_u16(), form.code()), (403, 60204));
        let number = [("PhoneNumber", crate::harness::NUMBER)];
        assert_eq!(h.post("/v2/SafeList/Numbers", &number).await.code(), 60204);
        h.product.finish().await;
    }
}
