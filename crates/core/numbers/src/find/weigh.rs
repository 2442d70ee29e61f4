//! Which part of a candidate is a number, if any.

use std::cell::LazyCell;

use super::{
    AHEAD_BYTES, Finding, Hints, Mode, Reason,
    context::{self, Words},
    google::extension,
    lengths::{self, Lengths},
    run::Run,
    shape::Shape,
};
use crate::{
    Parsed, Region, calling_code_of, fiction, groups, parse, plan, table::RegionPlan, wiped::Wiped,
};

/// The fewest digits of a number that is found without a calling code.
pub(super) const NATIONAL_MIN: usize = 6;

/// The most digits of a number that is found without a `+`: prefix, calling code and number.
pub(super) const NATIONAL_MAX: usize = 20;

/// The fewest digits of a number that is found after `+`.
const INTERNATIONAL_MIN: usize = 7;

/// How much of a word before a number is looked at, in bytes.
const HEX_TAIL: usize = 24;

/// The digits of a payment card.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;

/// The groups of 123-45-6789, a number of the United States' social security.
const SOCIAL_SECURITY: [u8; 3] = [3, 2, 4];

/// The digits of what looks like a number although no plan knows it.
const SHAPED: std::ops::RangeInclusive<usize> = 6..=15;

/// With fewer digits a word has to say that it is a number: half a date has six.
const SHAPED_SILENT_MIN: usize = 7;

/// The longest part of the run, from its beginning, that is a number.
pub(super) fn best(text: &str, run: &Run, hints: &Hints<'_>, lengths: &Lengths) -> Option<Finding> {
    let all = run.groups().len().checked_sub(1)?;
    let eager = hints.mode == Mode::RecallMax;
    let fewest = match eager {
        true => lengths.fewest_bare(),
        false => NATIONAL_MIN,
    };
    if run.digits_to(all).len() < fewest {
        return None;
    }
    let before = text.get(..run.start).unwrap_or_default();
    if is_bound(before, eager) {
        return None;
    }
    // Most candidates are decided without the words, which are the dear part.
    let words = LazyCell::new(|| match context::words(before) {
        Words::Silent => context::words_near(text, run.last_end()),
        said => said,
    });
    let words = || *words;
    let asked = Asked {
        words: &words,
        lengths,
        eager,
    };
    let candidates = || {
        let parts = (0..run.groups().len()).rev();
        parts.filter_map(|group| Candidate::of(text, run, group, &asked))
    };
    // A shorter number in use comes before a longer one that only looks like it.
    let in_use =
        candidates().find_map(|candidate| Some((candidate.end, candidate.read(hints.regions)?)));
    let found = in_use.or_else(|| {
        let shaped = candidates().find(Candidate::is_shaped)?;
        Some((shaped.end, (Reason::Shape, None)))
    });
    found.map(|(end, (reason, parsed))| Finding {
        bytes: run.start..end + extension_behind(text, end),
        parsed,
        reason,
    })
}

/// Whether what stands before digits makes them a part of something else.
#[inline]
pub(super) fn is_bound(before: &str, eager: bool) -> bool {
    let last = super::run::last_unit(before).map(|(c, _)| c);
    last.is_some_and(|c| !may_precede(c, eager))
        || is_fraction(before)
        || (eager && is_hexadecimal(before))
}

/// How many bytes an extension takes that stands behind a number.
fn extension_behind(text: &str, end: usize) -> usize {
    let behind = text.get(end..).unwrap_or_default();
    let near = behind
        .get(..behind.floor_char_boundary(AHEAD_BYTES))
        .unwrap_or_default();
    extension::ahead(near).map_or(0, |(length, _)| length)
}

/// The number that digits without a `+` are where one is expected.
pub(super) fn in_use(digits: &[u8], regions: &[Region]) -> Option<Parsed> {
    let read = |region: &Region| match nowhere(digits, *region) {
        true => None,
        false => parse::in_use(digits, false, Some(*region)),
    };
    let abroad = || parse::in_use(digits.strip_prefix(b"00")?, true, None);
    regions.iter().find_map(read).or_else(abroad)
}

