//! `GET /v1/seal-key`: the key that pages and SDKs seal numbers to.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use model::Millis;
use serde::Serialize;

use crate::{
    App, Shared,
    answer::{Answer, At},
    refusal::Refusal,
};

/// Keys turn every hour and are accepted for two: ten seconds are nothing, and keep strangers
/// from asking the vault for each request.
const BELIEVED: Millis = Millis::from_seconds(10);
const CACHEABLE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// The signed note and what verifies it.
#[derive(Serialize)]
struct Key<'a> {
    note: &'a str,
    verifier: &'a str,
    not_after: At,
}

pub(crate) async fn seal_key(State(app): App) -> Result<Response, Refusal> {
    let mut response = known(&app).await?.into_response();
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, CACHEABLE);
    Ok(response)
}

async fn known(app: &Shared) -> Result<Answer, Refusal> {
    let (kept, now) = (&app.public.seal_key, app.identity.now());
    if let Some(answer) = kept.younger_than(BELIEVED, now) {
        return Ok(answer);
    }
    let key = app.identity.seal_key().await?;
    let answer = Answer::ok(&Key {
        note: &key.note,
        verifier: &key.verifier,
        not_after: At(key.not_after),
    });
    kept.keep(answer.clone(), now);
    Ok(answer)
}
