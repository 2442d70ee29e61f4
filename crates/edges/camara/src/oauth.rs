//! `POST /oauth2/token`: an access token for an application's id and key (RFC 6749, 4.4), or for
//! these and an operator's token (RFC 8693).

use axum::{
    Router,
    extract::{Form, State, rejection::FormRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use data_encoding::BASE64;
use identity::{ApiKey, OperationError};
use model::{ApplicationId, NetworkToken};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

use crate::{
    App, Shared,
    caller::credentials,
    scopes::Scopes,
    tokens::{LIFETIME, Said},
};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/oauth2/token", post(token))
}

/// The members that are read; others are ignored, and none may come twice (RFC 6749, 3.2).
#[derive(Deserialize)]
struct TokenForm {
    #[serde(default)]
    grant_type: String,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    client_id: Option<String>,
    #[serde(default)]
    client_secret: Option<String>,
    #[serde(default)]
    subject_token: Option<NetworkToken>,
    #[serde(default)]
    subject_token_type: Option<String>,
}

/// What a token is asked for with.
enum Grant {
    /// The client's own word.
    Client,
    /// The client's word, and what an operator's network gave to a device.
    Exchange(NetworkToken),
}

/// RFC 8693, 2.1 and 3.
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";

#[derive(Serialize)]
struct Granted {
    access_token: String,
    token_type: &'static str,
    expires_in: i64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_token_type: Option<&'static str>,
}

/// Why there is no token (RFC 6749, 5.2).
#[derive(Debug, PartialEq, Eq)]
enum TokenError {
    InvalidRequest(&'static str),
    InvalidClient,
    UnsupportedGrantType,
    InvalidScope,
    /// The front cannot read its applications.
    Unavailable,
}

impl TokenError {
    const fn told(&self) -> (StatusCode, &'static str, &'static str) {
        let bad = StatusCode::BAD_REQUEST;
        match self {
            Self::InvalidRequest(why) => (bad, "invalid_request", why),
            Self::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "No application has this id and key.",
            ),
            Self::UnsupportedGrantType => (
                bad,
                "unsupported_grant_type",
                "Only client_credentials and token-exchange are granted here.",
            ),
            Self::InvalidScope => (bad, "invalid_scope", "This grant does not give that scope."),
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "temporarily_unavailable",
                "Try again in a moment.",
            ),
        }
    }
}

#[derive(Serialize)]
struct ErrorBody {
    error: &'static str,
    error_description: &'static str,
}

