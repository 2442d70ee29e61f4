//! The compiled numbering plans, read in place.
//!
//! `cargo xtask numbering` writes `plan.bin`; its `bytes` module and this one know the layout. The
//! sections are found at compile time. Every read is checked against the end of its section, and
//! what lies behind it reads as zero, so that a damaged table can be wrong but never panic.
//!
//! All decisions about digits are walks through one automaton. Where a walk starts decides what
//! the outcome of the state it ends in means; 0 always means "nothing".

const FILE: &[u8] = include_bytes!("plan.bin");

const MAGIC: &[u8; 8] = b"NUMPLAN2";

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

const STATE_BYTES: usize = 24;
const REGION_BYTES: usize = 28;

static NOTICE: &[u8] = section(0);

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

/// A state of the automaton. The default one is dead: nothing is accepted behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State(u16);

impl State {
    /// Where whole numbers start: calling code and national number. Outcomes are those of
    /// [`outcome`].
    pub(crate) fn whole() -> Self {
        Self(word(ROOTS, 0))
    }

    /// Where whole numbers start on the way to their time zones: the last outcome of a walk is the
    /// place of a list for [`zones`].
    pub(crate) fn zones() -> Self {
        Self(word(ROOTS, 2))
    }

    /// Whether nothing is accepted from here.
    pub(crate) fn is_dead(self) -> bool {
        self.0 == 0
    }

    /// Where an ASCII digit leads; anything else leads to the dead state.
    #[inline]
    pub(crate) fn step(self, digit: u8) -> Self {
        let digit = usize::from(digit.wrapping_sub(b'0'));
        if digit > 9 {
            return Self::default();
        }
        Self(word(STATES, usize::from(self.0) * STATE_BYTES + digit * 2))
    }

    /// What it means that a number ends with these ASCII digits.
    ///
    /// Most numbers are decided by their first half; from there on only the count matters, and is
    /// looked up instead of walked.
    #[inline]
    pub(crate) fn outcome_of(self, digits: &[u8]) -> u16 {
        let mut state = self;
        for (walked, &digit) in digits.iter().enumerate() {
            let tail = usize::from(word(STATES, usize::from(state.0) * STATE_BYTES + 22));
            if tail != 0 {
                let left = digits.len() - walked;
                let places = usize::from(word(TAILS, tail * 4 + 2));
                let known = word(TAILS, (tail + left) * 4);
                return if left < places { known } else { 0 };
            }
            state = state.step(digit);
        }
        state.outcome()
    }

    /// Where several ASCII digits lead.
    pub(crate) fn walk(self, digits: &[u8]) -> Self {
        digits.iter().fold(self, |state, &digit| state.step(digit))
    }

    /// What it means that the digits end here.
    #[inline]
    pub(crate) fn outcome(self) -> u16 {
        word(STATES, usize::from(self.0) * STATE_BYTES + 20)
    }

    /// The ASCII digit that leads to the nearest outcome ahead.
    pub(crate) fn nearest(self) -> Option<u8> {
        let digit = byte(NEAREST, usize::from(self.0));
        (digit < 10).then(|| b'0' + digit)
    }
}

/// What a valid number is: its region's letters, and the number of its kind (see `plan.rs`).
#[inline]
pub(crate) fn outcome(number: u16) -> Option<([u8; 2], u16)> {
    if number == 0 {
        return None;
    }
    let at = usize::from(number) * 4;
    let region = RegionPlan(word(OUTCOMES, at));
    Some((region.letters(), word(OUTCOMES, at + 2)))
}

/// The plan of one calling code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CodePlan(usize);

impl CodePlan {
    /// The plan of a calling code that is in use.
    #[inline]
    pub(crate) fn of(calling_code: u16) -> Option<Self> {
        let place = byte(CODE_INDEX, usize::from(calling_code));
        usize::from(place)
            .checked_sub(1)
            .map(|place| Self(place * 16))
    }

    /// The region that comes first where several share the code.
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
    #[cfg(test)]
    pub(crate) fn valid_lengths(self) -> u32 {
        long(CODES, self.0 + 12)
    }
}

/// The plan of one region, or of one global service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RegionPlan(u16);

impl RegionPlan {
    /// The plan of a region; none for the world, which has several.
    pub(crate) fn of(letters: [u8; 2]) -> Option<Self> {
        let (mut low, mut high) = (0, REGIONS.len() / REGION_BYTES);
        while low < high {
            let middle = (low + high) / 2;
            let plan = Self(u16::try_from(middle).ok()?);
            match plan.letters().cmp(&letters) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(plan).filter(|_| letters != *b"ZZ"),
            }
        }
        None
    }

    fn at(self, offset: usize) -> usize {
        usize::from(self.0) * REGION_BYTES + offset
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

/// A way to group digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format(usize);

/// Which of a format's templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// With the trunk prefix, where people write it.
    Home,
    /// After a calling code.
    Abroad,
    /// The groups alone.
    Bare,
}

impl Format {
    /// The format of an outcome of [`CodePlan::formats`].
    pub(crate) fn chosen(outcome: u16) -> Option<Self> {
        usize::from(outcome)
            .checked_sub(1)
            .map(|place| Self(place * 16))
    }

