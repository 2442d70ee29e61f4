//! One's own gateway: JSON by HTTPS in both directions, signed by the rules of Standard Webhooks
//! (HMAC-SHA-256 over id, time and body). The contract stands in
//! `docs/reference/http-carrier.md`.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use data_encoding::BASE64;
use model::MessageId;
use peers::carrier::{Carrier, CarrierMessage, Handover, Rejection, SpokenPart, Words};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    address::{Addresses, Hook},
    client::{Answer, Client, by_status, json},
    link::Link,
    seen::Seen,
    webhook::{TOLERANCE_SECONDS, WebhookAnswer, WebhookRequest, Webhooks},
};
use crate::tls::Endpoint;

/// A gateway of one's own. `Debug` says nothing of it.
pub struct GenericSettings {
    /// Path and query that messages are posted to.
    pub path: String,
    /// Signs both directions: 24 to 64 bytes.
    pub secret: Zeroizing<Vec<u8>>,
    /// Sender of every message in place of the application's.
    pub sender: Option<String>,
    /// Whether it takes calls too.
    pub voice: bool,
}

impl fmt::Debug for GenericSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GenericSettings(..)")
    }
}

/// One's own gateway as a carrier.
pub struct Generic {
    settings: GenericSettings,
    link: Link,
    client: Client,
    signing: hmac::Key,
    addresses: Addresses,
    seen: Seen,
}

#[derive(Serialize)]
struct Message<'a> {
    id: String,
    channel: &'static str,
    to: &'a str,
    from: &'a str,
    language: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    speech: Option<Vec<Part<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_url: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum Part<'a> {
    Say(&'a str),
    AwaitKey(&'a str),
    Digits(&'a str),
    PauseMs(u32),
}

impl<'a> From<&'a SpokenPart> for Part<'a> {
    fn from(part: &'a SpokenPart) -> Self {
        match part {
            SpokenPart::Say(sentence) => Self::Say(sentence),
            SpokenPart::AwaitKey(prompt) => Self::AwaitKey(prompt),
            SpokenPart::Digits(digits) => Self::Digits(digits),
            SpokenPart::Pause { millis } => Self::PauseMs(*millis),
        }
    }
}

#[derive(Deserialize)]
struct Refusal {
    reason: Rejection,
}

#[derive(Deserialize)]
struct Status {
    status: Outcome,
    id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Outcome {
    Delivered,
    Failed,
}

#[derive(Deserialize)]
struct Inbound {
    from: String,
    to: String,
    text: String,
}

impl Generic {
    /// A carrier at `endpoint`.
    #[must_use]
    pub fn new(settings: GenericSettings, link: Link, endpoint: Endpoint) -> Self {
        Self {
            signing: hmac::Key::new(hmac::HMAC_SHA256, &settings.secret),
            client: Client::new(endpoint),
            addresses: link.addresses(&settings.secret),
            seen: Seen::default(),
            settings,
            link,
        }
    }

    fn signature(&self, id: &str, time: &str, body: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.signing);
        for part in [id.as_bytes(), b".", time.as_bytes(), b".", body] {
            context.update(part);
        }
        context.sign()
    }

    /// The header may hold several signatures, apart by spaces, while a secret is changed.
    fn is_signed(&self, request: &WebhookRequest<'_>) -> bool {
        let header = |name| request.header(name).unwrap_or_default();
        let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
        let Ok(at) = time.parse::<i64>() else {
            return false;
        };
        let age = self.link.now_seconds().saturating_sub(at).saturating_abs();
        let signed =
            Zeroizing::new([id.as_bytes(), b".", time.as_bytes(), b".", request.body].concat());
        let fits = |signature: &str| {
            let given = signature.strip_prefix("v1,");
            let given = given.and_then(|text| BASE64.decode(text.as_bytes()).ok());
            given.is_some_and(|given| hmac::verify(&self.signing, &signed, &given).is_ok())
        };
        let signatures = header("webhook-signature").split(' ').take(8);
        age <= TOLERANCE_SECONDS && !id.is_empty() && signatures.into_iter().any(fits)
    }

    fn status(&self, id: MessageId, body: &[u8]) -> WebhookAnswer {
        let Ok(Status { status, id: named }) = serde_json::from_slice(body) else {
            return WebhookAnswer::unreadable();
        };
        if named.is_some_and(|named| named.parse() != Ok(id)) {
            return WebhookAnswer::unreadable();
        }
        self.link.receipt(id, matches!(status, Outcome::Delivered));
        WebhookAnswer::ok()
    }

    fn inbound(&self, name: &str, body: &[u8]) -> WebhookAnswer {
        let Ok(text) = serde_json::from_slice::<Inbound>(body) else {
            return WebhookAnswer::unreadable();
        };
        if self.seen.is_new(name) {
            self.link.inbound(&text.from, &text.to, &text.text);
        }
        WebhookAnswer::ok()
    }

    fn body(&self, message: &CarrierMessage) -> Option<Zeroizing<Vec<u8>>> {
        let (channel, text, speech) = match &message.words {
            Words::Text(text) => ("sms", Some(text.as_str()), None),
            Words::Spoken(parts) => ("voice", None, Some(parts.iter().map(Part::from).collect())),
        };
        json(&Message {
            id: message.id.to_string(),
            channel,
            to: message.to.as_str(),
            from: self.settings.sender.as_deref().unwrap_or(&message.from),
            language: &message.language,
            text,
            speech,
            status_url: self.addresses.status(message.id),
        })
    }
}

/// A refusal may name its reason.
fn outcome(answer: &Answer) -> Handover {
    match by_status(answer.status) {
        Handover::Rejected(by_status) => {
            let said: Option<Refusal> = serde_json::from_slice(&answer.body).ok();
            Handover::Rejected(said.map_or(by_status, |said| said.reason))
        }
        other => other,
    }
}

#[async_trait]
impl Carrier for Generic {
    async fn send(&self, message: CarrierMessage) -> Handover {
        if matches!(message.words, Words::Spoken(_)) && !self.settings.voice {
            return Handover::Rejected(Rejection::NoCarrier);
        }
        let Some(body) = self.body(&message) else {
            return Handover::Rejected(Rejection::Content);
        };
        let (id, time) = (message.id.to_string(), self.link.now_seconds().to_string());
        let signature = BASE64.encode(self.signature(&id, &time, &body).as_ref());
        let signature = format!("v1,{signature}");
        let headers = [
            ("content-type", "application/json"),
            ("webhook-id", id.as_str()),
            ("webhook-timestamp", time.as_str()),
            ("webhook-signature", signature.as_str()),
        ];
        match self.client.post(&self.settings.path, &headers, body).await {
            Ok(answer) => outcome(&answer),
            Err(why) => why.into(),
        }
    }

    fn name(&self) -> &str {
        &self.link.name
    }
}

impl Webhooks for Generic {
    fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer {
        if !self.is_signed(request) {
            return WebhookAnswer::forbidden();
        }
        match self.addresses.read(request.path) {
            Some(Hook::Inbound) => {
                // It is part of what was signed.
                let name = request.header("webhook-id").unwrap_or_default();
                self.inbound(name, request.body)
            }
            Some(Hook::Status(id)) => self.status(id, request.body),
            Some(Hook::Call(..)) | None => WebhookAnswer::not_found(),
        }
    }
}

impl fmt::Debug for Generic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Generic")
            .field("name", &self.link.name)
            .finish_non_exhaustive()
    }
}
