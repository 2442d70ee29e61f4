//! `GET /v1/verifications/{id}`: where it stands, without a number. The front's copy answers once
//! it has ended; while the copy says pending, only the vault knows about guesses and waits.

use axum::extract::State;
use identity::{Approved, PendingView, Traits, Verdict, Verification};
use model::{
    Channel, CodePurpose, Lifecycle, NextChannels, Status, Subject, Timestamp, VerificationId,
    VerificationKind,
};
use serde::Serialize;

use crate::{
    App, Shared,
    answer::{Answer, At},
    call::Caller,
    codes,
    named::Named,
    refusal::Refusal,
};

/// A verification. The front remembers it for a day.
#[derive(Serialize)]
struct Seen {
    id: VerificationId,
    status: Status,
    purpose: CodePurpose,
    channel: Channel,
    expires_at: At,
    code_length: u8,
    traits: Traits,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_account: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_at: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NextChannels>,
}

impl Seen {
    fn new(row: &Verification, now: Timestamp) -> Self {
        let (subject, new_account, approved_at) = match row.lifecycle {
            Lifecycle::Approved {
                subject,
                new_account,
                at,
            } => (subject, Some(new_account), Some(At(at))),
            _ => (None, None, None),
        };
        Self {
            id: row.id,
            status: row.lifecycle.status(now),
            purpose: row.purpose,
            channel: row.channel,
            expires_at: At(row.expires_at),
            code_length: row.code_length,
            traits: row.traits,
            subject,
            new_account,
            approved_at,
            attempts_left: None,
            next: None,
        }
    }

    /// With the vault's word, which is newer than the copy.
    fn told(mut self, view: &PendingView, approved: Option<&Approved>) -> Self {
        (self.status, self.channel) = (view.status, view.channel);
        self.expires_at = At(view.expires_at);
        if view.status == Status::Pending {
            self.attempts_left = Some(view.attempts_left);
            self.next = Some(view.next);
        }
        if let Some(approved) = approved {
            self.subject = approved.subject;
            self.new_account = Some(approved.verdict == Verdict::Created);
            self.approved_at = Some(At(approved.at));
        }
        self
    }
}

/// The verification, if it is the caller's.
pub(super) async fn find(
    app: &Shared,
    caller: &Caller,
    id: VerificationId,
) -> Result<Verification, Refusal> {
    let found = app.identity.verification(caller.id(), id).await?;
    found.ok_or_else(|| Refusal::new(&codes::VERIFICATION_NOT_FOUND))
}

/// What the copy tells of it.
pub(super) fn seen(app: &Shared, row: &Verification) -> Answer {
    Answer::ok(&Seen::new(row, app.identity.now()))
}

pub(crate) async fn view(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
) -> Result<Answer, Refusal> {
    let row = find(&app, &caller, id).await?;
    let now = app.identity.now();
    let seen = Seen::new(&row, now);
    if row.lifecycle.status(now) != Status::Pending {
        return Ok(Answer::ok(&seen));
    }
    let live = app.identity.look_up(caller.id(), id).await?;
    Ok(Answer::ok(&match live {
        Some(live) => seen.told(&live.view, live.approved.as_ref()),
        None => seen,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        harness::Harness,
        scripted::{approved, subject, traits, waiting},
    };
    use axum::http::Method;
    use identity::Viewed;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn a_verification_can_be_looked_up() {
        let h = Harness::new().await;
        let path = h.started().await;
        assert_snapshot!(h.get(&path).await, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"pending","purpose":"signup","channel":"sms","expires_at":"2026-11-22T14:12:00Z","code_length":6,"traits":{"country":"GB","line_type":"mobile"}}"#);
        h.check(&path).await;
        assert_snapshot!(h.get(&path).await, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"approved","purpose":"signup","channel":"sms","expires_at":"2026-11-22T14:12:00Z","code_length":6,"traits":{"country":"GB","line_type":"mobile"},"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","new_account":true,"approved_at":"2026-11-22T14:02:00Z"}"#);
    }

    #[tokio::test]
    async fn while_a_code_is_out_the_vault_says_where_it_stands() {
        let h = Harness::new().await;
        let path = h.started().await;
        let viewed = |view, approved| Viewed {
            purpose: CodePurpose::Signup,
            view,
            traits: traits(),
            approved,
        };
        h.vault
            .script(|script| script.viewed = Some(viewed(waiting(2), None)));
        assert_snapshot!(h.get(&path).await, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"pending","purpose":"signup","channel":"sms","expires_at":"2026-11-22T14:12:00Z","code_length":6,"traits":{"country":"GB","line_type":"mobile"},"attempts_left":2,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}}}"#);
        let status = Status::Locked;
        let locked = PendingView {
            status,
            ..waiting(0)
        };
        h.vault
            .script(|script| script.viewed = Some(viewed(locked, None)));
        assert_eq!(h.get(&path).await.json()["status"], "locked");
        let status = Status::Approved;
        let view = PendingView {
            status,
            ..waiting(0)
        };
        let proof = approved(Verdict::Created, Some(subject(1)));
        h.vault
            .script(|script| script.viewed = Some(viewed(view, Some(proof))));
        assert_snapshot!(h.get(&path).await, @r#"200 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"approved","purpose":"signup","channel":"sms","expires_at":"2026-11-22T14:12:00Z","code_length":6,"traits":{"country":"GB","line_type":"mobile"},"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","new_account":true,"approved_at":"2026-11-22T14:02:00Z"}"#);
    }

    #[tokio::test]
    async fn a_pending_one_expires_by_itself() {
        let h = Harness::new().await;
        let path = h.started().await;
        h.pass(600);
        assert_eq!(h.get(&path).await.json()["status"], "expired");
    }

    #[tokio::test]
    async fn unknown_malformed_and_foreign_ones_are_told_apart_by_nobody() {
        let h = Harness::new().await;
        let path = h.started().await;
        let foreign = h.send(h.foreign(h.call(Method::GET, &path))).await;
        let unknown = h
            .get("/v1/verifications/ver_aaaaaaaaaaaaaaaaaaaaaaaaaa")
            .await;
        let malformed = h.get("/v1/verifications/%ff").await;
        assert_eq!(foreign.text, unknown.text);
        assert_eq!(malformed.text, unknown.text);
        assert_snapshot!(unknown, @r#"404 {"type":"/docs/errors#verification_not_found","title":"There is no such verification","status":404,"code":"verification_not_found","detail":"Check the id, or start a new verification."}"#);
    }
}
