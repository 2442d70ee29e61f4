//! The faults as people set them: seconds and percent.

use courier::{
    carrier::Rejection,
    simulator::{Faults, ReceiptMode},
};
use serde::Deserialize;

/// What the form sends, kept as typed so that a wrong answer can be shown again.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct FaultForm {
    pub(crate) delay: String,
    pub(crate) answer_delay: String,
    pub(crate) drop: String,
    pub(crate) duplicate: String,
    pub(crate) reorder: String,
    pub(crate) reject: String,
    pub(crate) reject_reason: String,
    pub(crate) unknown: String,
    pub(crate) unknown_lost: String,
    pub(crate) receipts: String,
    pub(crate) late: String,
    /// Present when the button that turns all off was pressed.
    pub(crate) off: Option<String>,
}

/// One thing to put right: the field's id and what to do.
pub(crate) struct Wrong {
    pub(crate) field: &'static str,
    pub(crate) text: String,
}

/// The reasons a carrier may give, with their words.
pub(crate) const REASONS: [(&str, &str, Rejection); 7] = [
    (
        "unreachable",
        "Number cannot be reached",
        Rejection::Unreachable,
    ),
    ("no_route", "Country not served", Rejection::NoRoute),
    ("content", "Words or sender refused", Rejection::Content),
    ("throttled", "Too fast", Rejection::Throttled),
    ("account", "Account switched off", Rejection::Account),
    ("no_carrier", "No carrier", Rejection::NoCarrier),
    ("down", "Cannot be reached", Rejection::Down),
];

/// What may be said about delivery, with its words.
pub(crate) const RECEIPTS: [(&str, &str, ReceiptMode); 5] = [
    ("none", "None", ReceiptMode::None),
    ("honest", "Honest", ReceiptMode::Honest),
    ("twice", "Twice", ReceiptMode::Twice),
    (
        "before_answer",
        "Before the answer",
        ReceiptMode::BeforeAnswer,
    ),
    ("lying", "Lying", ReceiptMode::Lying),
];

/// At most three places after the point, and none of them zero at the end.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn seconds(millis: u32) -> String {
    short(f64::from(millis) / 1000.0)
}

fn percent(chance: f64) -> String {
    short(chance * 100.0)
}

fn name_of<T: PartialEq>(list: &[(&'static str, &'static str, T)], value: &T) -> String {
    let found = list.iter().find(|(_, _, listed)| listed == value);
    found.map_or("", |(name, _, _)| name).to_owned()
}

impl FaultForm {
    /// The form filled with the faults that are on.
    pub(crate) fn of(faults: &Faults) -> Self {
        let reason = faults.reject_reason.unwrap_or(Rejection::Unreachable);
        Self {
            delay: seconds(faults.delay_ms),
            answer_delay: seconds(faults.answer_delay_ms),
            drop: percent(faults.drop),
            duplicate: percent(faults.duplicate),
            reorder: percent(faults.reorder),
            reject: percent(faults.reject),
            reject_reason: name_of(&REASONS, &reason),
            unknown: percent(faults.unknown),
            unknown_lost: percent(faults.unknown_lost),
            receipts: name_of(&RECEIPTS, &faults.receipts),
            late: seconds(faults.late_ms),
            off: None,
        }
    }

    /// The faults asked for, or everything that is to be put right.
    pub(crate) fn read(&self) -> Result<Faults, Vec<Wrong>> {
        if self.off.is_some() {
            return Ok(Faults::default());
        }
        let mut wrong = Vec::new();
        let reason = REASONS
            .iter()
            .find(|(name, ..)| *name == self.reject_reason);
        let receipts = RECEIPTS.iter().find(|(name, ..)| *name == self.receipts);
        let faults = Faults {
            delay_ms: millis(
                &self.delay,
                ("delay", "Text arrives later"),
                600,
                &mut wrong,
            ),
            answer_delay_ms: millis(
                &self.answer_delay,
                ("answer_delay", "Carrier answers later"),
                60,
                &mut wrong,
            ),
            drop: chance(&self.drop, ("drop", "Lost"), &mut wrong),
            duplicate: chance(&self.duplicate, ("duplicate", "Doubled"), &mut wrong),
            reorder: chance(&self.reorder, ("reorder", "Overtaken"), &mut wrong),
            reject: chance(&self.reject, ("reject", "Refused"), &mut wrong),
            reject_reason: reason
                .map(|(_, _, reason)| *reason)
                .filter(|reason| *reason != Rejection::Unreachable),
            unknown: chance(&self.unknown, ("unknown", "Answer lost"), &mut wrong),
            unknown_lost: chance(
                &self.unknown_lost,
                ("unknown_lost", "Text and answer lost"),
                &mut wrong,
            ),
            receipts: receipts.map_or(ReceiptMode::None, |(_, _, mode)| *mode),
            late_ms: millis(&self.late, ("late", "Receipts come later"), 600, &mut wrong),
        };
        if wrong.is_empty() {
            Ok(faults)
        } else {
            Err(wrong)
        }
    }
}

