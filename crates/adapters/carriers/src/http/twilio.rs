//! Twilio: Programmable Messaging and Voice (API version 2010-04-01), and the signature of its
//! webhooks ("Validating signatures from Twilio").

use std::fmt;

use async_trait::async_trait;
use aws_lc_rs::{constant_time::verify_slices_are_equal, hmac};
use data_encoding::BASE64;
use model::MessageId;
use peers::carrier::{Carrier, CarrierMessage, Handover, Rejection, SpokenPart, Words};
use serde::Deserialize;
use zeroize::Zeroizing;

use super::{
    address::{Addresses, Hook},
    calls::{Calls, Next, RING_SECONDS, Script},
    client::{Answer, Client, by_status},
    form::{self, Pairs, value},
    link::Link,
    seen::Seen,
    webhook::{WebhookAnswer, WebhookRequest, Webhooks},
};
use crate::tls::Endpoint;

/// Where Twilio's API answers.
pub const HOST: &str = "api.twilio.com";
/// How long a code's text is of use, seconds.
const VALIDITY_SECONDS: &str = "600";

/// An account at Twilio. `Debug` says nothing of it.
pub struct TwilioSettings {
    /// `AC…`.
    pub account_sid: String,
    /// Signs webhooks, and requests where there is no API key.
    pub auth_token: Zeroizing<String>,
    /// `SK…` and its secret, in place of account and token.
    pub api_key: Option<(String, Zeroizing<String>)>,
    /// `MG…`, which chooses senders itself.
    pub messaging_service: Option<String>,
    /// Sender of every text in place of the application's.
    pub sender: Option<String>,
    /// The number that calls come from; without it there are no calls.
    pub caller: Option<String>,
}

impl fmt::Debug for TwilioSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TwilioSettings(..)")
    }
}

/// Twilio as a carrier of texts and calls. Numbers are obfuscated and texts discarded at Twilio
/// (`AddressRetention`, `ContentRetention`).
pub struct Twilio {
    settings: TwilioSettings,
    link: Link,
    client: Client,
    authorization: Zeroizing<String>,
    signing: hmac::Key,
    calls: Calls,
    addresses: Addresses,
    seen: Seen,
}

