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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        harness::{Harness, NOW},
        scripted::{approved, subject},
    };
    use identity::Verdict;
    use insta::assert_snapshot;
    use model::Timestamp;

    #[tokio::test]
    async fn the_new_owner_gets_a_new_account_and_the_former_one_loses_the_number() {
        let h = Harness::new().await;
        let former = h.person().await;
        let path = format!("{}/reclaim", h.started().await);
        h.vault.script(|script| {
            script.reclaimed = Reclaimed::Done {
                approved: approved(Verdict::Created, Some(subject(2))),
                former: subject(1),
            };
        });
        let reply = h.send(h.post(&path).key("r")).await;
        assert_eq!(h.send(h.post(&path).key("r")).await.text, reply.text);
        assert_eq!(h.vault.times("reclaim"), 1);
        assert_snapshot!(reply, @r#"200 {"status":"approved","attempts_left":0,"subject":"sub_aibaeaqcaibaeaqcaibaeaqcai","new_account":true,"verdict":"created","owner":"AAABogOQU8AHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw","former_subject":"sub_aeaqcaibaeaqcaibaeaqcaibae"}"#);
        assert_snapshot!(h.get(&former).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"number_lost","verified_at":"2026-11-22T14:02:00Z","country":"GB","line_type":"mobile","factors":[],"assurance":"none"}"#);
    }

    #[tokio::test]
    async fn what_cannot_be_reclaimed_says_why() {
        let h = Harness::new().await;
        let path = format!("{}/reclaim", h.started().await);
        assert_snapshot!(h.send(h.post(&path)).await, @r#"409 {"type":"/docs/errors#reclaim_not_applicable","title":"There is nothing to reclaim","status":409,"code":"reclaim_not_applicable","detail":"Reclaim only after a sign-up check that found an account."}"#);
        let possible_at = Timestamp::from_millis(NOW + 3_600_000);
        h.vault
            .script(|script| script.reclaimed = Reclaimed::TooRecent { possible_at });
        assert_snapshot!(h.send(h.post(&path)).await, @r#"409 {"type":"/docs/errors#reclaim_too_recent","title":"The number was proven too recently","status":409,"code":"reclaim_too_recent","detail":"Wait as long as `retry_after_seconds` says, or offer recovery.","retry_after_seconds":3600}"#);
    }

    #[tokio::test]
    async fn a_foreign_verification_is_unknown() {
        let h = Harness::new().await;
        let path = format!("{}/reclaim", h.started().await);
        let reply = h.send(h.foreign(h.post(&path))).await;
        assert_eq!(reply.code(), "verification_not_found");
    }
}
