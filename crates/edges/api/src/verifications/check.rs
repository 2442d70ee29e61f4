//! `POST /v1/verifications/{id}/check`: judge one guess.

use axum::{extract::State, response::Response};
use identity::{Approved, Checked, PendingView, Verdict};
use model::{NextChannels, Status, Subject, TypedCode, VerificationKind};
use serde::{Deserialize, Serialize};
use webkit::Json;

use crate::{
    App,
    answer::{Answer, At},
    body::{ClientBody, shape},
    call::Caller,
    codes,
    named::Named,
    owner,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

/// One guess. The code is not serialised, so it is not compared between repeats.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CheckBody {
    #[serde(skip_serializing)]
    code: TypedCode,
    #[serde(default)]
    client: Option<ClientBody>,
}

/// What a guess came to.
#[derive(Serialize)]
pub(super) struct Judged {
    status: Status,
    attempts_left: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<Subject>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_account: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    banned_until: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<NextChannels>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<At>,
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    malformed: Option<bool>,
}

impl Judged {
    fn ended(status: Status) -> Self {
        Self {
            status,
            attempts_left: 0,
            subject: None,
            new_account: None,
            verdict: None,
            banned_until: None,
            next: None,
            expires_at: None,
            owner: None,
            malformed: None,
        }
    }

    fn of_view(status: Status, view: &PendingView) -> Self {
        Self {
            attempts_left: view.attempts_left,
            next: Some(view.next),
            expires_at: Some(At(view.expires_at)),
            ..Self::ended(status)
        }
    }

    pub(super) fn approved(approved: &Approved) -> Self {
        let (verdict, banned_until) = verdict(approved.verdict);
        Self {
            subject: approved.subject,
            new_account: Some(approved.verdict == Verdict::Created),
            verdict: Some(verdict),
            banned_until,
            owner: approved.owner.as_ref().map(owner::to_text),
            ..Self::ended(Status::Approved)
        }
    }

    /// Nothing where there is no such verification.
    fn read(checked: &Checked) -> Option<Self> {
        Some(match checked {
            Checked::Approved(approved) => Self::approved(approved),
            Checked::Wrong(view) => Self::of_view(Status::Pending, view),
            Checked::Malformed(view) => Self {
                malformed: Some(true),
                ..Self::of_view(Status::Pending, view)
            },
            Checked::Expired(view) => Self::of_view(Status::Expired, view),
            Checked::Locked(view) => Self::of_view(Status::Locked, view),
            Checked::Canceled => Self::ended(Status::Canceled),
            Checked::NotFound => return None,
        })
    }
}

/// The stable name of a verdict, and the end of a ban.
fn verdict(verdict: Verdict) -> (&'static str, Option<At>) {
    match verdict {
        Verdict::Created => ("created", None),
        Verdict::Existing => ("existing", None),
        Verdict::NumberInUse => ("number_in_use", None),
        Verdict::NoAccount => ("no_account", None),
        Verdict::Banned { until } => ("banned", Some(At(until))),
        Verdict::OtherNumber => ("other_number", None),
        Verdict::LockedAccount => ("locked_account", None),
    }
}

pub(crate) async fn check(
    State(app): App,
    caller: Caller,
    Named(id): Named<VerificationKind>,
    repeat: Repeatable,
    Json(body): Json<CheckBody>,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &body);
    let CheckBody { code, client } = body;
    let client = ClientBody::read(client)?;
    if code.expose().len() > TypedCode::MAX_BYTES {
        return Err(shape("`code` is longer than any code."));
    }
    let identity = &app.identity;
    let work = async {
        let answer = identity.check(caller.id(), id, code, &client).await?;
        let judged = Judged::read(&answer.checked);
        let judged = judged.ok_or_else(|| Refusal::new(&codes::VERIFICATION_NOT_FOUND))?;
        Ok(Answer::ok(&judged))
    };
    once(identity, ticket, work).await
}
