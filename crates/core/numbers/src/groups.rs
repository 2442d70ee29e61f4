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
