//! The compiled numbering plans, read in place.
//!
//! `cargo xtask numbering` writes `plan.bin`; its `bytes` module and this one know the layout. The
//! sections are found at compile time. Every read is checked against the end of its section, and
//! what lies behind it reads as zero, so that a damaged table can be wrong but never panic.
//!
//! All decisions about digits are walks through one automaton. Where a walk starts decides what
//! the outcome of the state it ends in means; 0 always means "nothing".

mod rules;
mod state;
#[cfg(test)]
mod tests;

pub(crate) use rules::{Format, Prefix, Template};
use state::decimal;
pub(crate) use state::{State, outcome, outcome_of_national, outcome_of_whole};

/// Bytes that start at the start of a line of the cache, and so do records of 8 bytes in them.
#[repr(C, align(64))]
struct Aligned<B: ?Sized>(B);

const ALIGNED: &Aligned<[u8]> = &Aligned(*include_bytes!("../plan.bin"));
const FILE: &[u8] = &ALIGNED.0;

const MAGIC: &[u8; 8] = b"NUMPLAN3";

static NOTICE: &[u8] = section(0);
static STATES: &[u8] = section(1);
static CODE_INDEX: &[u8] = section(2);
static CODES: &[u8] = section(3);
static REGIONS: &[u8] = section(4);
static OUTCOMES: &[u8] = section(5);
static FORMATS: &[u8] = section(6);
static ALTERNATES: &[u8] = section(7);
static RULES: &[u8] = section(8);
static ZONES: &[u8] = section(9);
static ROOTS: &[u8] = section(10);
static STRINGS: &[u8] = section(11);
static TAILS: &[u8] = section(12);
static NEAREST: &[u8] = section(13);
static BEGINNINGS: &[u8] = section(14);
static REGION_INDEX: &[u8] = section(15);

const CODE_BYTES: usize = 16;
const REGION_BYTES: usize = 28;

/// Where the numbering plans are from, which version they are and under which licence, as lines of
/// text for people.
pub fn plans_notice() -> &'static str {
    std::str::from_utf8(NOTICE).unwrap_or_default()
}

const fn section(number: usize) -> &'static [u8] {
    let mut at = 0;
    while at < MAGIC.len() {
        assert!(FILE[at] == MAGIC[at], "plan.bin has another layout");
        at += 1;
    }
    let start = directory(8 + 8 * number);
    let (_, rest) = FILE.split_at(start);
    rest.split_at(directory(12 + 8 * number)).0
}

const fn directory(at: usize) -> usize {
    (FILE[at] as usize)
        | (FILE[at + 1] as usize) << 8
        | (FILE[at + 2] as usize) << 16
        | (FILE[at + 3] as usize) << 24
}

#[inline]
fn word(section: &[u8], at: usize) -> u16 {
    match section.get(at..at + 2) {
        Some(&[low, high]) => u16::from_le_bytes([low, high]),
        _ => 0,
    }
}

fn long(section: &[u8], at: usize) -> u32 {
    u32::from(word(section, at)) | u32::from(word(section, at + 2)) << 16
}

fn byte(section: &[u8], at: usize) -> u8 {
    section.get(at).copied().unwrap_or(0)
}

/// The plan of one calling code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodePlan(usize);

impl CodePlan {
    /// The plan of a calling code that is in use.
    #[inline]
    pub(crate) fn of(calling_code: u16) -> Option<Self> {
        let beginning = match calling_code {
            0..=9 => calling_code * 100,
            10..=99 => calling_code * 10,
            _ => calling_code,
        };
        Self::at(beginning.into()).filter(|plan| plan.calling_code() == calling_code)
    }

    /// The plan of the calling code that these ASCII digits begin with, if they do. Digits that
    /// are missing count as zeros, so that the code may be longer than they are.
    #[inline]
    pub(crate) fn beginning(digits: &[u8]) -> Option<Self> {
        let mut three = [b'0'; 3];
        for (place, &digit) in three.iter_mut().zip(digits) {
            *place = digit;
        }
        Self::at(decimal(0, &three))
    }

    #[inline]
    fn at(beginning: usize) -> Option<Self> {
        let place = usize::from(byte(CODE_INDEX, beginning));
        place.checked_sub(1).map(|place| Self(place * CODE_BYTES))
    }

    /// The calling code, 1 to 999.
    #[inline]
    pub(crate) fn calling_code(self) -> u16 {
        word(CODES, self.0)
    }

    /// The region that comes first where several share the code.
    #[inline]
    pub(crate) fn main(self) -> RegionPlan {
        RegionPlan(word(CODES, self.0 + 2))
    }

