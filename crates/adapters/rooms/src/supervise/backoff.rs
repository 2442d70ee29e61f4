//! How long to wait before a crashed room is started again.

use std::time::Duration;

use super::Timing;

/// The crashes of one room in a row, and the wait that follows from them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backoff {
    crashes: u32,
}

impl Backoff {
    /// Counts a crash of a room that had been ready for `healthy`, and says how long to wait.
    ///
    /// The wait doubles from the first to the longest; a room that was healthy long enough starts over.
    pub fn crashed(&mut self, healthy: Duration, timing: &Timing) -> Duration {
        if healthy >= timing.healthy_after {
            self.crashes = 0;
        }
        let factor = 2_u32.saturating_pow(self.crashes);
        self.crashes = self.crashes.saturating_add(1);
        timing
            .wait_first
            .saturating_mul(factor)
            .min(timing.wait_max)
    }

    /// Quick crashes in a row.
    #[must_use]
    pub fn crashes(self) -> u32 {
        self.crashes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(healthy: &[u64]) -> Vec<u128> {
        let (mut backoff, timing) = (Backoff::default(), Timing::default());
        healthy
            .iter()
            .map(|secs| {
                backoff
                    .crashed(Duration::from_secs(*secs), &timing)
                    .as_millis()
            })
            .collect()
    }

    #[test]
    fn the_wait_doubles_up_to_ten_seconds() {
        assert_eq!(
            waits(&[0; 9]),
            [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]
        );
    }

    #[test]
    fn a_minute_of_health_starts_over() {
        assert_eq!(waits(&[0, 59, 60, 0]), [100, 200, 100, 200]);
    }

    #[test]
    fn counting_never_overflows() {
        let mut backoff = Backoff { crashes: u32::MAX };
        assert_eq!(
            backoff.crashed(Duration::ZERO, &Timing::default()),
            Duration::from_secs(10)
        );
        assert_eq!(backoff.crashes(), u32::MAX);
    }
}
