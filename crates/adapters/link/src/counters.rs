//! What a room can tell about one link without telling what went over it.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use crate::{Room, Verb};

#[derive(Debug, Default)]
struct Tally {
    calls: AtomicU64,
    refusals: AtomicU64,
    errors: AtomicU64,
}

/// Counts of one link since the room started, over all its connections.
#[derive(Debug, Default)]
pub struct Counters {
    verbs: [Tally; Verb::ALL.len()],
    unknown: AtomicU64,
    stray: AtomicU64,
    frames_in: AtomicU64,
    frames_out: AtomicU64,
}

/// The counts of one verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerbCount {
    /// The verb.
    pub verb: Verb,
    /// The room that answers it: this one or the other.
    pub server: Room,
    /// Requests made or received.
    pub calls: u64,
    /// Those turned away by a link: not allowed, malformed, too large, busy.
    pub refusals: u64,
    /// Those without an answer: connection lost, deadline passed, server failed. What a room
    /// answers, a refusal of its own included, is no error here.
    pub errors: u64,
}

impl Counters {
    pub(crate) fn call(&self, verb: Verb) {
        self.verbs[verb.index()].calls.fetch_add(1, Relaxed);
    }

    pub(crate) fn refusal(&self, verb: Verb) {
        self.verbs[verb.index()].refusals.fetch_add(1, Relaxed);
    }

    pub(crate) fn error(&self, verb: Verb) {
        self.verbs[verb.index()].errors.fetch_add(1, Relaxed);
    }

    pub(crate) fn unknown_verb(&self) {
        self.unknown.fetch_add(1, Relaxed);
    }

    pub(crate) fn stray_answer(&self) {
        self.stray.fetch_add(1, Relaxed);
    }

    pub(crate) fn frame_in(&self) {
        self.frames_in.fetch_add(1, Relaxed);
    }

    pub(crate) fn frame_out(&self) {
        self.frames_out.fetch_add(1, Relaxed);
    }

    /// The counts of one verb.
    #[must_use]
    pub fn of(&self, verb: Verb) -> VerbCount {
        let tally = &self.verbs[verb.index()];
        VerbCount {
            verb,
            server: verb.server(),
            calls: tally.calls.load(Relaxed),
            refusals: tally.refusals.load(Relaxed),
            errors: tally.errors.load(Relaxed),
        }
    }

    /// The counts of every verb that was ever called on this link.
    #[must_use]
    pub fn used(&self) -> Vec<VerbCount> {
        let all = Verb::ALL.iter().map(|verb| self.of(*verb));
        all.filter(|count| count.calls > 0).collect()
    }

    /// Requests with a verb that this build does not know.
    #[must_use]
    pub fn unknown_verbs(&self) -> u64 {
        self.unknown.load(Relaxed)
    }

    /// Answers nobody waited for any more.
    #[must_use]
    pub fn stray_answers(&self) -> u64 {
        self.stray.load(Relaxed)
    }

    /// Frames read.
    #[must_use]
    pub fn frames_in(&self) -> u64 {
        self.frames_in.load(Relaxed)
    }

    /// Frames written; far fewer than calls and answers when batching works.
    #[must_use]
    pub fn frames_out(&self) -> u64 {
        self.frames_out.load(Relaxed)
    }
}
