//! A key store that makes its callers wait, without holding up the others.
//!
//! Verbs of the trait block. On a thread of the runtime that would stop every other task of it
//! for as long as the module takes, a millisecond with one behind a network. So a slow module's
//! verbs hand the thread's other tasks to another thread first. Handing over costs some ten
//! microseconds, which a fast module would not be worth: the average of late decides.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use seal::{Custody, Hsm, HsmError, KeyId, KeySpec, PublicKey, RSA_BYTES};
use tokio::runtime::{Handle, RuntimeFlavor};
use zeroize::Zeroizing;

/// From this on other tasks are handed over, nanoseconds.
const SLOW: u64 = 250_000;
/// Each verb moves the average by one part of this.
const WEIGHT: u64 = 16;

/// Wraps a module that may be slow.
pub struct Waiting {
    inner: Arc<dyn Hsm>,
    /// Nanoseconds that verbs took of late.
    average: AtomicU64,
}

impl Waiting {
    /// Around a module of which nothing is known yet.
    pub fn new(inner: Arc<dyn Hsm>) -> Self {
        Self {
            inner,
            average: AtomicU64::new(0),
        }
    }

    fn wait<T>(&self, verb: impl FnOnce(&dyn Hsm) -> T) -> T {
        let slow = self.average.load(Ordering::Relaxed) >= SLOW;
        if slow && may_hand_over() {
            tokio::task::block_in_place(|| self.timed(verb))
        } else {
            self.timed(verb)
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
        let before = self.average.load(Ordering::Relaxed);
        // A lost update of another thread is one sample less.
        let after = before - before / WEIGHT + took / WEIGHT;
        self.average.store(after, Ordering::Relaxed);
        done
    }
}

/// Only threads of a runtime of several threads have somebody to hand over to.
fn may_hand_over() -> bool {
    Handle::try_current().is_ok_and(|here| here.runtime_flavor() == RuntimeFlavor::MultiThread)
}

impl Hsm for Waiting {
    fn hmac(&self, key: &KeyId, data: &[u8]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.wait(|hsm| hsm.hmac(key, data))
    }

    fn ecdh(&self, key: &KeyId, point: &[u8; 65]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.wait(|hsm| hsm.ecdh(key, point))
    }

    fn decrypt(&self, key: &KeyId, ct: &[u8; RSA_BYTES]) -> Result<Zeroizing<[u8; 32]>, HsmError> {
        self.wait(|hsm| hsm.decrypt(key, ct))
    }

    fn sign(&self, key: &KeyId, message: &[u8]) -> Result<[u8; 64], HsmError> {
        self.wait(|hsm| hsm.sign(key, message))
    }

    // Known after its first use, so not worth a measure.
    fn public_key(&self, key: &KeyId) -> Result<PublicKey, HsmError> {
        self.inner.public_key(key)
    }

    fn create(&self, spec: KeySpec) -> Result<(), HsmError> {
        self.inner.create(spec)
    }

    fn destroy(&self, key: &KeyId) -> Result<(), HsmError> {
        self.inner.destroy(key)
    }

    fn list(&self) -> Result<Vec<KeySpec>, HsmError> {
        self.inner.list()
    }

    fn probe(&self) -> Result<Custody, HsmError> {
        self.inner.probe()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hsm_software::{Pretend, SlowHsm, SystemRandom};
    use seal::{conformance, soft::SoftKeys};

    use super::*;

    fn slow() -> Waiting {
        let keys = SoftKeys::new(Arc::new(SystemRandom));
        let pretend = Pretend {
            latency: Duration::from_millis(2),
            per_second: 10_000,
        };
        Waiting::new(Arc::new(SlowHsm::new(Arc::new(keys), pretend)))
    }

    #[test]
    fn it_keeps_every_rule_of_what_it_wraps() {
        conformance::run(&slow(), None).unwrap();
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn a_slow_module_does_not_hold_up_the_other_tasks_of_its_thread() {
        let hsm = Arc::new(slow());
        let key = KeyId::index(1);
        hsm.create(KeySpec::of(key)).unwrap();
        let mut tasks = tokio::task::JoinSet::new();
        #[expect(clippy::disallowed_methods, reason = "what is tested takes time")]
        let begun = Instant::now();
        for _ in 0..64 {
            let hsm = Arc::clone(&hsm);
            tasks.spawn(async move {
                for _ in 0..8 {
                    hsm.hmac(&key, b"x").unwrap();
                }
            });
        }
        while let Some(done) = tasks.join_next().await {
            done.unwrap();
        }
        // One after the other they would take 64 × 8 × 2 ms.
        assert!(begun.elapsed() < Duration::from_millis(900));
    }

    #[tokio::test]
    async fn a_runtime_of_one_thread_waits() {
        let hsm = slow();
        let key = KeyId::index(1);
        hsm.create(KeySpec::of(key)).unwrap();
        for _ in 0..40 {
            hsm.hmac(&key, b"x").unwrap();
        }
    }
}
