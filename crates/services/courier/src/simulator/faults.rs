//! What can go wrong at a carrier, on demand.

use model::Entropy;
use peers::carrier::{Handover, Rejection};
use serde::{Deserialize, Serialize};

/// The longest delay of arrivals and receipts.
const DELAY_MAX_MS: u32 = 600_000;
/// The longest delay of an answer.
const ANSWER_DELAY_MAX_MS: u32 = 60_000;
/// How long a reordered message is held back, so that later ones overtake it.
const HELD_BACK_MS: u32 = 1500;
/// How long the answer waits after a receipt that comes before it.
const RECEIPT_LEAD_MS: u32 = 50;

/// What the simulator says about delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptMode {
    /// Nothing. The default: a receipt costs the vault one more write a message, and nothing
    /// depends on it while every accepted text does arrive.
    #[default]
    None,
    /// The truth, after the arrival.
    Honest,
    /// The truth, twice.
    Twice,
    /// The truth, before the handover is answered.
    BeforeAnswer,
    /// The opposite of the truth.
    Lying,
}

/// Which faults are on. Every field may be left out; `{}` turns all of them off. Chances go from
/// 0 (never) to 1 (always) and are drawn for each message.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Faults {
    /// A text arrives this much later than it was accepted, milliseconds, at most 600,000.
    pub delay_ms: u32,
    /// The carrier takes this long to answer, milliseconds, at most 60,000.
    pub answer_delay_ms: u32,
    /// Chance that a message is accepted and never arrives.
    pub drop: f64,
    /// Chance that a message arrives twice.
    pub duplicate: f64,
    /// Chance that a message is held back for 1.5 s, so that later ones overtake it.
    pub reorder: f64,
    /// Chance that a message is refused, with `reject_reason`.
    pub reject: f64,
    /// Why messages are refused; `unreachable` if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reject_reason: Option<Rejection>,
    /// Chance that a message arrives but the carrier's answer is lost.
    pub unknown: f64,
    /// Chance that neither the message arrives nor the carrier's answer.
    pub unknown_lost: f64,
    /// What is said about delivery.
    pub receipts: ReceiptMode,
    /// A receipt comes this much later than the arrival, milliseconds, at most 600,000.
    pub late_ms: u32,
}

/// A field holds a value that it may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{field}` must be between 0 and {most}")]
pub struct FaultsRefused {
    /// The field.
    pub field: &'static str,
    /// The most it may be; the least is 0.
    pub most: u32,
}

/// What happens to one message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fate {
    pub(super) answer: Handover,
    pub(super) answer_delay_ms: u32,
    /// How often it arrives.
    pub(super) arrivals: u8,
    pub(super) arrival_delay_ms: u32,
    /// How many receipts come.
    pub(super) receipts: u8,
    pub(super) receipt_delay_ms: u32,
    pub(super) says_delivered: bool,
}

impl Faults {
    /// Whether nothing goes wrong and no receipt comes.
    #[must_use]
    pub fn are_off(&self) -> bool {
        *self == Self::default()
    }

    /// Checks every field against its bounds.
    ///
    /// # Errors
    /// [`FaultsRefused`] names the first field out of bounds.
    pub fn check(&self) -> Result<(), FaultsRefused> {
        let chances = [
            ("drop", self.drop),
            ("duplicate", self.duplicate),
            ("reorder", self.reorder),
            ("reject", self.reject),
            ("unknown", self.unknown),
            ("unknown_lost", self.unknown_lost),
        ];
        for (field, chance) in chances {
            // Written so that what is not a number is refused too.
            if !(0.0..=1.0).contains(&chance) {
                return Err(FaultsRefused { field, most: 1 });
            }
        }
        let delays = [
            ("delay_ms", self.delay_ms, DELAY_MAX_MS),
            ("late_ms", self.late_ms, DELAY_MAX_MS),
            ("answer_delay_ms", self.answer_delay_ms, ANSWER_DELAY_MAX_MS),
        ];
        let beyond = delays.iter().find(|(_, delay, most)| delay > most);
        beyond.map_or(Ok(()), |&(field, _, most)| {
            Err(FaultsRefused { field, most })
        })
    }

