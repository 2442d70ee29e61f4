//! Walks over digits: one automaton for every decision.

use super::{BEGINNINGS, NEAREST, OUTCOMES, ROOTS, STATES, TAILS, byte, word};

const STATE_BYTES: usize = 24;

/// How many states have a row. The numbers from here on are places of tails, where only the count
/// of the digits matters.
const ROWS: usize = STATES.len() / STATE_BYTES;

/// How many digits of a whole number one look-up in `BEGINNINGS` decides. No number is shorter.
const BEGINNING_DIGITS: usize = 5;

/// A state of the automaton. The default one is dead: nothing is accepted behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct State(pub(super) u16);

impl State {
    /// Where whole numbers start: calling code and national number.
    #[cfg(test)]
    pub(super) fn whole() -> Self {
        Self(word(ROOTS, 0))
    }

    /// Where whole numbers start on the way to their time zones: the last outcome of a walk is the
    /// place of a list for [`zones`].
    pub(crate) fn zones() -> Self {
        Self(word(ROOTS, 2))
    }

    /// Where whole numbers start on the way to their region: the last outcome of a walk is for
    /// [`decided_region`](super::decided_region).
    pub(crate) fn regions() -> Self {
        Self(word(ROOTS, 4))
    }

    /// Whether nothing is accepted from here.
    pub(crate) fn is_dead(self) -> bool {
        self.0 == 0
    }

    /// The place in the tails, if only the count of the digits matters from here on.
    #[inline]
    fn tail(self) -> Option<usize> {
        usize::from(self.0).checked_sub(ROWS)
    }

    /// Where an ASCII digit leads; anything else leads to the dead state.
    #[inline]
    pub(crate) fn step(self, digit: u8) -> Self {
        match self.tail() {
            None => self.step_in_row(digit),
            Some(tail) if digit.is_ascii_digit() && tail_places(tail) > 1 => Self(self.0 + 1),
            Some(_) => Self::default(),
        }
    }

    /// [`step`](Self::step) from a state that is no tail.
    #[inline]
    fn step_in_row(self, digit: u8) -> Self {
        let digit = usize::from(digit.wrapping_sub(b'0'));
        if digit > 9 {
            return Self::default();
        }
        let row = usize::from(self.0) * STATE_BYTES;
        Self(word(STATES, row + 2 * digit))
    }

    /// What it means that a number ends with these ASCII digits.
    ///
    /// Most numbers are decided by their first half; from there on only the count matters, and is
    /// looked up instead of walked.
    #[inline]
    pub(crate) fn outcome_of(self, digits: &[u8]) -> u16 {
        let mut state = self;
        for (walked, &digit) in digits.iter().enumerate() {
            if let Some(tail) = state.tail() {
                return outcome_in_tail(tail, digits.len() - walked);
            }
            state = state.step_in_row(digit);
        }
        state.outcome()
    }

    /// The last outcome on the way of a whole number's ASCII digits, 0 if there was none.
    pub(crate) fn last_outcome(self, digits: &[u8]) -> u16 {
        let mut state = self;
        digits.iter().fold(0, |last, &digit| {
            state = state.step(digit);
            match state.outcome() {
                0 => last,
                outcome => outcome,
            }
        })
    }

    /// Where several ASCII digits lead.
    pub(crate) fn walk(self, digits: &[u8]) -> Self {
        digits.iter().fold(self, |state, &digit| state.step(digit))
    }

    /// What it means that the digits end here.
    #[inline]
    pub(crate) fn outcome(self) -> u16 {
        match self.tail() {
            None => word(STATES, usize::from(self.0) * STATE_BYTES + 20),
            Some(tail) => outcome_in_tail(tail, 0),
        }
    }

    /// The ASCII digit that leads to the nearest outcome ahead.
    pub(crate) fn nearest(self) -> Option<u8> {
        let digit = match self.tail() {
            None => byte(NEAREST, usize::from(self.0)),
            // All digits lead the same way.
            Some(tail) => {
                let mut ahead = 1..tail_places(tail);
                let any = ahead.any(|left| outcome_in_tail(tail, left) != 0);
                if any { 0 } else { u8::MAX }
            }
        };
        (digit < 10).then(|| b'0' + digit)
    }
}

/// How many places a tail has, from this one on.
#[inline]
fn tail_places(tail: usize) -> usize {
    usize::from(word(TAILS, tail * 4 + 2))
}

/// What it means that a number ends so many digits behind a place of a tail.
#[inline]
fn outcome_in_tail(tail: usize, digits: usize) -> u16 {
    let outcome = word(TAILS, (tail + digits) * 4);
    if digits < tail_places(tail) {
        outcome
    } else {
        0
    }
}

/// What a whole number means, calling code first, in ASCII digits: for [`outcome`].
#[inline]
pub(crate) fn outcome_of_whole(digits: &[u8]) -> u16 {
    match digits.split_first_chunk::<BEGINNING_DIGITS>() {
        Some((beginning, rest)) => behind(decimal(0, beginning)).outcome_of(rest),
        None => 0,
    }
}

/// What a national number of a calling code of so many digits means: for [`outcome`].
#[inline]
pub(crate) fn outcome_of_national(code: u16, code_digits: usize, national: &[u8]) -> u16 {
    match national.split_at_checked(BEGINNING_DIGITS - code_digits) {
        Some((beginning, rest)) => behind(decimal(code.into(), beginning)).outcome_of(rest),
        None => 0,
    }
}

#[inline]
fn behind(beginning: usize) -> State {
    State(word(BEGINNINGS, 2 * beginning))
}

#[inline]
pub(super) fn decimal(head: usize, digits: &[u8]) -> usize {
    digits.iter().fold(head, |number, &digit| {
        number * 10 + usize::from(digit.wrapping_sub(b'0'))
    })
}

/// What a valid number is: its region's letters, and the number of its kind (see `plan.rs`).
#[inline]
pub(crate) fn outcome(number: u16) -> Option<([u8; 2], u16)> {
    if number == 0 {
        return None;
    }
    let at = usize::from(number) * 4;
    let letters = word(OUTCOMES, at).to_le_bytes();
    Some((letters, word(OUTCOMES, at + 2)))
}
