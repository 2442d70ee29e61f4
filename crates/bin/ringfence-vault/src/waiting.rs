//! A key store that makes its callers wait, without holding up the others.
//!
//! Verbs of the trait block. On a thread of the runtime that would stop every other task of it
//! for as long as the module takes, a millisecond with one behind a network. So a slow module's
//! verbs hand the thread's other tasks to another thread first. Handing over costs some ten
//! microseconds, which a fast module would not be worth: what verbs took of late decides.
//!
//! Not their average: on a busy machine a verb now and then takes a slice of somebody else's time,
//! and once many threads wait for a fast module, each waits for the others. The average then says
//! slow for ever. What the faster verbs took is the module's own time.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use seal::{Hsm, Layer};
use tokio::runtime::{Handle, RuntimeFlavor};

/// From this on other tasks are handed over, nanoseconds.
const SLOW: u64 = 250_000;
/// A faster verb moves the estimate down by one part of this, a slower one up by one of that: it
/// comes to rest where one verb of nine is faster.
const DOWN: u64 = 16;
const UP: u64 = 128;

/// Wraps a module that may be slow.
pub struct Waiting {
    inner: Arc<dyn Hsm>,
    pace: Pace,
}

/// Nanoseconds that the faster verbs took of late; 0 before the first.
#[derive(Default)]
struct Pace(AtomicU64);

impl Pace {
    /// Takes note of a verb. An update that is lost to another thread is one sample less.
    fn note(&self, took: u64) {
        let before = self.0.load(Ordering::Relaxed);
        let after = if before == 0 {
            took
        } else if took < before {
            before - before / DOWN
        } else {
            before.saturating_add(before / UP + 1)
        };
        self.0.store(after, Ordering::Relaxed);
    }

    fn is_slow(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= SLOW
    }
}

impl Waiting {
    /// Around a module of which nothing is known yet.
    pub fn new(inner: Arc<dyn Hsm>) -> Self {
        Self {
            inner,
            pace: Pace::default(),
        }
    }

    fn timed<T>(&self, verb: impl FnOnce(&dyn Hsm) -> T) -> T {
        #[expect(
            clippy::disallowed_methods,
            reason = "how long a module takes decides only on which thread it is waited for"
        )]
        let now = Instant::now;
        let begun = now();
        let done = verb(&*self.inner);
        let took = u64::try_from((now() - begun).as_nanos()).unwrap_or(u64::MAX);
        self.pace.note(took);
        done
    }
}

impl Layer for Waiting {
    fn inner(&self) -> &dyn Hsm {
        &*self.inner
    }

    fn operate<T>(&self, operation: impl FnOnce(&dyn Hsm) -> T) -> T {
        if self.pace.is_slow() && may_hand_over() {
            tokio::task::block_in_place(|| self.timed(operation))
        } else {
            self.timed(operation)
        }
    }
}

/// Only threads of a runtime of several threads have somebody to hand over to.
fn may_hand_over() -> bool {
    Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread)
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, time::Duration};

    use hsm_software::{Pretend, SlowHsm, SystemRandom};
    use seal::{KeyId, KeySpec, conformance, soft::SoftKeys};
    use tokio::task::JoinSet;

    use super::*;

    const KEY: KeyId = KeyId::index(1);

    fn slow() -> SlowHsm {
        let keys = SoftKeys::new(Arc::new(SystemRandom));
        let pretend = Pretend {
            latency: Duration::from_millis(2),
            per_second: 10_000,
        };
        SlowHsm::new(Arc::new(keys), pretend)
    }

    /// Until it is known that the module is slow.
    fn learn(hsm: &Waiting) {
        hsm.create(KeySpec::of(KEY)).unwrap();
        for _ in 0..40 {
            hsm.hmac(&KEY, b"x").unwrap();
        }
    }

    #[test]
    fn it_keeps_every_rule_of_what_it_wraps() {
        conformance::run(&Waiting::new(Arc::new(slow())), None).unwrap();
    }

    /// A module that answers only two operations at once.
    struct Meeting(SlowHsm, Barrier);

    impl Layer for Meeting {
        fn inner(&self) -> &dyn Hsm {
            &self.0
        }

        fn operate<T>(&self, operation: impl FnOnce(&dyn Hsm) -> T) -> T {
            let done = operation(&self.0);
            self.1.wait();
            done
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_slow_module_does_not_hold_up_the_other_tasks_of_its_thread() {
        let hsm = Arc::new(Waiting {
            inner: Arc::new(Meeting(slow(), Barrier::new(2))),
            pace: Pace(AtomicU64::new(SLOW)),
        });
        hsm.create(KeySpec::of(KEY)).unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..2 {
            let hsm = Arc::clone(&hsm);
            // On one thread the first would wait for the second for ever.
            tasks.spawn(async move { hsm.hmac(&KEY, b"x") });
        }
        assert!(tasks.join_all().await.iter().all(Result::is_ok));
    }

    #[test]
    fn a_module_that_takes_long_is_known_as_slow() {
        let hsm = Waiting::new(Arc::new(slow()));
        learn(&hsm);
        assert!(hsm.pace.is_slow());
    }

    /// Of every three verbs one waits for its turn on the processor.
    #[test]
    fn a_fast_module_on_a_busy_machine_is_not_taken_for_a_slow_one() {
        let pace = Pace(AtomicU64::new(SLOW));
        for verb in 0..300 {
            pace.note(if verb % 3 == 0 { 4_000_000 } else { 60_000 });
        }
        assert!(!pace.is_slow());
    }

    #[test]
    fn a_slow_module_that_fails_fast_at_times_is_still_known_as_slow() {
        let pace = Pace::default();
        for verb in 0..3_000 {
            pace.note(if verb % 20 == 0 { 5_000 } else { 1_000_000 });
        }
        assert!(pace.is_slow());
    }

    #[test]
    fn a_module_that_became_fast_or_slow_is_known_as_that_in_some_hundred_verbs() {
        let pace = Pace::default();
        for (took, verbs, slow) in [
            (1_000_000, 1, true),
            (50_000, 50, false),
            (1_000_000, 400, true),
        ] {
            (0..verbs).for_each(|_| pace.note(took));
            assert_eq!(pace.is_slow(), slow, "{took}");
        }
    }

    #[tokio::test]
    async fn a_runtime_of_one_thread_waits() {
        let hsm = Waiting::new(Arc::new(slow()));
        learn(&hsm);
        assert!(hsm.hmac(&KEY, b"x").is_ok());
    }
}
