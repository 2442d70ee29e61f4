//! The real programs, started and driven from outside as their users and their enemies do.
//!
//! | module | concern |
//! |---|---|
//! | [`System`] | a demonstration on free ports: started, stopped, killed, started again |
//! | [`Api`], [`Twilio`], [`Phones`] | the native API, Twilio's, and the simulator's phones |
//! | [`browser`] | a headless Chromium, and a person at it |
//! | [`load`] | people who sign up while something goes wrong |
//! | [`http`] | a blocking HTTP/1.1 client, and raw bytes for bad requests |
//! | [`process`] | what `/proc` says of the rooms |
//! | [`Random`] | seeded choices; a failed run is repeated with `RINGFENCE_SEED` |
//!
//! Start with [`System::start`]. A test binary finds the programs beside itself.

#![expect(
    clippy::expect_used,
    clippy::panic,
    reason = "a test harness fails by panicking"
)]

mod api;
pub mod browser;
pub mod http;
pub mod load;
mod phones;
mod ports;
pub mod process;
mod programs;
mod random;
pub mod sample;
mod system;
mod twilio;
mod waiting;

pub use api::{Api, Started, fresh_key};
pub use phones::{Code, Message, Phones};
pub use ports::Ports;
pub use process::Room;
pub use programs::programs;
pub use random::Random;
pub use system::{Setup, System};
pub use twilio::Twilio;
pub use waiting::{now, until};
