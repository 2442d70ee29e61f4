//! `POST /v1/subjects/{sub}/sessions/revoke`: end every sign-in on the hosted pages.

use axum::{extract::State, response::Response};
use model::SubjectKind;
use serde::Serialize;

use crate::{
    App,
    answer::Answer,
    call::Caller,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::view::find;

/// How many sessions there were.
#[derive(Serialize)]
struct Ended {
    ended: usize,
}

pub(crate) async fn revoke(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
    repeat: Repeatable,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &());
    let work = async {
        find(&app, &caller, subject).await?;
        let ended = app.identity.revoke_sessions(caller.id(), subject).await?;
        Ok(Answer::ok(&Ended { ended }))
    };
    once(&app.identity, ticket, work).await
}

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn ending_sessions_says_how_many_there_were() {
        let h = Harness::new().await;
        let path = format!("{}/sessions/revoke", h.person().await);
        assert_snapshot!(h.send(h.post(&path)).await, @r#"200 {"ended":0}"#);
    }
}
