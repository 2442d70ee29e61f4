//! Requests whose answers are all kept, to be read again when the secrets are known.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use e2e::System;
use e2e::http::{Client, Reply};
use serde_json::Value;

use crate::needles::{Kind, Needles};

/// One request and its answer.
struct Exchange {
    what: String,
    request: Vec<u8>,
    reply: Reply,
}

/// Everything that was answered.
#[derive(Default)]
pub struct Recorder(Vec<Exchange>);

impl Recorder {
    /// Sends a request and keeps both sides.
    pub fn send(
        &mut self,
        address: SocketAddr,
        (method, path): (&str, &str),
        headers: &[(&str, &str)],
        body: &str,
    ) -> Reply {
        let reply = Client::new(address).send(method, path, headers, body.as_bytes());
        let reply = reply.unwrap();
        let mut request = path.as_bytes().to_vec();
        for (name, value) in headers {
            request.extend_from_slice(format!("\n{name}: {value}").as_bytes());
        }
        request.extend_from_slice(format!("\n{body}").as_bytes());
        self.0.push(Exchange {
            what: format!(
                "{method} {}",
                path.split('/').take(3).collect::<Vec<_>>().join("/")
            ),
            request,
            reply: reply.clone(),
        });
        reply
    }

    /// Where an answer holds a secret that its own request did not carry, or a head or an API's
    /// answer any secret at all.
    pub fn leaks(&self, needles: &Needles) -> Vec<String> {
        let mut leaks = Vec::new();
        for exchange in &self.0 {
            let carried = needles.find(&exchange.request, Kind::Text);
            let api = exchange.what.contains("/v1/");
            for needle in needles.find(&exchange.reply.body, Kind::Text) {
                let own = carried.iter().any(|known| known.secret == needle.secret);
                if api || !own {
                    leaks.push(format!(
                        "{} in the answer to {}",
                        needle.secret, exchange.what
                    ));
                }
            }
            for needle in needles.find(&exchange.reply.head, Kind::Text) {
                leaks.push(format!(
                    "{} in the head of {}",
                    needle.secret, exchange.what
                ));
            }
        }
        leaks
    }

    /// How many answers were kept.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

/// A product that calls the API.
pub struct Product<'a> {
    pub recorder: &'a mut Recorder,
    address: SocketAddr,
    authorization: String,
}

impl<'a> Product<'a> {
    pub fn new(system: &System, recorder: &'a mut Recorder) -> Self {
        Self {
            recorder,
            address: system.public(),
            authorization: format!("Bearer {}", system.told("api_key")),
        }
    }

    pub fn call(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let key = e2e::fresh_key();
        let mut headers = vec![
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        if method == "POST" {
            headers.push(("idempotency-key", &key));
        }
        self.recorder
            .send(self.address, (method, path), &headers, body)
    }

    pub fn post(&mut self, path: &str, body: &Value) -> Reply {
        self.call("POST", path, &body.to_string())
    }

    /// Starts a verification; its path.
    pub fn start(&mut self, body: &Value) -> String {
        let reply = self.post("/v1/verifications", body).expect(201);
        format!("/v1/verifications/{}", reply.json()["id"].as_str().unwrap())
    }
}

/// A person with a browser without scripts.
pub struct Person<'a> {
    recorder: &'a mut Recorder,
    address: SocketAddr,
    origin: String,
    cookies: BTreeMap<String, String>,
}

impl<'a> Person<'a> {
    pub fn new(system: &System, recorder: &'a mut Recorder) -> Self {
        Self {
            recorder,
            address: system.public(),
            origin: system.told("public_url").to_owned(),
            cookies: BTreeMap::new(),
        }
    }

    fn send(&mut self, method: &str, path: &str, body: &str) -> Reply {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(n, v)| format!("{n}={v}"))
            .collect();
        let cookies = cookies.join("; ");
        let headers = [
            ("origin", self.origin.as_str()),
            ("cookie", cookies.as_str()),
            ("content-type", "application/x-www-form-urlencoded"),
        ];
        let reply = self
            .recorder
            .send(self.address, (method, path), &headers, body);
        for cookie in reply.headers("set-cookie") {
            let pair = cookie.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        reply
    }

    /// Looks at a page.
    pub fn look(&mut self, path: &str) -> Reply {
        self.send("GET", path, "")
    }

    /// Sends a form and, as browsers do, follows where it leads.
    pub fn submit(&mut self, path: &str, body: &str) -> (u16, String) {
        let reply = self.send("POST", path, body);
        match reply.header("location") {
            Some(to) if reply.status == 303 => {
                let _ = self.look(&to).expect(200);
                (303, to)
            }
            _ => (reply.status, String::new()),
        }
    }

    /// The number form, with the key that stands in it.
    pub fn give_number(&mut self, path: &str, country: &str, number: &str) -> (u16, String) {
        let page = self.look(path).expect(200).text();
        let (_, rest) = page.split_once("name=\"key\" value=\"").unwrap();
        let key = rest.split('"').next().unwrap().to_owned();
        let number = number.replace('+', "%2B").replace(' ', "+");
        let form = format!("key={key}&country={country}&number={number}&channel=sms");
        self.submit(path, &form)
    }
}
