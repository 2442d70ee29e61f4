//! Twilio's Verify API, version 2, so that products written for it change one address.
//!
//! | module | concern |
//! |---|---|
//! | `services`, `verifications`, `rate_limits`, `attempts`, `templates`, `entities` | what is offered, by resource |
//! | `off` | what is not |
//! | `call`, `form`, `sid` | who calls, about what, with which parameters |
//! | `fault` | every way to say no, in the vendor's codes |
//! | `answer` | shapes that calls share: dates, pages, statuses |
//!
//! Nothing derived from a number is kept here. A call that names a verification by its number
//! asks the vault for the id; `to` is repeated only in the answer to the request that carried it.

mod answer;
mod attempts;
mod call;
mod entities;
mod fault;
mod form;
#[cfg(test)]
mod harness;
mod off;
mod rate_limits;
mod services;
pub mod sid;
mod templates;
mod verifications;

use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, routing::any};
use identity::{Applications, Identity};

use crate::fault::Fault;

/// What the API answers from.
#[derive(Clone)]
pub struct TwilioState {
    /// The service.
    pub identity: Identity,
    /// Who may call.
    pub applications: Arc<Applications>,
    /// Where clients reach this, without a slash at the end: answers hold addresses.
    pub public_url: String,
}

type App = axum::extract::State<Arc<TwilioState>>;

/// Longest request body, bytes.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The routes, all under `/v2/`, so that they can be merged with others on one listener.
pub fn router(state: TwilioState) -> Router {
    Router::new()
        .merge(services::routes())
        .merge(verifications::routes())
        .merge(rate_limits::routes())
        .merge(attempts::routes())
        .merge(templates::routes())
        .merge(entities::routes())
        .merge(off::routes())
        .route("/v2/", any(nothing_here))
        .route("/v2/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(async || Fault::METHOD_NOT_ALLOWED)
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(state))
}

async fn nothing_here() -> Fault {
    Fault::NOT_FOUND
}
