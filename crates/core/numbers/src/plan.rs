//! What the numbering plans say about digits: the rules, applied to the table.
//!
//! Nothing here allocates, and everything is a bounded number of walks over at most
//! [`NATIONAL_MAX`] digits.

use crate::{
    LineType, Region,
    table::{self, CodePlan, Prefix, RegionPlan, State},
    wiped::Wiped,
};

/// The most digits a national number may have in any plan.
pub(crate) const NATIONAL_MAX: usize = 17;

/// The fewest digits that are looked at as a number.
const NATIONAL_MIN: usize = 2;

/// Room for the longest digits we read, and what a plan puts before them.
const ROOM: usize = 32;

/// How the length of a number fits its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    /// Too few digits.
    Short,
    /// A subscriber's part, whose area code is missing.
    Local,
    /// A length in use.
    Possible,
    /// Between lengths in use, but not one of them.
    Between,
    /// Too many digits.
    Long,
}

/// Digits of a national number: a part of what was dialled, or what a plan makes of it.
pub(crate) enum National<'d> {
    /// A part of the input.
    Part(&'d [u8]),
    /// Rewritten by the plan.
    Made(Made),
}

/// A rewritten number.
pub(crate) struct Made {
    digits: Wiped<ROOM>,
    len: usize,
}

impl National<'_> {
    /// The ASCII digits.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Part(digits) => digits,
            Self::Made(made) => made.digits.get(..made.len).unwrap_or_default(),
        }
    }

    fn made(parts: [&[u8]; 3]) -> Option<Self> {
        let mut made = Made {
            digits: Wiped::zeros(),
            len: 0,
        };
        for part in parts {
            let room = made.digits.get_mut(made.len..made.len + part.len())?;
            room.copy_from_slice(part);
            made.len += part.len();
        }
        Some(Self::Made(made))
    }
}

/// Splits ASCII digits into an assigned calling code and the national number. No code begins
/// another, and none begins with zero.
#[inline]
pub(crate) fn split_calling_code(digits: &[u8]) -> Option<(u16, &[u8])> {
    let code = CodePlan::beginning(digits)?.calling_code();
    Some((code, digits.get(digit_count(code)..)?))
}

/// How many digits a calling code has.
#[inline]
pub(crate) fn digit_count(calling_code: u16) -> usize {
    1 + usize::from(calling_code > 9) + usize::from(calling_code > 99)
}

/// The region of a calling code; the main one where several share it.
pub(crate) fn main_region(calling_code: u16) -> Region {
    CodePlan::of(calling_code).map_or(Region::WORLD, |plan| Region::of(plan.main().letters()))
}

/// How the numbers of a calling code announce an extension in writing; empty for the usual way.
pub(crate) fn extension_prefix(calling_code: u16) -> &'static str {
    let prefix = CodePlan::of(calling_code).map(|plan| plan.main().extension_prefix());
    std::str::from_utf8(prefix.unwrap_or_default()).unwrap_or_default()
}

/// Region and line type of a national number in use, `None` for one that is not.
#[inline]
pub(crate) fn lookup(calling_code: u16, national: &[u8]) -> Option<(Region, LineType)> {
    let code_digits = digit_count(calling_code);
    named(table::outcome_of_national(
        calling_code,
        code_digits,
        national,
    ))
}

/// Region and line type of a number in use, calling code first.
#[inline]
pub(crate) fn lookup_whole(digits: &[u8]) -> Option<(Region, LineType)> {
    named(table::outcome_of_whole(digits))
}

/// The line type of a national number that ends in this state, if it is in use.
pub(crate) fn line_type_of(state: State) -> Option<LineType> {
    named(state.outcome()).map(|(_, line)| line)
}

#[inline]
fn named(outcome: u16) -> Option<(Region, LineType)> {
    let (letters, kind) = table::outcome(outcome)?;
    Some((Region::of(letters), line_type(kind)))
}

/// The kinds in the order of the table.
#[inline]
fn line_type(kind: u16) -> LineType {
    match kind {
        0 => LineType::PremiumRate,
        1 => LineType::TollFree,
        2 => LineType::SharedCost,
        3 => LineType::Voip,
        4 => LineType::Personal,
        5 => LineType::Pager,
        6 => LineType::Uan,
        7 => LineType::Voicemail,
        8 => LineType::Fixed,
        9 => LineType::Mobile,
        10 => LineType::FixedOrMobile,
        _ => LineType::Unknown,
    }
}

/// How the length of a national number fits the plan of its calling code.
pub(crate) fn length(calling_code: u16, national: &[u8]) -> Length {
    match CodePlan::of(calling_code) {
        Some(plan) => length_in(plan.main(), national.len()),
        None => Length::Long,
    }
}

fn length_in(plan: RegionPlan, digits: usize) -> Length {
    let has = |lengths: u32| digits < 32 && lengths & (1 << digits) != 0;
    let lengths = plan.lengths();
    let shortest = lengths.trailing_zeros() as usize;
    let longest = 31usize.saturating_sub(lengths.leading_zeros() as usize);
    match () {
        () if has(plan.local_lengths()) => Length::Local,
        () if has(lengths) => Length::Possible,
        () if digits < shortest => Length::Short,
        () if digits > longest => Length::Long,
        () => Length::Between,
    }
}

