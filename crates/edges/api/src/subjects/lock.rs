//! `POST /v1/subjects/{sub}/lock` and `…/unlock`: while locked nothing opens and nothing is sent.

use axum::{extract::State, response::Response};
use model::{Subject, SubjectKind};

use crate::{
    App, Shared,
    answer::Answer,
    call::Caller,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::view::{Facts, find, unknown};

pub(crate) async fn lock(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
    repeat: Repeatable,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &());
    once(&app.identity, ticket, set(&app, &caller, subject, true)).await
}

pub(crate) async fn unlock(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
    repeat: Repeatable,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &());
    once(&app.identity, ticket, set(&app, &caller, subject, false)).await
}

async fn set(
    app: &Shared,
    caller: &Caller,
    subject: Subject,
    locked: bool,
) -> Result<Answer, Refusal> {
    find(app, caller, subject).await?;
    let changed = app
        .identity
        .set_locked(caller.id(), subject, locked)
        .await?;
    let account = changed.ok_or_else(unknown)?;
    Ok(Answer::ok(&Facts::new(&account)))
}

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn a_locked_account_can_be_unlocked() {
        let h = Harness::new().await;
        let path = h.person().await;
        assert_snapshot!(h.send(h.post(&format!("{path}/lock"))).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"locked","verified_at":"2026-11-22T14:02:00Z","country":"GB","line_type":"mobile","factors":["phone"],"assurance":"aal1"}"#);
        let reply = h.send(h.post(&format!("{path}/unlock"))).await;
        assert_eq!(reply.json()["status"], "active");
    }

    #[tokio::test]
    async fn the_same_key_locks_once() {
        let h = Harness::new().await;
        let path = format!("{}/lock", h.person().await);
        for _ in 0..2 {
            h.send(h.post(&path).key("lock-1")).await;
        }
        assert_eq!(h.vault.times("set_locked"), 1);
    }

    #[tokio::test]
    async fn an_account_that_the_vault_does_not_know_is_not_there() {
        let h = Harness::new().await;
        let path = h.person().await;
        h.vault.script(|script| script.known = false);
        let reply = h.send(h.post(&format!("{path}/lock"))).await;
        assert_eq!(reply.code(), "subject_not_found");
    }
}
