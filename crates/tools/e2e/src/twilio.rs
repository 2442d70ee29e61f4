//! Twilio's Verify API, as a product's client calls it.

use std::net::SocketAddr;

use data_encoding::BASE64;
use serde_json::Value;

use crate::System;
use crate::http::{Client, Reply};

/// A product with its account, its token and its service.
pub struct Twilio {
    client: Client,
    authorization: String,
    service: String,
}

impl Twilio {
    /// A client of this account's one service.
    #[must_use]
    pub fn new(address: SocketAddr, account: &str, token: &str, service: &str) -> Self {
        let pair = BASE64.encode(format!("{account}:{token}").as_bytes());
        Self {
            client: Client::new(address),
            authorization: format!("Basic {pair}"),
            service: service.to_owned(),
        }
    }

    /// Sends a form to a path under the service.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)));
        let form = pairs.collect::<Vec<_>>().join("&");
        self.call("POST", path, form.as_bytes())
    }

    /// Fetches a path under the service; the service itself where it is empty.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn get(&mut self, path: &str) -> Reply {
        self.call("GET", path, b"")
    }

    fn call(&mut self, method: &str, path: &str, body: &[u8]) -> Reply {
        let path = format!("/v2/Services/{}{path}", self.service);
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let answer = self.client.send(method, &path, &headers, body);
        answer.expect("an answer")
    }

    /// Asks for a code by text message.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn start(&mut self, number: &str) -> Reply {
        self.post("/Verifications", &[("To", number), ("Channel", "sms")])
    }

    /// Checks a code.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn check(&mut self, number: &str, code: &str) -> Reply {
        self.post("/VerificationCheck", &[("To", number), ("Code", code)])
    }
}

/// One value of a form: everything but letters and digits as `%` and two digits.
fn encoded(value: &str) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    value.bytes().map(byte).collect()
}

impl System {
    /// The demonstration's product as a client of Twilio's API.
    ///
    /// # Panics
    /// If `demo.json` does not say how.
    #[must_use]
    pub fn twilio(&self) -> Twilio {
        let told = |name: &str| match &self.about()["twilio"][name] {
            Value::String(text) => text.clone(),
            _ => panic!("demo.json has no twilio.{name}"),
        };
        let (account, token) = (told("account_sid"), told("auth_token"));
        Twilio::new(self.public(), &account, &token, &told("service_sid"))
    }
}