    /// Draws what happens to one message.
    pub(super) fn decide(&self, entropy: &dyn Entropy) -> Fate {
        let happens = |chance| happens(chance, entropy);
        if happens(self.reject) {
            return self.refused();
        }
        let lost = happens(self.unknown_lost);
        let unanswered = lost || happens(self.unknown);
        let arrives = !lost && !happens(self.drop);
        let twice = arrives && happens(self.duplicate);
        let held_back = if happens(self.reorder) {
            HELD_BACK_MS
        } else {
            0
        };
        let answer = if unanswered {
            Handover::Unknown
        } else {
            Handover::Accepted
        };
        let fate = Fate {
            answer,
            answer_delay_ms: self.answer_delay_ms,
            arrivals: u8::from(arrives) + u8::from(twice),
            arrival_delay_ms: self.delay_ms + held_back,
            ..self.refused()
        };
        self.with_receipts(fate, arrives)
    }

    fn refused(&self) -> Fate {
        Fate {
            answer: Handover::Rejected(self.reject_reason.unwrap_or(Rejection::Unreachable)),
            answer_delay_ms: self.answer_delay_ms,
            arrivals: 0,
            arrival_delay_ms: 0,
            receipts: 0,
            receipt_delay_ms: 0,
            says_delivered: false,
        }
    }

    fn with_receipts(&self, mut fate: Fate, arrives: bool) -> Fate {
        fate.says_delivered = arrives;
        fate.receipt_delay_ms = fate.arrival_delay_ms + self.late_ms;
        match self.receipts {
            ReceiptMode::None => {}
            ReceiptMode::Honest => fate.receipts = 1,
            ReceiptMode::Twice => fate.receipts = 2,
            ReceiptMode::BeforeAnswer => {
                fate.receipts = 1;
                fate.receipt_delay_ms = 0;
                fate.answer_delay_ms = fate.answer_delay_ms.max(RECEIPT_LEAD_MS);
            }
            ReceiptMode::Lying => {
                fate.receipts = 1;
                fate.says_delivered = !arrives;
            }
        }
        fate
    }
}

