//! How long numbers without a `+` can be, told by their first digit.

use std::sync::OnceLock;

use super::{INTERNATIONAL_DIGITS_MIN, weigh::NATIONAL_MIN};
use crate::{
    Region, fiction,
    table::{CodePlan, Prefix, RegionPlan, State},
};

/// The fewest digits of a number that is looked for without a calling code anywhere.
const SHORT_MIN: usize = 4;

/// Any length: what a plan strips off first has to be looked at.
const ANY: u32 = u32::MAX;

/// Sets of lengths in which digits without a `+` can be a number in use somewhere that is expected.
pub(crate) struct Lengths {
    /// By the first two digits: bit `n` for `n` digits.
    by_two: [u32; 100],
    /// The first digits, as bits, before which nothing may stand that is dialled.
    bare: u16,
    /// No number in use, also after a `+`, has fewer digits.
    fewest: usize,
    /// No number that is looked for without a calling code has fewer digits.
    fewest_bare: usize,
}

/// The lengths of each region that was expected before, by its place.
static OWN: [OnceLock<Lengths>; 256] = [const { OnceLock::new() }; 256];

impl Lengths {
    /// The lengths where these regions are expected.
    pub(super) fn of(regions: &[Region]) -> Self {
        let mut lengths = Self {
            by_two: [0; 100],
            // Two zeros may lead abroad.
            bare: 0b11_1111_1110,
            fewest: INTERNATIONAL_DIGITS_MIN,
            fewest_bare: NATIONAL_MIN,
        };
        // It leads to other countries wherever it means nothing else.
        lengths.by_two[0] = ANY;
        for region in regions {
            let plan = RegionPlan::of(region.letters());
            if let Some(own) = plan.and_then(|plan| Some((plan, OWN.get(plan.place())?))) {
                let (plan, own) = own;
                lengths.join(own.get_or_init(|| Self::of_one(plan, *region)));
            }
        }
        lengths
    }

    /// The lengths where one region is expected: worth keeping, as a short text takes less time.
    fn of_one(plan: RegionPlan, region: Region) -> Self {
        let mut lengths = Self::of(&[]);
        lengths.take_in(plan);
        if dials_bare(region) {
            let code = CodePlan::of(plan.calling_code());
            let shortest = code.map_or(0, CodePlan::valid_lengths).trailing_zeros() as usize;
            lengths.fewest_bare = lengths.fewest_bare.min(shortest.max(SHORT_MIN));
        }
        lengths
    }

    /// What is a number by these lengths or by those.
    fn join(&mut self, other: &Self) {
        for (own, other) in self.by_two.iter_mut().zip(&other.by_two) {
            *own |= other;
        }
        self.bare &= other.bare;
        self.fewest = self.fewest.min(other.fewest);
        self.fewest_bare = self.fewest_bare.min(other.fewest_bare);
    }

    fn take_in(&mut self, plan: RegionPlan) {
        let possible = plan.lengths() | plan.local_lengths();
        self.fewest = self.fewest.min(possible.trailing_zeros() as usize);
        let code = plan.calling_code();
        let stripped_of = (0..10).filter(|&digit| may_be_stripped(plan, b'0' + digit));
        self.bare &= !stripped_of.fold(0, |set, digit| set | 1u16 << digit);
        let main = CodePlan::of(code);
        let in_use = main.map_or(0, CodePlan::valid_lengths) | fiction::lengths(code);
        let main = main.map_or(plan, CodePlan::main);
        let digits =
            (b'0'..=b'9').flat_map(|first| (b'0'..=b'9').map(move |second| [first, second]));
        for (digits, lengths) in digits.zip(&mut self.by_two) {
            let possible = |count: &usize| match may_begin(code, digits.get(*count..)) {
                true => in_use << count,
                false => 0,
            };
            *lengths |= match stripped(plan, main, digits) {
                Some(counts) => counts.iter().fold(0, |set, count| set | possible(count)),
                None => ANY,
            };
        }
    }

    /// The set of lengths of numbers that begin with these ASCII digits.
    #[inline]
    pub(super) fn beginning_with(&self, digits: [u8; 2]) -> u32 {
        let [first, second] = digits.map(|digit| usize::from(digit.wrapping_sub(b'0')));
        match second {
            0..=9 => self.by_two.get(first * 10 + second).copied().unwrap_or(ANY),
            _ => ANY,
        }
    }

    /// Whether so many digits, of which these ASCII ones are the first, can be a number.
    #[inline]
    pub(super) fn allow(&self, digits: [u8; 2], count: usize) -> bool {
        self.beginning_with(digits) >> count.min(31) & 1 != 0
    }

    /// Whether what begins with this ASCII digit can only be a national number as it stands, in
    /// every region.
    #[inline]
    pub(super) fn is_bare(&self, digit: u8) -> bool {
        self.bare >> digit.wrapping_sub(b'0').min(15) & 1 != 0
    }

    /// No number that is looked for without a calling code has fewer digits, in
    /// [`Mode::RecallMax`](super::Mode::RecallMax).
    #[inline]
    pub(super) fn fewest_bare(&self) -> usize {
        self.fewest_bare
    }

