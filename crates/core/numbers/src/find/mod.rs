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
mod shape;
mod sieve;
mod skim;
mod spelled;
mod spelled_words;
mod stream;
#[cfg(test)]
mod tests;
mod walk;
mod weigh;

use std::ops::Range;

use crate::{Confidence, Parsed, Region};
pub(crate) use lengths::Lengths;
use scan::Unit;
use walk::{Come, Reach, Step, Walk};

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
    Unit::best().count_chars(text)
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
#[inline]
pub fn find<'t>(text: &'t str, hints: &'t Hints<'t>) -> impl Iterator<Item = Match> + 't {
    let (mut walk, mut from, mut chars) = (None, 0, 0);
    std::iter::from_fn(move || {
        // Most short texts have no digit: they are done before anything is set up.
        if !hints.spoken && scan::is_short_and_clear(text, from) {
            return None;
        }
        let walk = walk.get_or_insert_with(|| Walk::new(text, hints, true, None));
        match walk.next(from) {
            Step::Found(found) => {
                chars += count_chars(text.get(from..found.bytes.start).unwrap_or_default());
                let found = found.counted(text, chars);
                (from, chars) = (found.bytes.end, found.chars.end);
                Some(found)
            }
            Step::Clear(_) => None,
        }
    })
}
