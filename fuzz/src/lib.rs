//! What the fuzz targets share: the product in one process, and bytes read as something.

pub mod links;

use std::{future::Future, sync::OnceLock};

use axum::{body::Body, http::Request};
use identity::{Applications, NewApplication, create_application};
use model::{Clock, Entropy, EntropyError, Timestamp};
use store::{Row, Value};
use testkit::{Product, Setup, app_terms};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

/// Runs to the end.
pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let built = || {
        let runtime = Builder::new_current_thread().enable_all().build();
        runtime.expect("a runtime")
    };
    RUNTIME.get_or_init(built).block_on(work)
}

/// A product that answers everything asked of it: limits are out of the way, so that what lies
/// behind them is reached too.
pub fn product() -> &'static Product {
    static PRODUCT: OnceLock<Product> = OnceLock::new();
    PRODUCT.get_or_init(|| {
        let mut setup = Setup::new(1);
        setup.vault.number_sends_per_hour = u8::MAX;
        setup.vault.number_sends_per_day = u8::MAX;
        setup.front.starts_per_address = u32::MAX;
        setup.front.starts_per_device = u32::MAX;
        setup.front.checks_per_address = u32::MAX;
        setup.front.daily_budget_micros = u64::MAX;
        block_on(Product::with(setup))
    })
}

/// The API over [`product`], and a key that it knows.
pub fn api() -> &'static (axum::Router, String) {
    static API: OnceLock<(axum::Router, String)> = OnceLock::new();
    API.get_or_init(|| {
        let product = product();
        block_on(async {
            let new = NewApplication {
                name: "Harbour Chat".to_owned(),
                host: "chat.harbour.example".to_owned(),
                sandbox: false,
            };
            let now = product.clock.now();
            let made = create_application(&*product.front_store, &*product.entropy, now, new);
            let (application, key) = made.await.expect("an application");
            let terms = app_terms(application.id);
            vault::register(terms, product.vault.keys(), &*product.vault_store)
                .await
                .expect("registered");
            let state = api::ApiState {
                identity: product.identity.clone(),
                applications: std::sync::Arc::new(Applications::default()),
            };
            (api::router(state), key.expose().to_owned())
        })
    })
}

/// Sends a request; whatever it is, the answer is no internal error.
pub fn answer(router: &axum::Router, request: Request<Body>) {
    let response = block_on(router.clone().oneshot(request)).expect("infallible");
    assert_ne!(response.status().as_u16(), 500, "{:?}", response.headers());
}

/// A clock that stands, and entropy that is not random.
#[derive(Clone, Copy)]
pub struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_795_000_000_000)
    }
}

impl Entropy for Still {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        out.fill(7);
        Ok(())
    }
}

/// The bytes up to a zero byte, and those after it.
pub fn split(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|byte| *byte == 0);
    let at = at.unwrap_or(data.len());
    (&data[..at], data.get(at + 1..).unwrap_or_default())
}

/// A database row of any shape: a kind and a length, then the content, again and again.
pub fn row(mut data: &[u8]) -> Row {
    let mut row = Vec::new();
    while let [kind, length, rest @ ..] = data {
        let length = usize::from(*length).min(rest.len());
        let (content, rest) = rest.split_at(length);
        row.push(match kind % 4 {
            0 => Value::Null,
            1 => {
                let mut bytes = [0; 8];
                let used = content.len().min(8);
                bytes[..used].copy_from_slice(&content[..used]);
                Value::Int(i64::from_le_bytes(bytes))
            }
            2 => Value::Bytes(content.to_vec()),
            _ => Value::Text(String::from_utf8_lossy(content).into_owned()),
        });
        data = rest;
    }
    row
}
