//! What a courier did, in numbers that name nobody.

use std::sync::atomic::{AtomicU64, Ordering};

use peers::carrier::Handover;

/// How many messages of this run came to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// A carrier took them.
    pub accepted: u64,
    /// Definitely not sent.
    pub rejected: u64,
    /// Perhaps sent.
    pub unknown: u64,
    /// Asked for again and answered from memory.
    pub repeated: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    accepted: AtomicU64,
    rejected: AtomicU64,
    unknown: AtomicU64,
    repeated: AtomicU64,
}

impl Counters {
    pub(crate) fn answered(&self, answer: Handover) {
        let counter = match answer {
            Handover::Accepted => &self.accepted,
            Handover::Rejected(_) => &self.rejected,
            Handover::Unknown => &self.unknown,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn repeated(&self) {
        self.repeated.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> Counts {
        Counts {
            accepted: self.accepted.load(Ordering::Relaxed),
            rejected: self.rejected.load(Ordering::Relaxed),
            unknown: self.unknown.load(Ordering::Relaxed),
            repeated: self.repeated.load(Ordering::Relaxed),
        }
    }
}
