//! Vonage: Messages API v1 and Voice API v1, with signed webhooks.

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use model::MessageId;
use peers::carrier::{Carrier, CarrierMessage, Handover, Rejection, SpokenPart, Words};
use serde::{Deserialize, Serialize, Serializer};
use zeroize::Zeroizing;

use super::{
    address::{Addresses, Hook},
    calls::{Calls, Next, RING_SECONDS, Script},
    client::{Client, by_status, json},
    jwt::{self, JwtError, Signer},
    link::Link,
    seen::Seen,
    webhook::{WebhookAnswer, WebhookRequest, Webhooks},
};
use crate::tls::Endpoint;

/// Where Vonage's API answers.
pub const HOST: &str = "api.nexmo.com";
/// How long a code's text is of use, seconds.
const TTL_SECONDS: u32 = 600;

/// An application at Vonage. `Debug` says nothing of it.
pub struct VonageSettings {
    /// Id of the application.
    pub application: String,
    /// Its private key, PEM.
    pub private_key: Zeroizing<Vec<u8>>,
    /// The account's signature secret, which signs webhooks.
    pub signature_secret: Zeroizing<String>,
    /// Sender of every text in place of the application's.
    pub sender: Option<String>,
    /// The number that calls come from; without it there are no calls.
    pub caller: Option<String>,
}

impl fmt::Debug for VonageSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VonageSettings(..)")
    }
}

/// Vonage as a carrier of texts and calls.
pub struct Vonage {
    link: Link,
    client: Client,
    signer: Signer,
    signing: hmac::Key,
    sender: Option<String>,
    caller: Option<String>,
    calls: Calls,
    addresses: Addresses,
    seen: Seen,
}

#[derive(Serialize)]
struct Text<'a> {
    message_type: &'static str,
    channel: &'static str,
    to: &'a str,
    from: &'a str,
    text: &'a str,
    ttl: u32,
    client_ref: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webhook_version: Option<&'static str>,
}

#[derive(Serialize)]
struct Phone<'a> {
    r#type: &'static str,
    number: &'a str,
}

impl<'a> Phone<'a> {
    const fn of(number: &'a str) -> Self {
        Self {
            r#type: "phone",
            number,
        }
    }
}

#[derive(Serialize)]
struct Call<'a> {
    to: [Phone<'a>; 1],
    from: Phone<'a>,
    answer_url: [String; 1],
    answer_method: &'static str,
    event_url: [String; 1],
    event_method: &'static str,
    ringing_timer: u32,
}

/// One step of a call (NCCO reference).
#[derive(Serialize)]
#[serde(tag = "action", rename_all = "lowercase")]
enum Step<'a> {
    Talk {
        #[serde(serialize_with = "as_text")]
        text: Zeroizing<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        language: Option<&'static str>,
        #[serde(rename = "bargeIn")]
        barge_in: bool,
    },
    Input {
        r#type: [&'static str; 1],
        dtmf: Dtmf,
        #[serde(rename = "eventUrl")]
        event_url: [&'a str; 1],
        #[serde(rename = "eventMethod")]
        event_method: &'static str,
    },
}

