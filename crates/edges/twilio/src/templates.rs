//! `/v2/Templates`: the words of a code are built in, so there is one template, in every language.

use std::sync::Arc;

use axum::{Router, extract::Query, extract::State, response::Response, routing::get};
use identity::Application;
use messages::{Code, Host, Language, ProductName, Purpose, TextRequest, render_text};
use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{App, TwilioState, answer::page, call::Caller, fault::Fault, form::Paging, sid};

/// The one template.
pub(crate) const SID: &str = "HJ00000000000000000000000000000001";
const NAME: &str = "Ringfence code";
/// Stands for the code while a text is rendered.
const SAMPLE: &str = "000000";

pub(crate) fn routes() -> Router<Arc<TwilioState>> {
    Router::new().route("/v2/Templates", get(list))
}

/// Refuses a template that is wanted and is not the one there is.
///
/// # Errors
/// [`Fault::OFF`].
pub(crate) fn hold(wanted: Option<&str>) -> Result<(), Fault> {
    match wanted {
        None | Some("" | SID) => Ok(()),
        Some(_) => Err(Fault::OFF),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Filter {
    friendly_name: Option<String>,
}

async fn list(
    State(app): App,
    Caller(application): Caller,
    filter: Result<Query<Filter>, axum::extract::rejection::QueryRejection>,
    paging: Paging,
) -> Result<Response, Fault> {
    let Query(filter) = filter.map_err(|_| Fault::parameter("FriendlyName"))?;
    let wanted = filter.friendly_name.as_deref().unwrap_or_default();
    let entries = match wanted {
        "" | NAME => vec![template(&application)],
        _ => Vec::new(),
    };
    let url = format!("{}/v2/Templates", app.public_url);
    Ok(page(&url, "templates", entries, &paging))
}

fn template(application: &Application) -> Value {
    let translations = translations(application).unwrap_or_default();
    json!({
        "sid": SID,
        "account_sid": sid::account(application.id),
        "friendly_name": NAME,
        "channels": ["sms", "voice"],
        "translations": translations,
    })
}

/// The text of a sign-up in every language; none where the application's name or host cannot stand
/// in a message.
fn translations(application: &Application) -> Option<Map<String, Value>> {
    let product = ProductName::parse(&application.name).ok()?;
    let host = Host::parse(&application.host).ok()?;
    let code = Code::parse(SAMPLE).ok()?;
    let made = application.created_at.rfc3339();
    let translation = |language: Language| {
        let request = TextRequest {
            language,
            purpose: Purpose::SignUp,
            product: &product,
            host: &host,
            code: &code,
        };
        let text = render_text(&request).as_str().replace(SAMPLE, "{{code}}");
        let told = json!({
            "is_default_translation": language.tag() == "en",
            "status": "approved",
            "locale": language.tag(),
            "text": text,
            "date_created": made,
            "date_updated": made,
        });
        (language.tag().to_owned(), told)
    };
    Some(Language::ALL.into_iter().map(translation).collect())
}

#[cfg(test)]
mod tests {
    use super::{NAME, SID};
    use crate::harness::{Harness, NUMBER};

    #[tokio::test]
    async fn the_one_template_shows_what_is_sent() {
        let h = Harness::new().await;
        let listed = h.get("/v2/Templates").await.json();
        let template = &listed["templates"][0];
        assert_eq!(template["sid"], SID);
        assert_eq!(template["translations"].as_object().unwrap().len(), 32);
        let text = template["translations"]["en"]["text"].as_str().unwrap();
        h.started().await;
        let arrived = h.product.phones.arrived(NUMBER, 1).await;
        assert_eq!(text.replace("{{code}}", &arrived.code), arrived.text);
        let named = format!("/v2/Templates?FriendlyName={}", NAME.replace(' ', "%20"));
        assert_eq!(h.get(&named).await.json()["templates"], listed["templates"]);
        let other = h.get("/v2/Templates?FriendlyName=Other").await.json();
        assert_eq!(other["templates"], serde_json::json!([]));
        h.product.finish().await;
    }

    #[tokio::test]
    async fn the_one_template_may_be_named_and_no_other() {
        let h = Harness::new().await;
        let at = h.at("Verifications");
        let with = |sid| [("To", NUMBER), ("Channel", "sms"), ("TemplateSid", sid)];
        let other = "HJ00000000000000000000000000000002";
        assert_eq!(h.post(&at, &with(other)).await.code(), 60204);
        assert_eq!(h.post(&at, &with(SID)).await.status, 201);
        h.product.finish().await;
    }
}
