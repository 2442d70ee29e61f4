//! The room-to-room protocol: small, versioned, length-prefixed, multiplexed, batched.
//!
//! | module | holds |
//! |---|---|
//! | `verb` | the table of all verbs: number, server, callers, budget |
//! | `hello` | the first eight bytes: protocol version and room |
//! | `frame`, `inbox` | frames and entries as bytes, and how they are cut from a stream |
//! | `body`, `courier_codec` | bodies; the one that holds a number has its own module |
//! | `line`, `driver` | one connection: its shared state, and the future that runs it |
//! | `peer`, `client` | the other room across reconnections, as the traits of `peers` |
//! | `serve` | what this room answers |
//!
//! A room's `main` makes one [`Peer`] per other room with the [`Service`] it offers there, wraps
//! it in a client ([`VaultClient`], [`FrontClient`], [`CourierClient`], [`EventsClient`]), and
//! spawns [`Peer::attach`] for each socket the supervisor hands it. When the other room was
//! restarted it attaches the new socket; the clients stay the same.
//!
//! ```no_run
//! use link::{Limits, Peer, Room, Service, VaultClient};
//!
//! # async fn wire(socket: tokio::net::UnixStream, events: std::sync::Arc<dyn peers::front::FrontEvents>) {
//! let peer = Peer::new(Room::Front, Room::Vault, Service::Front(events), Limits::default());
//! let vault = VaultClient::new(peer.clone());
//! let mut links = tokio::task::JoinSet::new();
//! links.spawn(peer.attach(socket));
//! # drop(vault);
//! # }
//! ```
//!
//! # What a lying peer can do
//! Call the verbs that the table gives it, at most [`Limits::serving`] at a time. It can cost this
//! room a receive buffer of [`MAX_FRAME_BYTES`], two send buffers of [`MAX_BATCH_BYTES`] and the
//! requests it has open; whoever does not read is not read, and cut off after [`Limits::stall`].
//! A request is judged by its header (verb, caller, length, budgets) before its body is looked at.

mod body;
mod client;
mod counters;
mod courier_codec;
mod driver;
mod frame;
mod hello;
mod inbox;
mod limits;
mod line;
mod peer;
mod serve;
mod verb;

#[cfg(test)]
mod tests;

pub use client::{CourierClient, EventsClient, FrontClient, VaultClient};
pub use counters::{Counters, VerbCount};
pub use driver::Ended;
pub use frame::FrameError;
pub use hello::{HelloError, PROTOCOL_VERSION};
pub use limits::{Limits, MAX_BATCH_BYTES, MAX_FRAME_BYTES};
pub use peer::Peer;
pub use serve::Service;
pub use verb::{Room, Verb};
