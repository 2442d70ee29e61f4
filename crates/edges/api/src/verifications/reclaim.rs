//! `POST /v1/verifications/{id}/reclaim`: the number changed hands, the account under it is not
//! this person's.

use axum::{extract::State, response::Response};
use identity::Reclaimed;
use model::{Subject, VerificationKind};
use serde::Serialize;

use crate::{
    App, Shared,
    answer::Answer,
    call::Caller,
    codes,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::{check::Judged, view::find};

/// The new account, and the one that lost the number.
#[derive(Serialize)]
struct Moved {
    #[serde(flatten)]
    judged: Judged,
    former_subject: Subject,
}

pub(crate) async fn reclaim(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
    repeat: Repeatable,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &());
    let work = async {
        find(&app, &caller, id).await?;
        let reclaimed = app.identity.reclaim(caller.id(), id).await?;
        answer(&app, reclaimed)
    };
    once(&app.identity, ticket, work).await
}

fn answer(app: &Shared, reclaimed: Reclaimed) -> Result<Answer, Refusal> {
    match reclaimed {
        Reclaimed::Done { approved, former } => Ok(Answer::ok(&Moved {
            judged: Judged::approved(&approved),
            former_subject: former,
        })),
        Reclaimed::TooRecent { possible_at } => {
            let refusal = Refusal::new(&codes::RECLAIM_TOO_RECENT);
            Err(refusal.retry_at(possible_at, app.identity.now()))
        }
        Reclaimed::NotApplicable => Err(Refusal::new(&codes::RECLAIM_NOT_APPLICABLE)),
    }
}