/// A number from 0 to `most`; 0 when nothing was typed.
fn number(
    typed: &str,
    (field, label): (&'static str, &str),
    most: u16,
    unit: &str,
    wrong: &mut Vec<Wrong>,
) -> f64 {
    let typed = typed.trim();
    let value = if typed.is_empty() {
        Some(0.0)
    } else {
        typed.replace(',', ".").parse::<f64>().ok()
    };
    match value.filter(|value| (0.0..=f64::from(most)).contains(value)) {
        Some(value) => value,
        None => {
            let text = format!("{label}: enter 0 to {most} {unit}.");
            wrong.push(Wrong { field, text });
            0.0
        }
    }
}

fn millis(typed: &str, field: (&'static str, &str), most: u16, wrong: &mut Vec<Wrong>) -> u32 {
    let seconds = number(typed, field, most, "seconds", wrong);
    // Between 0 and 600,000, so nothing is cut off but a fraction.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to 600,000 fits"
    )]
    let millis = (seconds * 1000.0).round() as u32;
    millis
}

fn chance(typed: &str, field: (&'static str, &str), wrong: &mut Vec<Wrong>) -> f64 {
    number(typed, field, 100, "percent", wrong) / 100.0
}

/// What is on, in a few words; empty when nothing is.
pub(crate) fn in_words(faults: &Faults) -> String {
    let mut words = Vec::new();
    let delays = [
        ("text", faults.delay_ms),
        ("answer", faults.answer_delay_ms),
    ];
    for (what, delay) in delays.into_iter().filter(|(_, delay)| *delay > 0) {
        words.push(format!("{what} {}\u{a0}s late", seconds(delay)));
    }
    let chances = [
        ("lost", faults.drop),
        ("doubled", faults.duplicate),
        ("overtaken", faults.reorder),
        ("refused", faults.reject),
        ("answer lost", faults.unknown),
        ("text and answer lost", faults.unknown_lost),
    ];
    for (what, chance) in chances.into_iter().filter(|(_, chance)| *chance > 0.0) {
        words.push(format!("{what} {}\u{a0}%", percent(chance)));
    }
    if faults.receipts != ReceiptMode::None {
        let mode = name_of(&RECEIPTS, &faults.receipts).replace('_', " ");
        words.push(format!("receipts {mode}"));
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_form_is_read_as_it_was_filled() {
        let faults = Faults {
            delay_ms: 1500,
            answer_delay_ms: 20,
            drop: 0.25,
            reject: 0.005,
            reject_reason: Some(Rejection::Content),
            receipts: ReceiptMode::Lying,
            late_ms: 600_000,
            ..Faults::default()
        };
        let form = FaultForm::of(&faults);
        assert_eq!(
            (&*form.delay, &*form.drop, &*form.reject),
            ("1.5", "25", "0.5")
        );
        assert_eq!(form.read().ok(), Some(faults));
        assert_eq!(FaultForm::default().read().ok(), Some(Faults::default()));
    }

    #[test]
    fn every_wrong_answer_is_named() {
        let form = FaultForm {
            delay: "601".into(),
            drop: "most".into(),
            late: "-1".into(),
            unknown: "NaN".into(),
            duplicate: "12,5".into(),
            ..FaultForm::default()
        };
        let wrong = form.read().unwrap_err();
        let fields: Vec<_> = wrong.iter().map(|wrong| wrong.field).collect();
        assert_eq!(fields, ["delay", "drop", "unknown", "late"]);
        assert_eq!(wrong[0].text, "Text arrives later: enter 0 to 600 seconds.");
    }

    #[test]
    fn turning_off_needs_no_other_answer() {
        let form = FaultForm {
            drop: "most".into(),
            off: Some(String::new()),
            ..FaultForm::default()
        };
        assert!(form.read().is_ok_and(|faults| faults.are_off()));
    }

    #[test]
    fn what_is_on_is_said_in_words() {
        assert_eq!(in_words(&Faults::default()), "");
        let faults = Faults {
            delay_ms: 5000,
            drop: 0.2,
            receipts: ReceiptMode::BeforeAnswer,
            ..Faults::default()
        };
        assert_eq!(
            in_words(&faults),
            "text 5\u{a0}s late, lost 20\u{a0}%, receipts before answer"
        );
    }

    proptest! {
        #[test]
        fn what_a_form_gives_is_within_bounds(typed in "[-0-9.,eNa ]{0,8}") {
            let form = FaultForm {
                delay: typed.clone(),
                drop: typed.clone(),
                answer_delay: typed,
                ..FaultForm::default()
            };
            if let Ok(faults) = form.read() {
                prop_assert!(faults.check().is_ok());
            }
        }
    }
}