impl Twilio {
    /// A carrier at `endpoint`, which is [`HOST`] but for tests.
    #[must_use]
    pub fn new(settings: TwilioSettings, link: Link, endpoint: Endpoint) -> Self {
        let (user, password) = match &settings.api_key {
            Some((key, secret)) => (key, secret),
            None => (&settings.account_sid, &settings.auth_token),
        };
        let pair = Zeroizing::new(format!("{user}:{}", password.as_str()));
        let authorization = Zeroizing::new(format!("Basic {}", BASE64.encode(pair.as_bytes())));
        let token = settings.auth_token.as_bytes();
        Self {
            signing: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, token),
            client: Client::new(endpoint),
            addresses: link.addresses(token),
            authorization,
            settings,
            link,
            calls: Calls::default(),
            seen: Seen::default(),
        }
    }

    async fn post(&self, resource: &str, pairs: &[(&str, &str)]) -> Handover {
        let path = format!(
            "/2010-04-01/Accounts/{}/{resource}",
            self.settings.account_sid
        );
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        match self.client.post(&path, &headers, form::encode(pairs)).await {
            Ok(answer) => outcome(&answer),
            Err(why) => why.into(),
        }
    }

    async fn send_text(&self, message: &CarrierMessage, text: &str) -> Handover {
        let status = self.addresses.status(message.id);
        let sender = self.settings.sender.as_deref().unwrap_or(&message.from);
        let from = match &self.settings.messaging_service {
            Some(service) => ("MessagingServiceSid", service.as_str()),
            None => ("From", sender),
        };
        let mut pairs = vec![
            ("To", message.to.as_str()),
            from,
            ("Body", text),
            ("ValidityPeriod", VALIDITY_SECONDS),
            ("AddressRetention", "obfuscate"),
            ("ContentRetention", "discard"),
        ];
        pairs.extend(status.as_deref().map(|url| ("StatusCallback", url)));
        self.post("Messages.json", &pairs).await
    }

    async fn call(&self, message: &CarrierMessage) -> Handover {
        let ring = RING_SECONDS.to_string();
        let post = async |caller: &str, url: String| {
            let status = format!("{url}/status");
            let pairs = [
                ("To", message.to.as_str()),
                ("From", caller),
                ("Url", url.as_str()),
                ("Method", "POST"),
                ("StatusCallback", status.as_str()),
                ("StatusCallbackEvent", "completed"),
                ("Timeout", ring.as_str()),
            ];
            self.post("Calls.json", &pairs).await
        };
        let caller = self.settings.caller.as_deref();
        let here = (&self.addresses, self.link.clock.now());
        self.calls.place(message, caller, here, post).await
    }

    /// Whether Twilio signed this request. It signs the address it called, which proxies in front
    /// of us change: so the configured one counts, with and without the usual port.
    fn is_signed(&self, request: &WebhookRequest<'_>, pairs: &Pairs) -> bool {
        let given = request.header("x-twilio-signature");
        let given = given.and_then(|text| BASE64.decode(text.as_bytes()).ok());
        let (Some(given), Some(base)) = (given, &self.link.base) else {
            return false;
        };
        let query = request
            .query
            .map(|query| format!("?{query}"))
            .unwrap_or_default();
        let bases = [Some(base.clone()), other_port(base)];
        bases.iter().flatten().any(|base| {
            let url = format!("{base}/{}{query}", request.path);
            let expected = signature(&self.signing, &url, pairs);
            verify_slices_are_equal(expected.as_ref(), &given).is_ok()
        })
    }

    fn inbound(&self, pairs: &Pairs) -> WebhookAnswer {
        let (from, to, text) = (
            value(pairs, "From"),
            value(pairs, "To"),
            value(pairs, "Body"),
        );
        let sid = value(pairs, "MessageSid");
        let (Some(from), Some(to), Some(text), Some(sid)) = (from, to, text, sid) else {
            return WebhookAnswer::unreadable();
        };
        if self.seen.is_new(sid) {
            self.link.inbound(from, to, text);
        }
        WebhookAnswer::xml(Zeroizing::new("<Response/>".into()))
    }

    fn status(&self, id: MessageId, pairs: &Pairs) -> WebhookAnswer {
        match value(pairs, "MessageStatus") {
            Some("delivered" | "read") => self.link.receipt(id, true),
            Some("undelivered" | "failed" | "canceled") => self.link.receipt(id, false),
            _ => {}
        }
        WebhookAnswer::ok()
    }

    /// The words of a call, or what became of it.
    fn call_webhook(&self, id: MessageId, step: &str, pairs: &Pairs) -> WebhookAnswer {
        if step == "status" {
            self.calls.over(id, &self.link);
            return WebhookAnswer::ok();
        }
        let pressed = value(pairs, "Digits").is_some_and(|digits| !digits.is_empty());
        let words = match self.calls.next(id, step, pressed, self.link.clock.now()) {
            Next::Ask(script) => {
                let call = self.addresses.call(id).unwrap_or_default();
                ask_for_key(&script, &format!("{call}/key"))
            }
            Next::Tell(script) => say_secret(&script),
            Next::HangUp => Zeroizing::new("<Response><Hangup/></Response>".into()),
            Next::Unknown => return WebhookAnswer::not_found(),
        };
        WebhookAnswer::xml(words)
    }
}

/// The same address with the usual port added, or with its port removed.
fn other_port(base: &str) -> Option<String> {
    let (scheme, rest) = base.split_once("://")?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some(match authority.rsplit_once(':') {
        Some((host, _)) => format!("{scheme}://{host}{path}"),
        None => {
            let port = if scheme == "https" { 443 } else { 80 };
            format!("{scheme}://{authority}:{port}{path}")
        }
    })
}

