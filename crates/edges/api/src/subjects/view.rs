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

#[cfg(test)]
mod tests {
    use crate::harness::Harness;
    use axum::http::Method;
    use insta::assert_snapshot;

    #[tokio::test]
    async fn facts_hold_no_number() {
        let h = Harness::new().await;
        let path = h.person().await;
        assert_snapshot!(h.get(&path).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","status":"active","verified_at":"2026-11-22T14:02:00Z","country":"GB","line_type":"mobile","factors":["phone"],"assurance":"aal1"}"#);
    }

    #[tokio::test]
    async fn a_subject_is_known_to_its_own_application_only() {
        let h = Harness::new().await;
        let path = h.person().await;
        let foreign = h.send(h.foreign(h.call(Method::GET, &path))).await;
        assert_eq!(foreign.text, h.get("/v1/subjects/sub_x").await.text);
        assert_snapshot!(foreign, @r#"404 {"type":"/docs/errors#subject_not_found","title":"There is no such subject","status":404,"code":"subject_not_found","detail":"Check the id. Deleted subjects are gone."}"#);
    }

    #[tokio::test]
    async fn nobody_acts_on_a_foreign_subject() {
        let h = Harness::new().await;
        let path = h.person().await;
        for act in ["lock", "unlock", "restore", "sessions/revoke"] {
            let reply = h.send(h.foreign(h.post(&format!("{path}/{act}")))).await;
            assert_eq!(reply.code(), "subject_not_found", "{act}");
        }
        let reply = h.send(h.foreign(h.call(Method::DELETE, &path))).await;
        assert_eq!(reply.code(), "subject_not_found");
        for verb in ["set_locked", "undo_delete", "delete"] {
            assert_eq!(h.vault.times(verb), 0);
        }
    }
}
