//! The whole product in one process: memory stores, one clock in a test's hand, seeded
//! randomness, phones that remember what they were sent.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let product = testkit::Product::new(1).await;
//! let (id, _) = product.sign_up("+447700900123").await.unwrap();
//! let code = product.phones.code("+447700900123").await;
//! let approved = product.approve(id, &code).await;
//! assert!(approved.subject.is_some());
//! product.finish().await;
//! # });
//! ```

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test harness fails by panicking"
)]

mod ambient;
mod breaking;
mod direct;
mod page;
mod phones;
mod product;
mod together;

pub use ambient::{HandClock, SeededEntropy};
pub use breaking::{Break, Breaking};
pub use direct::{begin, guess, guess_at, parse_e164, scan_all, totp_code, wrong_code};
pub use phones::{Arrived, Phones, ROUTE};
pub use product::{APP, Product, Setup, app_terms};
pub use together::Together;
