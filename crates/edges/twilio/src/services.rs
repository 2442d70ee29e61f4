//! `/v2/Services`: every application has one service, and its terms are the operator's.
//!
//! Making one gives that one. A wish that differs from the terms is refused, not forgotten.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, response::Response, routing::get};
use identity::Application;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{
    App, TwilioState,
    answer::{json, page},
    call::{AtService, Caller},
    fault::Fault,
    form::{Form, Paging, flag},
    sid, templates,
};

/// The longest name, characters.
const MAX_NAME_CHARS: usize = 30;

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new()
        .route("/v2/Services", get(list).post(create))
        .route(
            "/v2/Services/{service}",
            get(fetch).post(update).delete(remove),
        )
}

/// The terms that clients name. Those not listed have no effect here and are left alone.
#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Terms {
    friendly_name: Option<String>,
    code_length: Option<String>,
    lookup_enabled: Option<String>,
    skip_sms_to_landlines: Option<String>,
    #[serde(rename = "Psd2Enabled")]
    psd2_enabled: Option<String>,
    custom_code_enabled: Option<String>,
    default_template_sid: Option<String>,
    verify_event_subscription_enabled: Option<String>,
}

impl Terms {
    /// Refuses what the service does not do. `digits` is the length of the codes that it sends.
    fn hold(&self, digits: u8) -> Result<(), Fault> {
        let name = self.friendly_name.as_deref().unwrap_or_default();
        if name.chars().count() > MAX_NAME_CHARS {
            return Err(Fault::parameter("FriendlyName"));
        }
        let length = self.code_length.as_deref();
        if length.is_some_and(|length| length.parse() != Ok(digits)) {
            return Err(Fault::parameter("CodeLength"));
        }
        let flags = [
            (&self.lookup_enabled, "LookupEnabled"),
            (&self.skip_sms_to_landlines, "SkipSmsToLandlines"),
            (&self.psd2_enabled, "Psd2Enabled"),
            (&self.custom_code_enabled, "CustomCodeEnabled"),
            (
                &self.verify_event_subscription_enabled,
                "VerifyEventSubscriptionEnabled",
            ),
        ];
        for (field, name) in flags {
            if flag(field.as_deref(), name)? == Some(true) {
                return Err(Fault::OFF);
            }
        }
        templates::hold(self.default_template_sid.as_deref())
    }
}

async fn create(
    State(app): App,
    Caller(application): Caller,
    Form(terms): Form<Terms>,
) -> Result<Response, Fault> {
    if terms.friendly_name.as_deref().is_none_or(str::is_empty) {
        return Err(Fault::parameter("FriendlyName"));
    }
    let digits = code_length(&app).await?;
    terms.hold(digits)?;
    let made = service(&app, &application, digits);
    Ok(json(StatusCode::CREATED, &made))
}

async fn list(
    State(app): App,
    Caller(application): Caller,
    paging: Paging,
) -> Result<Response, Fault> {
    let url = format!("{}/v2/Services", app.public_url);
    let digits = code_length(&app).await?;
    let entries = vec![service(&app, &application, digits)];
    Ok(page(&url, "services", entries, &paging))
}

async fn fetch(State(app): App, at: AtService) -> Result<Response, Fault> {
    let digits = code_length(&app).await?;
    Ok(json(StatusCode::OK, &service(&app, &at.caller.0, digits)))
}

/// Digits in the codes that the vault draws: the operator's choice, which only the vault knows.
async fn code_length(app: &TwilioState) -> Result<u8, Fault> {
    Ok(app.identity.health().await?.code_length)
}

async fn update(
    State(app): App,
    at: AtService,
    Form(terms): Form<Terms>,
) -> Result<Response, Fault> {
    let digits = code_length(&app).await?;
    terms.hold(digits)?;
    Ok(json(StatusCode::OK, &service(&app, &at.caller.0, digits)))
}

/// An application is the operator's to remove.
async fn remove(_: AtService) -> Fault {
    Fault::OFF
}

fn service(app: &TwilioState, application: &Application, digits: u8) -> Value {
    let sid = sid::service(application.id);
    let url = format!("{}/v2/Services/{sid}", app.public_url);
    let made = application.created_at.rfc3339();
    json!({
        "sid": sid,
        "account_sid": sid::account(application.id),
        "friendly_name": application.name,
        "code_length": digits,
        "lookup_enabled": false,
        "psd2_enabled": false,
        "skip_sms_to_landlines": false,
        "dtmf_input_required": false,
        "tts_name": null,
        "do_not_share_warning_enabled": false,
        "custom_code_enabled": false,
        "push": { "include_date": false, "apn_credential_sid": null, "fcm_credential_sid": null },
        "totp": { "issuer": null, "time_step": 30, "code_length": 6, "skew": 1 },
        "whatsapp": { "msg_service_sid": null, "from": null },
        "passkeys": null,
        "default_template_sid": templates::SID,
        "verify_event_subscription_enabled": false,
        "date_created": made,
        "date_updated": made,
        "url": url,
        "links": {
            "verification_checks": format!("{url}/VerificationCheck"),
            "verifications": format!("{url}/Verifications"),
            "rate_limits": format!("{url}/RateLimits"),
            "messaging_configurations": format!("{url}/MessagingConfigurations"),
            "entities": format!("{url}/Entities"),
            "webhooks": format!("{url}/Webhooks"),
            "access_tokens": format!("{url}/AccessTokens"),
        },
    })
}

#[cfg(test)]
mod tests;
