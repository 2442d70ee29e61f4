//! Shapes that calls share: JSON that is not stored on its way, pages of lists, statuses.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Channel, Status};
use serde_json::{Value, json};

/// A status and a JSON text.
pub(crate) fn json(status: StatusCode, body: &Value) -> Response {
    let mut response = (status, body.to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What stands in for a number that this answer does not know: the request did not carry it.
pub(crate) const MASKED: &str = "+***";

/// The name of a channel.
pub(crate) const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "sms",
        Channel::Voice => "call",
    }
}

/// The name of a status.
pub(crate) const fn status(status: Status) -> &'static str {
    match status {
        Status::Pending => "pending",
        Status::Approved => "approved",
        Status::Expired => "expired",
        Status::Locked => "max_attempts_reached",
        Status::Canceled => "canceled",
    }
}

/// A list that fits on its first page.
pub(crate) fn page(url: &str, key: &str, entries: Vec<Value>, size: u16) -> Response {
    let first = format!("{url}?PageSize={size}&Page=0");
    let mut body = json!({
        "meta": {
            "page": 0,
            "page_size": size,
            "first_page_url": first,
            "previous_page_url": null,
            "url": first,
            "next_page_url": null,
            "key": key,
        },
    });
    body[key] = Value::Array(entries);
    json(StatusCode::OK, &body)
}
