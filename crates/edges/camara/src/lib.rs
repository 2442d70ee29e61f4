//! The CAMARA façade: the API of mobile operators, answered by our own engine.
//!
//! | module | concern |
//! |---|---|
//! | `oauth` | `POST /oauth2/token`: client credentials (RFC 6749, 4.4), an operator's token (RFC 8693) |
//! | `tokens`, `scopes`, `caller` | access tokens without a table, what they are good for, who shows one |
//! | `otp` | `one-time-password-sms` v1: one file for each operation |
//! | `sim_swap`, `number_verification` | v2, asked of an operator by the courier |
//! | `relay` | what an operator's refusals and silence are called |
//! | `correlator` | `x-correlator`, in and out |
//! | `body`, `phone`, `refusal` | strict bodies, and every way to say no |
//!
//! Shapes, status codes and error codes are those of the CAMARA project's contracts
//! (Commonalities 0.8 and 0.6). No answer, log line or error repeats a number, a code or a message's text.

mod body;
mod caller;
mod correlator;
#[cfg(test)]
mod gherkin;
#[cfg(test)]
mod harness;
mod number_verification;
mod oauth;
mod otp;
mod phone;
mod refusal;
mod relay;
mod scopes;
mod sim_swap;
mod tokens;

use std::sync::Arc;

use axum::{Router, extract::DefaultBodyLimit, middleware, routing::any};
use identity::{Applications, Identity};
use model::Entropy;

use crate::{
    refusal::{METHOD_NOT_ALLOWED, Refusal},
    tokens::Tokens,
};

/// What the façade answers from.
#[derive(Clone)]
pub struct CamaraState {
    /// The service.
    pub identity: Identity,
    /// Who may ask for a token.
    pub applications: Arc<Applications>,
    /// For correlators of callers that sent none.
    pub entropy: Arc<dyn Entropy>,
}

/// [`CamaraState`] with the key of the tokens.
struct Shared {
    identity: Identity,
    applications: Arc<Applications>,
    entropy: Arc<dyn Entropy>,
    tokens: Tokens,
}

type App = axum::extract::State<Arc<Shared>>;

/// Longest request body, bytes. The largest honest one is under 1,000.
pub const MAX_BODY_BYTES: usize = 8 * 1024;

/// The routes of the façade. They have no fallback outside their own paths, so they can be
/// merged with others on one listener.
pub fn router(state: CamaraState) -> Router {
    let CamaraState {
        identity,
        applications,
        entropy,
    } = state;
    let shared = Arc::new(Shared {
        tokens: Tokens::new(&identity.token_secret()),
        identity,
        applications,
        entropy,
    });
    let correlate = middleware::from_fn_with_state(Arc::clone(&shared), correlator::correlate);
    Router::new()
        .merge(otp::routes())
        .merge(sim_swap::routes())
        .merge(number_verification::routes())
        .route("/one-time-password-sms/{*rest}", any(relay::nothing_here))
        .method_not_allowed_fallback(async || Refusal::new(&METHOD_NOT_ALLOWED))
        .layer(correlate)
        .merge(oauth::routes())
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
        .with_state(shared)
}
