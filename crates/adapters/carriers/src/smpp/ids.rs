//! Which message a centre's id means. Ids of submit_sm_resp and of receipts differ between
//! centres in case, leading zeros and base: some give hexadecimal in the answer and decimal in
//! the receipt, some the other way round.

use std::collections::{HashMap, VecDeque};

use model::{MessageId, Millis, Timestamp};

/// Ids waiting for a receipt, the newest. About 25 MB when full.
pub const WAITING_MAX: usize = 200_000;
/// Receipts that came before their answer, the newest.
const EARLY_MAX: usize = 1000;
/// How long such a receipt waits. An answer that comes later than this is nobody's any more.
const EARLY_AGE: Millis = Millis::from_seconds(60);

/// How the ids of receipts are written, compared with those of answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IdForm {
    /// The same; if nothing fits, or the receipt's can only be hexadecimal, in the other base.
    #[default]
    Any,
    /// The same.
    Same,
    /// Answers are hexadecimal, receipts decimal.
    DecimalInReceipts,
    /// Answers are decimal, receipts hexadecimal.
    HexInReceipts,
}

/// A receipt without its answer.
struct Early {
    delivered: bool,
    since: Timestamp,
}

/// Ids of messages on their way, bounded by [`WAITING_MAX`].
pub struct Ids {
    form: IdForm,
    waiting: HashMap<String, MessageId>,
    order: VecDeque<String>,
    /// By the id as receipts write it.
    early: HashMap<String, Early>,
    early_order: VecDeque<(String, Timestamp)>,
}

impl Ids {
    /// Knows none yet.
    #[must_use]
    pub fn new(form: IdForm) -> Self {
        Self {
            form,
            waiting: HashMap::new(),
            order: VecDeque::new(),
            early: HashMap::new(),
            early_order: VecDeque::new(),
        }
    }

    /// Notes that the centre calls `message` by `id`. Gives the outcome if its receipt came
    /// before.
    pub fn note(&mut self, id: &str, message: MessageId, now: Timestamp) -> Option<bool> {
        let id = plain(id);
        if id.is_empty() {
            return None;
        }
        self.forget_early(now);
        if let Some(early) = self.take_early(&id) {
            return Some(early.delivered);
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

    /// The message that a receipt's id means. One that means nothing yet is kept for a minute,
    /// with what it said: its answer may still be on the way.
    pub fn find(&mut self, receipt: &str, delivered: bool, now: Timestamp) -> Option<MessageId> {
        let receipt = plain(receipt);
        let forms = in_answers(self.form, &receipt);
        let found = forms.find(|form| self.waiting.get(form).copied());
        if found.is_none() {
            self.keep_early(receipt, delivered, now);
        }
        // Kept: a centre may repeat itself, and the vault knows what to do with that.
        found
    }

    fn keep_early(&mut self, receipt: String, delivered: bool, now: Timestamp) {
        self.forget_early(now);
        while self.early_order.len() >= EARLY_MAX {
            self.drop_oldest_early();
        }
        let early = Early {
            delivered,
            since: now,
        };
        self.early_order.push_back((receipt.clone(), now));
        self.early.insert(receipt, early);
    }

    fn forget_early(&mut self, now: Timestamp) {
        let too_old = |since: Timestamp| now.since(since) > EARLY_AGE;
        while self
            .early_order
            .front()
            .is_some_and(|(_, since)| too_old(*since))
        {
            self.drop_oldest_early();
        }
    }

    /// A receipt that was repeated meanwhile stays until its newest turn.
    fn drop_oldest_early(&mut self) {
        if let Some((id, since)) = self.early_order.pop_front()
            && self
                .early
                .get(&id)
                .is_some_and(|early| early.since == since)
        {
            self.early.remove(&id);
        }
    }

    /// The early receipt that an answer's id means. Its place in the order falls away in time.
    fn take_early(&mut self, answer: &str) -> Option<Early> {
        if self.early.is_empty() {
            return None;
        }
        in_receipts(self.form, answer).find(|form| self.early.remove(form))
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

/// Writes an id in the other base.
type Convert = fn(&str) -> Option<String>;

/// How one id may be written on the other side: as it is, and in the other base.
struct Forms<'a> {
    same: Option<&'a str>,
    other: [Option<Convert>; 2],
    id: &'a str,
}

impl Forms<'_> {
    /// The first form that `look` knows. What needs a conversion is made only when it is asked for.
    fn find<T>(&self, mut look: impl FnMut(&str) -> Option<T>) -> Option<T> {
        let same = self.same.and_then(&mut look);
        let mut others = self.other.iter().flatten();
        same.or_else(|| others.find_map(|convert| look(&convert(self.id)?)))
    }
}

/// How an answer may have written the id of a receipt. With [`IdForm::Any`] digits alone are first
/// read as they stand; a receipt with a–f in it can be nothing but hexadecimal.
fn in_answers(form: IdForm, receipt: &str) -> Forms<'_> {
    let (same, other) = match form {
        IdForm::Any if has_letter(receipt) => (true, [Some(to_decimal as _), None]),
        IdForm::Any => (true, [Some(to_hex as _), Some(to_decimal as _)]),
        IdForm::Same => (true, [None, None]),
        IdForm::DecimalInReceipts => (false, [Some(to_hex as _), None]),
        IdForm::HexInReceipts => (false, [Some(to_decimal as _), None]),
    };
    let same = same.then_some(receipt);
    let id = receipt;
    Forms { same, other, id }
}

/// How a receipt may write the id of an answer: the same the other way round.
fn in_receipts(form: IdForm, answer: &str) -> Forms<'_> {
    let turned = match form {
        IdForm::DecimalInReceipts => IdForm::HexInReceipts,
        IdForm::HexInReceipts => IdForm::DecimalInReceipts,
        form => form,
    };
    in_answers(turned, answer)
}

