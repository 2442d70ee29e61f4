//! Who calls: the application that an access token was given to, and what it may do with it.

use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, header, request::Parts},
};
use model::{ApplicationId, NetworkToken};

use crate::{
    Shared,
    refusal::{PERMISSION_DENIED, Refusal, UNAUTHENTICATED},
    scopes::Scope,
    tokens::Said,
};

/// Whoever shows a token of ours.
pub(crate) struct Caller(Said);

impl FromRequestParts<Arc<Shared>> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<Shared>) -> Result<Self, Refusal> {
        let token = credentials(&parts.headers, "bearer");
        let said = token.and_then(|token| app.tokens.read(token, app.identity.now()));
        said.map(Self).ok_or_else(|| Refusal::new(&UNAUTHENTICATED))
    }
}

impl Caller {
    /// The application, if its token has the scope.
    pub(crate) fn may(&self, scope: Scope) -> Result<ApplicationId, Refusal> {
        let why = "This access token does not have the scope of this operation.";
        self.0
            .scopes
            .has(scope)
            .then_some(self.0.application)
            .ok_or_else(|| Refusal::with(&PERMISSION_DENIED, why))
    }

    /// What the operator gave to the device that this is about.
    pub(crate) fn into_network_token(self) -> Option<NetworkToken> {
        self.0.network
    }
}

/// What follows the scheme in `Authorization` (RFC 9110, 11.4); the scheme's case does not matter.
pub(crate) fn credentials<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (named, rest) = value.split_once(' ')?;
    named.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}
