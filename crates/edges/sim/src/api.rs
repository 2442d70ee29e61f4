//! The simulator for programs.

use std::{sync::Arc, time::Duration};

use axum::{
    extract::{
        Path, Query, State,
        rejection::{PathRejection, QueryRejection},
    },
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use courier::simulator::{Code, Direction, Faults, Message};
use model::{Channel, MessageId};
use numbers::E164;
use serde::{Deserialize, Serialize};
use webkit::{Json, Problem};

use crate::{Sim, refusals};

/// The longest wait for a code.
const WAIT_MAX_MS: u32 = 10_000;

pub(crate) type PhonePath = Result<Path<String>, PathRejection>;

pub(crate) fn phone(path: PhonePath) -> Result<E164, Problem> {
    let Path(text) = path.map_err(refusals::unreadable_path)?;
    E164::from_canonical(&text).map_err(|_| refusals::invalid_number())
}

pub(crate) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// One message, as programs see it. Not `Debug`: it holds a number.
#[derive(Serialize)]
struct ShownMessage<'a> {
    id: MessageId,
    at: String,
    channel: Channel,
    direction: &'static str,
    from: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a str>,
    text: &'a str,
}

impl<'a> ShownMessage<'a> {
    fn new(message: &'a Message, phone: &'a E164) -> Self {
        let (direction, from, to) = match message.direction() {
            Direction::Received => ("received", message.party(), None),
            Direction::Sent => ("sent", phone.as_str(), Some(message.party())),
        };
        Self {
            id: message.id(),
            at: message.at().rfc3339(),
            channel: message.channel(),
            direction,
            from,
            to,
            text: message.text(),
        }
    }
}

pub(crate) async fn messages(
    State(sim): State<Arc<Sim>>,
    path: PhonePath,
) -> Result<Response, Problem> {
    let phone = phone(path)?;
    let messages = sim.simulator.messages(&phone);
    let shown: Vec<_> = messages
        .iter()
        .map(|message| ShownMessage::new(message, &phone))
        .collect();
    Ok(([NO_STORE], axum::Json(shown)).into_response())
}

#[derive(Deserialize)]
pub(crate) struct CodeQuery {
    wait_ms: Option<u32>,
    after: Option<String>,
}

impl CodeQuery {
    /// The message that is known already, and how long to wait for another.
    fn read(self) -> Option<(Option<MessageId>, Duration)> {
        let wait_ms = self.wait_ms.unwrap_or(0);
        let after = self.after.map(|id| id.parse()).transpose().ok()?;
        let wait = Duration::from_millis(wait_ms.into());
        (wait_ms <= WAIT_MAX_MS).then_some((after, wait))
    }
}

/// The newest code as plain text, and in `x-message-id` the message that brought it.
fn shown_code((id, code): (MessageId, Code)) -> Response {
    let mut response = code.as_str().to_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(NO_STORE.0, NO_STORE.1);
    if let Ok(id) = HeaderValue::from_str(&id.to_string()) {
        headers.insert(HeaderName::from_static("x-message-id"), id);
    }
    response
}

pub(crate) async fn code(
    State(sim): State<Arc<Sim>>,
    path: PhonePath,
    query: Result<Query<CodeQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let phone = phone(path)?;
    let Query(query) = query.map_err(refusals::unreadable_query)?;
    let (after, wait) = query.read().ok_or_else(refusals::invalid_query)?;
    let newest = sim.simulator.newest_code(&phone);
    let mut found = newest.filter(|(id, _)| Some(*id) != after);
    if found.is_none() && !wait.is_zero() {
        found = sim.simulator.wait_for_code(&phone, after, wait).await;
    }
    found.map(shown_code).ok_or_else(refusals::no_code)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TextBack {
    to: String,
    text: String,
}

pub(crate) async fn text_back(
    State(sim): State<Arc<Sim>>,
    path: PhonePath,
    body: Result<Json<TextBack>, Problem>,
) -> Result<Response, Problem> {
    #[derive(Serialize)]
    struct Sent {
        id: MessageId,
    }
    let phone = phone(path)?;
    let Json(TextBack { to, text }) = body?;
    let id = sim.simulator.text_back(&phone, &to, &text);
    let id = id.map_err(refusals::text_back)?;
    Ok((StatusCode::CREATED, [NO_STORE], axum::Json(Sent { id })).into_response())
}

/// One pretend carrier, or all.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CarrierQuery {
    carrier: Option<String>,
}

pub(crate) async fn faults(
    State(sim): State<Arc<Sim>>,
    query: Result<Query<CarrierQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(refusals::unreadable_query)?;
    let faults = match query.carrier {
        Some(carrier) => sim.simulator.faults_of(&carrier),
        None => Some(sim.simulator.faults()),
    };
    let faults = faults.ok_or_else(refusals::no_carrier)?;
    Ok(([NO_STORE], axum::Json(faults)).into_response())
}

pub(crate) async fn set_faults(
    State(sim): State<Arc<Sim>>,
    query: Result<Query<CarrierQuery>, QueryRejection>,
    body: Result<Json<Faults>, Problem>,
) -> Result<Response, Problem> {
    let Query(query) = query.map_err(refusals::unreadable_query)?;
    let Json(faults) = body?;
    let set = match query.carrier {
        Some(carrier) => sim.simulator.set_faults_of(&carrier, faults),
        None => sim.simulator.set_faults(faults).map(|()| true),
    };
    if !set.map_err(refusals::faults)? {
        return Err(refusals::no_carrier());
    }
    Ok(([NO_STORE], axum::Json(faults)).into_response())
}
