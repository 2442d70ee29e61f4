//! What needs no API key.

mod health;
mod openapi;
mod seal_key;

use std::sync::Arc;

use axum::{Router, routing::get};
use identity::Unavailable;

use crate::{Shared, answer::Answer, kept::Kept};

/// What these calls remember for a moment.
#[derive(Default)]
pub(crate) struct Public {
    seal_key: Kept<Answer>,
    health: Kept<Result<Answer, Unavailable>>,
}

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/seal-key", get(seal_key::seal_key))
        .route("/healthz", get(health::health))
        .route("/openapi.json", get(openapi::openapi))
}
