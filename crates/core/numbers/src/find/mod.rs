//! Numbers in running text.
//!
//! A candidate is a run of digits of any script with at most a few separators between them. It is
//! read as a number of the regions that the caller expects, then weighed: what it looks like, what
//! stands right before and behind it, and which words lead to it.
//!
//! Every decision looks at no more than [`CONTEXT_CHARS`] characters before a candidate and
//! [`RUN_CHARS_MAX`] from its beginning. That bounds what a stream holds back, and makes the result
//! the same however the text is cut ([`Finder`]).

mod context;
mod context_words;
mod google;
mod json;
mod lengths;
mod negatives;
mod redact;
mod run;
mod scan;
mod sieve;
mod skim;
mod spelled;
mod spelled_words;
mod stream;
mod weigh;

use std::ops::Range;

use crate::{Confidence, Parsed, Region};
pub(crate) use lengths::Lengths;
use scan::Scan;

pub use redact::Redactions;
pub use stream::{Finder, Piece};

/// How many characters before a candidate are looked at for words.
pub(crate) const CONTEXT_CHARS: usize = 40;

/// The longest candidate, in characters; what is longer is no number.
pub(crate) const RUN_CHARS_MAX: usize = 120;

/// How far behind a candidate is looked at, in bytes.
const AHEAD_BYTES: usize = 100;

/// Every valid number after a `+` has at least so many digits.
const INTERNATIONAL_DIGITS_MIN: usize = 6;

/// What a miss and a false find cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The same spans as the matcher of Google's libphonenumber.
    Google(Leniency),
    /// For people's text: numbers in use, written as numbers are.
    Balanced,
    /// For what must not leak a number: also numbers that no plan knows but that look like one,
    /// and numbers glued to letters.
    RecallMax,
}

/// What Google's matcher asks of a number, from little to much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Leniency {
    /// Its length is one of its plan.
    Possible,
    /// It is in use, and written with its trunk prefix where that is usual.
    Valid,
    /// And no group of digits of its plan is parted.
    StrictGrouping,
    /// And it is parted as its plan parts it, or not at all.
    ExactGrouping,
}

/// What to expect in a text.
#[derive(Clone, Copy, Debug)]
pub struct Hints<'h> {
    /// Regions in which numbers without a calling code are read, the likeliest first.
    pub regions: &'h [Region],
    /// What a miss and a false find cost.
    pub mode: Mode,
    /// Whether numbers are looked for that are all words ("oh seven double nine"), in
    /// [`Mode::RecallMax`]. Every word is looked at then: a fraction of the speed.
    pub spoken: bool,
}

impl<'h> Hints<'h> {
    /// Hints without spoken numbers.
    pub fn new(regions: &'h [Region], mode: Mode) -> Self {
        Self {
            regions,
            mode,
            spoken: false,
        }
    }
}

/// Why a number was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// In use, and its calling code was written.
    CallingCode,
    /// In use in an expected region, and written in groups or with a trunk prefix.
    Written,
    /// In use in an expected region, and a word such as "phone" leads to it.
    Word,
    /// In use in an expected region, and nothing speaks against it.
    InUse,
    /// Its length is one of its plan, but it is not in use.
    Possible,
    /// No plan knows it, but it looks like a number.
    Shape,
}

impl Reason {
    /// The reason as an English sentence, for people who look at what was found.
    pub fn as_words(self) -> &'static str {
        match self {
            Self::CallingCode => "in use, and written with its calling code",
            Self::Written => "in use in an expected region, and written the way numbers are",
            Self::Word => "in use in an expected region, and a word leads to it",
            Self::InUse => "in use in an expected region",
            Self::Possible => "as long as numbers of its plan are, but not in use",
            Self::Shape => "no plan knows it, but it looks like a number",
        }
    }
}

/// A number found in a text. `Debug` shows no digit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where it stands, in bytes of the text searched.
    pub bytes: Range<usize>,
    /// Where it stands, in characters (Unicode scalar values) of the text searched.
    pub chars: Range<usize>,
    /// The number, its region and its kind of line; `None` if no plan knows it, or if it is longer
    /// than E.164 allows.
    pub parsed: Option<Parsed>,
    /// Why it was found.
    pub reason: Reason,
}