/// Whether these ASCII digits, before which [nothing may stand](Lengths::is_bare) that is dialled,
/// may be a national number of some region.
#[inline]
pub(super) fn is_national(digits: &[u8], regions: &[Region]) -> bool {
    let mut codes = regions.iter().copied().filter_map(calling_code_of);
    codes.any(|code| plan::lookup(code, digits).is_some() || fiction::find(code, digits).is_some())
}

/// Whether digits without a `+` are plainly no number in use at home: they begin with no prefix and
/// no calling code, so that they could only be a number as they are.
#[inline]
pub(super) fn nowhere(digits: &[u8], home: Region) -> bool {
    let (Some(&first), Some(plan)) = (digits.first(), RegionPlan::of(home.letters())) else {
        return true;
    };
    let code = plan.calling_code();
    let begins = lengths::may_be_stripped(plan, first);
    !begins && plan::lookup(code, digits).is_none() && fiction::find(code, digits).is_none()
}

/// Whether a number may stand right behind this character. Letters of scripts without spaces may
/// always; the rest of ASCII words, prices and fragments of other tokens may not.
fn may_precede(c: char, eager: bool) -> bool {
    match c {
        '$' | '€' | '£' | '¥' | '₹' | '%' | '&' => false,
        '-' | '_' | '#' | '@' | '.' | '+' => eager,
        c if c.is_ascii_alphabetic() => eager,
        c => !c.is_numeric(),
    }
}

/// Whether a dash or point ties digits to others behind them.
#[inline]
pub(super) fn goes_on(behind: &[u8]) -> bool {
    matches!(behind, [b'-' | b'.', b'0'..=b'9', ..])
}

/// Whether the text ends in letters of a hexadecimal number or a key.
fn is_hexadecimal(before: &str) -> bool {
    // The digits of an escape are no part of what follows it.
    if before
        .as_bytes()
        .last_chunk::<3>()
        .is_some_and(|end| super::run::escaped(end).is_some())
    {
        return false;
    }
    let tail = before.bytes().rev().take_while(u8::is_ascii_alphanumeric);
    let (mut letters, mut others, mut count) = (0, 0, 0);
    for byte in tail.take(HEX_TAIL) {
        count += 1;
        letters += usize::from(matches!(byte.to_ascii_lowercase(), b'a'..=b'f'));
        others += usize::from(matches!(byte.to_ascii_lowercase(), b'g'..=b'z'));
    }
    count > 0 && others == 0 && (letters < count || count > 3)
}

fn may_follow(c: char, eager: bool) -> bool {
    match c {
        '%' | '€' | '$' | '£' | '°' => false,
        '_' | '@' | '#' => eager,
        c if c.is_ascii_alphabetic() => eager && !c.is_ascii_hexdigit(),
        c => !c.is_numeric(),
    }
}

/// Whether the text ends in a digit and a point or comma: what follows is a fraction.
fn is_fraction(before: &str) -> bool {
    let mut back = before.chars().rev();
    matches!(back.next(), Some('.' | ',' | ':')) && back.next().is_some_and(char::is_numeric)
}

/// What is the same for all parts of a run.
struct Asked<'r> {
    words: &'r dyn Fn() -> Words,
    lengths: &'r Lengths,
    eager: bool,
}

/// The groups up to one of a run.
struct Candidate<'r> {
    run: &'r Run,
    group: usize,
    /// Where it ends in the text.
    end: usize,
    digits: &'r [u8],
    /// What follows it.
    behind: &'r str,
    asked: &'r Asked<'r>,
}

type Read = (Reason, Option<Parsed>);

impl<'r> Candidate<'r> {
    /// The groups up to this one, if a number may end there.
    fn of(text: &'r str, run: &'r Run, group: usize, asked: &'r Asked<'r>) -> Option<Self> {
        let end = run.end_of(group)?;
        let behind = text.get(end..).unwrap_or_default();
        let after = super::run::first_unit(behind);
        let ends = after.is_none_or(|(c, _)| may_follow(c, asked.eager));
        ends.then(|| Self {
            run,
            group,
            end,
            digits: run.digits_to(group),
            behind,
            asked,
        })
    }

