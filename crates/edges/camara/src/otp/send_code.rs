//! `POST /one-time-password-sms/v1/send-code`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use identity::{BeginRefusal, Client, Destination, LimitKind, Start, StartError};
use model::{ApplicationId, ChannelChoice, CodePurpose, NextChannels, TypedNumber};
use serde::{Deserialize, Serialize};

use crate::{
    App,
    body::{Strict, wrong},
    caller::Caller,
    phone,
    refusal::{
        INTERNAL, INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, Refusal, limited, quota, storage,
    },
    scopes::Scope,
};

use super::{MAX_OTP_CODES_EXCEEDED, PHONE_NUMBER_NOT_ALLOWED};

/// Longest message, characters (`Message`).
const MAX_MESSAGE_CHARS: usize = 160;
/// Where the contract puts the code.
const PLACE: &str = "{{code}}";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SendCodeBody {
    phone_number: TypedNumber,
    /// Held to the contract and then dropped: the vault writes the text. See the how-to page.
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SendCodeResponse {
    authentication_id: String,
}

impl SendCodeBody {
    fn read(self, application: ApplicationId) -> Result<Start, Refusal> {
        if !phone::is_phone_number(self.phone_number.expose()) {
            return Err(wrong(phone::FORM));
        }
        if self.message.chars().count() > MAX_MESSAGE_CHARS {
            return Err(wrong("`message` must have 160 characters at most."));
        }
        if !self.message.contains(PLACE) {
            return Err(wrong("`message` must say {{code}} where the code stands."));
        }
        Ok(Start {
            application,
            // Control of the number is proven and nothing else is done: no account is made.
            purpose: CodePurpose::StepUp,
            destination: Destination::Typed {
                text: self.phone_number,
                region: None,
            },
            channel: ChannelChoice::Sms,
            subject: None,
            locale: None,
            owner: None,
            client: Client::default(),
            verification: None,
            idempotency_key: None,
        })
    }
}

pub(crate) async fn send_code(
    State(app): App,
    caller: Caller,
    Strict(body): Strict<SendCodeBody>,
) -> Result<Response, Refusal> {
    let application = caller.may(Scope::Otp)?;
    let started = app.identity.start(body.read(application)?).await;
    let (verification, _) = started.map_err(refused)?;
    let answer = SendCodeResponse {
        authentication_id: verification.to_string(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], Json(answer)).into_response())
}

fn refused(error: StartError) -> Refusal {
    match error {
        StartError::Limited {
            limit,
            retry_after_seconds,
        } => limited(limit, retry_after_seconds),
        StartError::Refused(refusal) => begin(refusal),
        StartError::Storage => storage(),
    }
}

fn begin(refusal: BeginRefusal) -> Refusal {
    match refusal {
        BeginRefusal::Number(_) => Refusal::with(
            &INVALID_ARGUMENT,
            "`phoneNumber` is not a number that can be in use.",
        ),
        BeginRefusal::ChannelForLine { .. } | BeginRefusal::LineRefused { .. } => {
            Refusal::new(&PHONE_NUMBER_NOT_ALLOWED)
        }
        // As an operator answers for a number that is not one of its own.
        BeginRefusal::CountryRefused { .. } | BeginRefusal::SandboxNumber => {
            Refusal::with(&NOT_FOUND, "This number is not served here.")
        }
        BeginRefusal::Limit { kind, next } => limit(kind, next),
        BeginRefusal::UnknownApplication => Refusal::new(&PERMISSION_DENIED),
        BeginRefusal::Unavailable(trouble) => trouble.into(),
        // Answers to what this façade never asks.
        BeginRefusal::Finished
        | BeginRefusal::NotFound
        | BeginRefusal::IdReused
        | BeginRefusal::NoNumberOnFile
        | BeginRefusal::SealedText => Refusal::new(&INTERNAL),
    }
}

