//! Who calls: the application that an access token was given to.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use model::ApplicationId;

use crate::{
    Shared,
    refusal::{Refusal, UNAUTHENTICATED},
};

/// The application that calls.
pub(crate) struct Caller(pub(crate) ApplicationId);

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Shared>) -> Result<Self, Refusal> {
        let token = credentials(&parts.headers, "bearer");
        let application = token.and_then(|token| app.tokens.read(token, app.identity.now()));
        let application = application.ok_or_else(|| Refusal::new(&UNAUTHENTICATED))?;
        Ok(Self(application))
    }
}

/// What follows the scheme in `Authorization` (RFC 9110, 11.4); the scheme's case does not matter.
pub(crate) fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (named, rest) = value.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
