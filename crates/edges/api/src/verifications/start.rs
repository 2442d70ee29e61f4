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
    body::{ClientBody, shape},
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
    client: Option<ClientBody>,
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
    Json(body): Json<StartBody>,
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