fn limit(kind: LimitKind, next: NextChannels) -> Refusal {
    let code = quota(kind).unwrap_or(&MAX_OTP_CODES_EXCEEDED);
    let refusal = Refusal::new(code);
    match next.sms.after_seconds {
        seconds if seconds > 0 => refusal.retry_after(seconds),
        _ => refusal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::harness::{Harness, NUMBER};
    use insta::assert_snapshot;
    use serde_json::json;

    #[tokio::test]
    async fn a_code_goes_out_in_the_vaults_words() {
        let h = Harness::new().await;
        let reply = h.send(h.send_code_call()).await;
        assert_eq!(reply.status(), 200);
        assert_eq!(reply.header("content-type"), Some("application/json"));
        let id = reply.json()["authenticationId"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(id.len() <= 36);
        let arrived = h.product.phones.arrived(NUMBER, 1).await;
        assert!(arrived.text.contains("Harbour Chat"));
        assert!(!arrived.text.contains("for the test"), "the caller's words");
        h.finish().await;
    }

    #[tokio::test]
    async fn no_member_may_be_missing_doubled_or_added() {
        let h = Harness::new().await;
        for body in [
            json!([NUMBER, "{{code}}"]),
            json!({ "phoneNumber": NUMBER }),
            json!({ "message": "{{code}}" }),
            json!({ "phoneNumber": NUMBER, "message": null }),
            json!({ "phoneNumber": NUMBER, "message": "{{code}}", "extra": 1 }),
        ] {
            let reply = h.send(h.post("send-code").json(&body)).await;
            assert_eq!(reply.code(), "INVALID_ARGUMENT", "{reply}");
            assert_eq!(reply.json().as_object().unwrap().len(), 3);
        }
        let doubled = r#"{"phoneNumber":"+1","phoneNumber":"+1","message":"{{code}}"}"#;
        let reply = h.send(h.post("send-code").raw(doubled.as_bytes())).await;
        assert_snapshot!(reply, @r#"400 {"status":400,"code":"INVALID_ARGUMENT","message":"At line 1, column 33: duplicate field `phoneNumber`."}"#);
        let long = h.post("send-code").raw(&[b' '; 10_000]);
        assert_eq!(h.send(long).await.code(), "INVALID_ARGUMENT");
        let form = h.send_code_call().header("content-type", "text/plain");
        assert_eq!(h.send(form).await.code(), "UNSUPPORTED_MEDIA_TYPE");
        h.finish().await;
    }

    #[tokio::test]
    async fn a_number_that_cannot_be_in_use_is_a_bad_argument() {
        let h = Harness::new().await;
        for number in [
            "+10000",
            "+999123456789",
            "+4477009001234",
            "+44 7700 900123",
        ] {
            let body = json!({ "phoneNumber": number, "message": "{{code}}" });
            let reply = h.send(h.post("send-code").json(&body)).await;
            assert_eq!(reply.code(), "INVALID_ARGUMENT", "{number}");
        }
        h.finish().await;
    }

    #[tokio::test]
    async fn messages_are_counted_in_characters() {
        let h = Harness::new().await;
        let message = |chars: usize| format!("{PLACE}{}", "é".repeat(chars - 8));
        let body = |chars| json!({ "phoneNumber": NUMBER, "message": message(chars) });
        let fits = h.send(h.post("send-code").json(&body(160))).await;
        assert_eq!(fits.status(), 200);
        let long = h.send(h.post("send-code").json(&body(161))).await;
        assert_eq!(long.code(), "INVALID_ARGUMENT");
        h.finish().await;
    }

    #[tokio::test]
    async fn a_refusal_never_repeats_the_number() {
        let h = Harness::new().await;
        let body = json!({ "phoneNumber": "+442079460123", "message": "{{code}}" });
        let reply = h.send(h.post("send-code").json(&body)).await;
        assert_snapshot!(reply, @r#"403 {"status":403,"code":"ONE_TIME_PASSWORD_SMS.PHONE_NUMBER_NOT_ALLOWED","message":"This kind of line does not get codes by text."}"#);
        h.finish().await;
    }

    #[test]
    fn limits_of_one_number_and_of_the_client_have_their_own_codes() {
        let next = |seconds| NextChannels {
            sms: model::ChannelState::wait(seconds, model::WaitReason::TooSoon),
            voice: model::ChannelState::OPEN,
        };
        for kind in [LimitKind::NumberSends, LimitKind::NumberGuesses] {
            let told = Refusal::new(&MAX_OTP_CODES_EXCEEDED).retry_after(60);
            assert_eq!(limit(kind, next(60)), told);
        }
        for kind in [
            LimitKind::ApplicationSends,
            LimitKind::OverallSends,
            LimitKind::Lookups,
        ] {
            let told = Refusal::new(&crate::refusal::QUOTA_EXCEEDED).retry_after(60);
            assert_eq!(limit(kind, next(60)), told);
        }
    }

    #[test]
    fn what_an_operator_does_not_serve_is_not_found() {
        let refusals = [
            BeginRefusal::SandboxNumber,
            BeginRefusal::CountryRefused {
                region: numbers::Region::parse("US").unwrap(),
            },
        ];
        for refusal in refusals {
            let told = Refusal::with(&NOT_FOUND, "This number is not served here.");
            assert_eq!(begin(refusal), told);
        }
        let unknown = begin(BeginRefusal::UnknownApplication);
        assert_eq!(unknown, Refusal::new(&PERMISSION_DENIED));
        assert_eq!(begin(BeginRefusal::Finished), Refusal::new(&INTERNAL));
    }
}
