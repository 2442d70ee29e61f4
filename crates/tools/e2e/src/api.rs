//! The native API, as a product calls it.

use std::io;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::{Value, json};

use crate::http::{Client, Reply};

/// A verification that was started.
#[derive(Clone, Debug)]
pub struct Started {
    /// Its id.
    pub id: String,
    /// The whole answer.
    pub answer: Value,
}

/// A product with its key. Every call that changes something has an idempotency key.
pub struct Api {
    client: Client,
    authorization: String,
}

impl Api {
    /// A product's client.
    #[must_use]
    pub fn new(address: SocketAddr, key: &str) -> Self {
        Self::with_client(Client::new(address), key)
    }

    /// A product that uses this connection.
    #[must_use]
    pub fn with_client(client: Client, key: &str) -> Self {
        let authorization = format!("Bearer {key}");
        Self {
            client,
            authorization,
        }
    }

    /// Calls with a body and an idempotency key.
    ///
    /// # Errors
    /// If the connection breaks: repeat it with the same key.
    pub fn post(&mut self, path: &str, key: &str, body: &Value) -> io::Result<Reply> {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        let body = body.to_string();
        self.client.send("POST", path, &headers, body.as_bytes())
    }

    /// Calls without a body.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn bare(&mut self, method: &str, path: &str) -> io::Result<Reply> {
        let headers = [("authorization", self.authorization.as_str())];
        self.client.send(method, path, &headers, b"")
    }

    /// Starts a verification as described.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn try_start(&mut self, body: &Value) -> Reply {
        self.post("/v1/verifications", &fresh_key(), body)
            .expect("an answer to a start")
    }

    /// Starts a sign-up by text message or, for a landline, by call.
    ///
    /// # Panics
    /// If it is not accepted.
    pub fn start(&mut self, number: &str) -> Started {
        self.start_for(number, "signup")
    }

    /// Starts a verification for a purpose.
    ///
    /// # Panics
    /// If it is not accepted.
    pub fn start_for(&mut self, number: &str, purpose: &str) -> Started {
        let reply = self.try_start(&json!({ "to": number, "purpose": purpose }));
        let answer = reply.expect(201).json();
        let id = answer["id"].as_str().expect("an id").to_owned();
        Started { id, answer }
    }

    /// Checks a code.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn try_check(&mut self, id: &str, code: &str) -> Reply {
        let path = format!("/v1/verifications/{id}/check");
        self.post(&path, &fresh_key(), &json!({ "code": code }))
            .expect("an answer to a check")
    }

    /// Checks a code; the answer of status 200.
    ///
    /// # Panics
    /// On any other status.
    pub fn check(&mut self, id: &str, code: &str) -> Value {
        self.try_check(id, code).expect(200).json()
    }

    /// Fetches.
    ///
    /// # Panics
    /// If the connection breaks.
    pub fn get(&mut self, path: &str) -> Reply {
        self.bare("GET", path).expect("an answer")
    }
}

/// An idempotency key that was never used.
#[must_use]
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("e2e-{}-{number}", std::process::id())
}
