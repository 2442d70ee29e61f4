//! `GET /openapi.json`: this API, described.

use std::sync::LazyLock;

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

static DOCUMENT: LazyLock<String> = LazyLock::new(crate::openapi::document);

pub(crate) async fn openapi() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DOCUMENT.as_str()).into_response()
}
