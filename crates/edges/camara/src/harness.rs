//! The router over the whole product in one process, with one application and its key.

use std::{fmt, sync::Arc};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request},
};
use identity::{Application, Applications};
use model::{ApplicationId, Timestamp};
use serde_json::{Value, json};
use store::Tx;
use testkit::{APP, Product, Setup, app_terms};
use tower::ServiceExt as _;

use crate::{
    CamaraState, router,
    scopes::Scopes,
    tokens::{Said, Tokens},
};

/// The key of [`APP`].
pub(crate) const KEY: &str = "rf_kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk";
/// An application that has nothing to do with the first.
pub(crate) const OTHER_APP: ApplicationId = ApplicationId::from_bytes([0xB7; 16]);
/// A mobile number from the range reserved for fiction.
pub(crate) const NUMBER: &str = "+447700900123";

/// One instance.
pub(crate) struct Harness {
    pub(crate) product: Product,
    router: Router,
}

/// What came back.
pub(crate) struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status, self.text)
    }
}

impl Reply {
    pub(crate) fn status(&self) -> u16 {
        self.status
    }

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
#[derive(Clone)]
pub(crate) struct Call {
    method: Method,
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self = self.without(name);
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(body.to_string().as_bytes())
    }

    pub(crate) fn raw(mut self, body: &[u8]) -> Self {
        self.body = body.to_vec();
        self
    }
}

impl Harness {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// The usual product after `change`, and [`OTHER_APP`] beside [`APP`].
    pub(crate) async fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = Setup::new(7);
        setup.apps.push(app_terms(OTHER_APP));
        setup.vault.operator_askers.insert(APP);
        change(&mut setup);
        let product = Product::with(setup).await;
        let row = Application {
            id: APP,
            name: "Harbour Chat".to_owned(),
            host: "chat.harbour.example".to_owned(),
            key_hash: identity::hash::sha256(KEY.as_bytes()),
            created_at: Timestamp::from_millis(0),
            sandbox: false,
        };
        let made = product
            .front_store
            .transact("camara.test", async move |tx: &mut dyn Tx| {
                tx.insert(&row).await
            });
        made.await.unwrap();
        let router = router(CamaraState {
            identity: product.identity.clone(),
            applications: Arc::new(Applications::default()),
            entropy: product.entropy.clone(),
        });
        Self { product, router }
    }

    /// Ends the product, which complains about what was left undone.
    pub(crate) async fn finish(self) {
        self.product.finish().await;
    }

    /// A token of an application, as a header has it.
    pub(crate) fn bearer_of(&self, application: ApplicationId) -> String {
        self.bearer(&Said {
            application,
            scopes: Scopes::CLIENTS,
            network: None,
        })
    }

    /// A token that says this.
    pub(crate) fn bearer(&self, said: &Said) -> String {
        let tokens = Tokens::new(&self.product.identity.token_secret());
        let token = tokens.issue(said, self.product.identity.now());
        format!("Bearer {token}")
    }

    /// A request of [`APP`] to an operation of `one-time-password-sms`.
    pub(crate) fn post(&self, operation: &str) -> Call {
        self.at(&format!("/one-time-password-sms/v1/{operation}"))
    }

    /// A request of [`APP`] to a path.
    pub(crate) fn at(&self, path: &str) -> Call {
        let call = Call {
            method: Method::POST,
            path: path.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        call.header("authorization", &self.bearer_of(APP))
            .header("content-type", "application/json")
    }

    pub(crate) fn send_code_call(&self) -> Call {
        let message = "{{code}} is the code for the test";
        let body = json!({ "phoneNumber": NUMBER, "message": message });
        self.post("send-code").json(&body)
    }

    /// A form, without any header but its type.
    pub(crate) fn form(&self, path: &str, form: &str) -> Call {
        let call = Call {
            method: Method::POST,
            path: path.to_owned(),
            headers: Vec::new(),
            body: form.as_bytes().to_vec(),
        };
        call.header("content-type", "application/x-www-form-urlencoded")
    }

    /// Sends a request. No reply holds the digits of a number.
    pub(crate) async fn send(&self, call: Call) -> Reply {
        let mut request = Request::builder().method(&call.method).uri(&call.path);
        for (name, value) in &call.headers {
            request = request.header(name, value.as_bytes());
        }
        let request = request.body(Body::from(call.body)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 1 << 16).await.unwrap();
        let reply = Reply {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        };
        for digits in ["7700900", "2079460"] {
            assert!(!reply.text.contains(digits), "{} tells a number", call.path);
        }
        reply
    }

    /// Sends a code and gives its authenticationId and the code that arrived.
    pub(crate) async fn sent(&self, number: &str) -> (String, String) {
        let before = self.product.phones.thread(number).len();
        let body = json!({ "phoneNumber": number, "message": "{{code}}" });
        let reply = self.send(self.post("send-code").json(&body)).await;
        let id = reply.json()["authenticationId"]
            .as_str()
            .unwrap()
            .to_owned();
        let arrived = self.product.phones.arrived(number, before + 1).await;
        (id, arrived.code)
    }

    pub(crate) async fn validate(&self, id: &str, code: &str) -> Reply {
        let body = json!({ "authenticationId": id, "code": code });
        self.send(self.post("validate-code").json(&body)).await
    }
}
