//! Digits that are told at a glance to be no number: by what stands right before them, and by how
//! many they are.
//!
//! Nearly all digits of logs and records are. What is not plain to see here is read in full; what
//! is refused here would be refused there, and tests hold the two against each other.

use super::{
    AHEAD_BYTES, Lengths,
    context::{self, Words},
    run,
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

/// Where the digits at `at` end, if what stands before them binds them to something else.
#[inline]
pub(super) fn bound(text: &str, at: usize, ended: bool) -> Option<usize> {
    let before = text.as_bytes().get(..at)?;
    match what_binds(before) {
        Before::Bound => run::plain_end(text, at, ended, false),
        _ => None,
    }
}

/// Whether a word says that the groups are a number to call; `true` if that is not plain to see.
/// What stands before `from` belongs to no number.
pub(super) fn may_be_announced(text: &str, from: usize, ended: bool, groups: &Groups) -> bool {
    let start = run::lead(text, from, groups.at);
    let before = text.get(..start).unwrap_or_default();
    match context::words(before) {
        Words::Phone => true,
        Words::Other => false,
        // Words behind stand behind all groups.
        Words::Silent => match groups.end() {
            Some(end) if ended || text.len() - end >= AHEAD_BYTES => {
                context::words_near(text, end) == Words::Phone
            }
            _ => true,
        },
    }
}

/// Whether at none of the places where a number may end by its length one does.
#[inline]
pub(super) fn none(
    text: &str,
    groups: &Groups,
    lengths: &Lengths,
    regions: &[Region],
    announced: impl Fn() -> bool,
) -> bool {
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
            let number = follows && !shape.is_date(whole) && !shape.is_dotted() && in_use(whole);
            // Digits in one piece without a trunk zero are only one where a word says so.
            let silent = || count == length && first[0] != b'0' && !announced();
            if number && !silent() {
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
