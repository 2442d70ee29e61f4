//! The one descriptor a room inherits, and the messages on it.
//!
//! A room's standard input is one end of a Unix socket pair that keeps message boundaries (`SOCK_SEQPACKET`). One packet
//! is one message of a fixed small form ([`message`]), with at most one descriptor attached and only towards the room.
//! Who is at the other end is known from having inherited it; there is no path and no address to connect to.
//!
//! | to the room | with | means |
//! |---|---|---|
//! | listener *name* | listening TCP socket | accept here; it outlives the room |
//! | link *room* | stream socket | talk to that room here; a new one replaces the old |
//! | start *room* | | the above was all for now; this is your name |
//! | stop | | finish what was accepted, then end |
//!
//! | from the room | means |
//! |---|---|
//! | sandbox *report* | what fences it |
//! | ready | it serves |
//! | warning *code* | an operator should see this code |
//!
//! End of file says the same both ways: the other process is gone.

mod inherit;
pub(crate) mod message;
mod room_side;
pub(crate) mod socket;

pub use inherit::{InheritError, Inherited, inherit};
pub use room_side::{Event, RoomControl, RoomSender, SELF_STOP_MAX};