/// HMAC-SHA-1 over the address and the sorted pairs; a pair that comes twice counts once.
fn signature(key: &hmac::Key, url: &str, pairs: &Pairs) -> hmac::Tag {
    let mut sorted: Vec<_> = pairs.iter().collect();
    sorted.sort_by_key(|(name, value)| (name.as_bytes(), value.as_bytes()));
    sorted.dedup();
    let mut context = hmac::Context::with_key(key);
    context.update(url.as_bytes());
    for (name, value) in sorted {
        context.update(name.as_bytes());
        context.update(value.as_bytes());
    }
    context.sign()
}

#[derive(Deserialize)]
struct Problem {
    code: Option<u32>,
}

/// The status decides; a few codes say more. Twilio splits codes now and then, so an unknown one
/// changes nothing.
fn outcome(answer: &Answer) -> Handover {
    let by_status = by_status(answer.status);
    if !matches!(by_status, Handover::Rejected(Rejection::NoRoute)) {
        return by_status;
    }
    let problem: Option<Problem> = serde_json::from_slice(&answer.body).ok();
    Handover::Rejected(match problem.and_then(|problem| problem.code) {
        // Not a number, not mobile, opted out, cannot be reached or called.
        Some(21211 | 21214 | 21217 | 21610 | 21612 | 21614) => Rejection::Unreachable,
        // Sender not ours or not possible there; text too long or missing.
        Some(21212 | 21602 | 21603 | 21606 | 21617 | 21659) => Rejection::Content,
        // Queue full.
        Some(21611) => Rejection::Throttled,
        _ => Rejection::NoRoute,
    })
}

/// Greets and asks for a key, three times; then hangs up.
fn ask_for_key(script: &Script, key_url: &str) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(2048));
    out.push_str("<Response><Gather input=\"dtmf\" numDigits=\"1\" finishOnKey=\"\" timeout=\"6\" method=\"POST\" action=\"");
    escape(key_url, &mut out);
    out.push_str("\">");
    script
        .greeting
        .iter()
        .for_each(|part| speak(part, script.locale, &mut out));
    for _ in 0..3 {
        say(&script.prompt, script.locale, &mut out);
        out.push_str("<Pause length=\"2\"/>");
    }
    out.push_str("</Gather><Hangup/></Response>");
    out
}

/// The code, and all of it once more.
fn say_secret(script: &Script) -> Zeroizing<String> {
    let mut out = Zeroizing::new(String::with_capacity(4096));
    out.push_str("<Response>");
    script
        .secret
        .iter()
        .for_each(|part| speak(part, script.locale, &mut out));
    out.push_str("<Hangup/></Response>");
    out
}

fn speak(part: &SpokenPart, locale: Option<&str>, out: &mut Zeroizing<String>) {
    match part {
        SpokenPart::Say(sentence) | SpokenPart::AwaitKey(sentence) => say(sentence, locale, out),
        SpokenPart::Digits(digits) => {
            for digit in digits.chars() {
                say(digit.encode_utf8(&mut [0; 4]), locale, out);
                out.push_str("<Pause length=\"1\"/>");
            }
        }
        SpokenPart::Pause { millis } => {
            let seconds = millis.div_ceil(1000).clamp(1, 10);
            out.push_str(&format!("<Pause length=\"{seconds}\"/>"));
        }
    }
}

fn say(text: &str, locale: Option<&str>, out: &mut Zeroizing<String>) {
    out.push_str("<Say");
    if let Some(locale) = locale {
        out.push_str(&format!(" language=\"{locale}\""));
    }
    out.push('>');
    escape(text, out);
    out.push_str("</Say>");
}