impl Match {
    /// How much had to be assumed to read it so.
    pub fn confidence(&self) -> Confidence {
        match self.reason {
            Reason::CallingCode => Confidence::Stated,
            Reason::Written | Reason::Word | Reason::InUse => Confidence::Assumed,
            Reason::Possible | Reason::Shape => Confidence::Possible,
        }
    }
}

/// A match whose place in characters is not counted yet.
pub(crate) struct Finding {
    pub(crate) bytes: Range<usize>,
    pub(crate) parsed: Option<Parsed>,
    pub(crate) reason: Reason,
}

impl Finding {
    /// The match, given how many characters stand before it.
    fn counted(self, text: &str, before: usize) -> Match {
        let written = text.get(self.bytes.clone()).unwrap_or_default();
        Match {
            chars: before..before + count_chars(written),
            bytes: self.bytes,
            parsed: self.parsed,
            reason: self.reason,
        }
    }
}

/// How many characters a text has.
pub(crate) fn count_chars(text: &str) -> usize {
    text.chars().count()
}

/// All numbers in `text`, in order, none overlapping.
///
/// Nothing is allocated, but by [`Leniency::StrictGrouping`] and
/// [`ExactGrouping`](Leniency::ExactGrouping) for numbers in use; the time is linear in the text.
///
/// Missed by design: numbers of fewer than six digits without a calling code, what is a date
/// (`20.12.34`), and in [`Mode::Balanced`] bare digits that neither a trunk prefix, a grouping of
/// their plan nor a word makes a number. An extension belongs to its number's span.
///
/// ```
/// use numbers::{Hints, Mode, Region, find};
///
/// let regions = [Region::parse("GB")?];
/// let hints = Hints::new(&regions, Mode::Balanced);
/// let text = "Order 20261122, call 07700 900123 or +1 201-555-0123.";
/// let found: Vec<_> = find(text, &hints).map(|m| &text[m.bytes]).collect();
/// assert_eq!(found, ["07700 900123", "+1 201-555-0123"]);
/// # Ok::<(), numbers::UnknownRegion>(())
/// ```
pub fn find<'t>(text: &'t str, hints: &'t Hints<'t>) -> impl Iterator<Item = Match> + 't {
    let mut walk = Walk::new(text, hints, true, None);
    let (mut from, mut chars) = (0, 0);
    std::iter::from_fn(move || match walk.next(from) {
        Step::Found(found) => {
            chars += count_chars(text.get(from..found.bytes.start).unwrap_or_default());
            let found = found.counted(text, chars);
            (from, chars) = (found.bytes.end, found.chars.end);
            Some(found)
        }
        Step::Clear(_) => None,
    })
}

/// What is known about a text from some place on.
pub(crate) enum Step {
    /// The next number.
    Found(Finding),
    /// No number begins before this place; from there on it depends on what follows.
    Clear(usize),
}

/// A search of one text.
pub(crate) struct Walk<'t> {
    text: &'t str,
    hints: &'t Hints<'t>,
    /// Whether nothing follows the text.
    ended: bool,
    scan: Scan<'t>,
    /// What the hints say of lengths, once it was asked for.
    lengths: Option<Lengths>,
}

impl<'t> Walk<'t> {
    /// A search. `ended` says that nothing follows the text; `lengths` is what an earlier search
    /// with the same hints [learnt](Self::lengths).
    #[inline]
    pub(crate) fn new(
        text: &'t str,
        hints: &'t Hints<'t>,
        ended: bool,
        lengths: Option<Lengths>,
    ) -> Self {
        Self {
            text,
            hints,
            ended,
            scan: Scan::new(text),
            lengths,
        }
    }

    /// The lengths of numbers where the hints expect them, if it was needed.
    pub(crate) fn learnt(self) -> Option<Lengths> {
        self.lengths
    }

    #[inline]
    fn lengths(&mut self) -> &Lengths {
        let regions = self.hints.regions;
        self.lengths.get_or_insert_with(|| Lengths::of(regions))
    }

