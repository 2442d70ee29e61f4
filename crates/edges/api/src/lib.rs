//! The native JSON API: verifications, subjects and the public key to seal to.
//!
//! | module | concern |
//! |---|---|
//! | `verifications`, `subjects`, `public` | one file for each call |
//! | `call`, `named`, `body` | who calls, about what, with which body |
//! | `repeat` | `Idempotency-Key` |
//! | [`codes`], `refusal` | every way to say no, mapped once |
//! | [`openapi`] | the description of all this |
//!
//! No answer, log line or error repeats a number or a code. The front cannot know a number that
//! it did not get in the same request, and what it got goes to the vault and nowhere else.

mod answer;
mod body;
mod call;
pub mod codes;
#[cfg(test)]
mod harness;
mod kept;
mod named;
pub mod openapi;
mod owner;
mod public;
mod refusal;
mod repeat;
#[cfg(test)]
mod scripted;
mod subjects;
mod verifications;

use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, routing::any};
use identity::{Applications, Identity};

use crate::{codes::Code, public::Public, refusal::Refusal};

/// What the API answers from.
#[derive(Clone)]
pub struct ApiState {
    /// The service.
    pub identity: Identity,
    /// Who may call.
    pub applications: Arc<Applications>,
}

/// [`ApiState`] and what the public calls remember for a moment.
struct Shared {
    identity: Identity,
    applications: Arc<Applications>,
    public: Public,
}

type App = axum::extract::State<Arc<Shared>>;

/// Longest request body, bytes. The largest honest one, with a sealed number, is under 2,000.
pub const MAX_BODY_BYTES: usize = 16 * 1024;

/// The routes of the native API. They have no fallback of their own outside `/v1/`, so they can
/// be merged with pages on one listener.
pub fn router(state: ApiState) -> Router {
    let ApiState {
        identity,
        applications,
    } = state;
    let shared = Shared {
        identity,
        applications,
        public: Public::default(),
    };
    Router::new()
        .merge(verifications::routes())
        .merge(subjects::routes())
        .merge(public::routes())
        .route("/v1/", any(nothing_here))
        .route("/v1/{*rest}", any(nothing_here))
        .method_not_allowed_fallback(async || Refusal::new(&codes::METHOD_NOT_ALLOWED))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(Arc::new(shared))
}

async fn nothing_here() -> Refusal {
    Refusal::new(&codes::NOT_FOUND)
}

#[cfg(test)]
mod tests;
