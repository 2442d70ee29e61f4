//! Whether a number's digits are grouped as its plan groups them.

use zeroize::Zeroizing;

use super::{parse::Dialled, verify::is_digit};
use crate::{
    groups::Grouped,
    plan,
    table::{CodePlan, Format, RegionPlan, Template},
    unicode::{Kind, kind},
};

/// A number and how it was written.
pub(super) struct Whole<'c> {
    pub(super) code: u16,
    pub(super) national: &'c [u8],
    /// Whether the calling code was written.
    pub(super) stated: bool,
    pub(super) dialled: &'c Dialled,
    pub(super) candidate: &'c str,
}

/// Digits as ASCII, anything else as it is, beside the groups of one format.
type Rule = fn(&Whole<'_>, written: &str, groups: &[&str]) -> bool;

/// Whether the rule holds for the usual format or for one of the others that the plan knows.
pub(super) fn any(number: &Whole<'_>, rule: Rule) -> bool {
    let written: String = number.candidate.chars().map(as_ascii).collect();
    let written = Zeroizing::new(written);
    let holds = |grouped: Grouped<'_>, template| {
        let mut text = Zeroizing::new(String::new());
        grouped.write(template, &mut text);
        let groups = text.split(|c: char| !c.is_ascii_digit());
        let groups: Vec<_> = groups.filter(|group| !group.is_empty()).collect();
        rule(number, &written, &groups)
    };
    let usual = Grouped::of(number.code, number.national, false);
    if holds(usual, Template::Abroad) {
        return true;
    }
    let plan = CodePlan::of(number.code);
    let others = plan.map(|plan| plan.alternates().outcome_of(number.national));
    let mut others = others.into_iter().flat_map(Format::alternates);
    others.any(|format| holds(Grouped::with(format, number.national), Template::Bare))
}

fn as_ascii(c: char) -> char {
    match kind(c) {
        Kind::Digit(digit) => char::from(digit),
        _ => c,
    }
}

/// Each group of the format stands unparted in what was written, in order.
pub(super) fn remain_grouped(number: &Whole<'_>, written: &str, groups: &[&str]) -> bool {
    let mut from = 0;
    if number.stated {
        let code = number.code.to_string();
        from = written.find(&code).unwrap_or(0) + code.len();
    }
    for (place, group) in groups.iter().enumerate() {
        let rest = written.get(from..).unwrap_or_default();
        let Some(at) = rest.find(group) else {
            return false;
        };
        from += at + group.len();
        let behind = written.get(from..).unwrap_or_default();
        if place == 0 && behind.starts_with(is_digit) && has_trunk_prefix(number.code) {
            // Nothing stands behind the area code: then nothing may part the rest either.
            let whole = written.get(from - group.len()..).unwrap_or_default();
            return whole.as_bytes().starts_with(number.national);
        }
    }
    let rest = written.get(from..).unwrap_or_default();
    let extension: String = number
        .dialled
        .extension(number.candidate)
        .map(char::from)
        .collect();
    rest.contains(&extension)
}

fn has_trunk_prefix(code: u16) -> bool {
    let region = plan::main_region(code);
    let plan = RegionPlan::of(region.letters());
    plan.is_some_and(|plan| !plan.trunk_prefix().is_empty())
}

/// The groups written are those of the format, or all digits are one.
pub(super) fn are_exact(number: &Whole<'_>, written: &str, groups: &[&str]) -> bool {
    let national = std::str::from_utf8(number.national).unwrap_or_default();
    let parts = written.split(|c: char| !c.is_ascii_digit());
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
    let kept = match number.dialled.has_extension() {
        true => parts.len().saturating_sub(1),
        false => parts.len(),
    };
    let mut written = parts.iter().take(kept).rev();
    let Some(last) = written.next() else {
        return true;
    };
    if parts.len() == 1 || last.contains(national) {
        return true;
    }
    let Some((first, rest)) = groups.split_first() else {
        return false;
    };
    let mut current = Some(last);
    for group in rest.iter().rev() {
        if current != Some(group) {
            return false;
        }
        current = written.next();
    }
    current.is_some_and(|part| part.ends_with(first))
}
