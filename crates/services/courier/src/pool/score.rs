//! How well one route works for one country.
//!
//! Every message is a trial. It succeeds when the vault counts a proven code, and fails when a
//! receipt says so or when too long passes without either. What is too long follows from how
//! long proofs take. Newer trials weigh more, so that a route that stops working is found out
//! within a few dozen messages, and one that works again is too.

use std::collections::VecDeque;

use model::{MessageId, Millis, Timestamp};

/// Weight that older trials keep with each new one: about the last 24 count.
const KEEP: f64 = 1.0 - 1.0 / 24.0;
/// Trials assumed before the first: two successes, one failure. New routes get their chance.
const ASSUMED: (f64, f64) = (2.0, 1.0);
/// Bounds of how long a proof may take before its absence counts.
const PATIENCE_MIN: Millis = Millis::from_seconds(5);
const PATIENCE_MAX: Millis = Millis::from_seconds(60);
/// Patience while no proof was ever seen.
const PATIENCE_FIRST: Millis = Millis::from_seconds(30);
/// Messages that wait for their outcome; the oldest count as failed beyond.
const PENDING_MAX: usize = 4096;

/// One route's record for one country.
#[derive(Debug, Default)]
pub struct Score {
    pending: VecDeque<(Timestamp, MessageId)>,
    trials: f64,
    successes: f64,
    /// How long proofs take on average, milliseconds.
    proof_ms: Option<f64>,
}

impl Score {
    /// A message went.
    pub fn sent(&mut self, id: MessageId, now: Timestamp) {
        self.settle(now);
        if self.pending.len() >= PENDING_MAX {
            self.pending.pop_front();
            self.trial(0.0);
        }
        self.pending.push_back((now, id));
    }

    /// So many codes were proven. Which ones is unknown, so the oldest count.
    pub fn proven(&mut self, count: u32, now: Timestamp) {
        for _ in 0..count.min(u32::try_from(PENDING_MAX).unwrap_or(u32::MAX)) {
            let Some((sent, _)) = self.pending.pop_front() else {
                // They were counted as failed too early.
                self.successes = (self.successes + 1.0).min(self.trials);
                continue;
            };
            self.trial(1.0);
            let took = millis(now.since(sent));
            let before = self.proof_ms.unwrap_or(took);
            self.proof_ms = Some(before + (took - before) / 8.0);
        }
    }

    /// A receipt says that the phone does not have it, or the carrier refused it.
    pub fn failed(&mut self, id: MessageId) {
        if self.forget(id) {
            self.trial(0.0);
        }
    }

    /// It says nothing of the route. Whether it was still waiting.
    pub fn forget(&mut self, id: MessageId) -> bool {
        // What is refused at once is among the newest.
        let place = self.pending.iter().rposition(|(_, other)| *other == id);
        place.and_then(|place| self.pending.remove(place)).is_some()
    }

    /// Counts what waited too long.
    pub fn settle(&mut self, now: Timestamp) {
        let patience = self.patience();
        while let Some((sent, _)) = self.pending.front() {
            if now.since(*sent) <= patience {
                return;
            }
            self.pending.pop_front();
            self.trial(0.0);
        }
    }

    /// Expected share of proven codes, and how unsure that is (standard deviation).
    pub fn estimate(&self) -> (f64, f64) {
        let (successes, failures) = ASSUMED;
        let all = self.trials + successes + failures;
        let mean = (self.successes + successes) / all;
        (mean, (mean * (1.0 - mean) / (all + 1.0)).sqrt())
    }

    fn patience(&self) -> Millis {
        let Some(proof_ms) = self.proof_ms else {
            return PATIENCE_FIRST;
        };
        #[expect(clippy::cast_possible_truncation, reason = "clamped to a minute below")]
        let longest = Millis::from_millis((4.0 * proof_ms) as i64);
        longest.clamp(PATIENCE_MIN, PATIENCE_MAX)
    }

    fn trial(&mut self, success: f64) {
        self.trials = self.trials * KEEP + 1.0;
        self.successes = self.successes * KEEP + success;
    }
}

fn millis(span: Millis) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "spans of days at most")]
    let millis = span.as_millis().max(0) as f64;
    millis
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn mean(score: &Score) -> f64 {
        score.estimate().0
    }

    #[test]
    fn proofs_raise_and_silence_lowers() {
        let mut score = Score::default();
        let before = mean(&score);
        for second in 0..20 {
            score.sent(id(1), at(second));
            score.proven(1, at(second + 1));
        }
        assert!(mean(&score) > before);
        for second in 20..60 {
            score.sent(id(1), at(second));
        }
        assert!(mean(&score) < 0.4, "{}", mean(&score));
    }

    #[test]
    fn patience_follows_how_long_proofs_take() {
        let mut score = Score::default();
        assert_eq!(score.patience(), PATIENCE_FIRST);
        score.sent(id(1), at(0));
        score.proven(1, at(3));
        assert_eq!(score.patience(), Millis::from_seconds(12));
    }

    #[test]
    fn a_bad_receipt_counts_at_once_and_once() {
        let mut score = Score::default();
        score.sent(id(1), at(0));
        let before = mean(&score);
        score.failed(id(1));
        let after = mean(&score);
        assert!(after < before);
        score.failed(id(1));
        score.settle(at(1000));
        assert!((mean(&score) - after).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn an_estimate_is_always_a_share(events in prop::collection::vec((0_u8..4, 0_u8..9), 0..300)) {
            let mut score = Score::default();
            for (second, (event, n)) in events.into_iter().enumerate() {
                let now = at(i64::try_from(second).unwrap());
                match event {
                    0 => score.sent(id(n), now),
                    1 => score.proven(n.into(), now),
                    2 => score.failed(id(n)),
                    _ => score.settle(now),
                }
                let (mean, deviation) = score.estimate();
                prop_assert!((0.0..=1.0).contains(&mean) && (0.0..=0.5).contains(&deviation));
                prop_assert!(score.pending.len() <= PENDING_MAX);
            }
        }
    }
}
