//! Access tokens for our own client at an operator (RFC 6749, 4.4), one for each scope.

use std::{fmt, time::Duration};

use data_encoding::BASE64;
use peers::operator::NoAnswer;
use serde::Deserialize;
use tokio::{sync::Mutex, time::Instant};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::Address;
use crate::http::{client::Client, form};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
/// The longest token that is taken, bytes.
const TOKEN_MAX_BYTES: usize = 4096;
/// A token is not used for so long before its end.
const MARGIN: Duration = Duration::from_secs(10);
/// The longest that a token is kept, whatever was promised.
const KEPT_MAX: Duration = Duration::from_secs(3600);
/// What is assumed where the operator does not say.
const KEPT_USUAL: u64 = 60;

/// Where and as whom tokens are asked for. `Debug` says nothing of it.
pub struct ClientSettings {
    /// The whole address of the token endpoint.
    pub token: Address,
    /// Our id at the operator.
    pub id: String,
    /// Our secret at the operator.
    pub secret: Zeroizing<String>,
    /// What our questions are for, `dpv:…`, where the operator wants it in the scope.
    pub purpose: Option<String>,
}

impl fmt::Debug for ClientSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSettings(..)")
    }
}

/// Tokens and how to get them.
pub(super) struct Tokens {
    client: Client,
    path: String,
    basic: Zeroizing<String>,
    purpose: Option<String>,
    /// In the lock while one is asked for: those who come meanwhile wait for the same one.
    kept: Mutex<Vec<Kept>>,
}

struct Kept {
    scope: &'static str,
    token: Zeroizing<String>,
    until: Instant,
}

#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
struct Granted {
    access_token: String,
    #[serde(default)]
    expires_in: Option<u64>,
}

impl Tokens {
    pub(super) fn new(settings: ClientSettings, within: Duration) -> Self {
        // Both parts are form-encoded before they are put together (RFC 6749, 2.3.1).
        let part = |text: &str| form::encode(&[("", text)]);
        let (id, secret) = (part(&settings.id), part(&settings.secret));
        let pair = Zeroizing::new([&id[1..], b":", &secret[1..]].concat());
        Self {
            client: Client::with_patience(settings.token.endpoint, within),
            path: settings.token.path,
            basic: Zeroizing::new(format!("Basic {}", BASE64.encode(&pair))),
            purpose: settings.purpose,
            kept: Mutex::default(),
        }
    }

    /// A token for a scope: the kept one, or a new one.
    pub(super) async fn get(&self, scope: &'static str) -> Result<Zeroizing<String>, NoAnswer> {
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        kept.retain(|kept| kept.until > now);
        if let Some(known) = kept.iter().find(|kept| kept.scope == scope) {
            return Ok(known.token.clone());
        }
        let (token, lifetime) = self.ask(scope).await?;
        kept.push(Kept {
            scope,
            token: token.clone(),
            until: now + lifetime,
        });
        Ok(token)
    }

    /// Another token than `refused`.
    pub(super) async fn renew(
        &self,
        scope: &'static str,
        refused: &str,
    ) -> Result<Zeroizing<String>, NoAnswer> {
        let mut kept = self.kept.lock().await;
        kept.retain(|kept| kept.scope != scope || kept.token.as_str() != refused);
        drop(kept);
        self.get(scope).await
    }

    async fn ask(&self, scope: &str) -> Result<(Zeroizing<String>, Duration), NoAnswer> {
        let wanted = match &self.purpose {
            Some(purpose) => format!("{purpose} {scope}"),
            None => scope.to_owned(),
        };
        let body = form::encode(&[("grant_type", "client_credentials"), ("scope", &wanted)]);
        let headers = [FORM, ("authorization", self.basic.as_str())];
        let answer = self.client.post(&self.path, &headers, body).await;
        let answer = answer.map_err(|_| NoAnswer::Away)?;
        let status = answer.status;
        if status != 200 {
            tracing::warn!(status, scope, "carriers.operator.no_token");
        }
        match status {
            200 => read(&answer.body).ok_or(NoAnswer::Senseless),
            400..=403 => Err(NoAnswer::NotPermitted),
            429 => Err(NoAnswer::Busy),
            500.. => Err(NoAnswer::Away),
            _ => Err(NoAnswer::Senseless),
        }
    }
}

/// A token and how long to keep it; nothing where it could not stand in a header.
fn read(body: &[u8]) -> Option<(Zeroizing<String>, Duration)> {
    let mut granted: Granted = serde_json::from_slice(body).ok()?;
    let token = Zeroizing::new(std::mem::take(&mut granted.access_token));
    let fits = (1..=TOKEN_MAX_BYTES).contains(&token.len())
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    let lifetime = Duration::from_secs(granted.expires_in.unwrap_or(KEPT_USUAL));
    let kept = lifetime.min(KEPT_MAX).saturating_sub(MARGIN);
    fits.then_some((token, kept))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(body: &str) -> Option<(String, u64)> {
        let (token, kept) = read(body.as_bytes())?;
        Some((token.as_str().to_owned(), kept.as_secs()))
    }

    #[test]
    fn a_token_is_given_up_before_its_end_and_within_an_hour() {
        for (body, kept) in [
            (
                r#"{"access_token":"a.b","expires_in":300,"token_type":"Bearer"}"#,
                290,
            ),
            (r#"{"access_token":"a.b"}"#, 50),
            (r#"{"access_token":"a.b","expires_in":5}"#, 0),
            (r#"{"access_token":"a.b","expires_in":999999999}"#, 3590),
        ] {
            assert_eq!(token(body), Some(("a.b".to_owned(), kept)));
        }
    }

    #[test]
    fn what_cannot_stand_in_a_header_is_no_token() {
        let long = format!(
            r#"{{"access_token":"{}"}}"#,
            "x".repeat(TOKEN_MAX_BYTES + 1)
        );
        for body in [
            "",
            "{}",
            r#"{"access_token":""}"#,
            r#"{"access_token":"a b"}"#,
            r#"{"access_token":"a\r\nb"}"#,
            r#"{"access_token":"a","expires_in":-1}"#,
            &long,
        ] {
            assert_eq!(token(body), None);
        }
    }
}
