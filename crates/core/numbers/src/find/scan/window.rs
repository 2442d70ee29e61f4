//! Digits that are told to be no number from the bits of 64 bytes, without looking at each.
//!
//! Most digits of logs and records stand behind a letter, a dash or a point, or are too few. Both
//! show in masks of what each byte is: a few operations on numbers of 64 bits refuse all of them
//! at once, where a walk from digit to digit would guess wrong at the end of every group.

use super::{
    super::{
        Lengths, RUN_CHARS_MAX,
        run::{DIGITS_MAX, GAP_MAX, GROUPS_MAX},
        skim::{self, Before, NATIONAL_LENGTHS},
        weigh::{NATIONAL_MAX, NATIONAL_MIN},
    },
    BLOCK,
};

/// How many bytes before a digit decide what it may be a part of: an escape, or the country of an
/// IBAN.
pub(super) const BEFORE: usize = 3;

/// What 64 bytes are, a bit for each.
#[derive(Clone, Copy, Default)]
pub(super) struct Marks {
    /// ASCII digits.
    pub(super) digits: u64,
    /// What may begin a digit of another script.
    pub(super) others: u64,
    /// What may part groups of digits.
    pub(super) gaps: u64,
    /// Percent signs.
    pub(super) percent: u64,
    /// What is beyond ASCII.
    pub(super) beyond: u64,
    /// What makes digits behind it a part of something else.
    pub(super) binding: u64,
    /// What does so behind a digit.
    pub(super) fraction: u64,
    /// ASCII capitals.
    pub(super) capitals: u64,
}

/// The part of a text that is looked at, and what is left to look at in it. The first bytes are
/// only what stands before.
#[derive(Clone, Copy, Default)]
pub(crate) struct Window {
    /// The place of the first byte that is looked at.
    base: usize,
    /// Digits, as bits from [`BEFORE`] on.
    digits: u64,
    /// Where a group begins that may begin a number.
    starts: u64,
    /// Those of which more must be seen than masks tell.
    odd: u64,
    /// What ends a run of groups.
    stops: u64,
    /// What says nothing without being decoded.
    unclear: u64,
}

/// Digits that may be a number, or begin one.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// Something stands by them that has to be looked at; they may be of another script.
    Odd(usize),
    /// Groups of ASCII digits, some of which are as long as a number.
    Groups(Groups),
}

/// Groups of ASCII digits, seen from the first.
#[derive(Clone, Copy)]
pub(crate) struct Groups {
    /// Where the first group begins.
    pub(crate) at: usize,
    /// Which bytes from there on are digits.
    pub(crate) digits: u64,
    /// Where a number may end by its length: bit `n` behind `n` digits.
    pub(crate) possible: u64,
    /// Whether more groups may follow.
    pub(crate) open: bool,
}

impl Window {
    /// Whether the place is one of those looked at.
    #[inline(always)]
    fn holds(&self, at: usize) -> bool {
        self.digits != 0 && (self.base..self.end()).contains(&at)
    }

    /// The place behind those looked at.
    #[inline(always)]
    fn end(&self) -> usize {
        self.base + BLOCK - BEFORE
    }

    /// The bit of a place that is looked at.
    #[inline(always)]
    fn bit(&self, at: usize) -> usize {
        at - self.base + BEFORE
    }

    #[inline(always)]
    fn place(&self, bit: u32) -> usize {
        self.base + bit as usize - BEFORE
    }

    /// Looks at what begins at `base`. `ended` says that nothing follows the text.
    #[inline(always)]
    fn load(&mut self, bytes: &[u8], base: usize, ended: bool, look: &impl Look) {
        let from = base.saturating_sub(BEFORE);
        // Nothing stands before the text.
        let lead = BEFORE - (base - from);
        let there = match bytes.len() - from + lead {
            BLOCK.. => u64::MAX,
            length => !(u64::MAX << length),
        };
        let marks = look.marks(from).behind(lead);
        *self = Self::new(base, marks, there, ended);
    }

