//! Slowing down when the centre asks for it. All messages of a session wait together.

use std::time::Duration;

use parking_lot::Mutex;
use tokio::time::Instant;

/// The first pause.
const PAUSE_MIN: Duration = Duration::from_millis(50);
/// The longest pause.
const PAUSE_MAX: Duration = Duration::from_secs(2);

struct State {
    free_at: Option<Instant>,
    pause: Duration,
}

/// When the next message may go.
pub struct Pressure(Mutex<State>);

impl Default for Pressure {
    fn default() -> Self {
        Self(Mutex::new(State {
            free_at: None,
            pause: PAUSE_MIN,
        }))
    }
}

impl Pressure {
    /// When the next message may go: now, or after the pause.
    pub fn free_at(&self) -> Instant {
        self.0.lock().free_at.unwrap_or_else(Instant::now)
    }

    /// The centre did not take a message now. Those that were under way together count once.
    pub fn felt(&self, now: Instant) {
        let mut state = self.0.lock();
        if state.free_at.is_some_and(|free| free > now) {
            return;
        }
        state.free_at = Some(now + state.pause);
        state.pause = (state.pause * 2).min(PAUSE_MAX);
    }

    /// The centre took one. The next pause, if any, is shorter.
    pub fn eased(&self) {
        let mut state = self.0.lock();
        if state.pause > PAUSE_MIN {
            state.pause = (state.pause / 2).max(PAUSE_MIN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn pauses_double_and_shrink_again() {
        let pressure = Pressure::default();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            let now = pressure.free_at();
            pressure.felt(now);
            pauses.push((pressure.free_at() - now).as_millis());
        }
        assert_eq!(pauses, [50, 100, 200, 400, 800, 1600, 2000, 2000]);
        pressure.eased();
        let now = pressure.free_at();
        pressure.felt(now);
        assert_eq!((pressure.free_at() - now).as_millis(), 1000);
    }

    #[tokio::test(start_paused = true)]
    async fn answers_that_come_together_count_once() {
        let pressure = Pressure::default();
        let now = Instant::now();
        for _ in 0..64 {
            pressure.felt(now);
        }
        assert_eq!((pressure.free_at() - now).as_millis(), 50);
    }
}
