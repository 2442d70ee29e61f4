//! The simulator's phones.

use std::io;
use std::net::SocketAddr;

use serde_json::Value;

use crate::http::{Client, Reply};

/// The longest that the simulator lets a caller wait.
const WAIT_MS: u32 = 10_000;
/// How often it is asked before a code counts as lost.
const WAITS: usize = 6;

/// A code that arrived.
#[derive(Clone, PartialEq, Eq)]
pub struct Code {
    /// The message that brought it.
    pub message: String,
    /// The digits.
    pub digits: String,
}

/// A message on a phone.
#[derive(Clone)]
pub struct Message {
    /// Its id.
    pub id: String,
    /// `sms` or `voice`.
    pub channel: String,
    /// What it says.
    pub text: String,
}

/// All pretend phones.
pub struct Phones(Client);

impl Phones {
    /// The phones behind the courier's listener.
    #[must_use]
    pub const fn new(address: SocketAddr) -> Self {
        Self(Client::new(address))
    }

    /// The phones, by this connection.
    #[must_use]
    pub const fn with_client(client: Client) -> Self {
        Self(client)
    }

    /// The newest code on a phone, as soon as there is one.
    ///
    /// # Panics
    /// If none comes.
    pub fn code(&mut self, number: &str) -> Code {
        self.next_code(number, None)
    }

    /// The newest code on a phone, as soon as it is another than one that may be known.
    ///
    /// # Panics
    /// If none comes.
    pub fn next_code(&mut self, number: &str, known: Option<&Code>) -> Code {
        let found = (0..WAITS).find_map(|_| {
            let newest = self.newest(number, known, WAIT_MS);
            newest.expect("an answer of the simulator")
        });
        found.expect("a code on the phone")
    }

    /// The newest code, as soon as it is another than `known`.
    ///
    /// # Panics
    /// If none comes.
    pub fn code_after(&mut self, number: &str, known: &Code) -> Code {
        self.next_code(number, Some(known))
    }

    /// The newest code, or none after waiting.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn try_code(&mut self, number: &str) -> io::Result<Option<Code>> {
        self.newest(number, None, WAIT_MS)
    }

    /// The newest code if it is another than `known`, or none after waiting this long.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn newest(
        &mut self,
        number: &str,
        known: Option<&Code>,
        wait_ms: u32,
    ) -> io::Result<Option<Code>> {
        let reply = self.ask(number, known, wait_ms)?;
        Ok((reply.status == 200).then(|| read(&reply)))
    }

    fn ask(&mut self, number: &str, known: Option<&Code>, wait_ms: u32) -> io::Result<Reply> {
        let after = known.map(|code| format!("&after={}", code.message));
        let after = after.unwrap_or_default();
        let path = format!("/sim/phones/{number}/code?wait_ms={wait_ms}{after}");
        self.0.get(&path)
    }

    /// Everything on a phone, newest first.
    ///
    /// # Errors
    /// If the connection breaks.
    pub fn messages(&mut self, number: &str) -> io::Result<Vec<Message>> {
        let reply = self.0.get(&format!("/sim/phones/{number}/messages"))?;
        let Value::Array(all) = reply.json() else {
            return Ok(Vec::new());
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let message = |value: &Value| Message {
            id: text(&value["id"]),
            channel: text(&value["channel"]),
            text: text(&value["text"]),
        };
        Ok(all.iter().map(message).collect())
    }
}

fn read(reply: &Reply) -> Code {
    Code {
        message: reply.header("x-message-id").unwrap_or_default(),
        digits: reply.text(),
    }
}