fn as_text<S: Serializer>(text: &Zeroizing<String>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

#[derive(Serialize)]
struct Dtmf {
    #[serde(rename = "maxDigits")]
    max_digits: u8,
    #[serde(rename = "timeOut")]
    time_out: u8,
}

#[derive(Deserialize)]
struct Status {
    status: String,
    /// What we called the message; texts only.
    client_ref: Option<String>,
}

#[derive(Deserialize)]
struct Inbound {
    message_uuid: String,
    from: String,
    to: String,
    text: String,
}

#[derive(Deserialize)]
struct Pressed {
    dtmf: Option<PressedDigits>,
}

#[derive(Deserialize)]
struct PressedDigits {
    digits: Option<String>,
}

impl Vonage {
    /// A carrier at `endpoint`, which is [`HOST`] but for tests.
    ///
    /// # Errors
    /// [`JwtError`] when the private key is none.
    pub fn new(settings: VonageSettings, link: Link, endpoint: Endpoint) -> Result<Self, JwtError> {
        let secret = settings.signature_secret.as_bytes();
        Ok(Self {
            signer: Signer::new(&settings.private_key, settings.application)?,
            signing: hmac::Key::new(hmac::HMAC_SHA256, secret),
            client: Client::new(endpoint),
            sender: settings.sender,
            caller: settings.caller,
            addresses: link.addresses(secret),
            link,
            calls: Calls::default(),
            seen: Seen::default(),
        })
    }

    async fn post(&self, path: &str, id: MessageId, body: &impl Serialize) -> Handover {
        let token = self.signer.token(self.link.now_seconds(), &id.to_string());
        let (Some(token), Some(body)) = (token, json(body)) else {
            return Handover::Rejected(Rejection::Content);
        };
        let bearer = Zeroizing::new(format!("Bearer {}", token.as_str()));
        let headers = [
            ("authorization", bearer.as_str()),
            ("content-type", "application/json"),
        ];
        match self.client.post(path, &headers, body).await {
            Ok(answer) => match answer.status {
                402 => Handover::Rejected(Rejection::Account),
                // "Invalid params": sender, receiver or text.
                422 => Handover::Rejected(Rejection::Content),
                status => by_status(status),
            },
            Err(why) => why.into(),
        }
    }

    async fn send_text(&self, message: &CarrierMessage, text: &str) -> Handover {
        let webhook_url = self.addresses.status(message.id);
        let text = Text {
            message_type: "text",
            channel: "sms",
            to: message.to.digits(),
            from: plain(self.sender.as_deref().unwrap_or(&message.from)),
            text,
            ttl: TTL_SECONDS,
            client_ref: message.id.to_string(),
            webhook_version: webhook_url.is_some().then_some("v1"),
            webhook_url,
        };
        self.post("/v1/messages", message.id, &text).await
    }

    async fn call(&self, message: &CarrierMessage) -> Handover {
        let post = async |caller: &str, url: String| {
            let call = Call {
                to: [Phone::of(message.to.digits())],
                from: Phone::of(plain(caller)),
                event_url: [format!("{url}/status")],
                answer_url: [url],
                answer_method: "POST",
                event_method: "POST",
                ringing_timer: RING_SECONDS,
            };
            self.post("/v1/calls", message.id, &call).await
        };
        let here = (&self.addresses, self.link.clock.now());
        let caller = self.caller.as_deref();
        self.calls.place(message, caller, here, post).await
    }

    fn is_signed(&self, request: &WebhookRequest<'_>) -> bool {
        let token = request.header("authorization");
        let token = token.and_then(|value| value.strip_prefix("Bearer "));
        token.is_some_and(|token| {
            jwt::is_signed(token, &self.signing, request.body, self.link.now_seconds())
        })
    }

    fn inbound(&self, body: &[u8]) -> WebhookAnswer {
        let Ok(text) = serde_json::from_slice::<Inbound>(body) else {
            return WebhookAnswer::unreadable();
        };
        if self.seen.is_new(&text.message_uuid) {
            self.link.inbound(&text.from, &text.to, &text.text);
        }
        WebhookAnswer::ok()
    }

    fn status(&self, id: MessageId, body: &[u8]) -> WebhookAnswer {
        let Ok(Status { status, client_ref }) = serde_json::from_slice(body) else {
            return WebhookAnswer::unreadable();
        };
        // The body is signed: it decides which message is meant.
        if client_ref.is_some_and(|named| named.parse() != Ok(id)) {
            return WebhookAnswer::unreadable();
        }
        match status.as_str() {
            "delivered" | "read" => self.link.receipt(id, true),
            "rejected" | "undeliverable" => self.link.receipt(id, false),
            _ => {}
        }
        WebhookAnswer::ok()
    }

    fn call_webhook(&self, id: MessageId, step: &str, body: &[u8]) -> WebhookAnswer {
        if step == "status" {
            return self.call_status(id, body);
        }
        let call = self.addresses.call(id).unwrap_or_default();
        let key = format!("{call}/key");
        let now = self.link.clock.now();
        let steps = match self.calls.next(id, step, pressed(body), now) {
            Next::Ask(script) => ask_for_key(&script, &key),
            Next::Tell(script) => say_secret(&script),
            Next::HangUp => Vec::new(),
            Next::Unknown => return WebhookAnswer::not_found(),
        };
        let text =
            json(&steps).and_then(|mut body| String::from_utf8(std::mem::take(&mut *body)).ok());
        text.map_or_else(WebhookAnswer::unreadable, |text| {
            WebhookAnswer::json(Zeroizing::new(text))
        })
    }

    fn call_status(&self, id: MessageId, body: &[u8]) -> WebhookAnswer {
        let Ok(Status { status, .. }) = serde_json::from_slice(body) else {
            return WebhookAnswer::unreadable();
        };
        let over = matches!(
            status.as_str(),
            "completed" | "busy" | "cancelled" | "unanswered" | "rejected" | "failed" | "timeout"
        );
        if over {
            self.calls.over(id, &self.link);
        }
        WebhookAnswer::ok()
    }
}

/// Numbers are written without `+`.
fn plain(number: &str) -> &str {
    number.strip_prefix('+').unwrap_or(number)
}

fn pressed(body: &[u8]) -> bool {
    let pressed: Option<Pressed> = serde_json::from_slice(body).ok();
    let digits = pressed.and_then(|pressed| pressed.dtmf?.digits);
    digits.is_some_and(|digits| !digits.is_empty())
}

/// Greets and asks for a key, three times.
fn ask_for_key<'a>(script: &Script, key_url: &'a str) -> Vec<Step<'a>> {
    let mut steps: Vec<_> = script
        .greeting
        .iter()
        .filter_map(|part| talk(part, script.locale))
        .collect();
    let prompt = format!("{0} {0} {0}", script.prompt.as_str());
    steps.push(Step::Talk {
        text: Zeroizing::new(prompt),
        language: script.locale,
        barge_in: true,
    });
    steps.push(Step::Input {
        r#type: ["dtmf"],
        dtmf: Dtmf {
            max_digits: 1,
            time_out: 8,
        },
        event_url: [key_url],
        event_method: "POST",
    });
    steps
}

