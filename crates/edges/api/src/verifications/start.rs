//! `POST /v1/verifications`: send a code.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use identity::{Answered, BeginRefusal, Destination, Identity, OwnerProof, Start, StartError};
use model::{
    ApplicationId, ChannelChoice, CodePurpose, SealedText, Subject, TypedNumber, VerificationId,
};
use numbers::Region;
use serde::{Deserialize, Serialize};
use webkit::Json;

use crate::{
    App,
    answer::Answer,
    body::{ClientBody, Object, shape},
    call::Caller,
    codes, owner,
    refusal::Refusal,
    repeat::{Repeatable, repeated},
};

use super::Sent;

/// What the caller asks for. What is not serialised is not compared between repeats: number and
/// proof must not be hashed here, and the vault compares the number itself.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartBody {
    #[serde(default, skip_serializing)]
    to: Option<TypedNumber>,
    #[serde(default, skip_serializing)]
    sealed_to: Option<SealedText>,
    #[serde(default)]
    channel: ChannelChoice,
    purpose: CodePurpose,
    #[serde(default)]
    subject: Option<Subject>,
    #[serde(default)]
    locale: Option<String>,
    #[serde(default)]
    region: Option<Region>,
    #[serde(default)]
    client: Option<Object<ClientBody>>,
    #[serde(default, skip_serializing)]
    owner: Option<String>,
}

/// The longest language tag that is read; BCP 47 asks for room for 35 characters.
const MAX_LOCALE_CHARS: usize = 35;

impl StartBody {
    fn read(self, application: ApplicationId, key: Option<&str>) -> Result<Start, Refusal> {
        let region = self.region;
        Ok(Start {
            application,
            purpose: self.purpose,
            destination: destination(self.to, self.sealed_to, self.subject, region)?,
            channel: self.channel,
            subject: self.subject,
            locale: self.locale.map(locale).transpose()?,
            owner: self.owner.as_deref().map(proof).transpose()?,
            client: ClientBody::read(self.client)?,
            verification: None,
            idempotency_key: key.map(str::to_owned),
        })
    }
}

fn destination(
    to: Option<TypedNumber>,
    sealed_to: Option<SealedText>,
    subject: Option<Subject>,
    region: Option<Region>,
) -> Result<Destination, Refusal> {
    match (to, sealed_to, subject) {
        (Some(_), Some(_), _) => Err(Refusal::new(&codes::DESTINATION_CONFLICT)),
        (Some(text), None, _) if text.expose().len() > TypedNumber::MAX_BYTES => {
            Err(Refusal::new(&codes::NUMBER_TOO_LONG))
        }
        (Some(text), None, _) => Ok(Destination::Typed { text, region }),
        (None, Some(text), _) if text.expose().len() > SealedText::MAX_BYTES => {
            Err(Refusal::new(&codes::SEALED_TEXT))
        }
        (None, Some(text), _) => Ok(Destination::Sealed(text)),
        (None, None, Some(subject)) => Ok(Destination::OnFile(subject)),
        (None, None, None) => Err(Refusal::new(&codes::DESTINATION_MISSING)),
    }
}

fn locale(tag: String) -> Result<String, Refusal> {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    if (2..=MAX_LOCALE_CHARS).contains(&tag.len()) && tag.bytes().all(letter) {
        return Ok(tag);
    }
    Err(shape("`locale` must be a language tag such as en-GB."))
}

fn proof(text: &str) -> Result<OwnerProof, Refusal> {
    owner::from_text(text).ok_or_else(|| shape("`owner` is not what a check returned."))
}

pub(crate) async fn start(
    State(app): App,
    caller: Caller,
    repeat: Repeatable,
    Json(Object(body)): Json<Object<StartBody>>,
) -> Result<Response, Refusal> {
    let identity = &app.identity;
    let ticket = repeat.ticket(&caller, &body);
    let start = body.read(caller.id(), repeat.key())?;
    if let Some(ticket) = &ticket
        && let Some(answered) = ticket.replay(identity).await?
    {
        same_number(identity, &answered, start).await?;
        return Ok(repeated(answered));
    }
    let (id, begun) = identity.start(start).await?;
    let answer = Answer::new(StatusCode::CREATED, &Sent::new(id, &begun));
    if let Some(ticket) = &ticket {
        ticket.remember(identity, &answer).await;
    }
    Ok(answer.into_response())
}

/// Of an answer remembered, its id.
#[derive(Deserialize)]
struct Known {
    id: VerificationId,
}

