//! `POST /v1/subjects/{sub}/ban`: the number behind the subject makes no accounts until a date,
//! whether or not the account lives on.

use axum::{extract::State, response::Response};
use model::{Subject, SubjectKind, Timestamp};
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use webkit::Json;

use crate::{
    App,
    answer::{Answer, At},
    body::{Object, shape},
    call::Caller,
    named::Named,
    refusal::Refusal,
    repeat::{Repeatable, once},
};

use super::view::unknown;

/// Until when, RFC 3339. A time in the past lifts the ban.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct BanBody {
    until: String,
}

/// A ban that stands.
#[derive(Serialize)]
struct Banned {
    subject: Subject,
    banned_until: At,
}

pub(crate) async fn ban(
    State(app): App,
    caller: Caller,
    Named(subject): Named<SubjectKind>,
    repeat: Repeatable,
    Json(Object(body)): Json<Object<BanBody>>,
) -> Result<Response, Refusal> {
    let ticket = repeat.ticket(&caller, &body);
    let until = read(&body.until)
        .ok_or_else(|| shape("`until` must be a time such as 2030-01-31T00:00:00Z."))?;
    let work = async {
        if !app.identity.ban(caller.id(), subject, until).await? {
            return Err(unknown());
        }
        Ok(Answer::ok(&Banned {
            subject,
            banned_until: At(until),
        }))
    };
    once(&app.identity, ticket, work).await
}

fn read(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    at.unix_timestamp()
        .checked_mul(1000)
        .map(Timestamp::from_millis)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::Harness;
    use insta::assert_snapshot;
    use serde_json::json;

    #[tokio::test]
    async fn a_ban_has_an_end() {
        let h = Harness::new().await;
        let path = format!("{}/ban", h.person().await);
        let body = json!({ "until": "2030-01-31T00:00:00+01:00" });
        assert_snapshot!(h.send(h.post(&path).json(&body)).await, @r#"200 {"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","banned_until":"2030-01-30T23:00:00Z"}"#);
        for until in ["tomorrow", "", "2030-01-31"] {
            let reply = h.send(h.post(&path).json(&json!({ "until": until }))).await;
            assert_eq!(reply.code(), "invalid_request");
        }
        assert_snapshot!(h.send(h.post(&path).json(&json!({ "until": "soon" }))).await, @r#"422 {"type":"/docs/errors#invalid_request","title":"The body does not have the expected shape","status":422,"code":"invalid_request","detail":"`until` must be a time such as 2030-01-31T00:00:00Z."}"#);
    }

    #[tokio::test]
    async fn an_account_that_the_vault_does_not_know_is_not_there() {
        let h = Harness::new().await;
        h.vault.script(|script| script.known = false);
        let path = "/v1/subjects/sub_aaaaaaaaaaaaaaaaaaaaaaaaaa/ban";
        let body = json!({ "until": "2030-01-31T00:00:00Z" });
        let reply = h.send(h.post(path).json(&body)).await;
        assert_eq!(reply.code(), "subject_not_found");
    }

    #[test]
    fn times_at_the_ends_of_the_calendar_are_read() {
        assert!(read("9999-12-31T23:59:59Z").is_some());
        assert!(read("0000-01-01T00:00:00Z").is_some());
        assert!(read("10000-01-01T00:00:00Z").is_none());
    }
}
