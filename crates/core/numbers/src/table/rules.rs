//! What the outcome of a walk can be: a way to group digits, or what to do with a prefix.

use super::{ALTERNATES, FORMATS, RULES, State, byte, list, string, word};

/// A way to group digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Format(usize);

/// Which of a format's templates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Template {
    /// With the trunk prefix, where people write it.
    Home,
    /// After a calling code.
    Abroad,
    /// The groups alone.
    Bare,
}

impl Format {
    /// The format of an outcome of [`CodePlan::formats`].
    pub(crate) fn chosen(outcome: u16) -> Option<Self> {
        usize::from(outcome)
            .checked_sub(1)
            .map(|place| Self(place * 16))
    }

    /// The formats of an outcome of [`CodePlan::alternates`].
    pub(crate) fn alternates(outcome: u16) -> impl Iterator<Item = Self> {
        list(ALTERNATES, outcome).map(|place| Self(usize::from(place) * 16))
    }

    /// Whether people write such numbers with and without their trunk prefix.
    pub(crate) fn prefix_is_optional(self) -> bool {
        byte(FORMATS, self.0 + 1) == 1
    }

    /// How many groups there are; at most 6.
    pub(crate) fn groups(self) -> usize {
        usize::from(byte(FORMATS, self.0))
    }

    /// The least and most digits of a group, counted from 0.
    pub(crate) fn group(self, number: usize) -> (usize, usize) {
        let bounds = byte(FORMATS, self.0 + 2 + number);
        (usize::from(bounds >> 4), usize::from(bounds & 15))
    }

    /// ASCII text in which bytes 1 to 6 stand for the groups.
    pub(crate) fn template(self, template: Template) -> &'static [u8] {
        let offset = match template {
            Template::Home => 8,
            Template::Abroad => 10,
            Template::Bare => 14,
        };
        string(word(FORMATS, self.0 + offset))
    }
}

/// What to do with the digits a number begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prefix(usize);

impl Prefix {
    /// The prefix that `digits` begin with, if there is one.
    pub(crate) fn find(root: State, digits: &[u8]) -> Option<Self> {
        let (mut state, mut found) = (root, Self::open(root));
        for &digit in digits {
            state = state.step(digit);
            if state.is_dead() {
                return found;
            }
            found = Self::open(state).or(found);
        }
        Self::present(usize::from(state.outcome()) * 24 + 12).or(found)
    }

    /// The rule that holds if more digits follow.
    pub(crate) fn open(state: State) -> Option<Self> {
        Self::present(usize::from(state.outcome()) * 24)
    }

    fn present(at: usize) -> Option<Self> {
        (byte(RULES, at) == 1).then_some(Self(at))
    }

    /// How many digits the prefix has.
    pub(crate) fn matched(self) -> usize {
        usize::from(byte(RULES, self.0 + 1))
    }

    /// The digits of the prefix that are kept: from, to.
    pub(crate) fn kept(self) -> (usize, usize) {
        let place = |offset| usize::from(byte(RULES, self.0 + offset));
        (place(2), place(3))
    }

    /// Digits to put before the kept ones.
    pub(crate) fn inserted(self) -> &'static [u8] {
        let length = usize::from(byte(RULES, self.0 + 6));
        RULES
            .get(self.0 + 7..self.0 + 7 + length)
            .unwrap_or_default()
    }
}
