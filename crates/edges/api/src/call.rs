//! Who calls: the API key of an application.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use identity::{ApiKey, Application};
use model::ApplicationId;

use crate::{Shared, codes, refusal::Refusal};

/// The application that calls.
pub(crate) struct Caller(Arc<Application>);

impl Caller {
    /// Its id.
    pub(crate) fn id(&self) -> ApplicationId {
        self.0.id
    }
}

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Shared>) -> Result<Self, Refusal> {
        let unauthorized = || Refusal::new(&codes::UNAUTHORIZED);
        let key = bearer(&parts.headers).ok_or_else(unauthorized)?;
        let found = app.applications.authenticate(&app.identity, &key).await?;
        found.map(Self).ok_or_else(unauthorized)
    }
}

/// The key of `Authorization: Bearer …` (RFC 6750, 2.1; the scheme's case does not matter).
fn bearer(headers: &HeaderMap) -> Option<ApiKey> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, key) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    ApiKey::parse(key.trim())
}
