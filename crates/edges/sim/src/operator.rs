//! The pretend operator for programs: whose SIM card was changed, and who is known by the network.

use std::sync::Arc;

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use courier::simulator::{Mood, Sim};
use serde::Deserialize;
use webkit::{Json, Problem};

use crate::{
    Sim as App,
    api::{NO_STORE, PhonePath, phone},
    refusals,
};

/// A SIM card cannot have been changed longer ago: a century.
const HOURS_MAX: u32 = 876_000;

/// What the operator is to say of a phone's SIM card.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SimBody {
    /// It was changed so many hours ago.
    ChangedHoursAgo(u32),
    /// It was never changed.
    Unchanged,
    /// Not more than that it was not changed within so many days; without days there is no card.
    MonitoredDays(Option<u32>),
    /// The contract has no such service.
    NotOffered,
    /// The number is another operator's.
    Unknown,
}

/// How the operator behaves.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MoodBody {
    /// It answers at once.
    Answers,
    /// It cannot be reached.
    Away,
    /// It takes so many milliseconds.
    SlowMs(u32),
}

/// What a device is to be known by.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenBody {
    /// Whether the network itself knew the device.
    by_network: bool,
}

pub(crate) async fn set_sim(
    State(app): State<Arc<App>>,
    path: PhonePath,
    body: Result<Json<SimBody>, Problem>,
) -> Result<StatusCode, Problem> {
    let phone = phone(path)?;
    let Json(body) = body?;
    let operator = app.simulator.operator();
    let sim = match body {
        SimBody::ChangedHoursAgo(hours) if hours <= HOURS_MAX => {
            operator.change_sim(&phone, hours);
            return Ok(StatusCode::NO_CONTENT);
        }
        SimBody::ChangedHoursAgo(_) => return Err(refusals::invalid_hours()),
        SimBody::Unchanged => Sim::Unchanged,
        SimBody::MonitoredDays(monitored_days) => Sim::Unsaid { monitored_days },
        SimBody::NotOffered => Sim::NotOffered,
        SimBody::Unknown => Sim::Unknown,
    };
    operator.set_sim(&phone, sim);
    Ok(StatusCode::NO_CONTENT)
}

/// The token as plain text, as a device would bring it.
pub(crate) async fn network_token(
    State(app): State<Arc<App>>,
    path: PhonePath,
    body: Result<Json<TokenBody>, Problem>,
) -> Result<Response, Problem> {
    let phone = phone(path)?;
    let Json(TokenBody { by_network }) = body?;
    let token = app.simulator.operator().network_token(&phone, by_network);
    let token = token.map_err(|_| refusals::no_entropy())?;
    Ok((StatusCode::CREATED, [NO_STORE], token.expose().to_owned()).into_response())
}

pub(crate) async fn set_mood(
    State(app): State<Arc<App>>,
    body: Result<Json<MoodBody>, Problem>,
) -> Result<StatusCode, Problem> {
    let Json(body) = body?;
    app.simulator.operator().set_mood(match body {
        MoodBody::Answers => Mood::Answers,
        MoodBody::Away => Mood::Away,
        MoodBody::SlowMs(millis) => Mood::Slow { millis },
    });
    Ok(StatusCode::NO_CONTENT)
}
