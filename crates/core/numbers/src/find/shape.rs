//! What groups of digits look like that are no number: a date, an address, a decimal.

use super::run::GROUPS_MAX;

/// The groups of a candidate: how many digits each has, and the sign that parts it from the one
/// before.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    lengths: [u8; GROUPS_MAX],
    gaps: [u8; GROUPS_MAX],
    count: usize,
}

impl Shape {
    /// No group yet.
    pub(super) fn new() -> Self {
        Self {
            lengths: [0; GROUPS_MAX],
            gaps: [0; GROUPS_MAX],
            count: 0,
        }
    }

    /// Adds a group; what is too much is left out.
    #[inline]
    pub(super) fn push(&mut self, length: usize, gap: u8) {
        let place = self.lengths.get_mut(self.count);
        let (Some(place), Some(before)) = (place, self.gaps.get_mut(self.count)) else {
            return;
        };
        (*place, *before) = (u8::try_from(length).unwrap_or(u8::MAX), gap);
        self.count += 1;
    }

    fn lengths(&self) -> &[u8] {
        self.lengths.get(..self.count).unwrap_or_default()
    }

    /// What parts the groups.
    fn gaps(&self) -> &[u8] {
        self.gaps.get(1..self.count).unwrap_or_default()
    }

    /// Three groups like 2026-11-22 or 13.10.2026, parted alike, and perhaps a time behind them.
    #[inline]
    pub(super) fn is_date(&self, digits: &[u8]) -> bool {
        let ([.., _, _], Some(&lengths)) = (self.gaps(), self.lengths().first_chunk::<3>()) else {
            return false;
        };
        let gap = self.gaps[1];
        if gap != self.gaps[2] || !matches!(gap, b'-' | b'.' | b'/') {
            return false;
        }
        let day = |day, month| (1..=31).contains(&day) && (1..=12).contains(&month);
        let year = |year| (1900..2100).contains(&year);
        match lengths {
            [4, 1..=2, 1..=2] => {
                let [one, two, three] = values(digits, lengths);
                year(one) && day(three, two)
            }
            [1..=2, 1..=2, 4] => {
                let [one, two, three] = values(digits, lengths);
                year(three) && (day(one, two) || day(two, one))
            }
            [1..=2, 1..=2, 2] if self.count == 3 => {
                let [one, two, three] = values(digits, lengths);
                day(one, two) || day(two, one) || day(three, two)
            }
            _ => false,
        }
    }

    /// Groups parted by points only, that are no way to write a number: a decimal, an IP address,
    /// a version.
    #[inline]
    pub(super) fn is_dotted(&self) -> bool {
        let two_or_four = match self.lengths() {
            [_, _] => true,
            four @ [_, _, _, _] => four.iter().all(|&length| length <= 3),
            _ => false,
        };
        two_or_four && self.gaps().iter().all(|&gap| gap == b'.')
    }

    /// Whether the groups have these lengths, with dashes between them.
    pub(super) fn is_dashed(&self, lengths: &[u8]) -> bool {
        self.lengths() == lengths && self.gaps().iter().all(|&gap| gap == b'-')
    }

    /// Whether there are several groups, all of four digits.
    pub(super) fn is_all_fours(&self) -> bool {
        self.count > 1 && self.lengths().iter().all(|&length| length == 4)
    }

    /// Whether every group but the last has four digits.
    pub(super) fn is_in_fours(&self) -> bool {
        let whole = self.lengths().split_last();
        whole.is_some_and(|(_, whole)| whole.iter().all(|&length| length == 4))
    }
}

/// What three groups of digits say as decimal numbers.
fn values(digits: &[u8], lengths: [u8; 3]) -> [u32; 3] {
    let mut rest = digits;
    lengths.map(|length| {
        let (group, behind) = rest.split_at_checked(length.into()).unwrap_or_default();
        rest = behind;
        let value = |sum: u32, digit: &u8| sum.wrapping_mul(10) + u32::from(digit - b'0');
        group.iter().fold(0, value)
    })
}
