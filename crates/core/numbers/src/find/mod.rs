//! Numbers in running text.
//!
//! A candidate is a run of digits of any script with at most a few separators between them. It is
//! read as a number of the regions that the caller expects, then weighed: what it looks like, what
//! stands right before and behind it, and which words lead to it.
//!
//! Every decision looks at no more than [`CONTEXT_CHARS`] characters before a candidate, at
//! [`SPELLED_CHARS_MAX`] from its beginning, at [`RUN_CHARS_MAX`] from the beginning of another that
//! may cross it, and at [`AHEAD_BYTES`] behind. That bounds what a stream holds back, and makes the
//! result the same however the text is cut ([`Finder`]).

mod compound;
mod context;
mod context_words;
mod google;
mod json;
mod lengths;
mod negatives;
mod recall;
mod redact;
mod run;
mod scan;
mod sieve;
mod skim;
mod spelled;
mod spelled_words;
mod stream;
#[cfg(test)]
mod tests;
mod weigh;

use std::ops::Range;

use crate::{Confidence, Parsed, Region};
pub(crate) use lengths::Lengths;
use scan::Scan;

pub use redact::Redactions;
pub use stream::{Finder, Piece};

/// How many characters before a candidate are looked at for words.
pub(crate) const CONTEXT_CHARS: usize = 40;

/// The longest candidate, in characters from its first digit; what is longer is no number.
pub(crate) const RUN_CHARS_MAX: usize = 56;

/// The longest candidate of which some digits may be words.
pub(crate) const SPELLED_CHARS_MAX: usize = 120;

/// How far behind a candidate is looked at, in bytes.
const AHEAD_BYTES: usize = 60;

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

/// How far each search of a text has come, in bytes: what stands before is found or refused, and no
/// number reaches back into it. That is not what was handed on: a search may have passed over signs
/// that the next number begins with.
#[derive(Clone, Copy, Default)]
pub(crate) struct Come {
    /// The search of [`Mode::Balanced`].
    careful: usize,
    /// That of any other mode.
    eager: usize,
}

impl Come {
    fn of(&mut self, mode: Mode) -> &mut usize {
        match mode {
            Mode::Balanced => &mut self.careful,
            Mode::Google(_) | Mode::RecallMax => &mut self.eager,
        }
    }

    /// The same when so many bytes of the text's beginning are forgotten.
    pub(crate) fn behind(self, forgotten: usize) -> Self {
        Self {
            careful: self.careful.saturating_sub(forgotten),
            eager: self.eager.saturating_sub(forgotten),
        }
    }
}

/// Which part of a text is looked at for the first digit of a number.
#[derive(Clone, Copy)]
struct Reach {
    seek: usize,
    until: usize,
}

impl Reach {
    /// All from `seek` on.
    fn all(seek: usize) -> Self {
        Self {
            seek,
            until: usize::MAX,
        }
    }
}