    /// Looks for the next number that begins at `from` or later. What stands before `from` is only
    /// context.
    #[inline]
    pub(crate) fn next(&mut self, from: usize) -> Step {
        // Most short texts have no digit: they are done before anything is set up.
        if self.ended && !self.hints.spoken && self.scan.next_digit(from).is_none() {
            return Step::Clear(self.text.len());
        }
        match self.hints.mode {
            Mode::Google(leniency) => google::next(self, from, leniency),
            Mode::Balanced | Mode::RecallMax => self.next_weighed(from),
        }
    }

    fn next_weighed(&mut self, from: usize) -> Step {
        let (text, ended) = (self.text, self.ended);
        let words = self.hints.mode == Mode::RecallMax;
        let (mut from, mut seek) = (from, from);
        loop {
            let digit = self.scan.next_digit(seek.max(from));
            let spoken = match words && self.hints.spoken {
                true => spelled::next(text, seek.max(from), digit.unwrap_or(text.len())),
                false => None,
            };
            let Some(digit) = spoken.or(digit) else {
                let clear = match ended {
                    true => text.len(),
                    false => held(text, from, words && self.hints.spoken),
                };
                return Step::Clear(clear);
            };
            match run::within_escape(text, from, digit) {
                run::Within::Escape(end) => {
                    seek = behind(text, digit, end);
                    continue;
                }
                run::Within::Cut(at) if !ended => return Step::Clear(run::lead(text, from, at)),
                run::Within::Cut(_) | run::Within::Nothing => {}
            }
            if negatives::may_be_iban(text, digit) {
                if !ended && text.len() - digit < AHEAD_BYTES {
                    return Step::Clear(run::lead(text, from, digit));
                }
                if let Some(end) = negatives::iban_end(text, digit) {
                    from = behind(text, digit, end);
                    continue;
                }
            }
            let refused = match words {
                true => run::too_few(text, digit, ended),
                false => skim::refused(text, (digit, self.scan.digits_at(digit)), ended, self),
            };
            if let Some(end) = refused {
                from = behind(text, digit, end);
                continue;
            }
            let start = run::lead(text, from, digit);
            let Some(run) = run::read(text, start, digit, ended, words) else {
                return Step::Clear(start);
            };
            // What stands behind a number is part of the decision.
            if !ended && text.len() - run.last_end().min(text.len()) < AHEAD_BYTES {
                return Step::Clear(start);
            }
            if let Some(end) = negatives::uuid_end(text, from, run.start) {
                from = behind(text, digit, end);
                continue;
            }
            match weigh::best(text, &run, self.hints, self.lengths()) {
                Some(found) => return Step::Found(found),
                None => from = behind(text, digit, run.first_end()),
            }
        }
    }
}

impl skim::Plans for Walk<'_> {
    #[inline]
    fn lengths(&mut self, digits: [u8; 2]) -> u32 {
        Walk::lengths(self).beginning_with(digits)
    }

    fn in_use(&self, digits: &[u8]) -> bool {
        weigh::in_use(digits, self.hints.regions).is_some()
    }
}

/// Where to look on: at least behind the character that was looked at, so that every search ends.
/// A word such as "double" may begin a run without a digit.
fn behind(text: &str, digit: usize, end: usize) -> usize {
    let one = text.get(digit..).and_then(|rest| rest.chars().next());
    end.max(digit + one.map_or(1, char::len_utf8))
}