    /// The window of these marks. `there` are the bytes that are part of the text.
    #[inline(always)]
    fn new(base: usize, marks: Marks, there: u64, ended: bool) -> Self {
        let Marks { digits, gaps, .. } = marks;
        let unclear = marks.percent | marks.beyond | if ended { 0 } else { !there };
        let begins = digits & !(digits << 1);
        let bound = begins & (marks.binding << 1 | (marks.fraction & digits << 1) << 1);
        let escaped = marks.percent << 1 | marks.percent << 2 | marks.percent << 3;
        let country = marks.capitals << 1 & marks.capitals << 2;
        // Adding its first digit to a group leaves a bit behind its last.
        let mut open = bound.wrapping_add(digits) & !digits & unclear;
        let mut refused = bound & !escaped & !country;
        while open != 0 {
            let before = begins & ((open & open.wrapping_neg()) - 1);
            refused &= !highest(before);
            open &= open - 1;
        }
        // The last group may go on.
        if digits >> 63 != 0 {
            refused &= !highest(begins);
        }
        let five = gaps & gaps << 1 & gaps << 2;
        let five = five & gaps << 3 & gaps << GAP_MAX;
        Self {
            base,
            digits,
            starts: (begins & !refused | marks.others) & u64::MAX << BEFORE,
            odd: escaped | country | marks.others,
            stops: !(digits | gaps) | five,
            unclear,
        }
    }

    /// What the group that begins at this bit is, by all that follows it.
    #[inline(always)]
    fn look_at<L: Look>(&self, bytes: &[u8], bit: u32, lengths: Option<&Lengths>) -> Seen {
        let at = self.place(bit);
        if self.odd >> bit & 1 != 0 {
            return Seen::Start(Start::Odd(at));
        }
        let stops = self.stops >> bit;
        let digits = self.digits >> bit & stops.wrapping_sub(1) & !stops;
        let count = digits.count_ones() as usize;
        let open = stops == 0;
        if open && count <= NATIONAL_MAX {
            return Seen::Cut;
        }
        let length = stops.trailing_zeros();
        if !open && self.unclear >> bit >> length & 1 != 0 {
            return Seen::Start(Start::Odd(at));
        }
        if count < NATIONAL_MIN {
            return Seen::Refused(bit + length);
        }
        let (before, behind) = bytes.split_at_checked(at).unwrap_or_default();
        let (Before::Free, Some(&first)) = (skim::what_binds(before), behind.first_chunk()) else {
            return Seen::Start(Start::Odd(at));
        };
        let ends = L::chosen(digits & !(digits >> 1), digits) << 1;
        let possible = lengths.map_or(u32::MAX, |lengths| lengths.beginning_with(first));
        let possible = ends & u64::from(possible & NATIONAL_LENGTHS);
        match possible {
            0 => Seen::Refused(bit + 1),
            _ => Seen::Start(Start::Groups(Groups {
                at,
                digits,
                possible,
                open,
            })),
        }
    }
}

impl Marks {
    /// The same bytes so much further on.
    #[inline(always)]
    fn behind(self, by: usize) -> Self {
        Self {
            digits: self.digits << by,
            others: self.others << by,
            gaps: self.gaps << by,
            percent: self.percent << by,
            beyond: self.beyond << by,
            binding: self.binding << by,
            fraction: self.fraction << by,
            capitals: self.capitals << by,
        }
    }
}

/// The highest bit of a number.
#[inline(always)]
fn highest(bits: u64) -> u64 {
    match bits.checked_ilog2() {
        Some(place) => 1 << place,
        None => 0,
    }
}

impl Start {
    /// Where the first digit stands.
    #[inline]
    pub(crate) fn place(&self) -> usize {
        match self {
            Self::Odd(at) => *at,
            Self::Groups(groups) => groups.at,
        }
    }
}

impl Groups {
    /// Where the first group ends.
    #[inline]
    pub(crate) fn first_end(&self) -> usize {
        self.at + self.digits.trailing_ones() as usize
    }

    /// Where the last group ends, if all are seen and a run holds them all.
    #[inline]
    pub(crate) fn end(&self) -> Option<usize> {
        let groups = (self.digits & !(self.digits << 1)).count_ones() as usize;
        let held = groups <= GROUPS_MAX && self.digits.count_ones() as usize <= DIGITS_MAX;
        let length = (u64::BITS - self.digits.leading_zeros()) as usize;
        (held && !self.open && length <= RUN_CHARS_MAX).then_some(self.at + length)
    }
}

/// How a text is looked at, by the instructions of a unit.
pub(super) trait Look {
    /// What the 64 bytes from here on are; what is behind the end is nothing.
    fn marks(&self, at: usize) -> Marks;
    /// The first place from here on where a digit may be.
    fn next_digit(&self, from: usize) -> Option<usize>;
    /// The bits of `of` that `which` chooses, moved together.
    fn chosen(of: u64, which: u64) -> u64;
}

