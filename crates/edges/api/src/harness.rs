//! The router over a scripted vault and a store in memory. Every reply is held to the API's
//! description, and none may hold the number or the code of the tests.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use identity::{Applications, Identity, IdentityConfig, NewApplication, Parts};
use model::{Clock, Entropy, EntropyError, Timestamp};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::{ApiState, codes, openapi, router, scripted::ScriptedVault};

/// A number from the range reserved for fiction.
pub(crate) const NUMBER: &str = "+447700900123";
/// The code in every test. It stands in no reply.
pub(crate) const CODE: &str = "482913";
/// 2026-11-22T14:02:00Z.
pub(crate) const NOW: i64 = 1_795_356_120_000;

struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

struct Counting(AtomicU64);

impl Entropy for Counting {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        let drawn = self.0.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        out.fill(0);
        let start = out.len().saturating_sub(drawn.len());
        out[start..].copy_from_slice(&drawn);
        Ok(())
    }
}

/// One instance with two applications.
pub(crate) struct Harness {
    pub(crate) vault: Arc<ScriptedVault>,
    clock: Arc<Hand>,
    router: Router,
    document: Value,
    key: String,
    other_key: String,
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.text)
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// One request, to be changed before it is sent.
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self
    }

    pub(crate) fn key(self, key: &str) -> Self {
        self.header("idempotency-key", key)
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(body.to_string().as_bytes())
    }

    pub(crate) fn raw(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self.header("content-type", "application/json")
    }
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(IdentityConfig::default()).await
    }

    pub(crate) async fn with(config: IdentityConfig) -> Self {
        let store = Arc::new(store::Memory::open(&identity::rows::SCHEMA).unwrap());
        let clock = Arc::new(Hand(AtomicI64::new(NOW)));
        let entropy = Arc::new(Counting(AtomicU64::new(1)));
        let mut keys = Vec::new();
        for name in ["Harbour Chat", "Other"] {
            let new = NewApplication {
                name: name.to_owned(),
                host: "chat.harbour.example".to_owned(),
                sandbox: false,
            };
            let made = identity::create_application(&*store, &*entropy, clock.now(), new).await;
            keys.push(made.unwrap().1.expose().to_owned());
        }
        let vault = Arc::new(ScriptedVault::default());
        let parts = Parts {
            store,
            vault: vault.clone(),
            clock: clock.clone(),
            entropy,
            config,
        };
        let state = ApiState {
            identity: Identity::open(parts).await.unwrap(),
            applications: Arc::new(Applications::default()),
        };
        Self {
            vault,
            clock,
            router: router(state),
            document: serde_json::from_str(&openapi::document()).unwrap(),
            other_key: keys.pop().unwrap(),
            key: keys.pop().unwrap(),
        }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.clock.0.fetch_add(seconds * 1000, Ordering::Relaxed);
    }

    pub(crate) fn call(&self, method: Method, path: &str) -> Call {
        Call {
            method,
            path: path.to_owned(),
            headers: vec![("authorization", format!("Bearer {}", self.key))],
            body: Vec::new(),
        }
    }

    pub(crate) fn post(&self, path: &str) -> Call {
        self.call(Method::POST, path)
    }

    /// The same request with the other application's key.
    pub(crate) fn foreign(&self, call: Call) -> Call {
        call.header("authorization", &format!("Bearer {}", self.other_key))
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.call(Method::GET, path)).await
    }

    pub(crate) async fn send(&self, call: Call) -> Reply {
        let Call {
            method,
            path,
            headers,
            body,
        } = call;
        let mut request = Request::builder().method(method.clone()).uri(&path);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        self.hold_to_description(&method, &path, &reply);
        reply
    }

    /// Starts the verification that most tests need and gives its path.
    pub(crate) async fn started(&self) -> String {
        let body = json!({ "to": NUMBER, "purpose": "signup" });
        let reply = self.send(self.post("/v1/verifications").json(&body)).await;
        format!("/v1/verifications/{}", reply.json()["id"].as_str().unwrap())
    }

    pub(crate) async fn check(&self, verification: &str) -> Reply {
        let path = format!("{verification}/check");
        self.send(self.post(&path).json(&json!({ "code": CODE })))
            .await
    }

    /// Proves the scripted number and gives the path of the subject.
    pub(crate) async fn person(&self) -> String {
        let verification = self.started().await;
        let reply = self.check(&verification).await;
        format!("/v1/subjects/{}", reply.json()["subject"].as_str().unwrap())
    }

    fn hold_to_description(&self, method: &Method, path: &str, reply: &Reply) {
        for secret in [&NUMBER[1..], &NUMBER[3..], CODE] {
            assert!(
                !reply.text.contains(secret),
                "{method} {path} tells a secret"
            );
        }
        if path == "/openapi.json" || reply.text.is_empty() {
            return;
        }
        let (value, status) = (reply.json(), reply.status.as_u16());
        if status >= 400 {
            hold_problem(&value, reply);
        }
        let Some(operation) = self.described(method, path) else {
            return;
        };
        let response = &operation["responses"][status.to_string()];
        let kind = if status < 400 {
            "application/json"
        } else {
            "application/problem+json"
        };
        let schema = &response["content"][kind]["schema"];
        assert!(
            schema.is_object(),
            "{method} {path}: {status} is not described"
        );
        let misfit = openapi::conformance::misfit(&self.document, schema, &value);
        assert_eq!(misfit, None, "{method} {path}");
        let code = value["code"].as_str().map(|code| format!("`{code}`"));
        let told = |code: &String| response["description"].as_str().unwrap().contains(code);
        assert!(
            code.as_ref().is_none_or(told),
            "{method} {path}: {code:?} is not described"
        );
    }

    /// The described operation that a request meets.
    fn described(&self, method: &Method, path: &str) -> Option<&Value> {
        let parts: Vec<_> = path.split('?').next().unwrap().split('/').collect();
        let paths = self.document["paths"].as_object().unwrap();
        let meets = |template: &str| {
            let template: Vec<_> = template.split('/').collect();
            let mut pairs = template.iter().zip(&parts);
            template.len() == parts.len()
                && pairs.all(|(t, p)| (t.starts_with('{') && !p.is_empty()) || t == p)
        };
        let (_, found) = paths.iter().find(|(template, _)| meets(template))?;
        found.get(method.as_str().to_ascii_lowercase())
    }
}

/// A problem says what the table of codes says.
fn hold_problem(value: &Value, reply: &Reply) {
    let name = value["code"].as_str().unwrap();
    let code = codes::ALL.iter().find(|code| code.name == name);
    let code = code.unwrap_or_else(|| panic!("{name} is not documented"));
    assert_eq!(reply.status.as_u16(), code.status, "{name}");
    assert_eq!(value["status"], code.status);
    assert_eq!(value["title"], code.title);
    assert_eq!(value["type"], format!("/docs/errors#{name}"));
    let wait = value["retry_after_seconds"].as_u64().map(|s| s.to_string());
    assert_eq!(reply.header("retry-after"), wait.as_deref());
    assert_eq!(
        reply.header("content-type"),
        Some("application/problem+json")
    );
}
