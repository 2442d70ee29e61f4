//! Who calls, and about what: Basic credentials and the names in the path.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::{HeaderMap, header, request::Parts},
};
use data_encoding::BASE64;
use identity::{ApiKey, Application};
use model::ApplicationId;

use crate::{TwilioState, fault::Fault, sid};

/// The application that calls.
pub(crate) struct Caller(pub(crate) Arc<Application>);

impl FromRequestParts<Arc<TwilioState>> for Caller {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<TwilioState>) -> Result<Self, Fault> {
        let (account, key) = basic(&parts.headers).ok_or(Fault::UNAUTHORIZED)?;
        let found = app.applications.authenticate(&app.identity, &key).await?;
        let found = found.filter(|found| found.id == account);
        found.map(Self).ok_or(Fault::UNAUTHORIZED)
    }
}

/// Account and key of `Authorization: Basic …` (RFC 7617, 2). The longest is under 150 bytes.
fn basic(headers: &HeaderMap) -> Option<(ApplicationId, ApiKey)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = BASE64.decode(token.trim().as_bytes()).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (user, password) = pair.split_once(':')?;
    Some((sid::read_account(user)?, ApiKey::parse(password)?))
}

/// A call at the caller's own service, with the other names in the path.
pub(crate) struct AtService {
    pub(crate) caller: Caller,
    names: Vec<(String, String)>,
}

impl AtService {
    pub(crate) fn id(&self) -> ApplicationId {
        self.caller.0.id
    }

    /// What stands in the path in the place of `key`; empty where the path has none.
    pub(crate) fn named(&self, key: &str) -> &str {
        let found = self.names.iter().find(|(known, _)| known == key);
        found.map_or("", |(_, name)| name)
    }
}

impl FromRequestParts<Arc<TwilioState>> for AtService {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<TwilioState>) -> Result<Self, Fault> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let names = RawPathParams::from_request_parts(parts, app).await;
        let names = names.map_err(|_| Fault::NOT_FOUND)?;
        let names = names.iter();
        let names = names.map(|(key, value)| (key.to_owned(), value.to_owned()));
        let names = names.collect();
        let at = Self { caller, names };
        if sid::read_service(at.named("service")) != Some(at.id()) {
            return Err(Fault::NOT_FOUND);
        }
        Ok(at)
    }
}
