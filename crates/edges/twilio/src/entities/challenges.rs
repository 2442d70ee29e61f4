//! `…/Entities/{Identity}/Challenges`: requests for a code of an authenticator app.

use std::sync::Arc;

use axum::{
    Router,
    extract::{FromRequestParts, Query, State},
    http::request::Parts,
    response::Response,
    routing::get,
};
use identity::{Challenge, ChallengeId, FactorError};
use model::{FactorId, Timestamp, TypedCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ENTITIES, fault, missing, named, optional_payload, pages, payload, plain, url};
use crate::{
    App, TwilioState,
    answer::{listed, made, shown},
    call::AtService,
    fault::Fault,
    form::{Form, Paging, filled},
    sid,
};

pub(super) fn routes() -> Router<Arc<TwilioState>> {
    let challenges = format!("{ENTITIES}/{{name}}/Challenges");
    Router::new()
        .route(&challenges, get(list).post(create))
        .route(
            &format!("{challenges}/{{challenge}}"),
            get(fetch).post(update),
        )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewFields {
    factor_sid: Option<String>,
    expiration_date: Option<String>,
    auth_payload: Option<TypedCode>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    auth_payload: Option<TypedCode>,
}

/// Which challenges are listed. Absent fields let all pass.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wanted {
    factor_sid: Option<String>,
    status: Option<String>,
    order: Option<String>,
}

/// The same, read.
struct Filter {
    factor: Option<FactorId>,
    status: Option<&'static str>,
    newest_first: bool,
}

const STATUSES: [&str; 4] = ["pending", "expired", "approved", "denied"];

impl<S: Send + Sync> FromRequestParts<S> for Filter {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Fault> {
        let read = Query::<Wanted>::from_request_parts(parts, state).await;
        // What was wrong with it would repeat what was sent.
        let Query(wanted) = read.map_err(|_| Fault::parameter("query"))?;
        wanted.read()
    }
}

impl Wanted {
    fn read(self) -> Result<Filter, Fault> {
        let factor = filled(self.factor_sid).map(|text| factor_sid(&text));
        let status = filled(self.status).map(|text| {
            let known = STATUSES.into_iter().find(|known| *known == text);
            known.ok_or_else(|| Fault::parameter("Status"))
        });
        let newest_first = match filled(self.order).as_deref() {
            None | Some("desc") => true,
            Some("asc") => false,
            Some(_) => return Err(Fault::parameter("Order")),
        };
        Ok(Filter {
            factor: factor.transpose()?,
            status: status.transpose()?,
            newest_first,
        })
    }
}

impl Filter {
    fn fits(&self, challenge: &Challenge, now: Timestamp) -> bool {
        self.factor.is_none_or(|factor| factor == challenge.factor)
            && self
                .status
                .is_none_or(|wanted| wanted == status(challenge, now))
    }

    /// As a query, for the address of the next page.
    fn query(&self) -> String {
        let factor = self
            .factor
            .map(|id| format!("&FactorSid={}", sid::factor(id)));
        let status = self.status.map(|status| format!("&Status={status}"));
        let order = (!self.newest_first).then_some("&Order=asc");
        [factor, status, order.map(str::to_owned)]
            .into_iter()
            .flatten()
            .collect()
    }
}

fn factor_sid(text: &str) -> Result<FactorId, Fault> {
    sid::read_factor(text).ok_or_else(|| Fault::parameter("FactorSid"))
}

/// The challenge that the path names.
fn challenge_id(at: &AtService) -> Result<ChallengeId, Fault> {
    sid::read_challenge(at.named("challenge")).ok_or_else(|| missing(at))
}

