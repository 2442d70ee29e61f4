//! The SMPP carrier against a message centre in the test's hand, and against two that others wrote.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod centre;
mod kannel;
#[path = "../common/log.rs"]
mod log;
mod logs;
mod node;
mod receipts;
mod session;
mod support;
mod tls;
