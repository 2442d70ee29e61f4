//! The same spans as the matcher of Google's libphonenumber, at each of its leniencies.
//!
//! Its patterns are written here as walks: time is linear, whatever the text. Where its ports
//! differ from one another, the Java one is followed.
//!
//! One difference is intended: a candidate ends after [`CHARS_MAX`] characters, and an extension is
//! looked for in the [`AHEAD_BYTES`] behind it. There they have no bound, so that they could not
//! say anything of a text before its end.

mod candidate;
pub(super) mod extension;
mod grouping;
mod inner;
mod parse;
mod verify;

use std::ops::Range;

use super::{Finding, Hints, Lengths, Leniency, Reason, Step, Walk};

/// The longest candidate, in characters.
const CHARS_MAX: usize = 150;

/// How far behind a candidate is looked for an extension and what else belongs to it, in bytes.
const AHEAD_BYTES: usize = 80;

/// A search of one text.
struct Search<'t> {
    text: &'t str,
    hints: &'t Hints<'t>,
    leniency: Leniency,
    lengths: &'t Lengths,
}

/// The next number at `from` or later; see [`Walk::next`].
pub(super) fn next(walk: &mut Walk<'_>, seek: usize, leniency: Leniency) -> Step {
    let (text, ended) = (walk.text, walk.ended);
    loop {
        let from = walk.come.eager;
        let Some(digit) = walk.scan.next_digit(seek.max(from)) else {
            let clear = match ended {
                true => text.len(),
                false => candidate::held(text, from),
            };
            return Step::Clear(clear.max(seek));
        };
        let start = candidate::lead(text, from, digit);
        let Some(candidate) = candidate::read(text, start, digit, ended) else {
            return Step::Clear(start);
        };
        let regions = walk.hints.regions;
        let lengths = &*walk.lengths.get_or_insert_with(|| Lengths::of(regions));
        let in_use = leniency > Leniency::Possible;
        let search = Search {
            text,
            hints: walk.hints,
            leniency,
            lengths,
        };
        let hopeless =
            in_use && (candidate.digits < lengths.fewest() || candidate.is_hopeless(lengths));
        if !hopeless && let Some(found) = search.extract(candidate.start..candidate.end) {
            return Step::Found(found);
        }
        walk.come.eager = candidate.end;
    }
}

impl Search<'_> {
    fn written(&self, span: &Range<usize>) -> &str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The number that the candidate is, or the first within it.
    fn extract(&self, span: Range<usize>) -> Option<Finding> {
        let written = self.written(&span);
        if inner::is_date(written) || self.is_time(&span) {
            return None;
        }
        self.verified(span.clone())
            .or_else(|| inner::find(written, |part| self.verified(shifted(&part, span.start))))
    }

    /// A date, and an hour of which the minutes follow.
    fn is_time(&self, span: &Range<usize>) -> bool {
        let behind = self.text.as_bytes().get(span.end..).unwrap_or_default();
        let minutes = matches!(behind, [b':', b'0'..=b'5', b'0'..=b'9', ..]);
        minutes && inner::ends_in_hour(self.written(span).as_bytes())
    }

    /// The number that this part of the text is, if it is one by the leniency asked for.
    fn verified(&self, span: Range<usize>) -> Option<Finding> {
        let written = self.written(&span);
        let dialled = parse::Dialled::of(written)?;
        let in_use = self.leniency > Leniency::Possible;
        if in_use && !dialled.plus() {
            let digits = dialled.digits();
            if !self.lengths.allow(*digits.first_chunk()?, digits.len()) {
                return None;
            }
        }
        if !inner::has_matching_brackets(written) || inner::is_page_reference(written) {
            return None;
        }
        if in_use && self.is_within_word(&span) {
            return None;
        }
        let home = self.hints.regions.iter().map(|&region| Some(region));
        // Without a region only numbers with a calling code are found.
        let tries = home.chain(self.hints.regions.is_empty().then_some(None));
        let mut tries = tries.take(if dialled.plus() { 1 } else { usize::MAX });
        let parsed =
            tries.find_map(|home| verify::verify(&dialled, written, home, self.leniency))?;
        let reason = match (dialled.plus(), parsed.is_valid) {
            (_, false) => Reason::Possible,
            (true, true) => Reason::CallingCode,
            (false, true) => Reason::InUse,
        };
        Some(Finding {
            bytes: span,
            parsed: parsed.parsed,
            reason,
        })
    }

    /// Whether a Latin letter, a percent sign or a currency stands next to it.
    fn is_within_word(&self, span: &Range<usize>) -> bool {
        let led = self.written(span).chars().next();
        let before = self.text.get(..span.start).unwrap_or_default();
        let before = before.chars().next_back();
        let behind = self
            .text
            .get(span.end..)
            .and_then(|rest| rest.chars().next());
        let led = led.is_some_and(candidate::is_lead);
        before.is_some_and(|c| !led && candidate::is_wordy(c))
            || behind.is_some_and(candidate::is_wordy)
    }
}

fn shifted(span: &Range<usize>, by: usize) -> Range<usize> {
    span.start + by..span.end + by
}
