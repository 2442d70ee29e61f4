//! The regular expressions of the numbering data, as far as it uses them: digits, `\d`, classes,
//! groups, alternatives, counted repetition and `$`.

use crate::error::{Error, Result};

/// A set of digits: bit `d` is set if digit `d` is in it.
pub type DigitSet = u16;

/// Every digit.
pub const ANY_DIGIT: DigitSet = 0x3FF;

/// One expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// One digit out of a set.
    Digit(DigitSet),
    /// One after the other; empty matches nothing read.
    Sequence(Vec<Pattern>),
    /// The first that fits.
    Choice(Vec<Pattern>),
    /// As often as possible, within bounds; no upper bound for any number of times.
    Repeat(Box<Pattern>, u8, Option<u8>),
    /// A group whose place is remembered, counted from 1.
    Capture(u8, Box<Pattern>),
    /// The end of the number.
    End,
}

impl Pattern {
    /// Reads an expression; white space in it is layout.
    pub fn parse(text: &str) -> Result<Self> {
        let text: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let mut reader = Reader {
            text: &text,
            at: 0,
            captures: 0,
        };
        let pattern = reader.choice()?;
        match reader.peek() {
            None => Ok(pattern),
            Some(c) => Err(reader.wrong(&format!("unexpected `{c}`"))),
        }
    }

    /// This expression, then any digits: what a prefix match accepts.
    pub fn then_anything(self) -> Self {
        let rest = Self::Repeat(Box::new(Self::Digit(ANY_DIGIT)), 0, None);
        Self::Sequence(vec![self, rest])
    }
}

struct Reader<'t> {
    text: &'t [char],
    at: usize,
    captures: u8,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        self.at += usize::from(found);
        found
    }

    fn next(&mut self) -> Result<char> {
        let c = self.peek().ok_or_else(|| self.wrong("ends too early"))?;
        self.at += 1;
        Ok(c)
    }

    fn wrong(&self, why: &str) -> Error {
        let text: String = self.text.iter().collect();
        Error::failed(format!("pattern `{text}`, place {}: {why}", self.at))
    }

    fn choice(&mut self) -> Result<Pattern> {
        let mut choices = vec![self.sequence()?];
        while self.take('|') {
            choices.push(self.sequence()?);
        }
        Ok(one_or(choices, Pattern::Choice))
    }

    fn sequence(&mut self) -> Result<Pattern> {
        let mut parts = Vec::new();
        while self.peek().is_some_and(|c| c != '|' && c != ')') {
            let atom = self.atom()?;
            parts.push(self.repeated(atom)?);
        }
        Ok(one_or(parts, Pattern::Sequence))
    }

    fn atom(&mut self) -> Result<Pattern> {
        match self.next()? {
            c @ '0'..='9' => Ok(Pattern::Digit(bit(c))),
            '\\' if self.take('d') => Ok(Pattern::Digit(ANY_DIGIT)),
            '[' => self.class(),
            '(' => self.group(),
            '$' => Ok(Pattern::End),
            c => Err(self.wrong(&format!("unexpected `{c}`"))),
        }
    }

    fn group(&mut self) -> Result<Pattern> {
        let silent = self.take('?');
        if silent && !self.take(':') {
            return Err(self.wrong("only `(?:` is known"));
        }
        let number = (!silent).then(|| {
            self.captures += 1;
            self.captures
        });
        let inner = self.choice()?;
        if !self.take(')') {
            return Err(self.wrong("a group is not closed"));
        }
        Ok(match number {
            Some(number) => Pattern::Capture(number, Box::new(inner)),
            None => inner,
        })
    }

    fn class(&mut self) -> Result<Pattern> {
        let mut set = 0;
        loop {
            let first = match self.next()? {
                ']' => return Ok(Pattern::Digit(set)),
                '\\' if self.take('d') => {
                    set |= ANY_DIGIT;
                    continue;
                }
                c if c.is_ascii_digit() => c,
                c => return Err(self.wrong(&format!("`{c}` in a class"))),
            };
            let last = if self.take('-') { self.next()? } else { first };
            if !last.is_ascii_digit() || last < first {
                return Err(self.wrong("a class has a bad range"));
            }
            set |= (first..=last).map(bit).sum::<DigitSet>();
        }
    }

    fn repeated(&mut self, atom: Pattern) -> Result<Pattern> {
        let (least, most) = if self.take('?') {
            (0, 1)
        } else if self.take('{') {
            let least = self.count()?;
            let most = if self.take(',') { self.count()? } else { least };
            if !self.take('}') || most < least {
                return Err(self.wrong("bad bounds of a repetition"));
            }
            (least, most)
        } else {
            return Ok(atom);
        };
        Ok(Pattern::Repeat(Box::new(atom), least, Some(most)))
    }

    fn count(&mut self) -> Result<u8> {
        let mut count = 0u8;
        let start = self.at;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            let digit = u8::try_from(digit).unwrap_or(0);
            count = count.saturating_mul(10).saturating_add(digit);
            self.at += 1;
        }
        match self.at > start {
            true => Ok(count),
            false => Err(self.wrong("a count is missing")),
        }
    }
}

fn one_or(mut parts: Vec<Pattern>, many: fn(Vec<Pattern>) -> Pattern) -> Pattern {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => Pattern::Sequence(parts),
    }
}

fn bit(digit: char) -> DigitSet {
    digit.to_digit(10).map_or(0, |d| 1 << d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_data_uses_is_read() {
        let pattern = Pattern::parse("0(1\\d)?|[2-46]{3,5}$").unwrap();
        let Pattern::Choice(choices) = pattern else {
            panic!("{pattern:?}");
        };
        assert_eq!(choices.len(), 2);
        let Pattern::Sequence(second) = &choices[1] else {
            panic!("{choices:?}");
        };
        let set = (1 << 2) | (1 << 3) | (1 << 4) | (1 << 6);
        assert_eq!(
            second[0],
            Pattern::Repeat(Box::new(Pattern::Digit(set)), 3, Some(5))
        );
        assert_eq!(second[1], Pattern::End);
    }

    #[test]
    fn groups_that_capture_are_counted_and_others_vanish() {
        let pattern = Pattern::parse("(?:1)(2)(?:(3))").unwrap();
        let Pattern::Sequence(parts) = pattern else {
            panic!("{pattern:?}");
        };
        assert_eq!(parts[0], Pattern::Digit(2));
        assert!(matches!(parts[1], Pattern::Capture(1, _)));
        assert!(matches!(parts[2], Pattern::Capture(2, _)));
    }

    #[test]
    fn what_is_not_understood_is_refused_not_guessed() {
        for text in [
            "(", "1)", "[", "[1", "1{", "1{2", "1{3,2}", "a", "\\w", "(?=1)", "[4-2]",
        ] {
            assert!(Pattern::parse(text).is_err(), "{text}");
        }
    }
}
