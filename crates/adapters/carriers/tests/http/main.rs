//! The HTTP carriers: what they send to a server in the test's hand, and whether they and the
//! vendors' own SDKs agree on signatures.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod gateway;
#[path = "../common/log.rs"]
mod log;
mod logs;
mod operator;
mod oracle;
mod outcomes;
mod requests;
mod support;
mod webhooks;
