//! `DELETE /v1/verifications/{id}`: call off. What was approved stays approved.

use axum::extract::State;
use model::VerificationKind;

use crate::{App, answer::Answer, call::Caller, named::Named, refusal::Refusal};

use super::view::{find, seen};

pub(crate) async fn cancel(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
) -> Result<Answer, Refusal> {
    find(&app, &caller, id).await?;
    app.identity.cancel(caller.id(), id).await?;
    let row = find(&app, &caller, id).await?;
    Ok(seen(&app, &row))
}

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use axum::http::Method;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn calling_off_twice_is_the_same_as_once() {
        let h = Harness::new().await;
        let path = h.started().await;
        let cancel = || h.call(Method::DELETE, &path);
        let first = h.send(cancel()).await;
        assert_eq!(first.text, h.send(cancel()).await.text);
        assert_snapshot!(first, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"canceled","purpose":"signup","channel":"sms","expires_at":"2026-11-22T14:12:00Z","code_length":6,"traits":{"country":"GB","line_type":"mobile"}}"#);
    }

    #[tokio::test]
    async fn what_was_approved_stays_approved() {
        let h = Harness::new().await;
        let path = h.started().await;
        h.check(&path).await;
        let reply = h.send(h.call(Method::DELETE, &path)).await;
        assert_eq!(reply.json()["status"], "approved");
    }

    #[tokio::test]
    async fn nobody_calls_off_what_is_not_theirs() {
        let h = Harness::new().await;
        let path = h.started().await;
        let reply = h.send(h.foreign(h.call(Method::DELETE, &path))).await;
        assert_eq!(reply.code(), "verification_not_found");
        assert_eq!(h.vault.times("cancel"), 0);
    }
}