fn has_letter(id: &str) -> bool {
    id.bytes().any(|octet| octet.is_ascii_alphabetic())
}

fn to_hex(decimal: &str) -> Option<String> {
    decimal.parse::<u128>().ok().map(|id| format!("{id:x}"))
}

fn to_decimal(hex: &str) -> Option<String> {
    let id = u128::from_str_radix(hex, 16).ok()?;
    Some(id.to_string())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000)
    }

    fn found(form: IdForm, answer: &str, receipt: &str) -> bool {
        let mut ids = Ids::new(form);
        assert_eq!(ids.note(answer, message(1), at(0)), None);
        ids.find(receipt, true, at(0)) == Some(message(1))
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
        ids.note("10", message(1), at(0));
        ids.note("16", message(2), at(0));
        assert_eq!(ids.find("16", true, at(0)), Some(message(1)));
        assert_eq!(ids.find("22", true, at(0)), Some(message(2)));
    }

    #[test]
    fn a_receipt_before_its_answer_is_kept() {
        let mut ids = Ids::new(IdForm::Any);
        assert_eq!(ids.find("255", false, at(0)), None);
        assert_eq!(ids.note("ff", message(1), at(0)), Some(false));
        assert_eq!(ids.note("fe", message(2), at(0)), None);
    }

    #[test]
    fn an_early_receipt_waits_a_minute_and_counts_once() {
        let mut ids = Ids::new(IdForm::DecimalInReceipts);
        ids.find("255", true, at(0));
        assert_eq!(ids.note("ff", message(1), at(61)), None);
        ids.find("254", true, at(62));
        assert_eq!(ids.note("fe", message(2), at(100)), Some(true));
        assert_eq!(ids.note("fe", message(3), at(101)), None);
        assert!(ids.early.is_empty());
    }

    #[test]
    fn a_repeated_early_receipt_lives_from_its_last_time_on() {
        let mut ids = Ids::new(IdForm::Same);
        ids.find("x", false, at(0));
        ids.find("x", true, at(50));
        ids.find("y", true, at(70));
        assert_eq!(ids.note("x", message(1), at(100)), Some(true));
    }

    #[test]
    fn an_id_that_fits_as_it_stands_is_not_read_in_another_base() {
        let mut ids = Ids::new(IdForm::Any);
        ids.note("10", message(1), at(0));
        ids.note("16", message(2), at(0));
        ids.note("a", message(3), at(0));
        assert_eq!(ids.find("10", true, at(0)), Some(message(1)));
        assert_eq!(ids.find("16", true, at(0)), Some(message(2)));
        assert_eq!(ids.find("a", true, at(0)), Some(message(3)));
    }

    #[test]
    fn only_the_newest_are_kept() {
        let mut ids = Ids::new(IdForm::Same);
        for n in 0..=WAITING_MAX {
            ids.note(&format!("m{n}"), message(1), at(0));
        }
        assert_eq!(ids.find("m0", true, at(0)), None);
        assert!(ids.find("m1", true, at(0)).is_some());
        assert_eq!(ids.order.len(), WAITING_MAX);
        for n in 0..2 * EARLY_MAX {
            ids.find(&format!("e{n}"), true, at(0));
        }
        assert_eq!(
            (ids.early.len(), ids.early_order.len()),
            (EARLY_MAX, EARLY_MAX)
        );
    }

    #[test]
    fn an_answer_without_an_id_is_not_kept() {
        let mut ids = Ids::new(IdForm::Any);
        assert_eq!(ids.note("  ", message(1), at(0)), None);
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
