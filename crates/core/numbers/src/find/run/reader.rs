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
    /// Whether "and" stands behind that word.
    pub(super) joined: bool,
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
            joined: false,
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
            // What stands behind a comma completes nothing.
            Kind::Other if words && c == ',' && self.spelled.is_some() => {
                (self.spelled, self.joined) = (Some(Spelled::Gap), false);
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

    /// Takes a group of ASCII digits that begins at `at`; whether the run goes on.
    #[inline]
    pub(super) fn group(&mut self, group: &[u8], at: usize) -> bool {
        (self.gaps, self.words_between) = (0, 0);
        let gap = self.gap.take();
        self.run.push_group(group, at, gap)
    }

    /// Takes a word; whether the run goes on.
    pub(super) fn word(&mut self, meaning: Spelled, place: (usize, usize)) -> bool {
        let before = self.spelled.replace(meaning);
        let joined = std::mem::take(&mut self.joined);
        let unparted = before.filter(|_| self.gap.is_none());
        match meaning {
            Spelled::Times(times) => {
                self.times = times;
                return true;
            }
            Spelled::And => {
                (self.spelled, self.joined) = (before, true);
                return matches!(
                    before,
                    Some(
                        Spelled::Tens(_)
                            | Spelled::Scores(_)
                            | Spelled::Hundred
                            | Spelled::Hundreds(_)
                    )
                );
            }
            Spelled::Gap if self.run.len > 0 => {
                self.gap = Some(b'.');
                (self.gaps, self.words_between) = (0, self.words_between + 1);
                return self.words_between <= 1;
            }
            Spelled::Plus if self.run.len == 0 => {
                self.run.plus = true;
                return true;
            }
            Spelled::Gap | Spelled::Plus => return false,
            _ => {
                self.run.spelled = true;
                (self.gaps, self.words_between) = (0, 0);
            }
        }
        match (unparted, meaning) {
            (
                Some(Spelled::Tens(_) | Spelled::Scores(_) | Spelled::Hundreds(_)),
                Spelled::Digit(digit @ 1..),
            ) => self.run.replace_last(digit, place.1),
            (Some(Spelled::Hundred), Spelled::Digit(digit @ 1..)) if joined => {
                self.run.replace_last(digit, place.1)
            }
            (_, Spelled::Digit(digit)) => {
                let times = std::mem::replace(&mut self.times, 1);
                (0..times).all(|_| self.digit(b'0' + digit, place))
            }
            (Some(Spelled::Digit(1..)), Spelled::Hundred) => self.digits(0, 2, place),
            _ => self.number(unparted, meaning, place),
        }
    }

    /// Takes a word for a number of two or three digits, or for what completes hundreds.
    fn number(&mut self, before: Option<Spelled>, meaning: Spelled, place: (usize, usize)) -> bool {
        let completes = matches!(before, Some(Spelled::Hundred | Spelled::Hundreds(_)));
        match (before, meaning) {
            // Soixante-dix-sept, quatre-vingt-onze.
            (Some(Spelled::Scores(tens @ (6 | 8))), Spelled::Tens(1)) => {
                self.spelled = Some(Spelled::Tens(tens + 1));
                self.run.replace_tens(tens + 1, 0, place.1)
            }
            (Some(Spelled::Scores(tens @ (6 | 8))), Spelled::Teen(last)) => {
                self.run.replace_tens(tens + 1, last, place.1)
            }
            (Some(Spelled::Digit(4)), Spelled::Scores(2)) => {
                self.spelled = Some(Spelled::Scores(8));
                self.run.replace_last(8, place.1) && self.digit(b'0', place)
            }
            (Some(Spelled::Digit(digit @ 1..)), Spelled::AndTens(tens)) => {
                self.run.replace_last(tens, place.1) && self.digit(b'0' + digit, place)
            }
            (Some(Spelled::AndDigit(digit)), Spelled::AndTens(tens)) => {
                self.run.replace_tens(tens, digit, place.1)
            }
            (_, Spelled::AndDigit(digit)) if completes => self.run.replace_last(digit, place.1),
            (_, Spelled::AndDigit(digit)) => {
                self.spelled = Some(Spelled::Digit(digit));
                self.digit(b'0' + digit, place)
            }
            (_, Spelled::Teen(last)) if completes => self.run.replace_tens(1, last, place.1),
            (_, Spelled::Tens(tens) | Spelled::Scores(tens) | Spelled::AndTens(tens))
                if completes =>
            {
                self.spelled = Some(Spelled::Tens(tens));
                self.run.replace_tens(tens, 0, place.1)
            }
            (_, Spelled::Whole(whole @ 10..=99)) if completes => {
                let digit = |value: u16| u8::try_from(value).unwrap_or(0);
                self.run
                    .replace_tens(digit(whole / 10), digit(whole % 10), place.1)
            }
            (_, Spelled::Teen(last)) => self.digits(10 + u16::from(last), 2, place),
            (_, Spelled::Tens(tens) | Spelled::Scores(tens) | Spelled::AndTens(tens)) => {
                self.digits(u16::from(tens) * 10, 2, place)
            }
            (_, Spelled::Hundreds(count)) => self.digits(u16::from(count) * 100, 3, place),
            (_, Spelled::Hundred) => self.digits(100, 3, place),
            (_, Spelled::Whole(whole)) => {
                self.digits(whole, if whole < 100 { 2 } else { 3 }, place)
            }
            _ => false,
        }
    }

    /// Takes so many decimal digits.
    fn digits(&mut self, number: u16, count: u32, place: (usize, usize)) -> bool {
        (0..count).rev().all(|power| {
            let digit = number / 10u16.pow(power) % 10;
            self.digit(b'0' + u8::try_from(digit).unwrap_or(0), place)
        })
    }
}

