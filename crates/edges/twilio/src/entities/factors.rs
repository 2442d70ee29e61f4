//! `…/Entities/{Identity}/Factors`: authenticator apps.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use identity::{Factor, FactorName, NewFactor};
use model::{FactorId, FactorSecret, TotpHash, TotpTerms, TypedCode};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{ENTITIES, fault, missing, named, optional_payload, plain, url};
use crate::{
    App, TwilioState,
    answer::{gone, made, page, shown},
    call::AtService,
    fault::Fault,
    form::{Form, Paging, filled},
    sid,
};

pub(super) fn routes() -> Router<Arc<TwilioState>> {
    let factors = format!("{ENTITIES}/{{name}}/Factors");
    Router::new().route(&factors, get(list).post(create)).route(
        &format!("{factors}/{{factor}}"),
        get(fetch).post(update).delete(remove),
    )
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NewFields {
    friendly_name: Option<String>,
    factor_type: Option<String>,
    #[serde(rename = "Binding.Secret")]
    secret: Option<FactorSecret>,
    #[serde(flatten)]
    config: Config,
}

/// How codes are made.
#[derive(Deserialize)]
struct Config {
    #[serde(rename = "Config.Alg")]
    hash: Option<String>,
    #[serde(rename = "Config.CodeLength")]
    digits: Option<String>,
    #[serde(rename = "Config.TimeStep")]
    period: Option<String>,
    #[serde(rename = "Config.Skew")]
    skew: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    auth_payload: Option<TypedCode>,
    friendly_name: Option<String>,
    #[serde(flatten)]
    config: Config,
}

impl Config {
    /// The terms asked for; what is not named is as in `usual`.
    fn terms(self, usual: TotpTerms) -> Result<TotpTerms, Fault> {
        let hash = match filled(self.hash) {
            None => usual.hash(),
            Some(name) => TotpHash::ALL
                .into_iter()
                .find(|hash| hash.name() == name)
                .ok_or_else(|| Fault::parameter("Config.Alg"))?,
        };
        let digits = small(self.digits, usual.digits(), "Config.CodeLength")?;
        let period = small(self.period, usual.period_seconds(), "Config.TimeStep")?;
        let skew = small(self.skew, usual.skew(), "Config.Skew")?;
        let terms = TotpTerms::new(hash, digits, period, skew);
        terms.ok_or_else(|| {
            Fault::parameter(if !TotpTerms::DIGITS.contains(&digits) {
                "Config.CodeLength"
            } else if !TotpTerms::PERIOD.contains(&period) {
                "Config.TimeStep"
            } else {
                "Config.Skew"
            })
        })
    }
}

fn small(field: Option<String>, usual: u8, name: &'static str) -> Result<u8, Fault> {
    match filled(field) {
        Some(text) => text.parse().map_err(|_| Fault::parameter(name)),
        None => Ok(usual),
    }
}

fn name(field: Option<String>) -> Result<FactorName, Fault> {
    let name = FactorName::parse(&field.unwrap_or_default());
    name.ok_or_else(|| Fault::parameter("FriendlyName"))
}

/// The factor that the path names.
fn factor_id(at: &AtService) -> Result<FactorId, Fault> {
    sid::read_factor(at.named("factor")).ok_or_else(|| missing(at))
}

async fn create(
    State(app): App,
    at: AtService,
    Form(fields): Form<NewFields>,
) -> Result<Response, Fault> {
    match fields.factor_type.as_deref() {
        Some("totp") => {}
        Some("push" | "passkeys") => return Err(Fault::OFF),
        _ => return Err(Fault::parameter("FactorType")),
    }
    let secret = fields.secret.filter(|text| !text.expose().is_empty());
    let fits = |text: &FactorSecret| text.expose().len() <= FactorSecret::MAX_BYTES;
    if !secret.as_ref().is_none_or(fits) {
        return Err(Fault::parameter("Binding.Secret"));
    }
    let new = NewFactor {
        name: name(fields.friendly_name)?,
        terms: fields.config.terms(TotpTerms::default())?,
        secret,
    };
    let who = named(&at)?;
    let made_now = app.identity.create_factor(at.id(), &who, new).await;
    let (factor, secret) = made_now.map_err(|error| plain(&at, error))?;
    let mut answer = body(&app, &at, who.as_str(), &factor);
    let uri = uri(&at.caller.0.name, &factor, &secret);
    answer["binding"] = json!({ "secret": secret.expose(), "uri": uri });
    answer["options"] = Value::Null;
    Ok(made(&answer))
}

async fn list(State(app): App, at: AtService, paging: Paging) -> Result<Response, Fault> {
    let name = named(&at)?;
    let factors = app.identity.factors(at.id(), &name).await;
    let factors = factors.map_err(|error| plain(&at, error))?;
    let entry = |factor| body(&app, &at, name.as_str(), factor);
    let entries = factors.iter().map(entry).collect();
    let url = format!("{}/{}/Factors", url(&app, &at), name.as_str());
    Ok(page(&url, "factors", entries, &paging))
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let name = named(&at)?;
    let factor = app.identity.factor(at.id(), &name, factor_id(&at)?).await;
    let factor = factor.map_err(|error| plain(&at, error))?;
    Ok(shown(&body(&app, &at, name.as_str(), &factor)))
}

async fn update(
    State(app): App,
    at: AtService,
    Form(fields): Form<Change>,
) -> Result<Response, Fault> {
    let (who, id) = (named(&at)?, factor_id(&at)?);
    let code = optional_payload(fields.auth_payload)?;
    let renamed = filled(fields.friendly_name).map(|text| name(Some(text)));
    let renamed = renamed.transpose()?;
    let known = app.identity.factor(at.id(), &who, id).await;
    let mut factor = known.map_err(|error| plain(&at, error))?;
    // An app cannot be told: other terms would make its codes wrong.
    if fields.config.terms(factor.terms)? != factor.terms {
        return Err(Fault::parameter("Config"));
    }
    if let Some(renamed) = renamed {
        let change = app.identity.rename_factor(at.id(), &who, id, renamed);
        factor = change.await.map_err(|error| plain(&at, error))?;
    }
    if let Some(code) = code {
        let judged = app.identity.confirm_factor(at.id(), &who, id, code).await;
        factor = judged.map_err(|error| fault(&at, error, Fault::FACTOR_GUESSES))?;
    }
    Ok(shown(&body(&app, &at, who.as_str(), &factor)))
}

async fn remove(State(app): App, at: AtService) -> Result<Response, Fault> {
    let id = factor_id(&at)?;
    let removed = app.identity.delete_factor(at.id(), &named(&at)?, id).await;
    removed.map_err(|error| plain(&at, error))?;
    Ok(gone())
}

fn body(app: &TwilioState, at: &AtService, identity: &str, factor: &Factor) -> Value {
    let sid = sid::factor(factor.id);
    let terms = factor.terms;
    json!({
        "sid": sid,
        "account_sid": sid::account(factor.application),
        "service_sid": sid::service(factor.application),
        "entity_sid": sid::entity(factor.entity),
        "identity": identity,
        "date_created": factor.created_at.rfc3339(),
        "date_updated": factor.updated_at.rfc3339(),
        "friendly_name": factor.name,
        "status": if factor.is_confirmed() { "verified" } else { "unverified" },
        "factor_type": "totp",
        "config": {
            "alg": terms.hash().name(),
            "skew": terms.skew(),
            "code_length": terms.digits(),
            "time_step": terms.period_seconds(),
        },
        "metadata": null,
        "url": format!("{}/{identity}/Factors/{sid}", url(app, at)),
    })
}

/// What an app reads from a picture: `otpauth://totp/ISSUER:NAME?secret=…`, as authenticator apps
/// have agreed on it (Key Uri Format).
fn uri(issuer: &str, factor: &Factor, secret: &FactorSecret) -> String {
    let (issuer, name) = (encoded(issuer), encoded(&factor.name));
    let terms = factor.terms;
    format!(
        "otpauth://totp/{issuer}:{name}?secret={}&issuer={issuer}&algorithm={}&digits={}&period={}",
        secret.expose(),
        terms.hash().name().to_ascii_uppercase(),
        terms.digits(),
        terms.period_seconds(),
    )
}

/// Everything but unreserved characters (RFC 3986, 2.3) as `%` and two digits.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
