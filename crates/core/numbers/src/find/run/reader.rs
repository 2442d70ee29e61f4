//! A run in the making: what each character adds to it.

use super::{super::spelled::Spelled, GAP_MAX, GROUPS_MAX, Group, Run};
use crate::{unicode::Kind, wiped::Wiped};

/// A run that is being read.
pub(super) struct Reader {
    pub(super) run: Run,
    /// What parts the next digit from the last, as in [`Group`].
    pub(super) gap: Option<u8>,
    pub(super) gaps: usize,
    pub(super) words_between: usize,
    pub(super) lines: usize,
    /// How often the next digit comes.
    pub(super) times: u8,
    /// What the last word said, if nothing but a space or a dash stands behind it.
    pub(super) spelled: Option<Spelled>,
}

impl Reader {
    /// A run without digits yet, which begins at `start`.
    #[inline]
    pub(super) fn new(start: usize, plus: bool) -> Self {
        Self {
            run: Run {
                start,
                plus,
                digits: Wiped::zeros(),
                len: 0,
                groups: [Group::default(); GROUPS_MAX],
                count: 0,
                open: false,
                spelled: false,
            },
            gap: None,
            gaps: 0,
            words_between: 0,
            lines: 0,
            times: 1,
            spelled: None,
        }
    }

    /// Takes a character; whether the run goes on.
    #[inline]
    pub(super) fn sign(&mut self, c: char, kind: Kind, place: (usize, usize), words: bool) -> bool {
        match kind {
            Kind::Digit(value) => {
                (self.spelled, self.times) = (None, 1);
                self.digit(value, place)
            }
            Kind::Invisible if !c.is_control() => true,
            Kind::Separator if words && c == '\r' => true,
            Kind::Separator if words && c == '\n' => {
                self.lines += 1;
                self.gap = Some(b'\n');
                self.lines <= 1
            }
            Kind::Other if words && c == ',' && self.spelled.is_some() => {
                self.gaps += 1;
                true
            }
            Kind::Separator | Kind::Dash | Kind::Open | Kind::Close if parts(c) => {
                // Words for digits are parted by spaces anyway.
                if self.spelled.is_none() || !matches!(c, ' ' | '-') {
                    return self.part(u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(0));
                }
                self.gaps += 1;
                self.gaps <= GAP_MAX
            }
            _ => false,
        }
    }

    /// Takes a sign that parts groups; whether the run goes on.
    #[inline]
    pub(super) fn part(&mut self, sign: u8) -> bool {
        self.gap = Some(self.gap.filter(|&gap| gap == b'\n').unwrap_or(sign));
        self.gaps += 1;
        self.gaps <= GAP_MAX
    }

    #[inline]
    pub(super) fn digit(&mut self, value: u8, place: (usize, usize)) -> bool {
        (self.gaps, self.words_between) = (0, 0);
        let gap = self.gap.take();
        self.run.push(value, place, gap)
    }

    /// Takes a word; whether the run goes on.
    pub(super) fn word(&mut self, meaning: Spelled, place: (usize, usize)) -> bool {
        let before = self.spelled.replace(meaning);
        self.run.spelled |= matches!(
            meaning,
            Spelled::Digit(_) | Spelled::Teen(_) | Spelled::Tens(_)
        );
        match meaning {
            Spelled::Digit(digit) => {
                if let (Some(Spelled::Tens(_)), 1..) = (before, digit) {
                    return self.run.replace_last(digit, place.1);
                }
                let times = std::mem::replace(&mut self.times, 1);
                (0..times).all(|_| self.digit(b'0' + digit, place))
            }
            Spelled::Teen(last) => match before {
                // Soixante-dix, quatre-vingt-onze.
                Some(Spelled::Tens(tens @ (6 | 8))) => {
                    self.run.replace_tens(tens + 1, last, place.1)
                }
                _ => self.digit(b'1', place) && self.digit(b'0' + last, place),
            },
            Spelled::Tens(2) if before == Some(Spelled::Digit(4)) && self.gap.is_none() => {
                self.spelled = Some(Spelled::Tens(8));
                self.run.replace_last(8, place.1) && self.digit(b'0', place)
            }
            Spelled::Tens(tens) => self.digit(b'0' + tens, place) && self.digit(b'0', place),
            Spelled::Times(times) => {
                self.times = times;
                true
            }
            Spelled::And => {
                self.spelled = before;
                matches!(before, Some(Spelled::Tens(_)))
            }
            Spelled::Gap if self.run.len > 0 => {
                self.gap = Some(b'.');
                (self.gaps, self.words_between) = (0, self.words_between + 1);
                self.words_between <= 1
            }
            Spelled::Plus if self.run.len == 0 => {
                self.run.plus = true;
                true
            }
            Spelled::Gap | Spelled::Plus => false,
        }
    }
}

/// Lines and tables part numbers from each other.
fn parts(c: char) -> bool {
    !matches!(
        c,
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}