    /// The number in use that the candidate is.
    fn read(&self, regions: &[Region]) -> Option<Read> {
        match self.run.plus {
            true => self.international(),
            false
                if !self
                    .asked
                    .lengths
                    .allow(*self.digits.first_chunk()?, self.digits.len()) =>
            {
                None
            }
            false if self.is_something_else() => None,
            false => self.national(regions),
        }
    }

    fn is_something_else(&self) -> bool {
        // Digits in one piece are neither a date nor dotted.
        let is_parted_so = || {
            let shape = self.shape();
            shape.is_date(self.digits) || shape.is_dotted()
        };
        (self.group > 0 && is_parted_so()) || self.is_card() || self.is_counting()
    }

    fn international(&self) -> Option<Read> {
        if self.digits.len() < INTERNATIONAL_MIN {
            return None;
        }
        let written = parse::in_use(self.digits, true, None);
        // "+44 (0)7700 …": the zero is only dialled at home.
        let parsed = written.or_else(|| self.without_bracketed_zero())?;
        Some((Reason::CallingCode, Some(parsed)))
    }

    fn without_bracketed_zero(&self) -> Option<Parsed> {
        let groups = self.run.groups().get(1..=self.group)?;
        let zero = groups.iter().find(|group| {
            group.gap == b'('
                && group.is_one_byte()
                && self.digits.get(group.before()) == Some(&b'0')
        })?;
        let mut digits = Wiped::<{ super::run::DIGITS_MAX }>::zeros();
        let (head, tail) = self.digits.split_at_checked(zero.before())?;
        let tail = tail.get(1..)?;
        digits.get_mut(..head.len())?.copy_from_slice(head);
        let len = head.len() + tail.len();
        digits.get_mut(head.len()..len)?.copy_from_slice(tail);
        parse::in_use(digits.get(..len)?, true, None)
    }

    fn national(&self, regions: &[Region]) -> Option<Read> {
        match self.digits.len() {
            0..NATIONAL_MIN => return self.short(regions),
            NATIONAL_MIN..=NATIONAL_MAX => {}
            _ => return None,
        }
        if !self.asked.eager && self.is_tied() {
            return None;
        }
        // Digits in one piece without a trunk zero are a number only where a word says so.
        let bare = self.group == 0 && self.digits.first() != Some(&b'0') && !self.asked.eager;
        if bare && (self.asked.words)() != Words::Phone {
            return None;
        }
        let parsed = in_use(self.digits, regions)?;
        let parted = self.group > 0 && (self.asked.eager || self.is_parted_as_written(&parsed));
        let written = match self.group {
            // Numbers of other countries that begin with 00 are only sure when parted.
            0 => {
                let at_home =
                    |region| calling_code_of(region) == Some(parsed.number.calling_code());
                self.digits.first() == Some(&b'0') && regions.iter().copied().any(at_home)
            }
            _ => parted,
        };
        let reason = match (self.asked.words)() {
            Words::Phone => Reason::Word,
            Words::Other if !self.asked.eager => return None,
            _ if written => Reason::Written,
            _ if self.asked.eager => Reason::InUse,
            _ => return None,
        };
        Some((reason, Some(parsed)))
    }

    /// The number in use that so few digits are where numbers are that short.
    fn short(&self, regions: &[Region]) -> Option<Read> {
        let eager = self.asked.eager;
        let homes = regions.iter().filter(|_| eager);
        let mut homes = homes.filter(|home| lengths::dials_bare(**home)).peekable();
        // Most regions have no numbers so short: the words need not be looked at.
        homes.peek()?;
        let year = matches!(self.digits, [b'1', b'9', _, _] | [b'2', b'0', _, _]);
        let words = (self.asked.words)();
        if words == Words::Other || (year && words != Words::Phone) {
            return None;
        }
        let parsed = homes.find_map(|&home| parse::in_use(self.digits, false, Some(home)))?;
        Some((Reason::InUse, Some(parsed)))
    }