/// From where on a text that may go on is held back, if it has no digit after `from`.
fn held(text: &str, from: usize, spoken: bool) -> usize {
    let mut end = text.len();
    if spoken {
        let rest = text.get(from..).unwrap_or_default();
        let last = rest.char_indices().rev().take(spelled::WORD_BYTES_MAX);
        let word = last.take_while(|&(_, c)| spelled::is_letter(c)).last();
        end = word.map_or(end, |(at, _)| from + at);
    }
    // The beginning of an escape may be a plus.
    let rest = text.get(from..end).unwrap_or_default();
    let escape = ["%2", "%"].into_iter().find(|begun| rest.ends_with(begun));
    run::lead(text, from, end - escape.map_or(0, str::len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, regions: &[&str], mode: Mode) -> Vec<String> {
        let regions: Vec<_> = regions.iter().map(|r| Region::parse(r).unwrap()).collect();
        let hints = Hints::new(&regions, mode);
        let found = find(text, &hints).map(|m| text[m.bytes].to_owned());
        found.collect()
    }

    #[test]
    fn written_numbers_are_found_whole_and_alone() {
        for (text, expected) in [
            ("call 07700 900123 now", "07700 900123"),
            ("call 07700 900123.", "07700 900123"),
            ("(07700 900123)", "(07700 900123"),
            ("tel:+44-7700-900123", "+44-7700-900123"),
            ("+44 (0)7700 900123", "+44 (0)7700 900123"),
            ("０７７００ ９００１２３", "０７７００ ９００１２３"),
            ("٠٧٧٠٠٩٠٠١٢٣", "٠٧٧٠٠٩٠٠١٢٣"),
            ("电话07700900123。", "07700900123"),
            ("07700 900123 1970", "07700 900123"),
            ("+12015550123 05/09/2009", "+12015550123"),
            ("+447700900123 and 5", "+447700900123"),
            ("\u{1}\u{1b}07700 900123\u{1}", "07700 900123"),
        ] {
            for mode in [Mode::Balanced, Mode::RecallMax] {
                assert_eq!(found(text, &["GB"], mode), [expected], "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_left_alone() {
        for text in [
            "",
            "12",
            "13.10.2026",
            "2026-11-22",
            "2026-11-22 14:03:22",
            "[22/11/2026 07:00:12]",
            "192.168.100.255",
            "3.14159265",
            "v1.20.3",
            "$7700900123",
            "4111 1111 1111 1111",
            "1234567890123456789012345678901234567890",
            "a6b77009-0012-4c3d-8ef0-077009001234",
        ] {
            assert_eq!(found(text, &["GB"], Mode::Balanced), [""; 0], "{text}");
        }
    }

    #[test]
    fn words_decide_about_bare_digits() {
        let gb = ["GB"];
        assert_eq!(found("id 7400123456", &gb, Mode::Balanced), [""; 0]);
        assert_eq!(
            found("phone 7400123456", &gb, Mode::Balanced),
            ["7400123456"]
        );
        assert_eq!(
            found("Rechnung Nr. 07400123456", &gb, Mode::Balanced),
            [""; 0]
        );
        assert_eq!(found("id 7400123456", &gb, Mode::RecallMax), ["7400123456"]);
    }

    #[test]
    fn gaps_where_no_plan_has_them_make_no_number_of_readings() {
        let us = ["US"];
        assert_eq!(
            found("sensor 201 5550 123 ok", &us, Mode::Balanced),
            [""; 0]
        );
        assert_eq!(found("phone 201 5550 123 ok", &us, Mode::Balanced).len(), 1);
        assert_eq!(
            found("sensor 201 5550 123 ok", &us, Mode::RecallMax).len(),
            1
        );
        assert_eq!(found("so 201.555.0123 ok", &us, Mode::Balanced).len(), 1);
    }

    #[test]
    fn a_word_that_announces_digits_and_has_none_behind_it_ends_the_search() {
        let gb = [Region::parse("GB").unwrap()];
        for mode in [Mode::Balanced, Mode::RecallMax] {
            let mut hints = Hints::new(&gb, mode);
            hints.spoken = true;
            for text in [
                "double",
                "double ",
                "triple plus double x",
                "double 07700 900123",
            ] {
                let found = find(text, &hints).count();
                assert_eq!(found, usize::from(text.ends_with('3')), "{text}");
            }
        }
    }

    #[test]
    fn recall_max_finds_what_no_plan_knows() {
        for text in ["call 000-123-9999", "x07700900123y", "(000) 123-4567"] {
            assert_eq!(found(text, &["GB"], Mode::Balanced), [""; 0], "{text}");
            assert_eq!(found(text, &["GB"], Mode::RecallMax).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_match_tells_its_number_and_prints_none() {
        let regions = [Region::parse("GB").unwrap()];
        let hints = Hints::new(&regions, Mode::Balanced);
        let found = find("07700 900123", &hints).next().unwrap();
        assert_eq!(
            found.parsed.as_ref().unwrap().number.as_str(),
            "+447700900123"
        );
        assert_eq!(found.reason, Reason::Written);
        let debug = format!("{:?}", found.parsed).replace("E164", "");
        assert!(!debug.bytes().any(|b| b.is_ascii_digit()));
    }
}
