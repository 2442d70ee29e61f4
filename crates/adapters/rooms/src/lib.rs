//! Starting, fencing and restarting the rooms.
//!
//! A running instance is a **supervisor** and a few **rooms**, each a process of its own. This crate is what they have in
//! common, in three parts:
//!
//! - [`control`]: the one descriptor a room inherits (its standard input), and the few messages on it.
//! - [`supervise`]: starting rooms in order, wiring them with socket pairs, restarting them, stopping them softly.
//! - [`sandbox`]: what a room gives up before its first thread starts, and an honest report of it.
//!
//! The supervisor has no listener of its own, no data, and no parser but the one for these fixed little messages. It does
//! *hold* the bound TCP sockets of the rooms, because a room that is being restarted must not refuse connections in the
//! meantime: the kernel queues them on the socket that stays open. The supervisor never accepts on one, so no byte from
//! outside ever reaches it.
//!
//! # A room's `main`
//! ```no_run
//! # fn run() -> Result<(), Box<dyn std::error::Error>> {
//! # use rooms::{control, sandbox::{Sandbox, Sockets}};
//! let mut inherited = control::inherit()?;
//! let public = inherited.take_listener("public").ok_or("no listener")?;
//! let sandbox = Sandbox { own: vec!["/var/lib/ringfence/front".into()], read_only: vec![], sockets: Sockets::none() };
//! let report = sandbox.enter()?; // before any thread
//! let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
//! runtime.block_on(async {
//!     let mut control = inherited.start(&report, control::SELF_STOP_MAX)?;
//!     control.sender().ready()?;
//!     loop {
//!         match control.next_event().await {
//!             control::Event::Link { peer, stream } => drop((peer, stream)), // serve it
//!             control::Event::Stop | control::Event::SupervisorGone => break Ok::<(), std::io::Error>(()),
//!         }
//!     }
//! })?;
//! # drop(public); Ok(())
//! # }
//! ```

pub mod ambient;
pub mod answer;
pub mod control;
mod failure;
pub mod instance;
mod label;
mod room;
pub mod running;
pub mod sandbox;
pub mod settings;
pub mod supervise;
pub mod terminal;
pub mod users;

pub use failure::Failure;
pub use label::{Label, LabelError};
pub use room::Room;