/// XML text and attribute values (XML 1.0, section 2.4); what XML cannot hold is left out.
fn escape(text: &str, out: &mut Zeroizing<String>) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            character if character.is_control() && character != '\n' => {}
            character => out.push(character),
        }
    }
}

#[async_trait]
impl Carrier for Twilio {
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

impl Webhooks for Twilio {
    fn receive(&self, request: &WebhookRequest<'_>) -> WebhookAnswer {
        let Some(pairs) = form::decode(request.body) else {
            return WebhookAnswer::unreadable();
        };
        if !self.is_signed(request, &pairs) {
            return WebhookAnswer::forbidden();
        }
        match self.addresses.read(request.path) {
            Some(Hook::Inbound) => self.inbound(&pairs),
            Some(Hook::Status(id)) => self.status(id, &pairs),
            Some(Hook::Call(id, step)) => self.call_webhook(id, step, &pairs),
            None => WebhookAnswer::not_found(),
        }
    }
}

impl fmt::Debug for Twilio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Twilio")
            .field("name", &self.link.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://mycompany.com/myapp.php?foo=1&bar=2";

    fn signed(pairs: &[(&str, &str)]) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, b"12345");
        let owned = |text: &str| Zeroizing::new(text.to_owned());
        let pairs = pairs
            .iter()
            .map(|(name, value)| (owned(name), owned(value)))
            .collect();
        BASE64.encode(signature(&key, URL, &pairs).as_ref())
    }

    #[test]
    fn the_published_signature_is_met() {
        let pairs = [
            ("CallSid", "CA1234567890ABCDE"),
            ("Caller", "+12349013030"),
            ("Digits", "1234"),
            ("From", "+12349013030"),
            ("To", "+18005551212"),
        ];
        assert_eq!(signed(&pairs), "0/KCTR6DLpKmkAf8muzZqo1nDgQ=");
    }

    #[test]
    fn a_repeated_name_counts_with_each_value_once_in_order() {
        let pairs = [("A", "b"), ("A", "a"), ("A", "a"), ("MediaUrl0", "")];
        assert_eq!(signed(&pairs), "RwuuMPA5cecKdSD0GUeC37xfFEU=");
    }

    #[test]
    fn the_usual_port_may_be_written_or_not() {
        let other = |base: &str| other_port(base).unwrap();
        assert_eq!(other("https://a.example/x"), "https://a.example:443/x");
        assert_eq!(other("https://a.example:8443/x"), "https://a.example/x");
        assert_eq!(other("http://a.example"), "http://a.example:80");
    }

    #[test]
    fn codes_say_more_than_the_status() {
        let answer = |status, code: u32| {
            let body = Zeroizing::new(format!(r#"{{"code":{code}}}"#).into_bytes());
            outcome(&Answer { status, body })
        };
        assert_eq!(
            answer(400, 21211),
            Handover::Rejected(Rejection::Unreachable)
        );
        assert_eq!(answer(400, 21606), Handover::Rejected(Rejection::Content));
        assert_eq!(answer(400, 1), Handover::Rejected(Rejection::NoRoute));
        assert_eq!(answer(500, 21211), Handover::Unknown);
        assert_eq!(answer(201, 21211), Handover::Accepted);
    }

    #[test]
    fn a_call_asks_for_a_key_and_says_the_code_only_then() {
        let script = Script::of(&super::super::calls::tests::call("de")).unwrap();
        let asks = ask_for_key(&script, "https://a.example/k?x=1&y=2");
        assert!(asks.contains("action=\"https://a.example/k?x=1&amp;y=2\""));
        assert!(asks.contains("<Say language=\"de-DE\">Hello from Harbour &amp; Co.</Say>"));
        assert!(!asks.contains('4'), "{}", asks.as_str());
        let says = say_secret(&script);
        assert!(says.contains("<Say language=\"de-DE\">4</Say><Pause length=\"1\"/>"));
        assert!(says.ends_with("<Hangup/></Response>"));
    }
}