/// Lines and tables part numbers from each other.
fn parts(c: char) -> bool {
    !matches!(
        c,
        '\n' | '\r' | '\t' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    /// The digits that a text is read as.
    fn read(text: &str) -> String {
        let run = super::super::read(text, 0, 0, true, true).unwrap();
        let digits = run.digits_to(usize::MAX - 1);
        digits.iter().copied().map(char::from).collect()
    }

    #[test]
    fn words_for_larger_numbers_are_their_digits() {
        for (text, digits) in [
            ("seven hundred and eighty-nine", "789"),
            (
                "oh seven seven double oh nine hundred one two three",
                "07700900123",
            ),
            ("nine hundred and one two", "9012"),
            ("triple seven, twenty, five", "777205"),
            ("sixty twelve four twenty", "6012420"),
            ("siebenhundertneunundachtzig vierundzwanzig", "78924"),
            ("sieben hundert neunundachtzig", "789"),
            (
                "null dreißig dreiundzwanzig hundertfünfundzwanzig null",
                "030231250",
            ),
            ("nul zes tweeëntwintig driehonderdvijf", "0622305"),
            ("seiscientos doce, trescientos cuarenta y cinco", "612345"),
            ("setecentos e oitenta e nove", "789"),
            (
                "zéro six, quatre-vingt-dix-neuf soixante-dix-sept dix-huit",
                "06997718",
            ),
            ("quatre-vingts soixante et onze", "8071"),
            ("zero sei novantatré settecentottantanove", "0693789"),
            (
                "восемь девятьсот шестнадцать двести тридцать двенадцать тридцать четыре",
                "89162301234",
            ),
            ("अट्ठानवे इकहत्तर शून्य", "98710"),
            ("خمسة وعشرون صفر", "250"),
            ("مئة وخمسة وعشرون", "125"),
            ("ゼロ九ゼロの一二三四", "0901234"),
        ] {
            assert_eq!(read(text), digits, "{text}");
        }
    }
}
