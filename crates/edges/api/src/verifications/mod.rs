//! Verifications: one file for each call.

mod cancel;
mod check;
mod reclaim;
mod resend;
mod start;
mod view;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use identity::{Begun, Traits};
use model::{Channel, NextChannels, Status, VerificationId};
use serde::Serialize;

use crate::{Shared, answer::At};

pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/v1/verifications", post(start::start))
        .route(
            "/v1/verifications/{id}",
            get(view::view).delete(cancel::cancel),
        )
        .route("/v1/verifications/{id}/check", post(check::check))
        .route("/v1/verifications/{id}/resend", post(resend::resend))
        .route("/v1/verifications/{id}/reclaim", post(reclaim::reclaim))
}

/// A message is on its way.
#[derive(Serialize)]
struct Sent {
    id: VerificationId,
    status: Status,
    channel: Channel,
    expires_at: At,
    attempts_left: u8,
    code_length: u8,
    next: NextChannels,
    traits: Traits,
}

impl Sent {
    fn new(id: VerificationId, begun: &Begun) -> Self {
        let view = begun.view;
        Self {
            id,
            status: view.status,
            channel: view.channel,
            expires_at: At(view.expires_at),
            attempts_left: view.attempts_left,
            code_length: view.code_length,
            next: view.next,
            traits: begun.traits,
        }
    }
}
