//! The router over the whole product in one process, with one clock. Every reply is held to the
//! vendor's published description where it is at hand, and none may hold a number that its
//! request did not carry.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode},
};
use data_encoding::BASE64;
use identity::{ApiKey, Applications, NewApplication};
use model::{ApplicationId, Millis, Timestamp};
use serde_json::Value;
use store::Store;
use testkit::{Product, SeededEntropy, Setup, app_terms};
use tower::ServiceExt as _;

use crate::{TwilioState, router, sid};

mod contract;

/// A number from the range reserved for fiction.
pub(crate) const NUMBER: &str = "+447700900123";
const URL: &str = "http://localhost:8080";

/// One product with two applications.
pub(crate) struct Harness {
    pub(crate) product: Product,
    router: Router,
    application: ApplicationId,
    credentials: String,
    other: (ApplicationId, ApiKey),
}

/// What came back.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("not JSON: {}", self.text))
    }

    /// The vendor's code of a refusal.
    pub(crate) fn code(&self) -> u64 {
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16(), "{}", self.text);
        body["code"].as_u64().unwrap_or_default()
    }

    pub(crate) fn field(&self, name: &str) -> String {
        self.json()[name].as_str().unwrap_or_default().to_owned()
    }
}

/// What `Authorization` says.
fn basic(user: &str, password: &str) -> String {
    format!(
        "Basic {}",
        BASE64.encode(format!("{user}:{password}").as_bytes())
    )
}

/// One value of a form: everything but letters and digits as `%` and two digits.
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A product whose terms a test changes.
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        Self::over(change, |vault| vault).await
    }

    /// The same with the vault's store wrapped.
    pub(crate) async fn over(
        change: impl FnOnce(&mut Setup),
        wrap: impl FnOnce(Arc<dyn Store>) -> Arc<dyn Store>,
    ) -> Self {
        let [front, vault] = Product::memory_stores();
        let vault = wrap(vault);
        let entropy = SeededEntropy::new(7);
        let mut setup = Setup::new(7);
        setup.apps.clear();
        let mut credentials = Vec::new();
        for name in ["Harbour Chat", "Other"] {
            let new = NewApplication {
                name: name.to_owned(),
                host: "chat.harbour.example".to_owned(),
                sandbox: false,
            };
            let at = Timestamp::from_millis(1_794_000_000_000);
            let made = identity::create_application(&*front, &entropy, at, new).await;
            let (application, key) = made.unwrap();
            setup.apps.push(app_terms(application.id));
            credentials.push((application.id, key));
        }
        change(&mut setup);
        let product = Product::over(setup, front, vault).await;
        let state = TwilioState {
            identity: product.identity.clone(),
            applications: Arc::new(Applications::default()),
            public_url: URL.to_owned(),
        };
        let other = credentials.pop().unwrap();
        let (application, key) = credentials.pop().unwrap();
        Self {
            product,
            router: router(state),
            application,
            credentials: basic(&sid::account(application), key.expose()),
            other,
        }
    }

    /// A path under the application's service.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("/v2/Services/{}/{rest}", sid::service(self.application))
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.product.wait(Millis::from_seconds(seconds));
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, &[], &self.credentials).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.send(Method::POST, path, fields, &self.credentials)
            .await
    }

    /// With another application's key under this one's account.
    pub(crate) async fn foreign(&self, path: &str) -> Reply {
        let credentials = basic(&sid::account(self.application), self.other.1.expose());
        self.send(Method::GET, path, &[], &credentials).await
    }

    /// A path under the other application's service, with its own key.
    pub(crate) async fn elsewhere(&self, rest: &str) -> Reply {
        let path = format!("/v2/Services/{}/{rest}", sid::service(self.other.0));
        self.by_the_other(&path).await
    }

    /// A path of the other application's account, with its own key.
    pub(crate) async fn by_the_other(&self, path: &str) -> Reply {
        let (application, key) = &self.other;
        let credentials = basic(&sid::account(*application), key.expose());
        self.send(Method::GET, path, &[], &credentials).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, &[], &self.credentials)
            .await
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        fields: &[(&str, &str)],
        authorization: &str,
    ) -> Reply {
        let pairs = fields
            .iter()
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)));
        let form = pairs.collect::<Vec<_>>().join("&");
        let request = Request::builder()
            .method(method.clone())
            .uri(path)
            .header("authorization", authorization)
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request.body(Body::from(form)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 20).await.unwrap();
        let reply = Reply {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        let carried = path.contains(&NUMBER[1..])
            || fields.iter().any(|(_, value)| value.contains(&NUMBER[1..]));
        if !carried || reply.status.as_u16() >= 400 {
            assert!(!reply.text.contains(&NUMBER[3..]), "{method} {path} tells");
        }
        contract::hold(&method, path, &reply);
        reply
    }

    /// Starts a verification by text message and gives its SID.
    pub(crate) async fn started(&self) -> String {
        let fields = [("To", NUMBER), ("Channel", "sms")];
        let reply = self.post(&self.at("Verifications"), &fields).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.field("sid")
    }

    /// One guess by number.
    pub(crate) async fn guess(&self, code: &str) -> Reply {
        let fields = [("To", NUMBER), ("Code", code)];
        self.post(&self.at("VerificationCheck"), &fields).await
    }

    /// A code that is not the right one.
    pub(crate) async fn wrong(&self) -> &'static str {
        if self.product.phones.code(NUMBER).await == "000000" {
            "000001"
        } else {
            "000000"
        }
    }
}
