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
    body::shape,
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
    Json(body): Json<BanBody>,
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
