//! Digits that are told at a glance to be no number: by what stands right before them, and by how
//! many they are.
//!
//! Nearly all digits of logs and records are. What is not plain to see here is read in full; what
//! is refused here would be refused there, and tests hold the two against each other.

use super::{
    Lengths,
    run::{DIGITS_MAX, GAP_MAX, GROUPS_MAX, PARTS, Part},
    scan::Groups,
    shape::Shape,
    weigh::{self, NATIONAL_MAX, NATIONAL_MIN},
};
use crate::{Region, wiped::Wiped};

/// The lengths that are looked at without a calling code, as bits.
pub(super) const NATIONAL_LENGTHS: u32 = (1 << (NATIONAL_MAX + 1)) - (1 << NATIONAL_MIN);

/// What a character says about digits right behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    /// A number may begin.
    Free,
    /// They belong to something else.
    Bound,
    /// They do, if a digit stands before it in turn: "3.14", "14:03".
    Fraction,
    /// It may belong to the number, and so may what stands before it.
    Open,
    /// It may be part of a number, or of an escape.
    Unclear,
}

static BEFORE: [Before; 256] = {
    let mut before = [Before::Free; 256];
    let mut byte = 0u8;
    loop {
        before[byte as usize] = match byte {
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Before::Bound,
            b'$' | b'&' | b'-' | b'_' | b'#' | b'@' | b'.' => Before::Bound,
            b',' | b':' => Before::Fraction,
            b'(' | b'[' | b'{' => Before::Open,
            b'+' | b'%' | 0x80.. => Before::Unclear,
            _ => Before::Free,
        };
        if byte == u8::MAX {
            break;
        }
        byte += 1;
    }
    before
};

/// What is asked about digits without a `+`.
pub(super) trait Plans {
    /// The lengths of numbers that begin with these ASCII digits: bit `n` for `n` digits. What is
    /// no digit may be any.
    fn lengths(&mut self, digits: [u8; 2]) -> u32;

    /// Whether these ASCII digits are a number in use where one is expected.
    fn in_use(&self, digits: &[u8]) -> bool;
}

/// Where to look on, if no number of [`Mode::Balanced`](super::Mode::Balanced) begins with the
/// digits at `at`; `None` if that is not plain to see.
#[inline]
pub(super) fn refused(text: &str, at: usize, ended: bool, plans: &mut impl Plans) -> Option<usize> {
    let (before, behind) = text.as_bytes().split_at_checked(at)?;
    let count = behind.iter().take_while(|byte| byte.is_ascii_digit());
    let count = count.count();
    let end = match what_binds(before) {
        Before::Bound => {
            let part = part_at(behind, count, ended)?;
            (part != Part::Unclear).then_some(count)
        }
        Before::Free => {
            let possible = plans.lengths(*behind.first_chunk()?);
            walk(behind, count, (possible, ended), |digits| {
                plans.in_use(digits)
            })
        }
        // Whatever stands before, so few digits are none.
        _ => walk(behind, count, (u32::MAX, ended), |_| true),
    };
    end.map(|end| at + end)
}

/// Whether at none of the places where a number may end by its length one does.
#[inline]
pub(super) fn none(text: &str, groups: &Groups, lengths: &Lengths, regions: &[Region]) -> bool {
    let behind = text.as_bytes().get(groups.at..).unwrap_or_default();
    let Some(&first) = behind.first_chunk() else {
        return false;
    };
    let mut possible = groups.possible & u64::from(lengths.beginning_with(first));
    if possible == 0 {
        return true;
    }
    let bare = lengths.is_bare(first[0]);
    let in_use = |digits: &[u8]| match bare {
        true => weigh::is_national(digits, regions),
        false => weigh::in_use(digits, regions).is_some(),
    };
    let mut digits = Wiped::<{ NATIONAL_MAX + 1 }>::zeros();
    let (mut shape, mut gap) = (Shape::new(), 0);
    let (mut rest, mut count) = (groups.digits, 0);
    // Group by group.
    while possible != 0 && rest != 0 {
        let place = rest.trailing_zeros();
        let length = (rest >> place).trailing_ones() as usize;
        let group = behind.get(place as usize..).unwrap_or_default();
        let (Some((group, after)), Some(room)) = (
            group.split_at_checked(length),
            digits.get_mut(count..count + length),
        ) else {
            // Longer than any number.
            return true;
        };
        room.copy_from_slice(group);
        shape.push(length, gap);
        count += length;
        rest &= rest.wrapping_add(1 << place);
        if possible >> count & 1 != 0 {
            possible &= !(1 << count);
            let follows =
                after.first().is_none_or(|&next| may_follow(next)) && !weigh::goes_on(after);
            let whole = digits.get(..count).unwrap_or_default();
            if follows && !shape.is_date(whole) && !shape.is_dotted() && in_use(whole) {
                return false;
            }
        }
        // The last sign before the next group.
        let sign = (rest.trailing_zeros() as usize).checked_sub(1);
        gap = sign.and_then(|sign| behind.get(sign)).copied().unwrap_or(0);
    }
    true
}