impl IntoResponse for TokenError {
    fn into_response(self) -> Response {
        let (status, error, error_description) = self.told();
        let body = ErrorBody {
            error,
            error_description,
        };
        let mut response = unstored((status, axum::Json(body)));
        if self == Self::InvalidClient {
            let scheme = HeaderValue::from_static("Basic realm=\"oauth2\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

fn unstored(answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}

async fn token(
    State(app): App,
    headers: HeaderMap,
    form: Result<Form<TokenForm>, FormRejection>,
) -> Result<Response, TokenError> {
    let Form(mut form) = form
        .map_err(|_| TokenError::InvalidRequest("Send a form, with each member once at most."))?;
    let application = authenticated(&app, &headers, &form).await?;
    let (allowed, grant) = match grant(&mut form)? {
        Grant::Client => (Scopes::CLIENTS, None),
        Grant::Exchange(network) => (Scopes::PERSONS, Some(network)),
    };
    let usual = match &grant {
        None => Scopes::USUAL,
        Some(_) => Scopes::PERSONS,
    };
    let scopes = match &form.scope {
        None => usual,
        Some(asked) => Scopes::read(asked, allowed).ok_or(TokenError::InvalidScope)?,
    };
    let issued_token_type = grant.is_some().then_some(ACCESS_TOKEN);
    let said = Said {
        application,
        scopes,
        network: grant,
    };
    let granted = Granted {
        access_token: app.tokens.issue(&said, app.identity.now()),
        token_type: "Bearer",
        expires_in: LIFETIME.as_millis() / 1000,
        scope: scopes.text(),
        issued_token_type,
    };
    Ok(unstored(axum::Json(granted)))
}

fn grant(form: &mut TokenForm) -> Result<Grant, TokenError> {
    match form.grant_type.as_str() {
        "client_credentials" => return Ok(Grant::Client),
        EXCHANGE => {}
        "" => return Err(TokenError::InvalidRequest("`grant_type` is missing.")),
        _ => return Err(TokenError::UnsupportedGrantType),
    }
    if form.subject_token_type.as_deref() != Some(ACCESS_TOKEN) {
        let why = "`subject_token_type` must be that of an access token.";
        return Err(TokenError::InvalidRequest(why));
    }
    let network = form.subject_token.take().filter(is_bearer);
    let why = "`subject_token` must be the operator's access token, at most 2048 characters.";
    network
        .map(Grant::Exchange)
        .ok_or(TokenError::InvalidRequest(why))
}

/// The characters of a bearer token (RFC 6750, 2.1).
fn is_bearer(token: &NetworkToken) -> bool {
    let text = token.expose();
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    (1..=NetworkToken::MAX_BYTES).contains(&text.len()) && text.bytes().all(known)
}

/// The application whose id and key came, in the header or in the form and not in both.
async fn authenticated(
    app: &Shared,
    headers: &HeaderMap,
    form: &TokenForm,
) -> Result<ApplicationId, TokenError> {
    let (id, key) = match (credentials(headers, "basic"), &form.client_secret) {
        (Some(_), Some(_)) => {
            let why = "Name the client in the header or in the form, not in both.";
            return Err(TokenError::InvalidRequest(why));
        }
        (Some(basic), None) => basic_pair(basic).ok_or(TokenError::InvalidClient)?,
        (None, Some(key)) => (form.client_id.clone().unwrap_or_default(), key.clone()),
        (None, None) => return Err(TokenError::InvalidClient),
    };
    let id: ApplicationId = id.parse().map_err(|_| TokenError::InvalidClient)?;
    let key = ApiKey::parse(&key).ok_or(TokenError::InvalidClient)?;
    let found = app.applications.authenticate(&app.identity, &key).await;
    let found = found.map_err(|error| match error {
        OperationError::Limited { .. } | OperationError::Vault(_) | OperationError::Storage => {
            TokenError::Unavailable
        }
    })?;
    let known = found.filter(|application| application.id == id);
    known.map(|_| id).ok_or(TokenError::InvalidClient)
}

/// Id and key of `Basic …` (RFC 7617). Ours need no percent encoding, so none is undone.
fn basic_pair(encoded: &str) -> Option<(String, String)> {
    let text = String::from_utf8(BASE64.decode(encoded.as_bytes()).ok()?).ok()?;
    let (id, key) = text.split_once(':')?;
    Some((id.to_owned(), key.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Harness, KEY, Reply};
    use insta::assert_snapshot;
    use testkit::APP;

    async fn ask(h: &Harness, form: &str) -> Reply {
        h.send(h.form("/oauth2/token", form)).await
    }

    fn credentials_of(form: &str) -> String {
        format!("client_id={APP}&client_secret={KEY}&{form}")
    }

    #[tokio::test]
    async fn id_and_key_are_worth_a_token_for_five_minutes() {
        let h = Harness::new().await;
        let reply = ask(&h, &credentials_of("grant_type=client_credentials")).await;
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let json = reply.json();
        let token = json["access_token"].as_str().unwrap();
        let shown = reply.to_string().replace(token, "TOKEN");
        assert_snapshot!(shown, @r#"200 {"access_token":"TOKEN","token_type":"Bearer","expires_in":300,"scope":"one-time-password-sms:send-validate"}"#);
        let call = h
            .send_code_call()
            .header("authorization", &format!("Bearer {token}"));
        assert_eq!(h.send(call).await.status(), 200);
        h.finish().await;
    }

    #[tokio::test]
    async fn the_client_may_be_named_in_the_header() {
        let h = Harness::new().await;
        let basic = BASE64.encode(format!("{APP}:{KEY}").as_bytes());
        let form = "grant_type=client_credentials&scope=dpv:FraudPreventionAndDetection+one-time-password-sms:send-validate";
        let call = h.form("/oauth2/token", form);
        let call = call.header("authorization", &format!("basic {basic}"));
        assert_eq!(h.send(call).await.status(), 200);
        let both = h.form("/oauth2/token", &credentials_of(form));
        let both = both.header("authorization", &format!("Basic {basic}"));
        assert_eq!(h.send(both).await.json()["error"], "invalid_request");
        h.finish().await;
    }

    #[tokio::test]
    async fn a_wrong_client_hears_nothing_of_what_was_wrong() {
        let h = Harness::new().await;
        let other = ApplicationId::from_bytes([1; 16]);
        let wrong_key = KEY.replace('k', "j");
        for form in [
            "grant_type=client_credentials".to_owned(),
            format!("grant_type=client_credentials&client_id={APP}&client_secret={wrong_key}"),
            format!("grant_type=client_credentials&client_id={other}&client_secret={KEY}"),
            format!("grant_type=client_credentials&client_id=me&client_secret={KEY}"),
            format!("grant_type=client_credentials&client_secret={KEY}"),
        ] {
            let reply = ask(&h, &form).await;
            assert_eq!(
                reply.header("www-authenticate"),
                Some("Basic realm=\"oauth2\"")
            );
            let told = r#"401 {"error":"invalid_client","error_description":"No application has this id and key."}"#;
            assert_eq!(reply.to_string(), told);
        }
        h.finish().await;
    }

    #[tokio::test]
    async fn each_fault_of_a_request_has_its_code() {
        let h = Harness::new().await;
        for (form, error) in [
            (
                "scope=one-time-password-sms:send-validate",
                "invalid_request",
            ),
            (
                "grant_type=client_credentials&grant_type=client_credentials",
                "invalid_request",
            ),
            ("grant_type=authorization_code", "unsupported_grant_type"),
            (
                "grant_type=client_credentials&scope=number-verification:verify",
                "invalid_scope",
            ),
            ("grant_type=client_credentials&scope=", "invalid_scope"),
        ] {
            let reply = ask(&h, &credentials_of(form)).await;
            assert_eq!(reply.json()["error"], error, "{form}");
            assert_eq!(reply.status(), 400);
        }
        h.finish().await;
    }
}
