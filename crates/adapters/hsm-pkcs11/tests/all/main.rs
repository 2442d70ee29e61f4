//! The adapter on SoftHSM, and on SoftHSM behind a library that misbehaves.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "helpers of tests fail as tests do"
)]

mod calls;
mod custody;
mod life;
mod pins;
mod shim;
mod softhsm;
mod suites;
