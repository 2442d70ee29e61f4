//! `…/Entities`: people by a name of the application's own, with their authenticator apps.
//!
//! | file | concern |
//! |---|---|
//! | `factors` | `…/Factors`: the apps, by TOTP |
//! | `challenges` | `…/Challenges`: requests for a code |

mod challenges;
mod factors;

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use identity::{Entity, FactorError, Identifier};
use model::TypedCode;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App, TwilioState,
    answer::{Urls, gone, listed, made, shown},
    call::AtService,
    fault::Fault,
    form::{Form, Paging},
    sid,
};

const ENTITIES: &str = "/v2/Services/{service}/Entities";

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new()
        .route(ENTITIES, get(list).post(create))
        .route(&format!("{ENTITIES}/{{name}}"), get(fetch).delete(remove))
        .merge(factors::routes())
        .merge(challenges::routes())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Fields {
    identity: Option<String>,
}

/// What was wrong, in the vendor's codes. `guesses` is that for too many wrong codes.
fn fault(at: &AtService, error: FactorError, guesses: Fault) -> Fault {
    match error {
        FactorError::NotFound => missing(at),
        FactorError::Exists => Fault::ENTITY_EXISTS,
        FactorError::TooMany => Fault::TOO_MANY_FACTORS,
        FactorError::TooFast => Fault::TOO_MANY_NEW_FACTORS,
        FactorError::Secret => Fault::parameter("Binding.Secret"),
        FactorError::Unconfirmed => Fault::FACTOR_UNVERIFIED,
        FactorError::Answered => Fault::CHALLENGE_ANSWERED,
        FactorError::Expired => Fault::CHALLENGE_EXPIRED,
        FactorError::Guesses { after_seconds } => guesses.wait(after_seconds.unwrap_or(0)),
        FactorError::Vault(trouble) => trouble.into(),
        FactorError::Storage => Fault::storage(),
    }
}

/// What was wrong where no code is judged.
fn plain(at: &AtService, error: FactorError) -> Fault {
    fault(at, error, Fault::FACTOR_GUESSES)
}

fn missing(at: &AtService) -> Fault {
    let service = sid::service(at.id());
    Fault::not_found(&format!("/Services/{service}/Entities"))
}

/// Whom the path names.
fn named(at: &AtService) -> Result<Identifier, Fault> {
    Identifier::parse(at.named("name")).ok_or_else(|| missing(at))
}

fn url(app: &TwilioState, at: &AtService) -> String {
    let service = sid::service(at.id());
    format!("{}/v2/Services/{service}/Entities", app.public_url)
}

/// A code that was typed, where one must be.
fn payload(field: Option<TypedCode>) -> Result<TypedCode, Fault> {
    optional_payload(field)?.ok_or_else(|| Fault::parameter("AuthPayload"))
}

/// A code that was typed, if one was.
fn optional_payload(field: Option<TypedCode>) -> Result<Option<TypedCode>, Fault> {
    let field = field.filter(|code| !code.expose().is_empty());
    match field {
        Some(code) if code.expose().len() > TypedCode::MAX_BYTES => {
            Err(Fault::parameter("AuthPayload"))
        }
        other => Ok(other),
    }
}

async fn create(
    State(app): App,
    at: AtService,
    Form(fields): Form<Fields>,
) -> Result<Response, Fault> {
    let name = fields.identity.as_deref().unwrap_or_default();
    let name = Identifier::parse(name).ok_or_else(|| Fault::parameter("Identity"))?;
    let entity = app.identity.create_entity(at.id(), &name).await;
    let entity = entity.map_err(|error| plain(&at, error))?;
    Ok(made(&body(&app, &at, &entity)))
}

async fn list(State(app): App, at: AtService, paging: Paging) -> Result<Response, Fault> {
    let after = paging.token().map(|token| {
        let name = Identifier::parse(token);
        name.ok_or_else(|| Fault::parameter("PageToken"))
    });
    let after = after.transpose()?;
    let size = usize::from(paging.size());
    let page = app.identity.entities(at.id(), after.as_ref(), size).await;
    let page = page.map_err(|error| plain(&at, error))?;
    let entries = page.entities.iter().map(|entity| body(&app, &at, entity));
    let urls = pages(
        &url(&app, &at),
        &paging,
        page.next.as_ref().map(Identifier::as_str),
        "",
    );
    Ok(listed("entities", entries.collect(), &paging, &urls))
}

/// The addresses of a list whose next page begins after `next`.
fn pages(url: &str, paging: &Paging, next: Option<&str>, filters: &str) -> Urls {
    let (size, number) = (paging.size(), paging.page());
    let at = |number: u32, token: Option<&str>| {
        let token = token.map(|token| format!("&PageToken={token}"));
        let token = token.unwrap_or_default();
        format!("{url}?PageSize={size}&Page={number}{token}{filters}")
    };
    Urls {
        first: at(0, None),
        this: at(number, paging.token()),
        previous: None,
        next: next.map(|next| at(number.saturating_add(1), Some(next))),
    }
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let entity = app.identity.entity(at.id(), &named(&at)?).await;
    let entity = entity.map_err(|error| plain(&at, error))?;
    Ok(shown(&body(&app, &at, &entity)))
}

async fn remove(State(app): App, at: AtService) -> Result<Response, Fault> {
    let removed = app.identity.delete_entity(at.id(), &named(&at)?).await;
    removed.map_err(|error| plain(&at, error))?;
    Ok(gone())
}

fn body(app: &TwilioState, at: &AtService, entity: &Entity) -> Value {
    let url = format!("{}/{}", url(app, at), entity.identity);
    let made = entity.created_at.rfc3339();
    json!({
        "sid": sid::entity(entity.id),
        "identity": entity.identity,
        "account_sid": sid::account(entity.application),
        "service_sid": sid::service(entity.application),
        "date_created": made,
        "date_updated": made,
        "url": url,
        "links": {
            "factors": format!("{url}/Factors"),
            "new_factors": format!("{url}/Factors"),
            "challenges": format!("{url}/Challenges"),
        },
    })
}

#[cfg(test)]
mod tests;
