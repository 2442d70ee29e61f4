//! Strict bodies: an object with the declared members and no other.

use axum::extract::{FromRequest, Request};
use serde::Deserialize;
use webkit::{Json, json::Object};

use crate::refusal::{INVALID_ARGUMENT, Refusal};

/// A JSON object read into `T`, or `INVALID_ARGUMENT`.
pub(crate) struct Strict<T>(pub(crate) T);

impl<S: Send + Sync, T: for<'de> Deserialize<'de>> FromRequest<S> for Strict<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        let Json(Object(body)) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

/// A member has the right type and the wrong content.
pub(crate) fn wrong(message: &'static str) -> Refusal {
    Refusal::with(&INVALID_ARGUMENT, message)
}