/// What `digits` mean when dialled in `region`, or anywhere if they follow a `+`: a calling code
/// and a national number, which need not be in use. `None` if no plan gives them a meaning.
///
/// International prefix, calling code without `+`, carrier codes and trunk prefix are taken off in
/// this order, each only if the plan of the region says so and what is left can be a number.
pub(crate) fn read(
    digits: &[u8],
    plus: bool,
    region: Option<Region>,
) -> Option<(u16, National<'_>)> {
    let home = region.and_then(|region| RegionPlan::of(region.letters()));
    let (code, national) = match abroad(digits).filter(|_| plus) {
        Some(found) => found,
        // "+00…" and the like: as if the plus had not been written.
        None if plus => from_home(digits, home?).filter(|(code, _)| code.is_some())?,
        None => from_home(digits, home?)?,
    };
    let plan = match code {
        Some(code) => CodePlan::of(code)?.main(),
        None => home?,
    };
    let code = code.unwrap_or(plan.calling_code());
    let national = match national {
        National::Part(digits) => without_trunk(plan, digits)?,
        made @ National::Made(_) => match without_trunk(plan, made.as_bytes())? {
            National::Part(kept) => National::made([kept, &[], &[]])?,
            National::Made(again) => National::Made(again),
        },
    };
    let fits = (NATIONAL_MIN..=NATIONAL_MAX).contains(&national.as_bytes().len());
    fits.then_some((code, national))
}

/// What follows the prefix that is dialled in a region before a calling code.
pub(crate) fn after_international_prefix(region: Region, digits: &[u8]) -> Option<&[u8]> {
    RegionPlan::of(region.letters()).and_then(|home| after_own_prefix(home, digits))
}

fn after_own_prefix(home: RegionPlan, digits: &[u8]) -> Option<&[u8]> {
    let prefix = Prefix::find(home.international_prefix(), digits)?;
    let rest = digits.get(prefix.matched()..)?;
    // No calling code begins with zero: such a prefix was none.
    (rest.first() != Some(&b'0')).then_some(rest)
}

/// The digits without the region's trunk prefix, if they begin with one.
pub(crate) fn without_trunk_prefix(region: Region, digits: &[u8]) -> &[u8] {
    let plan = RegionPlan::of(region.letters());
    let trunk = plan.map(RegionPlan::trunk_prefix).unwrap_or_default();
    let rest = digits.strip_prefix(trunk);
    rest.filter(|_| !trunk.is_empty()).unwrap_or(digits)
}

/// A calling code, if one was written, and a national number.
pub(crate) type Read<'d> = (Option<u16>, National<'d>);

/// What follows a `+` or an international prefix.
fn abroad(digits: &[u8]) -> Option<Read<'_>> {
    if digits.len() <= NATIONAL_MIN {
        return None;
    }
    let (code, national) = split_calling_code(digits)?;
    Some((Some(code), National::Part(national)))
}

/// What digits without a `+` mean at home: a calling code, if they begin with one, and the rest.
pub(crate) fn from_home(digits: &[u8], home: RegionPlan) -> Option<Read<'_>> {
    if let Some(rest) = after_own_prefix(home, digits) {
        return abroad(rest);
    }
    Some(match without_own_code(digits, home) {
        Some(national) => (Some(home.calling_code()), national),
        None => (None, National::Part(digits)),
    })
}

/// The national number, if `digits` begin with the region's own calling code without a `+`.
fn without_own_code(digits: &[u8], home: RegionPlan) -> Option<National<'_>> {
    let (code, rest) = split_calling_code(digits)?;
    if code != home.calling_code() {
        return None;
    }
    let national = stripped(home, rest);
    let matches = |digits: &[u8]| home.general().outcome_of(digits) != 0;
    let better = !matches(digits) && matches(national.as_bytes());
    let too_long = length_in(home, digits.len()) == Length::Long;
    (better || too_long).then_some(national)
}

/// Takes off trunk prefix and carrier code, unless what is left would be too short.
fn without_trunk(plan: RegionPlan, digits: &[u8]) -> Option<National<'_>> {
    if digits.len() < NATIONAL_MIN {
        return None;
    }
    let national = stripped(plan, digits);
    Some(match length_in(plan, national.as_bytes().len()) {
        Length::Short | Length::Local | Length::Between => National::Part(digits),
        Length::Possible | Length::Long => national,
    })
}

/// Takes off trunk prefix and carrier code, or puts an area code before a local number, unless
/// that makes a number of the plan into none.
fn stripped(plan: RegionPlan, digits: &[u8]) -> National<'_> {
    changed(plan, digits).unwrap_or(National::Part(digits))
}

/// The digits as a plan changes them by its rules about prefixes; `None` if none applies.
pub(crate) fn changed(plan: RegionPlan, digits: &[u8]) -> Option<National<'_>> {
    if !plan.has_prefix_from(*digits.first()?) {
        return None;
    }
    let prefix = Prefix::find(plan.national_prefix(), digits)?;
    let rest = digits.get(prefix.matched()..)?;
    let (from, to) = prefix.kept();
    let changed = match (prefix.inserted(), from == to) {
        ([], true) => National::Part(rest),
        (inserted, _) => National::made([inserted, digits.get(from..to)?, rest])?,
    };
    let matches = |digits: &[u8]| plan.general().outcome_of(digits) != 0;
    let spoils = !matches(changed.as_bytes()) && matches(digits);
    (!spoils).then_some(changed)
}
