//! Whether a number satisfies a leniency.

use super::{
    super::weigh::nowhere,
    AHEAD_BYTES, CHARS_MAX, Leniency,
    grouping::{self, Whole},
    inner,
    parse::Dialled,
};
use crate::{
    E164, LineType, Parsed, Region,
    plan::{self, Length},
    table::{CodePlan, Format, RegionPlan, Template},
    unicode::{Kind, kind},
    wiped::Wiped,
};

/// A number that satisfies the leniency asked for.
pub(super) struct Verified {
    /// `None` if it has more digits than E.164 allows: some plans in use have such.
    pub(super) parsed: Option<Parsed>,
    /// Whether it is in use, not only possible.
    pub(super) is_valid: bool,
}

/// The number that is dialled, if it satisfies the leniency.
pub(super) fn verify(
    dialled: &Dialled,
    candidate: &str,
    home: Option<Region>,
    leniency: Leniency,
) -> Option<Verified> {
    let digits = dialled.digits();
    let hopeless = |home| nowhere(digits, home);
    if leniency > Leniency::Possible && !dialled.plus() && home.is_none_or(hopeless) {
        return None;
    }
    let (code, national) = plan::read(dialled.digits(), dialled.plus(), home)?;
    let national = national.as_bytes();
    let known = plan::lookup(code, national);
    let verified = || {
        let (region, line_type) = known.unwrap_or((plan::main_region(code), LineType::Unknown));
        let number = E164::from_parts(code, national);
        Verified {
            parsed: number.map(|number| Parsed {
                number,
                region,
                line_type,
            }),
            is_valid: known.is_some(),
        }
    };
    if leniency == Leniency::Possible {
        let length = plan::length(code, national);
        return matches!(length, Length::Possible | Length::Local).then(verified);
    }
    known?;
    let stated = dialled.plus() || is_stated(dialled.digits(), home);
    let whole = Whole {
        code,
        national,
        stated,
        dialled,
        candidate,
    };
    let valid = has_right_letters(&whole) && (stated || has_prefix_if_needed(&whole));
    let grouped = || match leniency {
        Leniency::Possible | Leniency::Valid => true,
        _ if has_too_many_slashes(&whole) => false,
        Leniency::StrictGrouping => grouping::any(&whole, grouping::remain_grouped),
        Leniency::ExactGrouping => grouping::any(&whole, grouping::are_exact),
    };
    (valid && grouped()).then(verified)
}

/// Whether digits without a plus begin with a calling code, after an international prefix or not.
fn is_stated(digits: &[u8], home: Option<Region>) -> bool {
    let home = home.and_then(|home| RegionPlan::of(home.letters()));
    let read = home.and_then(|home| plan::from_home(digits, home));
    read.is_some_and(|(code, _)| code.is_some())
}

/// An `x` announces the extension; two stand for a carrier code, which the number follows.
fn has_right_letters(number: &Whole<'_>) -> bool {
    let text = number.candidate;
    if !text.bytes().any(|b| matches!(b, b'x' | b'X')) {
        return true;
    }
    let is_x = |c: char| matches!(c, 'x' | 'X');
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let Some(&(next_at, next)) = chars.peek() else {
            break;
        };
        let right = match (is_x(c), is_x(next)) {
            (false, _) => continue,
            (true, true) => {
                chars.next();
                is_same_number(text.get(next_at..).unwrap_or_default(), number)
            }
            (true, false) => {
                let digits = inner::digits(text.get(at..).unwrap_or_default());
                digits.eq(number.dialled.extension(text))
            }
        };
        if !right {
            return false;
        }
    }
    true
}

/// Whether the rest of a candidate is the same number as all of it.
fn is_same_number(rest: &str, number: &Whole<'_>) -> bool {
    let main = Some(plan::main_region(number.code));
    let again = Dialled::of(rest);
    again.is_some_and(|again| {
        let read = plan::read(again.digits(), again.plus(), main);
        read.is_some_and(|(code, national)| {
            code == number.code && national.as_bytes() == number.national
        })
    })
}

/// Whether the trunk prefix is there, if the plan writes such numbers with it.
fn has_prefix_if_needed(number: &Whole<'_>) -> bool {
    let Some(plan) = CodePlan::of(number.code) else {
        return true;
    };
    let format = Format::chosen(plan.formats(true).outcome_of(number.national));
    let digits = |format: Format, template: Template| {
        let template = format.template(template);
        template.iter().filter(|byte| byte.is_ascii_digit()).count()
    };
    let needed = format.is_some_and(|format| {
        let prefixed = digits(format, Template::Home) > digits(format, Template::Bare);
        prefixed && !format.prefix_is_optional()
    });
    if !needed {
        return true;
    }
    // All digits count, those of an extension too.
    let mut digits = Wiped::<{ CHARS_MAX + AHEAD_BYTES }>::zeros();
    let mut count = 0;
    for (place, digit) in digits.iter_mut().zip(inner::digits(number.candidate)) {
        (*place, count) = (digit, count + 1);
    }
    let dialled = digits.get(..count).unwrap_or_default();
    plan::changed(plan.main(), dialled).is_some()
}

/// Two slashes part two numbers, but for one behind the calling code.
fn has_too_many_slashes(number: &Whole<'_>) -> bool {
    let mut parts = number.candidate.splitn(3, '/');
    let (Some(first), Some(_), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    if number.stated && inner::digits(first).eq(number.code.to_string().bytes()) {
        return rest.contains('/');
    }
    true
}

/// Whether the character is a digit of any script.
pub(super) fn is_digit(c: char) -> bool {
    matches!(kind(c), Kind::Digit(_))
}
