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
