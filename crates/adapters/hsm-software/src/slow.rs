//! A module with the latency and the rate of one behind a network, for honest benchmarks.

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use seal::{Hsm, Layer};

/// What is pretended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pretend {
    /// From a request to its answer.
    pub latency: Duration,
    /// Most operations that are begun in a second, by all threads together. At least 1.
    pub per_second: u32,
}

/// Delays every operation with a secret key. Answers are those of the module inside; ceremonies
/// and public keys are not delayed.
pub struct SlowHsm {
    inner: Arc<dyn Hsm>,
    pretend: Pretend,
    /// When the next operation may begin.
    next: Mutex<Option<Instant>>,
}

impl SlowHsm {
    /// Around another module.
    #[must_use]
    pub fn new(inner: Arc<dyn Hsm>, pretend: Pretend) -> SlowHsm {
        SlowHsm {
            inner,
            pretend,
            next: Mutex::new(None),
        }
    }

    /// When this operation begins: one after the other, at the given rate, without a burst after
    /// a pause.
    fn begin(&self) -> Instant {
        let apart = Duration::from_secs(1) / self.pretend.per_second.max(1);
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let now = now();
        let begin = next.map_or(now, |next| next.max(now));
        *next = Some(begin + apart);
        begin
    }
}

#[expect(clippy::disallowed_methods, reason = "it pretends to take time")]
fn now() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "it pretends to take time")]
fn wait_until(when: Instant) {
    thread::sleep(when.saturating_duration_since(now()));
}

impl Layer for SlowHsm {
    fn inner(&self) -> &dyn Hsm {
        &*self.inner
    }

    fn operate<T>(&self, operation: impl FnOnce(&dyn Hsm) -> T) -> T {
        let answer_at = self.begin() + self.pretend.latency;
        let done = operation(&*self.inner);
        wait_until(answer_at);
        done
    }
}

impl fmt::Debug for SlowHsm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SlowHsm({:?})", self.pretend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandom;
    use seal::{KeyId, KeySpec, conformance, soft::SoftKeys};

    fn slow(latency: Duration, per_second: u32) -> SlowHsm {
        let keys = SoftKeys::new(Arc::new(SystemRandom));
        let pretend = Pretend {
            latency,
            per_second,
        };
        SlowHsm::new(Arc::new(keys), pretend)
    }

    #[test]
    fn it_answers_what_the_module_inside_does() {
        conformance::run(&slow(Duration::ZERO, 1_000_000), None).unwrap();
    }

    #[test]
    fn no_more_operations_begin_than_the_rate_allows_whatever_the_threads() {
        let hsm = slow(Duration::from_millis(1), 1_000);
        let key = KeyId::index(1);
        hsm.create(KeySpec::of(key)).unwrap();
        let begun = now();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| (0..25).for_each(|_| drop(hsm.hmac(&key, b"x"))));
            }
        });
        assert!(begun.elapsed() >= Duration::from_millis(199));
    }

    #[test]
    fn one_thread_waits_the_latency_each_time() {
        let hsm = slow(Duration::from_millis(3), 1_000_000);
        let key = KeyId::index(1);
        hsm.create(KeySpec::of(key)).unwrap();
        let begun = now();
        (0..10).for_each(|_| drop(hsm.hmac(&key, b"x")));
        assert!(begun.elapsed() >= Duration::from_millis(30));
    }
}
