//! A wrapper that fails on purpose, from a seed, for simulations.

use std::sync::Arc;

use parking_lot::Mutex;

use crate::{Fut, Mode, SendFut, Store, StoreError, Tx, Unit, Verdict, Work};

/// How many of a thousand attempts of a transaction fail, by kind of fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FaultRates {
    /// Rolled back as a conflict; the door tries again.
    pub conflict_per_mille: u16,
    /// Rolled back, and answered [`StoreError::Unavailable`].
    pub before_commit_per_mille: u16,
    /// Committed, but answered [`StoreError::OutcomeUnknown`]. Writes only.
    pub after_commit_per_mille: u16,
}

/// A store that fails in ways a real one can.
pub struct Faulty {
    inner: Arc<dyn Store>,
    rates: Mutex<FaultRates>,
    random: Mutex<SplitMix>,
}

impl Faulty {
    /// Wraps a store. The same seed and the same calls give the same faults.
    #[must_use]
    pub fn new(inner: Arc<dyn Store>, seed: u64, rates: FaultRates) -> Self {
        Faulty {
            inner,
            rates: Mutex::new(rates),
            random: Mutex::new(SplitMix(seed)),
        }
    }

    /// Changes the rates from now on, for example to let a simulation settle.
    pub fn set_rates(&self, rates: FaultRates) {
        *self.rates.lock() = rates;
    }

    fn draw(&self) -> Option<Fault> {
        let rates = *self.rates.lock();
        let mut ticket = self.random.lock().next() % 1000;
        for (rate, fault) in [
            (rates.conflict_per_mille, Fault::Conflict),
            (rates.before_commit_per_mille, Fault::BeforeCommit),
            (rates.after_commit_per_mille, Fault::AfterCommit),
        ] {
            match ticket.checked_sub(u64::from(rate)) {
                None => return Some(fault),
                Some(rest) => ticket = rest,
            }
        }
        None
    }
}

impl Store for Faulty {
    fn submit(&self, unit: Unit) {
        let unit = match self.draw() {
            None => unit,
            Some(Fault::AfterCommit) if unit.mode == Mode::Read => unit,
            Some(fault) => {
                let work = Box::new(Failing {
                    work: unit.work,
                    fault,
                    committed: false,
                });
                Unit { work, ..unit }
            }
        };
        self.inner.submit(unit);
    }

    fn close(&self) -> SendFut<'_, ()> {
        self.inner.close()
    }
}

#[derive(Clone, Copy)]
enum Fault {
    Conflict,
    BeforeCommit,
    AfterCommit,
}

struct Failing {
    work: Box<dyn Work>,
    fault: Fault,
    committed: bool,
}

impl Work for Failing {
    fn run<'a>(&'a mut self, tx: &'a mut dyn Tx) -> Fut<'a, Verdict> {
        Box::pin(async move {
            match (self.work.run(tx).await, self.fault) {
                (Verdict::Commit, Fault::Conflict) => Verdict::Abort(StoreError::Conflict),
                (Verdict::Commit, Fault::BeforeCommit) => Verdict::Abort(StoreError::Unavailable),
                (verdict, _) => {
                    self.committed = verdict == Verdict::Commit;
                    verdict
                }
            }
        })
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        let lost = self.committed && result.is_ok();
        self.work.answer(if lost {
            Err(StoreError::OutcomeUnknown)
        } else {
            result
        });
    }
}

/// SplitMix64 (Steele, Lea and Flood 2014): enough for drawing faults, never for secrets.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}
