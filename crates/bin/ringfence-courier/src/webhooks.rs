//! The listener's part for carriers: `POST /carriers/NAME/…`.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use carriers::http::webhook::{BODY_MAX_BYTES, WebhookRequest, Webhooks};

type Carriers = Arc<BTreeMap<String, Arc<dyn Webhooks>>>;

/// Routes of every carrier that talks back.
pub fn router(carriers: BTreeMap<String, Arc<dyn Webhooks>>) -> Router {
    Router::new()
        .route("/carriers/{name}/{*path}", post(receive))
        .layer(DefaultBodyLimit::max(BODY_MAX_BYTES))
        .with_state(Arc::new(carriers))
}

async fn receive(
    State(carriers): State<Carriers>,
    Path((name, path)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Some(carrier) = carriers.get(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let request = WebhookRequest {
        path: &path,
        query: query.as_deref(),
        headers: &headers,
        body: &body,
    };
    let answer = carrier.receive(&request);
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if status == StatusCode::FORBIDDEN {
        tracing::warn!(carrier = name, "courier.webhook.not_signed");
    }
    let headers = [
        (header::CONTENT_TYPE, answer.content_type),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, answer.body.to_string()).into_response()
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, http::Request};
    use carriers::http::webhook::WebhookAnswer;
    use tower::ServiceExt as _;

    use super::*;

    /// Answers with what it got.
    struct Echo;

    impl Webhooks for Echo {
        fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer {
            let query = request.query.unwrap_or("-");
            let text = format!("{} {query} {}", request.path, request.body.len());
            WebhookAnswer {
                status: if request.body.is_empty() { 403 } else { 200 },
                content_type: "text/plain",
                body: text.into(),
            }
        }
    }

    async fn asked(method: &str, path: &str, body: usize) -> (u16, String) {
        let echo: Arc<dyn Webhooks> = Arc::new(Echo);
        let router = router(BTreeMap::from([("main".to_owned(), echo)]));
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::from(vec![b'x'; body])).unwrap();
        let answer = router.oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = axum::body::to_bytes(answer.into_body(), 1000)
            .await
            .unwrap();
        (status, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn a_carrier_gets_what_stands_behind_its_name() {
        let taken = asked("POST", "/carriers/main/status/msg_1?a=1", 3).await;
        assert_eq!(taken, (200, "status/msg_1 a=1 3".to_owned()));
        assert_eq!(asked("POST", "/carriers/main/inbound", 0).await.0, 403);
    }

    #[tokio::test]
    async fn strangers_methods_and_floods_are_refused() {
        assert_eq!(asked("POST", "/carriers/other/inbound", 3).await.0, 404);
        assert_eq!(asked("GET", "/carriers/main/inbound", 0).await.0, 405);
        let flood = asked("POST", "/carriers/main/inbound", BODY_MAX_BYTES + 1).await;
        assert_eq!(flood.0, 413);
    }
}
