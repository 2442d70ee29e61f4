//! `GET /v1/subjects/{sub}`: facts, no number.

use axum::extract::State;
use identity::{Account, AccountStatus};
use model::{Subject, SubjectKind};
use numbers::{LineType, Region};
use serde::Serialize;

use crate::{
    App, Shared,
    answer::{Answer, At},
    call::Caller,
    codes,
    named::Named,
    refusal::Refusal,
};

/// What an application may know of a person.
#[derive(Serialize)]
pub(super) struct Facts {
    subject: Subject,
    status: &'static str,
    verified_at: At,
    country: Region,
    line_type: LineType,
    factors: &'static [&'static str],
    assurance: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    shred_at: Option<At>,
}

impl Facts {
    pub(super) fn new(account: &Account) -> Self {
        let (factors, assurance) = factors(account.status);
        Self {
            subject: account.subject,
            status: account.status.as_str(),
            verified_at: At(account.verified_at),
            country: account.traits.country,
            line_type: account.traits.line_type,
            factors,
            assurance,
            shred_at: account.shred_at.map(At),
        }
    }
}

/// What the person can prove, and how much that is worth: a code to a phone alone is the first
/// authenticator assurance level (NIST SP 800-63B-4, 2.1). Who lost the number proves nothing.
const fn factors(status: AccountStatus) -> (&'static [&'static str], &'static str) {
    match status {
        AccountStatus::Active
        | AccountStatus::Locked
        | AccountStatus::Deleting
        | AccountStatus::NumberForgotten => (&["phone"], "aal1"),
        AccountStatus::NumberLost => (&[], "none"),
    }
}

/// The account, if it is the caller's.
pub(super) async fn find(
    app: &Shared,
    caller: &Caller,
    subject: Subject,
) -> Result<Account, Refusal> {
    let found = app.identity.subject(caller.id(), subject).await?;
    found.ok_or_else(unknown)
}

pub(super) fn unknown() -> Refusal {
    Refusal::new(&codes::SUBJECT_NOT_FOUND)
}

pub(crate) async fn view(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
) -> Result<Answer, Refusal> {
    let account = find(&app, &caller, subject).await?;
    Ok(Answer::ok(&Facts::new(&account)))
}