async fn create(
    State(app): App,
    at: AtService,
    Form(fields): Form<NewFields>,
) -> Result<Response, Fault> {
    let factor = factor_sid(&fields.factor_sid.unwrap_or_default())?;
    let date = || Fault::parameter("ExpirationDate");
    let expires_at = filled(fields.expiration_date).map(|text| text.parse().map_err(|_| date()));
    let (expires_at, name) = (expires_at.transpose()?, named(&at)?);
    let code = optional_payload(fields.auth_payload)?;
    let begun = app
        .identity
        .create_challenge(at.id(), &name, factor, expires_at, code)
        .await;
    let challenge = begun.map_err(|error| match error {
        FactorError::Expired => date(),
        error => fault(&at, error, Fault::CHALLENGE_GUESSES),
    })?;
    Ok(made(&body(&app, &at, name.as_str(), &challenge)))
}

async fn list(
    State(app): App,
    at: AtService,
    filter: Filter,
    paging: Paging,
) -> Result<Response, Fault> {
    let name = named(&at)?;
    let after = paging.token().map(|token| {
        let id = sid::read_challenge(token);
        id.ok_or_else(|| Fault::parameter("PageToken"))
    });
    let (size, place) = (usize::from(paging.size()), after.transpose()?);
    let found = app
        .identity
        .challenges(at.id(), &name, (place, filter.newest_first), size)
        .await;
    let rows = found.map_err(|error| plain(&at, error))?;
    let (now, full) = (app.identity.now(), rows.len() == size);
    let last = rows
        .last()
        .filter(|_| full)
        .map(|row| sid::challenge(row.id));
    let fitting = rows.iter().filter(|row| filter.fits(row, now));
    let entries = fitting
        .map(|row| body(&app, &at, name.as_str(), row))
        .collect();
    let url = format!("{}/{}/Challenges", url(&app, &at), name.as_str());
    let urls = pages(&url, &paging, last.as_deref(), &filter.query());
    Ok(listed("challenges", entries, &paging, &urls))
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let name = named(&at)?;
    let found = app
        .identity
        .challenge(at.id(), &name, challenge_id(&at)?)
        .await;
    let challenge = found.map_err(|error| plain(&at, error))?;
    Ok(shown(&body(&app, &at, name.as_str(), &challenge)))
}

async fn update(
    State(app): App,
    at: AtService,
    Form(fields): Form<Answer>,
) -> Result<Response, Fault> {
    let (name, id) = (named(&at)?, challenge_id(&at)?);
    let code = payload(fields.auth_payload)?;
    let judged = app
        .identity
        .answer_challenge(at.id(), &name, id, code)
        .await;
    let challenge = judged.map_err(|error| fault(&at, error, Fault::CHALLENGE_GUESSES))?;
    Ok(shown(&body(&app, &at, name.as_str(), &challenge)))
}

fn status(challenge: &Challenge, now: Timestamp) -> &'static str {
    match challenge.approved_at {
        Some(_) => "approved",
        None if challenge.expires_at <= now => "expired",
        None => "pending",
    }
}

fn body(app: &TwilioState, at: &AtService, identity: &str, challenge: &Challenge) -> Value {
    let sid = sid::challenge(challenge.id);
    let url = format!("{}/{identity}/Challenges/{sid}", url(app, at));
    let responded = challenge.approved_at;
    let updated = responded.unwrap_or(challenge.created_at);
    json!({
        "sid": sid,
        "account_sid": sid::account(challenge.application),
        "service_sid": sid::service(challenge.application),
        "entity_sid": sid::entity(challenge.entity),
        "identity": identity,
        "factor_sid": sid::factor(challenge.factor),
        "date_created": challenge.created_at.rfc3339(),
        "date_updated": updated.rfc3339(),
        "date_responded": responded.map(Timestamp::rfc3339),
        "expiration_date": challenge.expires_at.rfc3339(),
        "status": status(challenge, app.identity.now()),
        "responded_reason": "none",
        "details": null,
        "hidden_details": null,
        "metadata": null,
        "factor_type": "totp",
        "url": url,
        "links": { "notifications": format!("{url}/Notifications") },
    })
}
