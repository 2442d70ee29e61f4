//! A route that fails again and again is left alone for a while.

use model::{Millis, Timestamp};

/// Failures in a row that open the breaker.
const FAILURES: u8 = 5;
/// The first time it stays open; it doubles up to the longest.
const OPEN_MIN: Millis = Millis::from_seconds(5);
const OPEN_MAX: Millis = Millis::from_seconds(300);

/// What happened on a route lately.
#[derive(Debug)]
pub struct Breaker {
    failures: u8,
    open_until: Timestamp,
    open_for: Millis,
}

impl Default for Breaker {
    fn default() -> Self {
        Self {
            failures: 0,
            open_until: Timestamp::from_millis(i64::MIN),
            open_for: OPEN_MIN,
        }
    }
}

impl Breaker {
    /// Whether the route is to be left alone now. Once its time is over, the next message tries it.
    pub fn is_open(&self, now: Timestamp) -> bool {
        now < self.open_until
    }

    /// The carrier took a message, or refused it for the message's own sake.
    pub fn fine(&mut self) {
        *self = Self::default();
    }

    /// The carrier could not be reached, did not answer, or refused for a reason of its own.
    pub fn failed(&mut self, now: Timestamp) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= FAILURES && !self.is_open(now) {
            self.open_until = now.plus(self.open_for);
            let doubled = Millis::from_millis(self.open_for.as_millis() * 2);
            self.open_for = doubled.min(OPEN_MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    #[test]
    fn five_failures_in_a_row_open_it_and_longer_each_time() {
        let mut breaker = Breaker::default();
        for _ in 0..4 {
            breaker.failed(at(0));
        }
        assert!(!breaker.is_open(at(0)));
        breaker.failed(at(0));
        assert!(breaker.is_open(at(4)) && !breaker.is_open(at(5)));
        breaker.failed(at(5));
        assert!(breaker.is_open(at(14)) && !breaker.is_open(at(15)));
    }

    #[test]
    fn one_success_closes_it() {
        let mut breaker = Breaker::default();
        for _ in 0..9 {
            breaker.failed(at(0));
        }
        breaker.fine();
        breaker.failed(at(1));
        assert!(!breaker.is_open(at(1)));
    }
}
