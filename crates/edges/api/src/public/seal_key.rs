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

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use axum::http::Method;
    use identity::Unavailable;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn the_key_is_public_and_may_be_kept_for_a_minute() {
        let h = Harness::new().await;
        let call = h.call(Method::GET, "/v1/seal-key").without("authorization");
        let reply = h.send(call).await;
        assert_eq!(reply.header("cache-control"), Some("public, max-age=60"));
        assert_snapshot!(reply, @r#"200 {"note":"ringfence/seal-key/v1\n","verifier":"log.harbour.example+12345678+AQ","not_after":"2026-11-22T16:02:00Z"}"#);
    }

    #[tokio::test]
    async fn strangers_cannot_make_work_for_the_vault() {
        let h = Harness::new().await;
        for _ in 0..5 {
            assert_eq!(h.get("/v1/seal-key").await.status, 200);
        }
        assert_eq!(h.vault.times("seal_key"), 1);
        h.pass(10);
        h.get("/v1/seal-key").await;
        assert_eq!(h.vault.times("seal_key"), 2);
    }

    #[tokio::test]
    async fn without_the_vault_there_is_no_key() {
        let h = Harness::new().await;
        h.vault
            .script(|script| script.health = Err(Unavailable::Gone));
        let reply = h.get("/v1/seal-key").await;
        assert_eq!(reply.code(), "vault_unavailable");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
}