    /// No number in use, also after a `+`, has fewer digits.
    #[inline]
    pub(super) fn fewest(&self) -> usize {
        self.fewest
    }
}

/// Whether a national number of this calling code begins with these ASCII digits.
fn may_begin(code: u16, digits: Option<&[u8]>) -> bool {
    let digits = digits.unwrap_or_default();
    let plan = CodePlan::of(code);
    plan.is_some_and(|plan| !plan.national().walk(digits).is_dead())
        || fiction::may_begin(code, digits)
}

/// Whether nothing is dialled before numbers at home. Where that is so, they may be very short, and
/// are written as they are: on many islands.
pub(super) fn dials_bare(region: Region) -> bool {
    RegionPlan::of(region.letters()).is_some_and(|plan| {
        let trunk = plan.national_prefix();
        (b'0'..=b'9').all(|digit| trunk.step(digit).is_dead())
    })
}

/// How many digits may be stripped off what begins with these two before it is looked up in the
/// plan: none, a trunk prefix, or the calling code. `None` if more is needed to tell, or if some
/// may be put before it.
fn stripped(plan: RegionPlan, main: RegionPlan, digits: [u8; 2]) -> Option<[usize; 3]> {
    if !may_be_stripped(plan, digits[0]) {
        return Some([0; 3]);
    }
    let [first, second] = digits;
    let code = plan.calling_code();
    let begins = |state: State| Prefix::open(state).is_some();
    let abroad = plan.international_prefix();
    let trunk = plan.national_prefix();
    let goes_on = |state: State| !state.step(first).step(second).is_dead();
    if begins(abroad)
        || begins(abroad.step(first))
        || goes_on(abroad)
        || begins(trunk)
        || goes_on(trunk)
    {
        return None;
    }
    let trunk = match Prefix::open(trunk.step(first)) {
        Some(rule) if !rule.inserted().is_empty() || rule.kept().0 != rule.kept().1 => return None,
        Some(rule) => rule.matched(),
        None => 0,
    };
    let begins_code = |digits: u16| code == digits || (digits > 9 && code / 10 == digits);
    let (first, two) = (
        u16::from(first - b'0'),
        u16::from(first - b'0') * 10 + u16::from(second - b'0'),
    );
    let own = match code {
        1..=9 if code == first => 1,
        10.. if begins_code(two) => return None,
        _ => 0,
    };
    // What stands behind the code would be stripped in turn.
    let again = own > 0 && [plan, main].iter().any(|plan| plan.has_prefix_from(second));
    (!again).then_some([0, trunk, own])
}

/// Whether what begins with this ASCII digit may begin with a prefix that is dialled in the region
/// or with its calling code. If not, it can only be a number as it stands.
pub(super) fn may_be_stripped(plan: RegionPlan, digit: u8) -> bool {
    let code = plan.calling_code();
    let code_first = [code / 100, code / 10, code]
        .into_iter()
        .find(|&first| first > 0);
    let prefixes = [plan.national_prefix(), plan.international_prefix()];
    prefixes.iter().any(|prefix| !prefix.step(digit).is_dead())
        || code_first.is_some_and(|first| first % 10 == u16::from(digit.wrapping_sub(b'0')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse;

    #[test]
    fn a_first_digit_that_is_no_prefix_tells_the_lengths() {
        let us = Lengths::of(&[Region::parse("US").unwrap()]);
        // Ten digits, and those of Canada's 310 numbers; a one may stand before them.
        let own = 1 << 10 | 1 << 7;
        assert_eq!(us.beginning_with(*b"20"), own);
        assert_eq!(us.beginning_with(*b"09"), 0);
        assert_eq!(us.beginning_with(*b"12"), own << 1);
        assert_eq!(us.beginning_with(*b"01"), ANY);
        assert_eq!(us.beginning_with(*b"2 "), ANY);
        assert_eq!(us.fewest(), INTERNATIONAL_DIGITS_MIN);
        let none = Lengths::of(&[]);
        assert_eq!(
            (none.beginning_with(*b"00"), none.beginning_with(*b"70")),
            (ANY, 0)
        );
    }

    #[test]
    fn numbers_of_every_region_have_a_length_that_is_allowed() {
        for country in crate::countries() {
            let lengths = Lengths::of(&[country.region]);
            let mut state = 1u64;
            for _ in 0..20_000 {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                let digits = format!("{:018}", state >> 5);
                let count = 4 + usize::try_from(state >> 60).unwrap();
                let digits = &digits.as_bytes()[digits.len() - 18..][..count.min(18)];
                if parse::in_use(digits, false, Some(country.region)).is_some() {
                    assert!(
                        lengths.allow([digits[0], digits[1]], digits.len()),
                        "{}",
                        country.region
                    );
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_number_in_use_has_another_length(digits in "[0-9]{4,18}", place in 0usize..400) {
            let countries = crate::countries();
            let region = countries[place % countries.len()].region;
            let (lengths, bytes) = (Lengths::of(&[region]), digits.as_bytes());
            if parse::in_use(bytes, false, Some(region)).is_some() {
                prop_assert!(lengths.allow([bytes[0], bytes[1]], bytes.len()));
            }
        }
    }
}