    /// Whether it is tied to the digits behind it, so that all are the parts of one code: a dash or
    /// point stands between, or all groups have four digits, as on a card.
    fn is_tied(&self) -> bool {
        match self.behind.as_bytes() {
            behind if goes_on(behind) => true,
            [b' ', four @ ..] => {
                let digits = four.iter().take_while(|byte| byte.is_ascii_digit());
                digits.count() == 4 && self.shape().is_all_fours()
            }
            _ => false,
        }
    }

    /// Whether the gaps stand where the number's plan has them.
    fn is_parted_as_written(&self, parsed: &Parsed) -> bool {
        let groups = self.run.groups().get(1..=self.group).unwrap_or_default();
        let behind = groups
            .iter()
            .map(|group| self.digits.len() - group.before());
        let gaps = behind.fold(0, |gaps, digits| gaps | 1u32 << digits.min(31));
        let digits = parsed.number.digit_bytes();
        let split = plan::split_calling_code(digits);
        split.is_some_and(|(code, national)| groups::may_be_parted(code, national, gaps))
    }

    /// Whether it looks like a number that no plan knows: only worth it where a miss costs more.
    fn is_shaped(&self) -> bool {
        if !self.asked.eager || !SHAPED.contains(&self.digits.len()) {
            return false;
        }
        if self.run.plus || self.is_something_else() || self.shape().is_dashed(&SOCIAL_SECURITY) {
            return self.run.plus;
        }
        match (self.asked.words)() {
            _ if self.run.is_split(self.group) => false,
            Words::Phone => true,
            Words::Silent if self.digits.len() < SHAPED_SILENT_MIN => false,
            Words::Silent => !self.is_count() && !self.is_clock(),
            Words::Other => false,
        }
    }

    /// One two three four … ten: somebody counts aloud.
    fn is_counting(&self) -> bool {
        self.run.spelled && self.digits.starts_with(b"123456")
    }

    /// 1234567…: somebody counts.
    fn is_count(&self) -> bool {
        self.digits.starts_with(b"123") && self.digits.windows(2).all(|pair| pair[1] == pair[0] + 1)
    }

    /// A day such as 20261122, or seconds since 1970 between 2017 and 2027: later ones begin as many
    /// numbers for free calls do.
    fn is_clock(&self) -> bool {
        let day = match self.digits {
            [b'1', b'9', _, _, month @ .., _, _] | [b'2', b'0', _, _, month @ .., _, _] => {
                self.digits.len() == 8 && matches!(month, [b'0', b'1'..=b'9'] | [b'1', b'0'..=b'2'])
            }
            _ => false,
        };
        let seconds =
            matches!(self.digits.len(), 10 | 13) && matches!(self.digits, [b'1', b'5'..=b'7', ..]);
        self.group == 0 && (day || seconds)
    }

    /// How many digits each group has, and what parts it from the one before.
    fn shape(&self) -> Shape {
        let groups = self.run.groups().get(..=self.group).unwrap_or_default();
        let mut shape = Shape::new();
        for (place, group) in groups.iter().enumerate() {
            let next = groups.get(place + 1);
            let next = next.map_or(self.digits.len(), |next| next.before());
            shape.push(next - group.before(), group.gap);
        }
        shape
    }

    /// A payment card: 13 to 19 digits in fours, or in one piece, whose check digit is right
    /// (ISO/IEC 7812-1, annex B).
    fn is_card(&self) -> bool {
        if !CARD.contains(&self.digits.len()) {
            return false;
        }
        let sum: u32 = self.digits.iter().rev().enumerate().map(luhn).sum();
        sum.is_multiple_of(10) && (self.group == 0 || self.shape().is_in_fours())
    }
}

fn luhn((place, digit): (usize, &u8)) -> u32 {
    let digit = u32::from(digit.wrapping_sub(b'0'));
    match place % 2 {
        0 => digit,
        _ => digit * 2 / 10 + digit * 2 % 10,
    }
}
