//! What a scenario talks about: one request in the making, and what came of it.

use model::Millis;
use serde_json::{Map, Value, json};
use testkit::wrong_code;

use super::feature::Scenario;
use crate::harness::{Call, Harness, KEY, NUMBER, Reply};

/// A correlator that every scenario sends, but those named after its absence.
pub(super) const CORRELATOR: &str = "5f0c9f3e-8b7a-4c53-9a1e-0d6f2b7c4e11";
/// An id of the right form that was never given out.
const UNKNOWN: &str = "ver_aaaaaaaaaaaaaaaaaaaaaaaaaa";

/// One scenario's state.
pub(super) struct World {
    pub(super) h: Harness,
    /// The last segment of the resource.
    pub(super) operation: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Map<String, Value>>,
    /// Sent codes: authenticationId and the code that arrived.
    pub(super) sent: Vec<(String, String)>,
    pub(super) reply: Option<Reply>,
    with_correlator: bool,
}

impl World {
    /// An instance that serves Britain only.
    pub(super) async fn new(scenario: &Scenario) -> Self {
        let h = Harness::with(|setup| {
            for app in &mut setup.apps {
                app.countries = vec!["GB".to_owned()];
            }
        });
        Self {
            h: h.await,
            operation: String::new(),
            headers: Vec::new(),
            body: None,
            sent: Vec::new(),
            reply: None,
            with_correlator: !scenario.name.ends_with("without x-correlator"),
        }
    }

    /// A body that fits the schema.
    pub(super) fn default_body(&self) -> Map<String, Value> {
        let body = match self.operation.as_str() {
            "send-code" => json!({ "phoneNumber": NUMBER, "message": "{{code}} is your code" }),
            _ => json!({ "authenticationId": UNKNOWN, "code": "000000" }),
        };
        body.as_object().cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, property: &str, value: &str) {
        let body = self.body.get_or_insert_default();
        body.insert(property.to_owned(), Value::from(value));
    }

    pub(super) fn header(&mut self, name: &str, value: Option<&str>) {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(known, _)| *known != name);
        if let Some(value) = value.filter(|_| name != "x-correlator" || self.with_correlator) {
            self.headers.push((name, value.to_owned()));
        }
    }

    /// A token as a client gets it.
    pub(super) async fn token(&self) -> Result<String, String> {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={KEY}",
            testkit::APP
        );
        let reply = self.h.send(self.h.form("/oauth2/token", &form)).await;
        let json = reply.json();
        let token = json["access_token"].as_str().ok_or(reply.to_string())?;
        Ok(format!("Bearer {token}"))
    }

    pub(super) async fn authorize(&mut self) -> Result<(), String> {
        let token = self.token().await?;
        self.header("authorization", Some(&token));
        Ok(())
    }

    /// A request of another operation before the one that is judged.
    pub(super) async fn send_a_code(&mut self) {
        let sent = self.h.sent(NUMBER).await;
        self.set("authenticationId", &sent.0);
        self.sent.push(sent);
    }

    /// A code that is not the one that was sent.
    pub(super) fn wrong(&self, nth: usize) -> Result<String, String> {
        let (_, code) = self.sent.last().ok_or("no code was sent")?;
        Ok(wrong_code(code, nth))
    }

    pub(super) fn pass(&self, seconds: i64) {
        self.h.product.wait(Millis::from_seconds(seconds));
    }

    pub(super) async fn send(&mut self) {
        let mut call: Call = self.h.post(&self.operation).without("authorization");
        call = call.without("content-type");
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        if let Some(body) = &self.body {
            call = call.json(&Value::from(body.clone()));
        }
        self.reply = Some(self.h.send(call).await);
    }
}
