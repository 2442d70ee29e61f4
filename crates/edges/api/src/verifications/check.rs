//! `POST /v1/verifications/{id}/check`: judge one guess.

use axum::{extract::State, response::Response};
use identity::{Approved, Checked, PendingView, Verdict};
use model::{NextChannels, Status, Subject, Timestamp, TypedCode, VerificationKind};
use serde::{Deserialize, Serialize};
use webkit::Json;

use crate::{
    App,
    answer::{Answer, At},
    body::{ClientBody, Object, shape},
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
    client: Option<Object<ClientBody>>,
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
            attempts_left: match status {
                Status::Pending => view.attempts_left,
                _ => 0,
            },
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

    fn read(checked: &Checked, now: Timestamp) -> Result<Self, Refusal> {
        Ok(match checked {
            Checked::Approved(approved) => Self::approved(approved),
            Checked::Wrong(view) => Self::of_view(Status::Pending, view),
            Checked::Malformed(view) => Self {
                malformed: Some(true),
                ..Self::of_view(Status::Pending, view)
            },
            Checked::Expired(view) => Self::of_view(Status::Expired, view),
            Checked::Locked(view) => Self::of_view(Status::Locked, view),
            Checked::Canceled => Self::ended(Status::Canceled),
            Checked::Held(held) => return Err(Refusal::held(held, now)),
            Checked::NotFound => return Err(Refusal::new(&codes::VERIFICATION_NOT_FOUND)),
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
    Json(Object(body)): Json<Object<CheckBody>>,
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
        let judged = Judged::read(&answer.checked, identity.now())?;
        Ok(Answer::ok(&judged))
    };
    once(identity, ticket, work).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        harness::{CODE, Harness, NOW},
        scripted::{approved, subject, waiting},
    };
    use identity::{IdentityConfig, Unavailable};
    use insta::assert_snapshot;
    use model::Timestamp;
    use serde_json::json;

    async fn judged(checked: Checked) -> String {
        let h = Harness::new().await;
        let verification = h.started().await;
        h.vault.script(|script| script.checked = Ok(checked));
        h.check(&verification).await.to_string()
    }

    #[tokio::test]
    async fn a_right_code_names_the_person_and_not_the_number() {
        let created = approved(Verdict::Created, Some(subject(1)));
        assert_snapshot!(judged(Checked::Approved(created)).await, @r#"200 {"status":"approved","attempts_left":0,"subject":"sub_aeaqcaibaeaqcaibaeaqcaibae","new_account":true,"verdict":"created","owner":"AAABogOQU8AHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBw"}"#);
    }

    #[tokio::test]
    async fn every_verdict_has_its_name() {
        let until = Timestamp::from_millis(NOW + 86_400_000);
        for (verdict, name) in [
            (Verdict::Existing, "existing"),
            (Verdict::NumberInUse, "number_in_use"),
            (Verdict::NoAccount, "no_account"),
            (Verdict::OtherNumber, "other_number"),
            (Verdict::LockedAccount, "locked_account"),
        ] {
            let reply = judged(Checked::Approved(approved(verdict, None))).await;
            assert!(
                reply.contains(&format!("\"verdict\":\"{name}\"")),
                "{reply}"
            );
        }
        let banned = approved(Verdict::Banned { until }, None);
        assert_snapshot!(judged(Checked::Approved(banned)).await, @r#"200 {"status":"approved","attempts_left":0,"new_account":false,"verdict":"banned","banned_until":"2026-11-23T14:02:00Z"}"#);
    }

    #[tokio::test]
    async fn every_other_judgement_is_an_answer_too() {
        assert_snapshot!(judged(Checked::Wrong(waiting(4))).await, @r#"200 {"status":"pending","attempts_left":4,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"expires_at":"2026-11-22T14:12:00Z"}"#);
        assert_snapshot!(judged(Checked::Malformed(waiting(5))).await, @r#"200 {"status":"pending","attempts_left":5,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"expires_at":"2026-11-22T14:12:00Z","malformed":true}"#);
        assert_snapshot!(judged(Checked::Expired(waiting(3))).await, @r#"200 {"status":"expired","attempts_left":0,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"expires_at":"2026-11-22T14:12:00Z"}"#);
        assert_snapshot!(judged(Checked::Locked(waiting(0))).await, @r#"200 {"status":"locked","attempts_left":0,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"expires_at":"2026-11-22T14:12:00Z"}"#);
        assert_snapshot!(judged(Checked::Canceled).await, @r#"200 {"status":"canceled","attempts_left":0}"#);
        assert_snapshot!(judged(Checked::NotFound).await, @r#"404 {"type":"/docs/errors#verification_not_found","title":"There is no such verification","status":404,"code":"verification_not_found","detail":"Check the id, or start a new verification."}"#);
    }

    #[tokio::test]
    async fn a_right_code_that_is_not_enough_says_what_would_be() {
        let held = |why, hours: Option<i64>, other_way| {
            let possible_at = hours.map(|hours| Timestamp::from_millis(NOW + hours * 3_600_000));
            let view = waiting(5);
            Checked::Held(identity::Held {
                view,
                why,
                possible_at,
                other_way,
            })
        };
        let device = Some(identity::OtherWay::KnownDevice);
        let changed = held(identity::HeldFor::SimChanged, Some(72), device);
        assert_snapshot!(judged(changed).await, @r#"403 {"type":"/docs/errors#sim_changed","title":"The SIM card of this number was changed recently","status":403,"code":"sim_changed","detail":"The code is right, but a code alone is not enough for this number now.","retry_after_seconds":259200,"other_ways":["known_device"]}"#);
        let silent = held(identity::HeldFor::NoSignal, None, None);
        assert_snapshot!(judged(silent).await, @r#"503 {"type":"/docs/errors#no_sim_signal","title":"The number's operator does not answer","status":503,"code":"no_sim_signal","detail":"The code is right. Check it again in a moment, with a new idempotency key."}"#);
    }

    #[tokio::test]
    async fn a_check_can_be_repeated() {
        let h = Harness::new().await;
        let verification = h.started().await;
        let first = h.check(&verification).await;
        assert_eq!(first.text, h.check(&verification).await.text);
    }

    #[tokio::test]
    async fn the_same_key_guesses_once() {
        let h = Harness::new().await;
        let path = format!("{}/check", h.started().await);
        h.vault
            .script(|script| script.checked = Ok(Checked::Wrong(waiting(4))));
        let call = || h.post(&path).json(&json!({ "code": CODE })).key("guess-1");
        let first = h.send(call()).await;
        let second = h.send(call()).await;
        assert_eq!(first.text, second.text);
        assert_eq!(second.header("idempotent-replay"), Some("true"));
        assert_eq!(h.vault.times("check"), 1);
        let elsewhere = h.post("/v1/verifications/ver_aaaaaaaaaaaaaaaaaaaaaaaaaa/check");
        let reply = h
            .send(elsewhere.json(&json!({ "code": CODE })).key("guess-1"))
            .await;
        assert_eq!(reply.code(), "idempotency_key_reused");
    }

    #[tokio::test]
    async fn a_code_has_a_bound() {
        let h = Harness::new().await;
        let path = format!("{}/check", h.started().await);
        let reply = h
            .send(h.post(&path).json(&json!({ "code": "1".repeat(65) })))
            .await;
        assert_snapshot!(reply, @r#"422 {"type":"/docs/errors#invalid_request","title":"The body does not have the expected shape","status":422,"code":"invalid_request","detail":"`code` is longer than any code."}"#);
    }

    #[tokio::test]
    async fn guesses_from_one_address_are_limited() {
        let config = IdentityConfig {
            checks_per_address: 0,
            ..IdentityConfig::default()
        };
        let h = Harness::with(config).await;
        let path = format!("{}/check", h.started().await);
        let body = json!({ "code": CODE, "client": { "address": "2001:db8::1" } });
        let reply = h.send(h.post(&path).json(&body)).await;
        assert_eq!(reply.code(), "too_many_requests");
        assert_eq!(h.vault.times("check"), 0);
    }

    #[tokio::test]
    async fn a_vault_that_is_away_judges_nothing() {
        let h = Harness::new().await;
        let verification = h.started().await;
        h.vault
            .script(|script| script.checked = Err(Unavailable::Clock));
        let reply = h.check(&verification).await;
        assert_eq!(
            (reply.code().as_str(), reply.header("retry-after")),
            ("vault_unavailable", Some("30"))
        );
    }
}
