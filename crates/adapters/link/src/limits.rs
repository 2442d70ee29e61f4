//! Bounds of one link, each with a typed answer when it is reached.

use std::time::Duration;

/// The longest frame taken from the other room, without its length field. Longer ones end the
/// connection.
pub const MAX_FRAME_BYTES: usize = 1024 * 1024;

/// The longest frame this side writes, length field included. One entry must fit in it.
pub const MAX_BATCH_BYTES: usize = 256 * 1024;

/// Waiting times and counts of one link.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How long the hello may take. The other room may just be starting, and nobody hands over a
    /// second connection to one that comes up late: longer than a supervisor lets a start take.
    /// A room that ends ends the hello too.
    pub hello: Duration,
    /// How long a call waits for a connection while none stands.
    pub attach_wait: Duration,
    /// How long a call waits for its answer.
    pub deadline: Duration,
    /// How long one write may make no progress before the connection is given up.
    pub stall: Duration,
    /// Calls waiting or in flight to the other room; one more is refused as busy.
    pub calls: usize,
    /// Requests of the other room being worked on; one more is refused as busy.
    pub serving: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(30),
            attach_wait: Duration::from_secs(2),
            deadline: Duration::from_secs(10),
            stall: Duration::from_secs(10),
            calls: 1024,
            serving: 1024,
        }
    }
}
