//! What a scenario talks about: one request in the making, and what came of it.

use axum::http::Method;
use data_encoding::HEXLOWER;
use model::Millis;
use serde_json::{Map, Value, json};
use testkit::{parse_e164, wrong_code};

use super::feature::Scenario;
use crate::harness::{Call, Harness, KEY, NUMBER, Reply};

/// A correlator that every scenario sends, but those named after its absence.
pub(super) const CORRELATOR: &str = "5f0c9f3e-8b7a-4c53-9a1e-0d6f2b7c4e11";
/// An id of the right form that was never given out.
const UNKNOWN: &str = "ver_aaaaaaaaaaaaaaaaaaaaaaaaaa";

/// How a token is come by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// The client's own word, for a scope.
    Client(&'static str),
    /// A token that the operator gave to a device, by the network's word or by another.
    Device { by_network: bool },
}

pub(super) const OTP: Grant = Grant::Client("one-time-password-sms:send-validate");

/// One scenario's state.
pub(super) struct World {
    pub(super) h: Harness,
    pub(super) path: String,
    pub(super) method: Method,
    /// What a valid token for the path is.
    pub(super) grant: Grant,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Map<String, Value>>,
    /// Sent codes: authenticationId and the code that arrived.
    pub(super) sent: Vec<(String, String)>,
    pub(super) reply: Option<Reply>,
    with_correlator: bool,
}

/// SHA-256 of a number, as callers write it.
pub(super) fn hashed(number: &str) -> String {
    HEXLOWER.encode(&identity::hash::sha256(number.as_bytes()))
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
            path: String::new(),
            method: Method::POST,
            grant: OTP,
            headers: Vec::new(),
            body: None,
            sent: Vec::new(),
            reply: None,
            with_correlator: !scenario.name.ends_with("without x-correlator"),
        }
    }

    /// What the contract's present text calls `vwip`, by the version that is served here.
    pub(super) fn resource(&mut self, path: &str) {
        let v2 = path.replace("/vwip", "/v2");
        (self.path, self.grant) = if path.starts_with("/sim-swap/") {
            (v2, Grant::Client("sim-swap"))
        } else if path.starts_with("/number-verification/") {
            // A base address: the operation is named when it is sent. One scenario forgets to.
            (format!("{v2}/verify"), Grant::Device { by_network: true })
        } else {
            (path.replace("/vwip", "/v1"), OTP)
        };
    }

    /// An operation by its name.
    pub(super) fn operation(&mut self, name: &str) -> Result<(), String> {
        let (method, path) = match name {
            "checkSimSwap" => (Method::POST, "/sim-swap/v2/check"),
            "retrieveSimSwapDate" => (Method::POST, "/sim-swap/v2/retrieve-date"),
            "phoneNumberVerify" => (Method::POST, "/number-verification/v2/verify"),
            "phoneNumberShare" => (Method::GET, "/number-verification/v2/device-phone-number"),
            _ => return Err(format!("there is no operation {name}")),
        };
        self.method = method;
        path.clone_into(&mut self.path);
        Ok(())
    }

    /// A body that fits the schema.
    pub(super) fn default_body(&self) -> Map<String, Value> {
        let body = match self.path.rsplit('/').next() {
            Some("send-code") => {
                json!({ "phoneNumber": NUMBER, "message": "{{code}} is your code" })
            }
            Some("validate-code") => json!({ "authenticationId": UNKNOWN, "code": "000000" }),
            _ => json!({ "phoneNumber": NUMBER }),
        };
        body.as_object().cloned().unwrap_or_default()
    }

    pub(super) fn set(&mut self, property: &str, value: impl Into<Value>) {
        let body = self.body.get_or_insert_default();
        body.insert(property.to_owned(), value.into());
    }

    pub(super) fn unset(&mut self, property: &str) {
        self.body.get_or_insert_default().remove(property);
    }

    pub(super) fn header(&mut self, name: &str, value: Option<&str>) {
        let name = name.to_ascii_lowercase();
        self.headers.retain(|(known, _)| *known != name);
        if let Some(value) = value.filter(|_| name != "x-correlator" || self.with_correlator) {
            self.headers.push((name, value.to_owned()));
        }
    }

    /// A token as a client gets it.
    pub(super) async fn token(&self, grant: Grant) -> Result<String, String> {
        let grant = match grant {
            Grant::Client(scope) => format!("grant_type=client_credentials&scope={scope}"),
            Grant::Device { by_network } => {
                let operator = self.h.product.phones.operator();
                let network = operator.network_token(&parse_e164(NUMBER), by_network);
                let network = network.map_err(|error| error.to_string())?;
                let urn = "urn:ietf:params:oauth";
                format!(
                    "grant_type={urn}:grant-type:token-exchange&subject_token={}\
                     &subject_token_type={urn}:token-type:access_token",
                    network.expose()
                )
            }
        };
        let form = format!("{grant}&client_id={}&client_secret={KEY}", testkit::APP);
        let reply = self.h.send(self.h.form("/oauth2/token", &form)).await;
        let json = reply.json();
        let token = json["access_token"].as_str().ok_or(reply.to_string())?;
        Ok(format!("Bearer {token}"))
    }

    pub(super) async fn authorize(&mut self, grant: Grant) -> Result<(), String> {
        let token = self.token(grant).await?;
        self.header("authorization", Some(&token));
        Ok(())
    }

    /// A request of another operation before the one that is judged.
    pub(super) async fn send_a_code(&mut self) {
        let sent = self.h.sent(NUMBER).await;
        self.set("authenticationId", sent.0.as_str());
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
        let call: Call = self.h.at(&self.path).without("authorization");
        let mut call = call.without("content-type").method(self.method.clone());
        for (name, value) in &self.headers {
            call = call.header(name, value);
        }
        if let Some(body) = &self.body {
            call = call.json(&Value::from(body.clone()));
        }
        self.reply = Some(self.h.send(call).await);
    }
}
