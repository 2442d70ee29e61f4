//! Shapes that calls share: JSON that is not stored on its way, pages of lists, statuses.

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{Channel, Status};
use serde_json::{Value, json};

use crate::form::Paging;

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

/// A thing was made.
pub(crate) fn made(body: &Value) -> Response {
    json(StatusCode::CREATED, body)
}

/// A thing as it stands.
pub(crate) fn shown(body: &Value) -> Response {
    json(StatusCode::OK, body)
}

/// A thing is gone.
pub(crate) fn gone() -> Response {
    StatusCode::NO_CONTENT.into_response()
}

/// The page asked for of a list that is wholly known.
pub(crate) fn page(url: &str, key: &str, entries: Vec<Value>, paging: &Paging) -> Response {
    let (size, number) = (paging.size(), paging.page());
    let at = |number: u32| format!("{url}?PageSize={size}&Page={number}");
    let begin = usize::from(size).saturating_mul(usize::try_from(number).unwrap_or(usize::MAX));
    let more = entries.len() > begin.saturating_add(usize::from(size));
    let entries: Vec<_> = entries.into_iter().skip(begin).take(size.into()).collect();
    let urls = Urls {
        first: at(0),
        this: at(number),
        previous: number.checked_sub(1).map(at),
        next: more.then(|| at(number.saturating_add(1))),
    };
    listed(key, entries, paging, &urls)
}

/// Where the pages of a list are.
pub(crate) struct Urls {
    pub(crate) first: String,
    pub(crate) this: String,
    pub(crate) previous: Option<String>,
    pub(crate) next: Option<String>,
}

/// One page of a list.
pub(crate) fn listed(key: &str, entries: Vec<Value>, paging: &Paging, urls: &Urls) -> Response {
    let mut body = json!({
        "meta": {
            "page": paging.page(),
            "page_size": paging.size(),
            "first_page_url": urls.first,
            "previous_page_url": urls.previous,
            "url": urls.this,
            "next_page_url": urls.next,
            "key": key,
        },
    });
    body[key] = Value::Array(entries);
    shown(&body)
}
