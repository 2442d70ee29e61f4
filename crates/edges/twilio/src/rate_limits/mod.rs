//! `…/RateLimits`: limits that the client programs for itself, counted by values that it gives with
//! a start.

mod buckets;
mod values;

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use identity::{RateLimit, RateLimitError, RateLimitId, UniqueName};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App, TwilioState,
    answer::{gone, made, page, shown},
    call::AtService,
    fault::Fault,
    form::{Form, Paging},
    sid,
};

pub(crate) use values::values;

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new()
        .route("/v2/Services/{service}/RateLimits", get(list).post(create))
        .route(
            "/v2/Services/{service}/RateLimits/{limit}",
            get(fetch).post(update).delete(remove),
        )
        .merge(buckets::routes())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    unique_name: Option<String>,
    description: Option<String>,
}

/// What was wrong, in the codes for rate limits.
fn fault(at: &AtService, error: RateLimitError) -> Fault {
    match error {
        RateLimitError::NotFound => missing(at),
        RateLimitError::Duplicate => Fault::LIMIT_EXISTS,
        RateLimitError::TooMany => Fault::TOO_MANY_LIMITS,
        RateLimitError::Storage => Fault::storage(),
    }
}

fn missing(at: &AtService) -> Fault {
    let service = sid::service(at.id());
    Fault::not_found(&format!("/Services/{service}/RateLimits"))
}

/// The rate limit that the path names.
fn limit_id(at: &AtService) -> Result<RateLimitId, Fault> {
    sid::read_rate_limit(at.named("limit")).ok_or_else(|| missing(at))
}

fn url(app: &TwilioState, at: &AtService) -> String {
    let service = sid::service(at.id());
    format!("{}/v2/Services/{service}/RateLimits", app.public_url)
}

async fn create(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let name = fields.unique_name.as_deref().unwrap_or_default();
    let name = UniqueName::parse(name).ok_or(Fault::LIMIT_NAME)?;
    let description = fields.description.unwrap_or_default();
    let row = app
        .identity
        .create_rate_limit(at.id(), name, &description)
        .await;
    let row = row.map_err(|error| fault(&at, error))?;
    Ok(made(&body(&app, &at, &row)))
}

async fn list(State(app): App, at: AtService, paging: Paging) -> Result<Response, Fault> {
    let rows = app.identity.rate_limits(at.id()).await;
    let rows = rows.map_err(|error| fault(&at, error))?;
    let entries = rows.iter().map(|row| body(&app, &at, row)).collect();
    Ok(page(&url(&app, &at), "rate_limits", entries, &paging))
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let row = app.identity.rate_limit(at.id(), limit_id(&at)?).await;
    let row = row.map_err(|error| fault(&at, error))?;
    Ok(shown(&body(&app, &at, &row)))
}

async fn update(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let id = limit_id(&at)?;
    let row = match &fields.description {
        Some(text) => app.identity.describe_rate_limit(at.id(), id, text).await,
        None => app.identity.rate_limit(at.id(), id).await,
    };
    let row = row.map_err(|error| fault(&at, error))?;
    Ok(shown(&body(&app, &at, &row)))
}

async fn remove(State(app): App, at: AtService) -> Result<Response, Fault> {
    let removed = app.identity.delete_rate_limit(at.id(), limit_id(&at)?);
    removed.await.map_err(|error| fault(&at, error))?;
    Ok(gone())
}

fn body(app: &TwilioState, at: &AtService, row: &RateLimit) -> Value {
    let sid = sid::rate_limit(row.id);
    let url = format!("{}/{sid}", url(app, at));
    json!({
        "sid": sid,
        "service_sid": sid::service(row.application),
        "account_sid": sid::account(row.application),
        "unique_name": row.unique_name,
        "description": row.description,
        "date_created": row.created_at.rfc3339(),
        "date_updated": row.updated_at.rfc3339(),
        "url": url,
        "links": { "buckets": format!("{url}/Buckets") },
    })
}

#[cfg(test)]
mod tests;
