//! The hosted pages and the simulator's, in a real Chromium, against the real programs.
//!
//! Each test has a demonstration and a browser of its own. Pictures of every page go to
//! `target/screens`, for people to look at.

#![expect(
    clippy::expect_used,
    reason = "scenes fail by panicking, as the harness does"
)]

mod album;
mod budgets;
mod code;
mod demo;
mod keyboard;
mod login;
mod number;
mod person;
mod phones;
mod steady;
