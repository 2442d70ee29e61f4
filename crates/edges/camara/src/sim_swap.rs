//! `sim-swap` v2: asked of the number's operator, answered in its words.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
    routing::{any, post},
};
use identity::{Asked, HOURS_MAX, OperatorAnswer, SimQuestion};
use model::TypedNumber;
use serde::{Deserialize, Serialize};

use crate::{
    App, Shared,
    body::{Strict, wrong},
    caller::Caller,
    phone,
    refusal::Refusal,
    relay::{MISSING_IDENTIFIER, OUT_OF_RANGE, nothing_here, senseless},
    scopes::Scope,
};

/// Hours looked back where a request names none (`CreateCheckSimSwap`).
const HOURS_USUAL: u16 = 240;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CheckBody {
    #[serde(default)]
    phone_number: Option<TypedNumber>,
    #[serde(default)]
    max_age: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DateBody {
    #[serde(default)]
    phone_number: Option<TypedNumber>,
}

#[derive(Serialize)]
struct CheckInfo {
    swapped: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SwapInfo {
    /// Null where the operator may not say.
    latest_sim_change: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    monitored_period: Option<u32>,
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/sim-swap/v2/check", post(check))
        .route("/sim-swap/v2/retrieve-date", post(retrieve_date))
        .route("/sim-swap/{*rest}", any(nothing_here))
}

async fn check(
    State(app): App,
    caller: Caller,
    Strict(body): Strict<CheckBody>,
) -> Result<Response, Refusal> {
    let application = caller.may(Scope::SimSwapCheck)?;
    let hours = hours(body.max_age)?;
    let question = SimQuestion::ChangedWithin { hours };
    let asked = about(body.phone_number, question)?;
    match app.identity.ask_operator(application, asked).await? {
        OperatorAnswer::Changed(swapped) => Ok(unstored(CheckInfo { swapped })),
        _ => Err(senseless()),
    }
}

async fn retrieve_date(
    State(app): App,
    caller: Caller,
    Strict(body): Strict<DateBody>,
) -> Result<Response, Refusal> {
    let application = caller.may(Scope::SimSwapDate)?;
    let asked = about(body.phone_number, SimQuestion::ChangedAt)?;
    match app.identity.ask_operator(application, asked).await? {
        OperatorAnswer::ChangedAt { at, monitored_days } => Ok(unstored(SwapInfo {
            latest_sim_change: at.map(model::Timestamp::rfc3339),
            monitored_period: monitored_days,
        })),
        _ => Err(senseless()),
    }
}

fn hours(max_age: Option<i64>) -> Result<u16, Refusal> {
    let Some(asked) = max_age else {
        return Ok(HOURS_USUAL);
    };
    let hours = u16::try_from(asked).ok();
    hours
        .filter(|hours| (1..=HOURS_MAX).contains(hours))
        .ok_or_else(|| Refusal::with(&OUT_OF_RANGE, "`maxAge` must be 1 to 2400 hours."))
}

fn about(number: Option<TypedNumber>, question: SimQuestion) -> Result<Asked, Refusal> {
    let text = number.ok_or_else(|| Refusal::new(&MISSING_IDENTIFIER))?;
    if !phone::is_phone_number(text.expose()) {
        return Err(wrong(phone::FORM));
    }
    Ok(Asked::Sim { text, question })
}

fn unstored(answer: impl Serialize) -> Response {
    ([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

#[cfg(test)]
mod tests;
