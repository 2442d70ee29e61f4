//! The simulator as a browser and a program see it.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod api;
mod carriers;
mod live;
mod operator;
mod pages;
mod secrecy;

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, Response, StatusCode},
};
use courier::{
    Simulator, SimulatorPermit,
    carrier::{Carrier, CarrierMessage, SpokenPart, Words},
};
use model::{Clock, Entropy, EntropyError, MessageId, Timestamp};
use numbers::E164;
use tower::ServiceExt as _;

pub(crate) const PHONE: &str = "+447700900123";

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_003_200_000)
    }
}

#[derive(Default)]
struct Counting(AtomicU8);

impl Entropy for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        out.fill(self.0.fetch_add(1, Ordering::Relaxed));
        Ok(())
    }
}

/// The real router over a simulator of its own.
pub(crate) struct World {
    pub(crate) simulator: Arc<Simulator>,
    pub(crate) router: Router,
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Status, type and body, for snapshots.
    pub(crate) fn shown(&self) -> String {
        let kind = self.headers.get("content-type");
        let kind = kind.map_or("", |kind| kind.to_str().unwrap());
        format!("{} {kind}\n{}", self.status.as_u16(), self.body)
    }
}

impl World {
    pub(crate) fn new() -> Self {
        let permit = SimulatorPermit::from_config(true, false).unwrap();
        let simulator = Arc::new(Simulator::new(
            permit,
            Arc::new(Noon),
            Arc::new(Counting::default()),
            Arc::default(),
        ));
        Self {
            router: sim::router(simulator.clone(), Arc::new(Noon)),
            simulator,
        }
    }

    pub(crate) async fn deliver(&self, n: u8, to: &str, words: Words) {
        let message = CarrierMessage {
            id: MessageId::from_bytes([n; 16]),
            to: E164::from_canonical(to).unwrap(),
            from: "HARBOUR".into(),
            language: "en".into(),
            words,
            sandbox: false,
        };
        self.simulator.send(message).await;
    }

    pub(crate) async fn text(&self, n: u8, code: &str) {
        self.deliver(n, PHONE, words(code)).await;
    }

    pub(crate) async fn call(&self, n: u8, code: &str) {
        let said = SpokenPart::Say("Your code is:".into());
        let parts = vec![said, SpokenPart::Digits(code.into())];
        self.deliver(n, PHONE, Words::Spoken(parts)).await;
    }

    pub(crate) async fn ask(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn answer(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.ask(request).await.into_parts();
        let body = to_bytes(body, 1 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: String::from_utf8(body.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.answer(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post_json(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path).header("content-type", "application/json");
        self.answer(request.body(body.into()).unwrap()).await
    }

    /// A form sent from our own page.
    pub(crate) async fn post_form(&self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.answer(request.body(body.into()).unwrap()).await
    }
}

pub(crate) fn words(code: &str) -> Words {
    Words::Text(format!(
        "{code} is your code.\n\n@chat.harbour.example #{code}"
    ))
}
