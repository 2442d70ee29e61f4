//! SMPP 3.4 ("Short Message Peer to Peer Protocol Specification v3.4", 1999).
//!
//! | module | what it holds |
//! |---|---|
//! | [`pdu`] | packets: header, bounds, reading from a stream |
//! | [`fields`], [`body`] | bodies of bind, submit_sm and deliver_sm |
//! | [`text`] | alphabets, segments and their headers |
//! | [`receipt`], [`ids`] | what became of which message |
//! | `session` | one bound session: window, answers, keeping the link awake |
//! | [`Smpp`] | the carrier: binds again and again, slows down when asked |

mod address;
mod assemble;
pub mod body;
mod carrier;
pub mod fields;
pub mod ids;
mod inbound;
pub mod pdu;
mod pressure;
pub mod receipt;
mod session;
pub mod status;
pub mod text;

pub use carrier::{Binding, Smpp, SmppSettings};
pub use session::SessionLimits;