/// Asks the vault whether a repeat names the same number as the first time, as long as the vault
/// remembers it for sure: afterwards asking would send a new code. Where it cannot compare, the
/// first answer is repeated.
async fn same_number(
    identity: &Identity,
    answered: &Answered,
    start: Start,
) -> Result<(), Refusal> {
    let Ok(Known { id }) = serde_json::from_str(&answered.body) else {
        return Ok(());
    };
    let row = identity.verification(start.application, id).await?;
    if row.is_none_or(|row| row.expires_at <= identity.now()) {
        return Ok(());
    }
    match identity.start(start).await {
        Err(StartError::Refused(refusal)) if is_about_the_number(&refusal) => {
            Err(Refusal::new(&codes::IDEMPOTENCY_KEY_REUSED))
        }
        _ => Ok(()),
    }
}

/// The first time the number was good. A refusal that speaks of the number means another number.
const fn is_about_the_number(refusal: &BeginRefusal) -> bool {
    match refusal {
        BeginRefusal::IdReused
        | BeginRefusal::Number(_)
        | BeginRefusal::ChannelForLine { .. }
        | BeginRefusal::LineRefused { .. }
        | BeginRefusal::CountryRefused { .. }
        | BeginRefusal::SandboxNumber => true,
        // A sealed number is refused when it has grown old, which a late repeat has.
        BeginRefusal::SealedText
        | BeginRefusal::Limit { .. }
        | BeginRefusal::Finished
        | BeginRefusal::NotFound
        | BeginRefusal::UnknownApplication
        | BeginRefusal::NoNumberOnFile
        | BeginRefusal::Unavailable(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        harness::{Call, Harness, NUMBER},
        scripted::{approved, subject},
    };
    use identity::{Checked, IdentityConfig, LimitKind, Unavailable, Verdict};
    use insta::assert_snapshot;
    use model::{Channel, ChannelState, NextChannels, WaitReason};
    use numbers::{LineType, ParseError};
    use serde_json::{Value, json};

    fn signup(h: &Harness) -> Call {
        h.post("/v1/verifications")
            .json(&json!({ "to": NUMBER, "purpose": "signup" }))
    }

    async fn refused(refusal: BeginRefusal) -> String {
        let h = Harness::new().await;
        h.vault.script(|script| script.begun = Err(refusal));
        h.send(signup(&h)).await.to_string()
    }

    async fn code(body: Value) -> String {
        let h = Harness::new().await;
        let reply = h.send(h.post("/v1/verifications").json(&body)).await;
        reply.code()
    }

    #[tokio::test]
    async fn a_started_verification_tells_everything_but_the_number() {
        let h = Harness::new().await;
        assert_snapshot!(h.send(signup(&h)).await, @r#"201 {"id":"ver_agrahectyaaaaaaaaaaaaaaaa4","status":"pending","channel":"sms","expires_at":"2026-11-22T14:12:00Z","attempts_left":5,"code_length":6,"next":{"sms":{"allowed":false,"after_seconds":30,"reason":"too_soon"},"voice":{"allowed":true,"after_seconds":0,"reason":null}},"traits":{"country":"GB","line_type":"mobile"}}"#);
        assert_eq!(h.vault.last_number().as_deref(), Some(NUMBER));
    }

    #[tokio::test]
    async fn everything_that_was_asked_for_reaches_the_vault() {
        let h = Harness::new().await;
        let proof = owner::to_text(&approved(Verdict::Created, Some(subject(1))).owner.unwrap());
        let body = json!({
            "to": "07700 900123", "region": "GB", "channel": "voice", "purpose": "step_up",
            "subject": subject(1), "locale": "en-GB", "owner": proof,
            "client": { "address": "192.0.2.1", "device": "d1" },
        });
        let reply = h.send(h.post("/v1/verifications").json(&body)).await;
        assert_eq!(reply.status, 201);
        h.vault.script(|script| {
            let begin = script.begin.take().unwrap();
            assert_eq!(begin.channel, ChannelChoice::Voice);
            assert_eq!(begin.purpose, CodePurpose::StepUp);
            assert_eq!(begin.subject, Some(subject(1)));
            assert_eq!(begin.locale.as_deref(), Some("en-GB"));
            assert!(begin.owner.is_some());
            let region = Region::parse("GB").ok();
            assert!(
                matches!(begin.destination, Destination::Typed { region: r, .. } if r == region)
            );
        });
    }

    #[tokio::test]
    async fn a_subject_alone_means_the_number_on_file() {
        let h = Harness::new().await;
        let body = json!({ "subject": subject(1), "purpose": "login" });
        assert_eq!(
            h.send(h.post("/v1/verifications").json(&body)).await.status,
            201
        );
        h.vault.script(|script| {
            let begin = script.begin.take().unwrap();
            assert!(
                matches!(begin.destination, Destination::OnFile(on_file) if on_file == subject(1))
            );
        });
        h.vault
            .script(|script| script.begun = Err(BeginRefusal::NoNumberOnFile));
        assert_snapshot!(h.send(h.post("/v1/verifications").json(&body)).await, @r#"409 {"type":"/docs/errors#no_number_on_file","title":"There is no number on file","status":409,"code":"no_number_on_file","detail":"Ask the person for the number and send it as `to`."}"#);
    }

    #[tokio::test]
    async fn the_body_says_whom_to_reach_exactly_once() {
        assert_eq!(
            code(json!({ "purpose": "signup" })).await,
            "destination_missing"
        );
        let both = json!({ "to": NUMBER, "sealed_to": "AQ", "purpose": "signup" });
        assert_eq!(code(both).await, "destination_conflict");
    }

    #[tokio::test]
    async fn every_field_has_a_bound() {
        let body = |name: &str, value: Value| {
            let mut body = json!({ "to": NUMBER, "purpose": "signup" });
            body[name] = value;
            body
        };
        assert_eq!(
            code(body("to", "1".repeat(129).into())).await,
            "number_too_long"
        );
        let sealed = json!({ "sealed_to": "A".repeat(1025), "purpose": "signup" });
        assert_eq!(code(sealed).await, "sealed_text");
        for (name, value) in [
            ("locale", json!("e")),
            ("locale", json!("en_GB")),
            ("locale", json!("x".repeat(36))),
            ("owner", json!("short")),
            ("client", json!({ "device": "" })),
            ("client", json!({ "device": "d".repeat(65) })),
            ("client", json!({ "address": "nowhere" })),
            ("client", json!({ "place": "here" })),
            ("region", json!("UK")),
            ("subject", json!("ver_aaaaaaaaaaaaaaaaaaaaaaaaaa")),
            ("purpose", json!("marketing")),
            ("channel", json!("fax")),
            ("extra", json!(1)),
        ] {
            assert_eq!(code(body(name, value)).await, "invalid_request", "{name}");
        }
        assert_eq!(
            code(body("to", "1".repeat(20_000).into())).await,
            "body_too_large"
        );
    }

    #[tokio::test]
    async fn every_fault_of_a_number_has_its_code() {
        let region = Region::parse("DE").unwrap();
        for (error, expected) in [
            (ParseError::Empty, "number_empty"),
            (
                ParseError::TooShort {
                    region: Some(region),
                },
                "number_too_short",
            ),
            (ParseError::TooLong { region: None }, "number_too_long"),
            (ParseError::NotANumber, "number_not_a_number"),
            (ParseError::NeedsCountry, "number_needs_country"),
            (
                ParseError::UnknownCallingCode,
                "number_unknown_calling_code",
            ),
            (ParseError::NotInUse { region }, "number_not_in_use"),
            (ParseError::Emergency, "number_emergency"),
            (ParseError::ShortCode, "number_short_code"),
            (ParseError::HasExtension, "number_has_extension"),
        ] {
            assert_eq!(format!("number_{}", error.code()), expected);
            let reply = refused(BeginRefusal::Number(error)).await;
            assert!(
                reply.starts_with("422") && reply.contains(expected),
                "{reply}"
            );
        }
        let short = ParseError::TooShort { region: None };
        assert_snapshot!(refused(BeginRefusal::Number(short)).await, @r#"422 {"type":"/docs/errors#number_too_short","title":"The number is too short","status":422,"code":"number_too_short","detail":"The number is too short. Check it, or change the country."}"#);
    }

    #[tokio::test]
    async fn every_refusal_says_what_to_do() {
        let line_type = LineType::Fixed;
        let region = Region::parse("DE").unwrap();
        let open = vec![Channel::Voice];
        assert_snapshot!(refused(BeginRefusal::ChannelForLine { line_type, open }).await, @r#"422 {"type":"/docs/errors#channel_for_line","title":"This line cannot take this channel","status":422,"code":"channel_for_line","detail":"Use a channel from `open_channels`, or `auto`.","open_channels":["voice"]}"#);
        assert_snapshot!(refused(BeginRefusal::LineRefused { line_type }).await, @r#"422 {"type":"/docs/errors#line_refused","title":"This kind of line is not accepted","status":422,"code":"line_refused","detail":"Ask for a number of another kind, or offer another way."}"#);
        assert_snapshot!(refused(BeginRefusal::CountryRefused { region }).await, @r#"422 {"type":"/docs/errors#country_refused","title":"This country is not served","status":422,"code":"country_refused","detail":"Ask for a number of another country, or offer another way."}"#);
        assert_snapshot!(refused(BeginRefusal::SandboxNumber).await, @r#"422 {"type":"/docs/errors#sandbox_number","title":"A sandbox takes only its own test numbers","status":422,"code":"sandbox_number","detail":"Use one of the application's test numbers."}"#);
        assert_snapshot!(refused(BeginRefusal::SealedText).await, @r#"422 {"type":"/docs/errors#sealed_text","title":"The sealed number cannot be used","status":422,"code":"sealed_text","detail":"Fetch the key again and seal the number again."}"#);
        assert_snapshot!(refused(BeginRefusal::UnknownApplication).await, @r#"403 {"type":"/docs/errors#unknown_application","title":"The vault does not know this application","status":403,"code":"unknown_application","detail":"Ask the operator to register the application again."}"#);
        assert_snapshot!(refused(BeginRefusal::IdReused).await, @r#"422 {"type":"/docs/errors#idempotency_key_reused","title":"This idempotency key was used for another request","status":422,"code":"idempotency_key_reused","detail":"Use a new key for a new request."}"#);
    }

    #[tokio::test]
    async fn every_limit_says_when_it_opens() {
        let next = NextChannels {
            sms: ChannelState::closed(WaitReason::NotOffered),
            voice: ChannelState::wait(840, WaitReason::NumberLimit),
        };
        let limit = |kind| BeginRefusal::Limit { kind, next };
        assert_snapshot!(refused(limit(LimitKind::NumberSends)).await, @r#"429 {"type":"/docs/errors#send_limit","title":"No message can be sent to this number yet","status":429,"code":"send_limit","detail":"Wait as long as `next` says, or offer another way.","retry_after_seconds":840,"next":{"sms":{"allowed":false,"after_seconds":0,"reason":"not_offered"},"voice":{"allowed":false,"after_seconds":840,"reason":"number_limit"}}}"#);
        for (kind, code) in [
            (LimitKind::NumberGuesses, "guess_limit"),
            (LimitKind::ApplicationSends, "application_limit"),
            (LimitKind::OverallSends, "instance_limit"),
            (LimitKind::Lookups, "lookup_limit"),
        ] {
            assert!(refused(limit(kind)).await.contains(code));
        }
    }

    #[tokio::test]
    async fn an_address_that_asks_too_often_waits() {
        let config = IdentityConfig {
            starts_per_address: 1,
            ..IdentityConfig::default()
        };
        let h = Harness::with(config).await;
        let body =
            json!({ "to": NUMBER, "purpose": "signup", "client": { "address": "192.0.2.1" } });
        let call = || h.post("/v1/verifications").json(&body);
        assert_eq!(h.send(call()).await.status, 201);
        assert_snapshot!(h.send(call()).await, @r#"429 {"type":"/docs/errors#too_many_requests","title":"Too many requests from this person","status":429,"code":"too_many_requests","detail":"Wait as long as `retry_after_seconds` says.","retry_after_seconds":600}"#);
    }

    #[tokio::test]
    async fn an_application_whose_money_is_spent_waits_for_midnight() {
        let config = IdentityConfig {
            daily_budget_micros: 1,
            ..IdentityConfig::default()
        };
        let h = Harness::with(config).await;
        assert_eq!(h.send(signup(&h)).await.status, 201);
        assert_snapshot!(h.send(signup(&h)).await, @r#"429 {"type":"/docs/errors#budget_spent","title":"Today's money for messages is spent","status":429,"code":"budget_spent","detail":"Wait until midnight UTC, or ask the operator for more.","retry_after_seconds":35880}"#);
    }

    #[tokio::test]
    async fn a_vault_that_is_away_is_a_503_with_a_time() {
        assert_snapshot!(refused(Unavailable::Gone.into()).await, @r#"503 {"type":"/docs/errors#vault_unavailable","title":"The vault cannot answer now","status":503,"code":"vault_unavailable","detail":"Repeat the request in a moment with the same idempotency key.","retry_after_seconds":2}"#);
        for trouble in [
            Unavailable::Keys,
            Unavailable::Storage,
            Unavailable::Clock,
            Unavailable::Busy,
            Unavailable::Protocol,
        ] {
            assert!(refused(trouble.into()).await.contains("vault_unavailable"));
        }
    }

    #[tokio::test]
    async fn an_answer_has_the_same_shape_whether_or_not_an_account_exists() {
        let h = Harness::new().await;
        let shape = |reply: crate::harness::Reply| {
            let keys = reply
                .json()
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<Vec<_>>();
            (reply.status, keys)
        };
        let fresh = shape(h.send(signup(&h)).await);
        let existing = Checked::Approved(approved(Verdict::Existing, Some(subject(1))));
        h.vault.script(|script| script.checked = Ok(existing));
        h.person().await;
        assert_eq!(shape(h.send(signup(&h)).await), fresh);
    }
}