/// What was seen of a start.
enum Seen {
    /// No number begins before this bit.
    Refused(u32),
    /// The run goes on behind the window.
    Cut,
    Start(Start),
}

/// The next digits at `from` or later that may be a number of
/// [`Mode::Balanced`](super::super::Mode::Balanced); none before them is. `lengths` tells how long
/// numbers can be, where it is known.
#[inline(always)]
pub(super) fn next<L: Look>(
    bytes: &[u8],
    (from, ended): (usize, bool),
    window: &mut Window,
    lengths: Option<&Lengths>,
    look: L,
) -> Option<Start> {
    let mut from = from;
    if !window.holds(from) {
        from = look.next_digit(from)?;
        window.load(bytes, from, ended, &look);
    }
    loop {
        let here = window.bit(from);
        // The last look may have ended within digits.
        if window.digits >> (here - 1) & 3 == 3 {
            return Some(Start::Odd(from));
        }
        let mut starts = window.starts & u64::MAX << here;
        let cut = loop {
            if starts == 0 {
                break None;
            }
            let bit = starts.trailing_zeros();
            match window.look_at::<L>(bytes, bit, lengths) {
                Seen::Refused(behind) => starts &= u64::MAX << behind,
                Seen::Cut if bit as usize > BEFORE => break Some(window.place(bit)),
                Seen::Cut => return Some(Start::Odd(window.place(bit))),
                Seen::Start(start) => return Some(start),
            }
        };
        from = match cut {
            Some(at) => at,
            None => look.next_digit(window.end())?,
        };
        window.load(bytes, from, ended, &look);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            super::{Hints, Mode, run, weigh},
            Scan, Unit,
        },
        *,
    };
    use crate::Region;

    /// Where digits are handed on to be looked at in full.
    fn handed_on(text: &str, unit: Unit, lengths: Option<&Lengths>) -> Vec<usize> {
        let (mut scan, mut from) = (Scan::with(text, unit), 0);
        let next = || {
            let at = scan.next_start(from, true, lengths)?.place();
            let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
            from = at + digits.max(1);
            Some(at)
        };
        std::iter::from_fn(next).collect()
    }

    proptest! {
        #[test]
        fn what_is_passed_over_is_refused_when_read(
            text in "([0-9]{1,7}|[0-9]{8,70}|[ ().\\-/+:,$_a-fA-F\\[]{1,2}|07700 900123|201.555.0123|2026-11-22 14|3105550|é|%2B|%20|٣|%|[a-z ]{0,60}){0,14}",
        ) {
            let regions = ["US", "GB", "DE"].map(|code| Region::parse(code).unwrap());
            let hints = Hints::new(&regions, Mode::Balanced);
            let lengths = Lengths::of(&regions);
            let looked_at = handed_on(&text, Unit::best(), Some(&lengths));
            for unit in Unit::all() {
                prop_assert_eq!(&handed_on(&text, unit, Some(&lengths)), &looked_at, "{:?}", unit);
            }
            let before = |at: usize| text[..at].chars().next_back();
            let digits = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at);
            let begins = digits.filter(|&at| !before(at).is_some_and(|c| c.is_ascii_digit()));
            for at in begins.filter(|at| !looked_at.contains(at)) {
                let read = run::read(&text, run::lead(&text, 0, at), at, true, false);
                let found = read.and_then(|run| weigh::best(&text, &run, &hints, &lengths));
                prop_assert!(found.is_none(), "{at}");
            }
        }
    }

    #[test]
    fn what_may_be_a_number_is_handed_on_wherever_it_stands() {
        let lengths = Lengths::of(&[Region::parse("US").unwrap()]);
        for unit in Unit::all() {
            for length in 0..200 {
                for number in [
                    "201 555 0123",
                    "+12015550123",
                    "٢٠١٥٥٥٠١٢٣",
                    "%2B12015550123",
                ] {
                    let text = format!("{}{number}", "a ".repeat(length));
                    let at = handed_on(&text, unit, Some(&lengths));
                    let digit = text.find(char::is_numeric);
                    assert_eq!(at.first().copied(), digit, "{unit:?} {length} {number}");
                }
            }
        }
    }
}
