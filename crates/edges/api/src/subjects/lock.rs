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
