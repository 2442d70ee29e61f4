//! `DELETE /v1/subjects/{sub}` and `POST …/restore`: deletion suspends at once and shreds after
//! the delay, unless taken back.

use axum::{extract::State, http::StatusCode, response::Response};
use identity::DeletionState;
use model::{Subject, SubjectKind, Timestamp};
use serde::Serialize;

use crate::{
    App, Shared,
    answer::{Answer, At},
    call::Caller,
    codes,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::view::{Facts, find, unknown};

/// A deletion that was asked for.
#[derive(Serialize)]
struct Deleting {
    subject: Subject,
    status: &'static str,
    shred_at: At,
}

pub(crate) async fn delete(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
) -> Result<Answer, Refusal> {
    find(&app, &caller, subject).await?;
    let state = app.identity.delete(caller.id(), subject).await?;
    answer(&app, &caller, subject, state).await
}

pub(crate) async fn restore(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
    repeat: Repeatable,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &());
    let work = async {
        find(&app, &caller, subject).await?;
        let state = app.identity.undo_delete(caller.id(), subject).await?;
        answer(&app, &caller, subject, state).await
    };
    once(&app.identity, ticket, work).await
}

async fn answer(
    app: &Shared,
    caller: &Caller,
    subject: Subject,
    state: DeletionState,
) -> Result<Answer, Refusal> {
    match state {
        DeletionState::Scheduled { shred_at } => Ok(scheduled(subject, shred_at)),
        DeletionState::Active => {
            let account = find(app, caller, subject).await?;
            Ok(Answer::ok(&Facts::new(&account)))
        }
        DeletionState::Gone => Err(unknown()),
        DeletionState::TooMany { retry_at } => {
            let refusal = Refusal::new(&codes::TOO_MANY_DELETIONS);
            Err(refusal.retry_at(retry_at, app.identity.now()))
        }
    }
}

fn scheduled(subject: Subject, shred_at: Timestamp) -> Answer {
    let deleting = Deleting {
        subject,
        status: "deleting",
        shred_at: At(shred_at),
    };
    Answer::new(StatusCode::ACCEPTED, &deleting)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Harness, NOW};
    use axum::http::Method;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn a_deletion_suspends_at_once_and_can_be_taken_back() {
        let h = Harness::new().await;
        let path = h.person().await;
        assert_snapshot!(h.send(h.call(Method::DELETE, &path)).await, @r#"202 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"deleting","shred_at":"2026-11-25T14:02:00Z"}"#);
        assert_snapshot!(h.get(&path).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"deleting","verified_at":"2026-11-22T14:02:00Z","country":"GB","line_type":"mobile","factors":["phone"],"assurance":"aal1","shred_at":"2026-11-25T14:02:00Z"}"#);
        assert_snapshot!(h.send(h.post(&format!("{path}/restore"))).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"active","verified_at":"2026-11-22T14:02:00Z","country":"GB","line_type":"mobile","factors":["phone"],"assurance":"aal1"}"#);
    }

    #[tokio::test]
    async fn what_is_gone_is_not_found() {
        let h = Harness::new().await;
        let path = h.person().await;
        h.vault
            .script(|script| script.deleted = DeletionState::Gone);
        let reply = h.send(h.call(Method::DELETE, &path)).await;
        assert_eq!(reply.code(), "subject_not_found");
        h.vault
            .script(|script| script.restored = DeletionState::Gone);
        let reply = h.send(h.post(&format!("{path}/restore"))).await;
        assert_eq!(reply.code(), "subject_not_found");
    }

    #[tokio::test]
    async fn too_many_deletions_wait_for_the_next_hour() {
        let h = Harness::new().await;
        let path = h.person().await;
        let retry_at = Timestamp::from_millis(NOW + 90_000);
        h.vault
            .script(|script| script.deleted = DeletionState::TooMany { retry_at });
        assert_snapshot!(h.send(h.call(Method::DELETE, &path)).await, @r#"429 {"type":"/docs/errors#too_many_deletions","title":"Too many deletions in this hour","status":429,"code":"too_many_deletions","detail":"Wait as long as `retry_after_seconds` says.","retry_after_seconds":90}"#);
    }
}
