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
