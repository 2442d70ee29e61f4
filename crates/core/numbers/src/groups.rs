//! Digits in groups, as a plan's formats write them.

use crate::table::{CodePlan, Format, Template};

/// A national number in groups.
#[derive(Clone, Copy)]
pub(crate) struct Grouped<'d> {
    digits: &'d [u8],
    format: Option<Format>,
}

impl<'d> Grouped<'d> {
    /// The groups of a national number, as written at home or from abroad. Without a format that
    /// fits, the digits are one group.
    pub(crate) fn of(calling_code: u16, digits: &'d [u8], home: bool) -> Self {
        let plan = CodePlan::of(calling_code);
        let chosen = plan.map(|plan| plan.formats(home).outcome_of(digits));
        let format = chosen.and_then(Format::chosen);
        Self { digits, format }
    }

    /// The groups of a national number by a format that is known to fit it.
    pub(crate) fn with(format: Format, digits: &'d [u8]) -> Self {
        Self {
            digits,
            format: Some(format),
        }
    }

    /// Appends the groups as a template writes them.
    pub(crate) fn write(self, template: Template, out: &mut String) {
        let Some(format) = self.format else {
            out.extend(self.digits.iter().copied().map(char::from));
            return;
        };
        let bounds = bounds(format, self.digits.len());
        for &byte in format.template(template) {
            match byte {
                1..=6 => {
                    let (from, to) = bounds[usize::from(byte) - 1];
                    let group = self.digits.get(from..to).unwrap_or_default();
                    out.extend(group.iter().copied().map(char::from));
                }
                other => out.push(char::from(other)),
            }
        }
    }
}

/// Whether a plan writes a national number so that it is parted nowhere else than in these places:
/// bit `n` stands for a gap before the last `n` digits.
pub(crate) fn may_be_parted(calling_code: u16, national: &[u8], gaps: u32) -> bool {
    let Some(plan) = CodePlan::of(calling_code) else {
        return false;
    };
    let usual = [true, false].map(|home| plan.formats(home).outcome_of(national));
    let usual = usual.into_iter().filter_map(Format::chosen);
    let others = Format::alternates(plan.alternates().outcome_of(national));
    // A gap between the number and what is dialled before it is always right.
    let inner = gaps & ((1u32 << national.len().min(31)) - 1);
    usual.chain(others).any(|format| {
        let ends = bounds(format, national.len()).map(|(from, _)| national.len() - from);
        let known = ends
            .iter()
            .fold(0, |known, &end| known | 1u32 << end.min(31));
        inner & !known == 0
    })
}

/// Where each group begins and ends. The first take as much as they may and leave the rest their
/// least.
fn bounds(format: Format, digits: usize) -> [(usize, usize); 6] {
    let mut bounds = [(0, 0); 6];
    let groups = format.groups().min(bounds.len());
    let mut needed: usize = (0..groups).map(|group| format.group(group).0).sum();
    let mut at = 0;
    for (number, place) in bounds.iter_mut().enumerate().take(groups) {
        let (least, most) = format.group(number);
        needed -= least;
        let taken = digits
            .saturating_sub(at + needed)
            .clamp(least, most.max(least));
        *place = (at, at + taken);
        at += taken;
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_stand_where_a_format_has_them() {
        let gaps = |places: &[u32]| places.iter().map(|place| 1 << place).sum();
        for (code, national, places, expected) in [
            (1, "2015550123", &[7, 4][..], true),
            (1, "2015550123", &[4], true),
            (1, "2015550123", &[], true),
            (1, "2015550123", &[10, 7, 4], true),
            (1, "2015550123", &[7, 3], false),
            (1, "2015550123", &[8, 6, 4, 2], false),
            (44, "7700900123", &[6], true),
            (44, "7700900123", &[6, 3], true),
            (33, "639980123", &[8, 6, 4, 2], true),
            (999, "123456", &[], false),
        ] {
            let found = may_be_parted(code, national.as_bytes(), gaps(places));
            assert_eq!(found, expected, "{code} {national} {places:?}");
        }
    }
}
