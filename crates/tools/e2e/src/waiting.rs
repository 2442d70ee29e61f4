//! The only places with a clock.

use std::thread;
use std::time::{Duration, Instant};

const INTERVAL: Duration = Duration::from_millis(5);

/// The time, for measuring how long something took.
#[expect(
    clippy::disallowed_methods,
    reason = "real programs run by the real clock"
)]
#[must_use]
pub fn now() -> Instant {
    Instant::now()
}

/// Asks `question` every few milliseconds until it has an answer.
///
/// Other processes write files and end; nothing in a test's hands tells of it, so this one loop
/// asks again. Whatever can be waited for as an event is.
///
/// # Panics
/// After `limit`, naming `what`.
#[expect(
    clippy::disallowed_methods,
    reason = "a file or process of another program has no event to wait for"
)]
pub fn until<T>(what: &str, limit: Duration, mut question: impl FnMut() -> Option<T>) -> T {
    let begun = now();
    loop {
        if let Some(answer) = question() {
            return answer;
        }
        assert!(begun.elapsed() < limit, "waited {limit:?} for {what}");
        thread::sleep(INTERVAL);
    }
}