/// A search of one text.
pub(crate) struct Walk<'t> {
    text: &'t str,
    hints: &'t Hints<'t>,
    /// Whether nothing follows the text.
    ended: bool,
    come: Come,
    /// What the eager search has found while the careful one is behind it.
    ahead: Option<Step>,
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
            come: Come::default(),
            ahead: None,
            scan: Scan::new(text),
            lengths,
        }
    }

    /// The search of a text that an earlier walk has come so far in.
    pub(crate) fn go_on(mut self, come: Come) -> Self {
        self.come = come;
        self
    }

    /// How far the search has come, and the lengths of numbers where the hints expect them, if it
    /// was needed.
    pub(crate) fn learnt(self) -> (Come, Option<Lengths>) {
        (self.come, self.lengths)
    }

    #[inline]
    fn lengths(&mut self) -> &Lengths {
        let regions = self.hints.regions;
        self.lengths.get_or_insert_with(|| Lengths::of(regions))
    }

    /// Looks for the next number whose first digit is at `seek` or later; what stands before was
    /// looked at.
    #[inline]
    pub(crate) fn next(&mut self, seek: usize) -> Step {
        // Most short texts have no digit: they are done before anything is set up.
        if self.ended && !self.hints.spoken && self.scan.next_digit(seek).is_none() {
            return Step::Clear(self.text.len());
        }
        let step = match self.hints.mode {
            Mode::Google(leniency) => google::next(self, seek, leniency),
            Mode::Balanced => self.weighed(Mode::Balanced, Reach::all(seek)),
            Mode::RecallMax => return recall::next(self, seek),
        };
        if let Step::Found(found) = &step {
            *self.come.of(self.hints.mode) = found.bytes.end;
        }
        step
    }

    /// The next number by the rules of one mode, whatever the hints ask for.
    fn weighed(&mut self, mode: Mode, reach: Reach) -> Step {
        let mut from = *self.come.of(mode);
        let step = self.search(mode, reach, &mut from);
        *self.come.of(mode) = from;
        step
    }

    /// The same; `from` is how far the search has come, up to the candidate that it finds.
    fn search(&mut self, mode: Mode, reach: Reach, from: &mut usize) -> Step {
        let (text, ended) = (self.text, self.ended);
        let words = mode == Mode::RecallMax;
        let hints = Hints {
            mode,
            ..*self.hints
        };
        let mut seek = reach.seek;
        loop {
            seek = seek.max(*from);
            let digit = self.scan.next_digit(seek);
            let spoken = match words && hints.spoken {
                true => spelled::next(text, seek, digit.unwrap_or(text.len())),
                false => None,
            };
            let Some(digit) = spoken.or(digit) else {
                let clear = match ended {
                    true => text.len(),
                    false => held(text, *from, words && hints.spoken),
                };
                return Step::Clear(clear.max(reach.seek));
            };
            if digit >= reach.until {
                return Step::Clear(reach.until);
            }
            match run::within_escape(text, *from, digit) {
                run::Within::Escape(end) => {
                    seek = behind(text, digit, end);
                    continue;
                }
                run::Within::Cut(at) if !ended => return Step::Clear(run::lead(text, *from, at)),
                run::Within::Cut(_) | run::Within::Nothing => {}
            }
            if negatives::may_be_iban(text, digit) {
                if !ended && text.len() - digit < negatives::IBAN_BYTES_MAX {
                    return Step::Clear(run::lead(text, *from, digit));
                }
                if let Some(end) = negatives::iban_end(text, digit) {
                    *from = behind(text, digit, end);
                    continue;
                }
            }
            let refused = match words {
                true => run::too_few(text, digit, ended, self.lengths().fewest_bare()),
                false => skim::refused(text, (digit, self.scan.digits_at(digit)), ended, self),
            };
            if let Some(end) = refused {
                *from = behind(text, digit, end);
                continue;
            }
            let start = run::lead(text, *from, digit);
            let Some(run) = run::read(text, start, digit, ended, words) else {
                return Step::Clear(start);
            };
            // What stands behind a number is part of the decision.
            if !ended && text.len() - run.last_end().min(text.len()) < AHEAD_BYTES {
                return Step::Clear(start);
            }
            if let Some(end) = negatives::uuid_end(text, run.start) {
                *from = behind(text, digit, end);
                continue;
            }
            match weigh::best(text, &run, &hints, self.lengths()) {
                Some(found) => return Step::Found(found),
                None => *from = behind(text, digit, run.first_end(text)),
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

/// From where on a text that may go on is held back, if it has no digit that was not looked at.
fn held(text: &str, from: usize, spoken: bool) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    // A number may begin right behind the text; with what may be the beginning of an escape; with
    // what may be that of a word.
    let escape = ["%2", "%"].into_iter().find(|begun| rest.ends_with(begun));
    let mut first = run::lead(text, from, text.len() - escape.map_or(0, str::len));
    first = first.min(run::lead(text, from, text.len()));
    if spoken {
        let last = rest.char_indices().rev().take(spelled::WORD_BYTES_MAX);
        let word = last.take_while(|&(_, c)| spelled::is_letter(c)).last();
        let word = word.map_or(text.len(), |(at, _)| from + at);
        first = first.min(run::lead(text, from, word));
    }
    first
}