    /// The formats of an outcome of [`CodePlan::alternates`].
    pub(crate) fn alternates(outcome: u16) -> impl Iterator<Item = Self> {
        list(ALTERNATES, outcome).map(|place| Self(usize::from(place) * 16))
    }

    /// Whether people write such numbers with and without their trunk prefix.
    pub(crate) fn prefix_is_optional(self) -> bool {
        byte(FORMATS, self.0 + 1) == 1
    }

    /// How many groups there are; at most 6.
    pub(crate) fn groups(self) -> usize {
        usize::from(byte(FORMATS, self.0))
    }

    /// The least and most digits of a group, counted from 0.
    pub(crate) fn group(self, number: usize) -> (usize, usize) {
        let bounds = byte(FORMATS, self.0 + 2 + number);
        (usize::from(bounds >> 4), usize::from(bounds & 15))
    }

    /// ASCII text in which bytes 1 to 6 stand for the groups.
    pub(crate) fn template(self, template: Template) -> &'static [u8] {
        let offset = match template {
            Template::Home => 8,
            Template::Abroad => 10,
            Template::Bare => 14,
        };
        string(word(FORMATS, self.0 + offset))
    }
}

/// What to do with the digits a number begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix(usize);

impl Prefix {
    /// The prefix that `digits` begin with, if there is one.
    pub(crate) fn find(root: State, digits: &[u8]) -> Option<Self> {
        let (mut state, mut found) = (root, Self::open(root));
        for &digit in digits {
            state = state.step(digit);
            if state.is_dead() {
                return found;
            }
            found = Self::open(state).or(found);
        }
        Self::present(usize::from(state.outcome()) * 24 + 12).or(found)
    }

    /// The rule that holds if more digits follow.
    fn open(state: State) -> Option<Self> {
        Self::present(usize::from(state.outcome()) * 24)
    }

    fn present(at: usize) -> Option<Self> {
        (byte(RULES, at) == 1).then_some(Self(at))
    }

    /// How many digits the prefix has.
    pub(crate) fn matched(self) -> usize {
        usize::from(byte(RULES, self.0 + 1))
    }

    /// The digits of the prefix that are kept: from, to.
    pub(crate) fn kept(self) -> (usize, usize) {
        let place = |offset| usize::from(byte(RULES, self.0 + offset));
        (place(2), place(3))
    }

    /// Digits to put before the kept ones.
    pub(crate) fn inserted(self) -> &'static [u8] {
        let length = usize::from(byte(RULES, self.0 + 6));
        RULES
            .get(self.0 + 7..self.0 + 7 + length)
            .unwrap_or_default()
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_says_where_it_is_from() {
        let notice = plans_notice();
        for line in ["libphonenumber", "Version: ", "Apache-2.0", "Changes: "] {
            assert!(notice.contains(line), "{line}");
        }
        assert!(FILE.len() < 2_000_000);
    }

    #[test]
    fn a_tail_says_the_same_as_a_walk() {
        let mut digits = [b'0'; 15];
        let mut seed = 7u32;
        for code in (1..1000).filter_map(CodePlan::of) {
            for _ in 0..300 {
                for digit in &mut digits {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    *digit = b'0' + u8::try_from((seed >> 20) % 10).unwrap();
                }
                for length in 0..digits.len() {
                    let digits = &digits[..length];
                    for root in [code.national(), code.formats(true), State::whole()] {
                        assert_eq!(root.outcome_of(digits), root.walk(digits).outcome());
                    }
                }
            }
        }
    }

    #[test]
    fn a_whole_number_and_its_national_part_have_the_same_outcome() {
        let whole = State::whole().walk(b"12015550123").outcome();
        let national = CodePlan::of(1).unwrap().national().walk(b"2015550123");
        assert_eq!(whole, national.outcome());
        assert_eq!(outcome(whole).unwrap().0, *b"US");
        assert_eq!(outcome(0), None);
    }

    #[test]
    fn no_read_leaves_the_table() {
        let beyond = State(u16::MAX);
        assert!(beyond.step(b'5').is_dead() || beyond.step(b'5') != beyond);
        assert_eq!(State::whole().step(b'a'), State::default());
        assert_eq!(RegionPlan(u16::MAX).letters(), [0, 0]);
        assert!(string(u16::MAX).is_empty());
        assert_eq!(zones(u16::MAX).count(), 0);
        assert!(State::default().is_dead() && State::default().outcome() == 0);
        assert!(State::default().step(b'1').is_dead());
    }

    #[test]
    fn every_region_is_found_by_its_letters() {
        for place in 0..REGIONS.len() / REGION_BYTES {
            let plan = RegionPlan(u16::try_from(place).unwrap());
            let found = RegionPlan::of(plan.letters());
            assert_eq!(found, Some(plan).filter(|p| p.letters() != *b"ZZ"));
        }
        assert_eq!(RegionPlan::of(*b"QQ"), None);
    }

    #[test]
    fn following_the_nearest_digits_ends_at_a_valid_number() {
        for code in 1..1000 {
            let Some(plan) = CodePlan::of(code) else {
                continue;
            };
            let (mut state, mut digits) = (plan.national(), 0);
            while state.outcome() == 0 {
                state = state.step(state.nearest().unwrap());
                digits += 1;
            }
            assert!(plan.valid_lengths() & (1 << digits) != 0, "{code}");
        }
    }
}
