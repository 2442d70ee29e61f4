//! `GET /v1/verifications/{id}`: the front's copy, without a number.

use axum::extract::State;
use identity::{Traits, Verification};
use model::{
    Channel, CodePurpose, Lifecycle, Status, Subject, Timestamp, VerificationId, VerificationKind,
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

/// A verification as the front remembers it for a day.
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
        }
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

/// What is told of it.
pub(super) fn seen(app: &Shared, row: &Verification) -> Answer {
    Answer::ok(&Seen::new(row, app.identity.now()))
}

pub(crate) async fn view(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
) -> Result<Answer, Refusal> {
    let row = find(&app, &caller, id).await?;
    Ok(seen(&app, &row))
}
