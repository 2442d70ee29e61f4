//! Everything that a stranger could make grow, with its bound.

use std::time::Duration;

/// The bounds of one listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest request body, bytes.
    pub body_bytes: usize,
    /// Longest request line and headers together, bytes. At least 8,192 (hyper's floor).
    pub head_bytes: usize,
    /// Most header fields in a request.
    pub headers: usize,
    /// A client has this long to send a whole head, and as long between two requests.
    pub head_read: Duration,
    /// A request has this long from its head to the start of its answer, its body included.
    pub request: Duration,
    /// Connections open at once; more wait in the system's queue.
    pub connections: usize,
    /// Requests being answered at once; more are answered 503.
    pub requests: usize,
    /// How long accepted requests may take to finish once the server stops.
    pub shutdown: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * 1024,
            head_bytes: 16 * 1024,
            headers: 64,
            head_read: Duration::from_secs(10),
            request: Duration::from_secs(15),
            connections: 10_000,
            requests: 2_000,
            shutdown: Duration::from_secs(4),
        }
    }
}