    /// Where national numbers start.
    #[inline]
    pub(crate) fn national(self) -> State {
        State(word(CODES, self.0 + 4))
    }

    /// Where the choice of a format starts, as written at home or from abroad; an outcome is for
    /// [`Format::chosen`].
    pub(crate) fn formats(self, home: bool) -> State {
        State(word(CODES, self.0 + if home { 6 } else { 8 }))
    }

    /// Where the choice of other ways to group starts; an outcome is for [`Format::alternates`].
    pub(crate) fn alternates(self) -> State {
        State(word(CODES, self.0 + 10))
    }

    /// The lengths of valid national numbers: bit `n` for `n` digits.
    pub(crate) fn valid_lengths(self) -> u32 {
        long(CODES, self.0 + 12)
    }
}

/// The plan of one region, or of one global service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegionPlan(u16);

impl RegionPlan {
    /// The plan of a region; none for the world, which has several.
    #[inline]
    pub(crate) fn of(letters: [u8; 2]) -> Option<Self> {
        let [first, second] = letters.map(|letter| usize::from(letter.wrapping_sub(b'A')));
        let place = byte(REGION_INDEX, first * 26 + second);
        let plan = Self(u16::from(place.checked_sub(1)?));
        // What is not two capitals may have come to another's place.
        Some(plan).filter(|plan| plan.letters() == letters)
    }

    #[inline]
    fn at(self, offset: usize) -> usize {
        usize::from(self.0) * REGION_BYTES + offset
    }

    /// Its place among all regions: less than 255.
    pub(crate) fn place(self) -> usize {
        self.0.into()
    }

    /// The region's code; `ZZ` for global services.
    #[inline]
    pub(crate) fn letters(self) -> [u8; 2] {
        word(REGIONS, self.at(0)).to_le_bytes()
    }

    /// The calling code.
    pub(crate) fn calling_code(self) -> u16 {
        word(REGIONS, self.at(2))
    }

    /// Whether something that begins with this ASCII digit can begin with what is dialled before a
    /// national number: if not, there is nothing to look for.
    #[inline]
    pub(crate) fn has_prefix_from(self, digit: u8) -> bool {
        let digit = digit.wrapping_sub(b'0');
        digit < 10 && word(REGIONS, self.at(26)) & (1 << digit) != 0
    }

    /// Where the pattern of all the region's numbers starts; any outcome is a match.
    pub(crate) fn general(self) -> State {
        State(word(REGIONS, self.at(4)))
    }

    /// Where what is dialled before a national number starts; for [`Prefix::find`].
    pub(crate) fn national_prefix(self) -> State {
        State(word(REGIONS, self.at(6)))
    }

    /// Where what is dialled before a calling code starts; for [`Prefix::find`].
    pub(crate) fn international_prefix(self) -> State {
        State(word(REGIONS, self.at(8)))
    }

    /// Where short numbers start; an outcome is a set of bits (see `short.rs`).
    pub(crate) fn short_numbers(self) -> State {
        State(word(REGIONS, self.at(10)))
    }

    /// Possible lengths: bit `n` for `n` digits.
    pub(crate) fn lengths(self) -> u32 {
        long(REGIONS, self.at(12))
    }

    /// Possible lengths without an area code.
    pub(crate) fn local_lengths(self) -> u32 {
        long(REGIONS, self.at(16))
    }

    /// The trunk prefix as people write it, empty if there is none.
    pub(crate) fn trunk_prefix(self) -> &'static [u8] {
        string(word(REGIONS, self.at(20)))
    }

    /// The word that announces an extension in writing, empty for the usual one.
    pub(crate) fn extension_prefix(self) -> &'static [u8] {
        string(word(REGIONS, self.at(24)))
    }
}

/// The letters of the region of an outcome of [`State::regions`].
pub(crate) fn decided_region(outcome: u16) -> Option<[u8; 2]> {
    outcome
        .checked_sub(1)
        .map(|place| RegionPlan(place).letters())
}

/// The names of a list of time zones (IANA).
pub(crate) fn zones(list_place: u16) -> impl Iterator<Item = &'static str> {
    let names = list(ZONES, list_place).map(string);
    names.map(|name| std::str::from_utf8(name).unwrap_or_default())
}

fn list(section: &'static [u8], place: u16) -> impl Iterator<Item = u16> {
    let place = 2 * usize::from(place);
    let count = usize::from(word(section, place));
    (1..=count).map(move |item| word(section, place + 2 * item))
}

fn string(place: u16) -> &'static [u8] {
    let place = usize::from(place);
    let length = usize::from(byte(STRINGS, place));
    STRINGS
        .get(place + 1..place + 1 + length)
        .unwrap_or_default()
}
