//! Which message a centre's id means. Ids of submit_sm_resp and of receipts differ between
//! centres in case, leading zeros and base: some give hexadecimal in the answer and decimal in
//! the receipt, some the other way round.

use std::collections::{HashMap, VecDeque};

use model::MessageId;

/// Ids waiting for a receipt, the newest. About 25 MB when full.
pub const WAITING_MAX: usize = 200_000;
/// Receipts that came before their answer, the newest.
const EARLY_MAX: usize = 1000;

/// How the ids of receipts are written, compared with those of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdForm {
    /// Tried in this order: the same, decimal for hexadecimal, hexadecimal for decimal.
    #[default]
    Any,
    /// The same.
    Same,
    /// Answers are hexadecimal, receipts decimal.
    DecimalInReceipts,
    /// Answers are decimal, receipts hexadecimal.
    HexInReceipts,
}

/// Ids of messages on their way, bounded by [`WAITING_MAX`].
pub struct Ids {
    form: IdForm,
    waiting: HashMap<String, MessageId>,
    order: VecDeque<String>,
    early: VecDeque<(String, bool)>,
}

impl Ids {
    /// Knows none yet.
    #[must_use]
    pub fn new(form: IdForm) -> Self {
        Self {
            form,
            waiting: HashMap::new(),
            order: VecDeque::new(),
            early: VecDeque::new(),
        }
    }

    /// Notes that the centre calls `message` by `id`. Gives the outcome if its receipt came
    /// before.
    pub fn note(&mut self, id: &str, message: MessageId) -> Option<bool> {
        let id = plain(id);
        if id.is_empty() {
            return None;
        }
        let early = self.early.iter().position(|(receipt, _)| {
            let forms = forms_in_answers(self.form, receipt);
            forms.contains(&id)
        });
        if let Some((_, delivered)) = early.and_then(|place| self.early.remove(place)) {
            return Some(delivered);
        }
        if self.order.len() >= WAITING_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.waiting.remove(&oldest);
        }
        if self.waiting.insert(id.clone(), message).is_none() {
            self.order.push_back(id);
        }
        None
    }

    /// The message that a receipt's id means. One that means nothing yet is kept for a while,
    /// with what it said: its answer may still be on the way.
    pub fn find(&mut self, receipt: &str, delivered: bool) -> Option<MessageId> {
        let receipt = plain(receipt);
        let forms = forms_in_answers(self.form, &receipt);
        let found = forms.iter().find_map(|form| self.waiting.get(form));
        if found.is_none() {
            if self.early.len() >= EARLY_MAX {
                self.early.pop_front();
            }
            self.early.push_back((receipt, delivered));
        }
        // Kept: a centre may repeat itself, and the vault knows what to do with that.
        found.copied()
    }
}

/// Without leading zeros, in lower case.
fn plain(id: &str) -> String {
    let id = id.trim();
    let short = id.trim_start_matches('0');
    let short = if short.is_empty() && !id.is_empty() {
        "0"
    } else {
        short
    };
    short.to_ascii_lowercase()
}

/// How the answer may have written the id of a receipt.
fn forms_in_answers(form: IdForm, receipt: &str) -> Vec<String> {
    let same = Some(receipt.to_owned());
    let to_hex = receipt.parse::<u128>().ok().map(|id| format!("{id:x}"));
    let to_decimal = u128::from_str_radix(receipt, 16)
        .ok()
        .map(|id| id.to_string());
    let forms = match form {
        IdForm::Any => [same, to_hex, to_decimal],
        IdForm::Same => [same, None, None],
        IdForm::DecimalInReceipts => [to_hex, None, None],
        IdForm::HexInReceipts => [to_decimal, None, None],
    };
    forms.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn found(form: IdForm, answer: &str, receipt: &str) -> bool {
        let mut ids = Ids::new(form);
        assert_eq!(ids.note(answer, message(1)), None);
        ids.find(receipt, true) == Some(message(1))
    }

    #[test]
    fn case_and_leading_zeros_do_not_matter() {
        assert!(found(IdForm::Same, "00AB12", "ab12"));
        assert!(found(IdForm::Same, "0000", "0"));
        assert!(!found(IdForm::Same, "ab12", "ab13"));
    }

    #[test]
    fn hexadecimal_and_decimal_meet() {
        assert!(found(IdForm::Any, "7FA21C03", "2141330435"));
        assert!(found(IdForm::Any, "2141330435", "7FA21C03"));
        assert!(found(IdForm::DecimalInReceipts, "7FA21C03", "2141330435"));
        assert!(found(IdForm::HexInReceipts, "2141330435", "7FA21C03"));
        assert!(!found(IdForm::Same, "7FA21C03", "2141330435"));
    }

    #[test]
    fn a_fixed_form_does_not_mistake_one_message_for_another() {
        let mut ids = Ids::new(IdForm::DecimalInReceipts);
        ids.note("10", message(1));
        ids.note("16", message(2));
        assert_eq!(ids.find("16", true), Some(message(1)));
        assert_eq!(ids.find("22", true), Some(message(2)));
    }

    #[test]
    fn a_receipt_before_its_answer_is_kept() {
        let mut ids = Ids::new(IdForm::Any);
        assert_eq!(ids.find("255", false), None);
        assert_eq!(ids.note("ff", message(1)), Some(false));
        assert_eq!(ids.note("fe", message(2)), None);
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut ids = Ids::new(IdForm::Same);
        for n in 0..=WAITING_MAX {
            ids.note(&format!("m{n}"), message(1));
        }
        assert_eq!(ids.find("m0", true), None);
        assert!(ids.find("m1", true).is_some());
        assert_eq!(ids.order.len(), WAITING_MAX);
        for n in 0..2 * EARLY_MAX {
            ids.find(&format!("e{n}"), true);
        }
        assert_eq!(ids.early.len(), EARLY_MAX);
    }

    #[test]
    fn an_answer_without_an_id_is_not_kept() {
        let mut ids = Ids::new(IdForm::Any);
        assert_eq!(ids.note("  ", message(1)), None);
        assert!(ids.waiting.is_empty());
    }

    proptest! {
        #[test]
        fn any_number_is_found_in_either_base(id: u64) {
            let (upper, padded, decimal) = (format!("{id:X}"), format!("{id:08x}"), id.to_string());
            prop_assert!(found(IdForm::Any, &upper, &decimal));
            prop_assert!(found(IdForm::Any, &decimal, &padded));
        }
    }
}
