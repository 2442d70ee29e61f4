//! Telnyx: Messaging API v2, with Ed25519-signed webhooks.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use data_encoding::BASE64;
use peers::carrier::{Carrier, CarrierMessage, Handover, Rejection, Words};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{
    address::{Addresses, Hook},
    client::{Client, by_status, json},
    link::Link,
    seen::Seen,
    webhook::{TOLERANCE_SECONDS, WebhookAnswer, WebhookRequest, Webhooks},
};
use crate::tls::Endpoint;

/// Where Telnyx's API answers.
pub const HOST: &str = "api.telnyx.com";

/// An account at Telnyx. `Debug` says nothing of it.
pub struct TelnyxSettings {
    /// `KEY…`.
    pub api_key: Zeroizing<String>,
    /// The account's public key, which signs webhooks: 32 bytes.
    pub public_key: [u8; 32],
    /// The messaging profile; needed where the sender is a name.
    pub profile: Option<String>,
    /// Sender of every text in place of the application's.
    pub sender: Option<String>,
}

impl fmt::Debug for TelnyxSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TelnyxSettings(..)")
    }
}

/// Telnyx as a carrier of texts.
pub struct Telnyx {
    link: Link,
    client: Client,
    authorization: Zeroizing<String>,
    public_key: UnparsedPublicKey<[u8; 32]>,
    profile: Option<String>,
    sender: Option<String>,
    addresses: Addresses,
    seen: Seen,
}

#[derive(Serialize)]
struct Text<'a> {
    to: &'a str,
    from: &'a str,
    text: &'a str,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    messaging_profile_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    use_profile_webhooks: bool,
}

#[derive(Deserialize)]
struct Event {
    data: EventData,
}

#[derive(Deserialize)]
struct EventData {
    id: String,
    event_type: String,
    payload: Payload,
}

#[derive(Deserialize)]
struct Payload {
    from: Option<Party>,
    #[serde(default)]
    to: Vec<Party>,
    text: Option<String>,
}

#[derive(Deserialize)]
struct Party {
    phone_number: Option<String>,
    status: Option<String>,
}

impl Telnyx {
    /// A carrier at `endpoint`, which is [`HOST`] but for tests.
    #[must_use]
    pub fn new(settings: TelnyxSettings, link: Link, endpoint: Endpoint) -> Self {
        let authorization = format!("Bearer {}", settings.api_key.as_str());
        Self {
            addresses: link.addresses(settings.api_key.as_bytes()),
            seen: Seen::default(),
            link,
            client: Client::new(endpoint),
            authorization: Zeroizing::new(authorization),
            public_key: UnparsedPublicKey::new(&ED25519, settings.public_key),
            profile: settings.profile,
            sender: settings.sender,
        }
    }

    /// The signature covers the time and the body as they came.
    fn is_signed(&self, request: &WebhookRequest<'_>) -> bool {
        let time = request.header("telnyx-timestamp").unwrap_or_default();
        let signature = request
            .header("telnyx-signature-ed25519")
            .unwrap_or_default();
        let (Ok(at), Ok(signature)) = (time.parse::<i64>(), BASE64.decode(signature.as_bytes()))
        else {
            return false;
        };
        let age = self.link.now_seconds().saturating_sub(at).saturating_abs();
        let signed = [time.as_bytes(), b"|", request.body].concat();
        let signed = Zeroizing::new(signed);
        age <= TOLERANCE_SECONDS && self.public_key.verify(&signed, &signature).is_ok()
    }

    fn inbound(&self, payload: &Payload) {
        let from = payload
            .from
            .as_ref()
            .and_then(|from| from.phone_number.as_deref());
        let to = payload.to.first().and_then(|to| to.phone_number.as_deref());
        if let (Some(from), Some(to), Some(text)) = (from, to, &payload.text) {
            self.link.inbound(from, to, text);
        }
    }
}

/// What the last event of a message says of it.
fn delivered(payload: &Payload) -> Option<bool> {
    match payload.to.first()?.status.as_deref()? {
        "delivered" => Some(true),
        "sending_failed" | "delivery_failed" | "expired" => Some(false),
        _ => None,
    }
}

#[async_trait]
impl Carrier for Telnyx {
    async fn send(&self, message: CarrierMessage) -> Handover {
        let Words::Text(text) = &message.words else {
            return Handover::Rejected(Rejection::NoCarrier);
        };
        let webhook_url = self.addresses.status(message.id);
        let body = json(&Text {
            to: message.to.as_str(),
            from: self.sender.as_deref().unwrap_or(&message.from),
            text,
            r#type: "SMS",
            messaging_profile_id: self.profile.as_deref(),
            use_profile_webhooks: webhook_url.is_none(),
            webhook_url,
        });
        let Some(body) = body else {
            return Handover::Rejected(Rejection::Content);
        };
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        match self.client.post("/v2/messages", &headers, body).await {
            Ok(answer) if answer.status == 422 => Handover::Rejected(Rejection::Content),
            Ok(answer) => by_status(answer.status),
            Err(why) => why.into(),
        }
    }

    fn name(&self) -> &str {
        &self.link.name
    }
}

impl Webhooks for Telnyx {
    fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer {
        if !self.is_signed(request) {
            return WebhookAnswer::forbidden();
        }
        let Ok(Event { data }) = serde_json::from_slice(request.body) else {
            return WebhookAnswer::unreadable();
        };
        let Some(hook) = self.addresses.read(request.path) else {
            return WebhookAnswer::not_found();
        };
        match (data.event_type.as_str(), hook) {
            ("message.received", _) if self.seen.is_new(&data.id) => self.inbound(&data.payload),
            ("message.finalized", Hook::Status(id)) => {
                if let Some(delivered) = delivered(&data.payload) {
                    self.link.receipt(id, delivered);
                }
            }
            _ => {}
        }
        WebhookAnswer::ok()
    }
}

impl fmt::Debug for Telnyx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Telnyx")
            .field("name", &self.link.name)
            .finish_non_exhaustive()
    }
}