/// Whether something with this chance happens now. Draws nothing for 0 and 1; a failing source
/// of randomness means that nothing goes wrong.
fn happens(chance: f64, entropy: &dyn Entropy) -> bool {
    if chance <= 0.0 || chance >= 1.0 {
        return chance >= 1.0;
    }
    let mut bytes = [0; 4];
    entropy.fill(&mut bytes).is_ok()
        && f64::from(u32::from_le_bytes(bytes)) < chance * (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::EntropyError;
    use proptest::prelude::*;

    /// Gives the same four bytes again and again.
    struct Fixed(u32);
    impl Entropy for Fixed {
        fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
            for (byte, fixed) in out.iter_mut().zip(self.0.to_le_bytes().iter().cycle()) {
                *byte = *fixed;
            }
            Ok(())
        }
    }

    fn fate(faults: Faults) -> Fate {
        faults.decide(&Fixed(0))
    }

    #[test]
    fn without_faults_a_message_is_accepted_and_arrives_once() {
        let fate = fate(Faults::default());
        assert_eq!(fate.answer, Handover::Accepted);
        assert_eq!((fate.arrivals, fate.receipts), (1, 0));
        assert_eq!((fate.answer_delay_ms, fate.arrival_delay_ms), (0, 0));
    }

    #[test]
    fn a_chance_is_a_share_of_the_draws() {
        let half = 0.5;
        assert!(happens(half, &Fixed(u32::MAX / 2)));
        assert!(!happens(half, &Fixed(u32::MAX / 2 + 1)));
        assert!(happens(1.0, &Fixed(u32::MAX)));
        assert!(!happens(0.0, &Fixed(0)));
    }

    #[test]
    fn each_fault_does_what_its_name_says() {
        let one = Faults::default();
        let dropped = fate(Faults { drop: 1.0, ..one });
        assert_eq!((dropped.answer, dropped.arrivals), (Handover::Accepted, 0));
        let twice = fate(Faults {
            duplicate: 1.0,
            ..one
        });
        assert_eq!(twice.arrivals, 2);
        let unknown = fate(Faults {
            unknown: 1.0,
            ..one
        });
        assert_eq!((unknown.answer, unknown.arrivals), (Handover::Unknown, 1));
        let lost = fate(Faults {
            unknown_lost: 1.0,
            ..one
        });
        assert_eq!((lost.answer, lost.arrivals), (Handover::Unknown, 0));
        let held = fate(Faults {
            reorder: 1.0,
            delay_ms: 7,
            ..one
        });
        assert_eq!(held.arrival_delay_ms, 1507);
    }

    #[test]
    fn a_rejection_has_a_reason_and_no_receipt() {
        let faults = Faults {
            reject: 1.0,
            receipts: ReceiptMode::Honest,
            ..Faults::default()
        };
        let fate_now = fate(faults);
        assert_eq!(fate_now.answer, Handover::Rejected(Rejection::Unreachable));
        assert_eq!((fate_now.arrivals, fate_now.receipts), (0, 0));
        let reason = Some(Rejection::Content);
        let with_reason = fate(Faults {
            reject_reason: reason,
            ..faults
        });
        assert_eq!(with_reason.answer, Handover::Rejected(Rejection::Content));
    }

    #[test]
    fn a_lying_receipt_says_the_opposite() {
        let lying = Faults {
            receipts: ReceiptMode::Lying,
            ..Faults::default()
        };
        assert!(!fate(lying).says_delivered);
        let dropped = Faults { drop: 1.0, ..lying };
        assert!(fate(dropped).says_delivered);
    }

    #[test]
    fn a_receipt_before_the_answer_has_a_lead() {
        let faults = Faults {
            receipts: ReceiptMode::BeforeAnswer,
            delay_ms: 900,
            ..Faults::default()
        };
        let fate = fate(faults);
        assert!(fate.receipt_delay_ms < fate.answer_delay_ms);
    }

    #[test]
    fn fields_out_of_bounds_are_named() {
        let field = |json: &str| {
            serde_json::from_str::<Faults>(json)
                .unwrap()
                .check()
                .map_err(|refused| refused.field)
        };
        assert_eq!(field("{}"), Ok(()));
        assert_eq!(field(r#"{"drop":1.01}"#), Err("drop"));
        assert_eq!(field(r#"{"unknown":-0.1}"#), Err("unknown"));
        assert_eq!(field(r#"{"delay_ms":600001}"#), Err("delay_ms"));
        assert_eq!(
            field(r#"{"answer_delay_ms":60001}"#),
            Err("answer_delay_ms")
        );
        let strange = Faults {
            reject: f64::NAN,
            ..Faults::default()
        };
        assert_eq!(strange.check().unwrap_err().field, "reject");
    }

    proptest! {
        #[test]
        fn what_arrives_and_what_is_said_fit_together(
            chances: [bool; 6],
            mode in 0_usize..5,
            draw: u32,
        ) {
            let chance = |on: bool| f64::from(u8::from(on)) / 2.0;
            let modes = [
                ReceiptMode::None,
                ReceiptMode::Honest,
                ReceiptMode::Twice,
                ReceiptMode::BeforeAnswer,
                ReceiptMode::Lying,
            ];
            let faults = Faults {
                drop: chance(chances[0]),
                duplicate: chance(chances[1]),
                reorder: chance(chances[2]),
                reject: chance(chances[3]),
                unknown: chance(chances[4]),
                unknown_lost: chance(chances[5]),
                receipts: modes[mode],
                ..Faults::default()
            };
            let fate = faults.decide(&Fixed(draw));
            let rejected = matches!(fate.answer, Handover::Rejected(_));
            prop_assert!(!rejected || fate.arrivals + fate.receipts == 0);
            if fate.receipts > 0 {
                let truth = fate.arrivals > 0;
                let lies = faults.receipts == ReceiptMode::Lying;
                prop_assert_eq!(fate.says_delivered != truth, lies);
            }
        }
    }
}