fn say_secret(script: &Script) -> Vec<Step<'static>> {
    script
        .secret
        .iter()
        .filter_map(|part| talk(part, script.locale))
        .collect()
}

fn talk(part: &SpokenPart, locale: Option<&'static str>) -> Option<Step<'static>> {
    let text = match part {
        SpokenPart::Say(sentence) | SpokenPart::AwaitKey(sentence) => sentence.clone(),
        // Full stops make the voice pause; there is no step for silence.
        SpokenPart::Digits(digits) => digits.chars().flat_map(|digit| [digit, '.', ' ']).collect(),
        SpokenPart::Pause { .. } => return None,
    };
    Some(Step::Talk {
        text: Zeroizing::new(text),
        language: locale,
        barge_in: false,
    })
}

#[async_trait]
impl Carrier for Vonage {
    async fn send(&self, message: CarrierMessage) -> Handover {
        match &message.words {
            Words::Text(text) => self.send_text(&message, text).await,
            Words::Spoken(_) => self.call(&message).await,
        }
    }

    fn name(&self) -> &str {
        &self.link.name
    }

    fn sweep(&self) {
        self.calls.sweep(self.link.clock.now());
    }
}

impl Webhooks for Vonage {
    fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer {
        if !self.is_signed(request) {
            return WebhookAnswer::forbidden();
        }
        match self.addresses.read(request.path) {
            Some(Hook::Inbound) => self.inbound(request.body),
            Some(Hook::Status(id)) => self.status(id, request.body),
            Some(Hook::Call(id, step)) => self.call_webhook(id, step, request.body),
            None => WebhookAnswer::not_found(),
        }
    }
}

impl fmt::Debug for Vonage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vonage")
            .field("name", &self.link.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_asks_for_a_key_and_says_the_code_only_then() {
        let script = Script::of(&super::super::calls::tests::call("fr")).unwrap();
        let text = |steps: &[Step<'_>]| serde_json::to_value(steps).unwrap();
        let asks = text(&ask_for_key(&script, "https://a.example/key"));
        assert_eq!(asks[0]["action"], "talk");
        assert_eq!(asks[0]["language"], "fr-FR");
        assert_eq!(asks[2]["action"], "input");
        assert_eq!(asks[2]["dtmf"]["maxDigits"], 1);
        assert!(!asks.to_string().contains("482913") && !asks.to_string().contains("4. 8"));
        let says = text(&say_secret(&script));
        assert_eq!(says[1]["text"], "4. 8. 2. 9. 1. 3. ");
    }

    #[test]
    fn silence_is_no_key() {
        assert!(pressed(br#"{"dtmf":{"digits":"5","timed_out":false}}"#));
        for body in [r#"{"dtmf":{"digits":"","timed_out":true}}"#, "{}", "[]", ""] {
            assert!(!pressed(body.as_bytes()), "{body}");
        }
    }
}