/// Whether a number may end before this ASCII character.
#[inline]
fn may_follow(byte: u8) -> bool {
    !matches!(byte, b'$' | b'_' | b'@' | b'#' | b'a'..=b'z' | b'A'..=b'Z')
}

/// What stands before digits says about them.
#[inline]
pub(super) fn what_binds(before: &[u8]) -> Before {
    let (rest, last) = match before {
        [] => return Before::Free,
        [.., b'%', _, _] => return Before::Unclear,
        [rest @ .., last] => (rest, BEFORE[usize::from(*last)]),
    };
    match (last, rest) {
        (Before::Fraction, [.., b'0'..=b'9']) => Before::Bound,
        (Before::Fraction, [.., 0x80..=0xFF]) => Before::Unclear,
        // A plus would stand before the bracket.
        (Before::Open, [.., b'%', _, _]) => Before::Unclear,
        (Before::Open, [.., sign])
            if matches!(BEFORE[usize::from(*sign)], Before::Open | Before::Unclear) =>
        {
            Before::Unclear
        }
        (Before::Fraction | Before::Open, _) => Before::Free,
        (other, _) => other,
    }
}

/// The part of the byte at `at`; the end of a text that may go on is no part.
#[inline]
fn part_at(run: &[u8], at: usize, ended: bool) -> Option<Part> {
    match run.get(at) {
        Some(&byte) => Some(PARTS[usize::from(byte)]),
        None => ended.then_some(Part::End),
    }
}

/// Where to look on behind the first digits of a run, of which the first group has so many, if at
/// the end of no group a number ends that has one of these lengths and is in use.
#[inline]
fn walk(
    run: &[u8],
    first_end: usize,
    (possible, ended): (u32, bool),
    in_use: impl Fn(&[u8]) -> bool,
) -> Option<usize> {
    let possible = possible & NATIONAL_LENGTHS;
    let longest = (u32::BITS - possible.leading_zeros()) as usize;
    let (mut at, mut count) = (first_end, first_end);
    for _ in 0..GROUPS_MAX {
        match part_at(run, at, ended)? {
            Part::Unclear => return None,
            _ if count > longest => return Some(first_end),
            _ if possible & (1 << count) != 0 && is_any(run.get(..at)?, &in_use) => return None,
            _ => {}
        }
        let gap = run.get(at..)?.iter().take(GAP_MAX + 1);
        let gap = gap.take_while(|&&byte| PARTS[usize::from(byte)] == Part::Gap);
        let gap = gap.count();
        match part_at(run, at + gap, ended)? {
            Part::Digit if gap <= GAP_MAX => at += gap,
            Part::Unclear if gap <= GAP_MAX => return None,
            // No part of it has more digits.
            _ if count < NATIONAL_MIN => return Some(at),
            _ => return Some(first_end),
        }
        let group = run.get(at..)?.iter().take(DIGITS_MAX + 1);
        let group = group.take_while(|byte| byte.is_ascii_digit()).count();
        (at, count) = (at + group, count + group);
    }
    Some(first_end)
}

/// Whether the digits of a part of a run are a number.
fn is_any(part: &[u8], in_use: impl Fn(&[u8]) -> bool) -> bool {
    let mut digits = Wiped::<DIGITS_MAX>::zeros();
    let mut count = 0;
    for (place, &digit) in digits
        .iter_mut()
        .zip(part.iter().filter(|byte| byte.is_ascii_digit()))
    {
        (*place, count) = (digit, count + 1);
    }
    digits.get(..count).is_some_and(in_use)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{Hints, Mode, Walk, run, weigh},
        *,
    };
    use crate::Region;

    proptest! {
        #[test]
        fn what_is_refused_at_a_glance_is_refused_when_read(
            text in "([0-9]{1,7}|[0-9]{8,26}|[ ().\\-/+:,$_a-fA-F\\[]{1,2}|07700 900123|201.555.0123|2026-11-22 14|3105550|é|%2B|%20|٣|%){0,14}",
        ) {
            let regions = ["US", "GB", "DE"].map(|code| Region::parse(code).unwrap());
            let hints = Hints::new(&regions, Mode::Balanced);
            let mut walk = Walk::new(&text, &hints, true, None);
            for (at, _) in text.match_indices(|c: char| c.is_ascii_digit()) {
                                let Some(end) = refused(&text, at, true, &mut walk) else {
                    continue;
                };
                prop_assert!(end > at);
                let read = run::read(&text, run::lead(&text, 0, at), at, true, false);
                let found = read.and_then(|run| weigh::best(&text, &run, &hints, walk.lengths()));
                prop_assert!(found.is_none(), "{at}");
            }
        }
    }

    #[test]
    fn what_may_be_a_number_is_not_refused() {
        let regions = [Region::parse("US").unwrap()];
        let hints = Hints::new(&regions, Mode::Balanced);
        for text in [
            "201 555 0123",
            "(201) 555-0123",
            "1 201 555 0123 7",
            "+12015550123",
            "0049 30 23125000",
        ] {
            let at = text.find(|c: char| c.is_ascii_digit()).unwrap();
            let mut walk = Walk::new(text, &hints, true, None);
            assert_eq!(refused(text, at, true, &mut walk), None, "{text}");
        }
    }
}
