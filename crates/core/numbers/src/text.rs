//! From what a person typed to digits: no numbering plan here, only characters.

use crate::{
    Extension, ParseError, extension,
    unicode::{Kind, kind},
};

/// Room for 15 digits, an international prefix and slips; more digits are no number of any plan.
const DIGITS_ROOM: usize = 24;

/// After a comma or `#` an extension has at most this many digits; more are a second number.
const EXTENSION_DIGITS_UNSURE_MAX: usize = 6;

/// Fewer letters are a slip, not a word to dial.
const VANITY_LETTERS_MIN: usize = 3;

/// What an input says: digits, and what stood behind them.
pub(crate) struct Text {
    /// The number's digits.
    pub(crate) digits: Digits,
    /// The digits of an extension.
    pub(crate) extension: Option<Extension>,
    /// Whether some digits were written as letters.
    pub(crate) letters: bool,
}

impl Text {
    fn of(digits: Digits) -> Self {
        Self {
            digits,
            extension: None,
            letters: false,
        }
    }
}

/// The digits of an input, and what was said about them. Wiped on drop.
pub(crate) struct Digits {
    digits: [u8; DIGITS_ROOM],
    len: usize,
    /// Whether a `+` came first.
    pub(crate) plus: bool,
    /// Where a bracketed trunk zero stands, as in `+44 (0)7700 …`.
    pub(crate) trunk: Option<usize>,
}

impl Drop for Digits {
    fn drop(&mut self) {
        // At once: byte by byte would take longer than reading a number does.
        self.digits = [0; DIGITS_ROOM];
        zeroize::optimization_barrier(self);
    }
}

impl Digits {
    pub(crate) fn new() -> Self {
        Self {
            digits: [0; DIGITS_ROOM],
            len: 0,
            plus: false,
            trunk: None,
        }
    }

    /// The ASCII digits.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.digits.get(..self.len).unwrap_or_default()
    }

    /// The same digits without the bracketed zero, if there is one.
    pub(crate) fn without_trunk(&self) -> Option<Self> {
        let trunk = self.trunk?;
        let mut rest = Self::new();
        rest.plus = self.plus;
        for (place, &digit) in self.as_bytes().iter().enumerate() {
            if place != trunk {
                rest.push(digit).ok()?;
            }
        }
        Some(rest)
    }

    fn push(&mut self, digit: u8) -> Result<(), ParseError> {
        let place = self
            .digits
            .get_mut(self.len)
            .ok_or(ParseError::TooLong { region: None })?;
        *place = digit;
        self.len += 1;
        Ok(())
    }

    /// Puts the digits of a `phone-context` before these.
    fn with_context(&self, context: &Self) -> Result<Self, ParseError> {
        let mut whole = Self::new();
        whole.plus = true;
        for &digit in context.as_bytes().iter().chain(self.as_bytes()) {
            whole.push(digit)?;
        }
        Ok(whole)
    }
}

/// What an ASCII character is to [`read_plain`], so that a number is read without a decision for
/// each character: 0 for a digit, 1 for what may stand between digits, 2 for anything else.
static PLAIN: [u8; 256] = {
    let mut plain = [2; 256];
    let mut digit = b'0';
    while digit <= b'9' {
        plain[digit as usize] = 0;
        digit += 1;
    }
    let (between, mut place) = (b" -.)/", 0);
    while place < between.len() {
        plain[between[place] as usize] = 1;
        place += 1;
    }
    plain
};

/// Reads an input that is nothing but ASCII digits, separators, a leading `+` or bracket and
/// perhaps `tel:`, as most are, to the same digits as [`read`]; `false` for any other. Filled in
/// place: moving digits right after writing them one by one would cost as much as reading them.
pub(crate) fn read_plain(input: &str, found: &mut Digits) -> bool {
    let mut rest = input.strip_prefix("tel:").unwrap_or(input).as_bytes();
    // Brackets later on may hold a trunk zero.
    while let [
        first @ (b'+' | b'(' | b' ' | b'-' | b'.' | b')' | b'/'),
        behind @ ..,
    ] = rest
    {
        found.plus |= *first == b'+';
        rest = behind;
    }
    let (mut len, mut worst) = (0, 0);
    for &byte in rest {
        let kind = PLAIN[usize::from(byte)];
        let Some(place) = found.digits.get_mut(len) else {
            return false;
        };
        // What is no digit is written over by the next one, or lies behind the last.
        *place = byte;
        len += usize::from(kind == 0);
        worst |= kind;
    }
    found.len = len;
    len > 0 && worst < 2
}

/// Reads the digits of one number out of `input`.
///
/// Words before the number are dropped ("Tel:"), and words after it if a space or bracket parts
/// them ("(home)"). Letters in a digit's place are read as on a telephone's keys, if there are
/// enough for a word.
///
/// # Errors
/// `Empty`, `NotANumber`, or `TooLong` for more digits than any plan has.
pub(crate) fn read(input: &str) -> Result<Text, ParseError> {
    let mut found = Digits::new();
    let mut open_at = None;
    let mut last = Kind::Separator;
    for (place, c) in input.char_indices() {
        let kind = kind(c);
        match kind {
            Kind::Invisible => continue,
            Kind::Digit(digit) => found.push(digit)?,
            Kind::Plus if found.len == 0 => found.plus = true,
            Kind::Open => open_at = Some(found.len),
            Kind::Close => note_trunk(&mut found, open_at.take()),
            Kind::Separator | Kind::Dash => {}
            Kind::Plus | Kind::Letter | Kind::Other if found.len > 0 => {
                return after_number(found, last, &input[place..]);
            }
            Kind::Plus | Kind::Letter | Kind::Other => before_number(&mut found, c)?,
        }
        last = kind;
    }
    finish(found, input).map(Text::of)
}

/// What stands before the first digit: words and their punctuation are dropped, dial codes such
/// as `*21#` are refused.
fn before_number(found: &mut Digits, c: char) -> Result<(), ParseError> {
    // A plus followed by words was not this number's.
    found.plus = false;
    match c {
        '*' | '#' => Err(ParseError::NotANumber),
        _ => Ok(()),
    }
}

/// Remembers a zero that stands alone in brackets after other digits.
fn note_trunk(found: &mut Digits, open_at: Option<usize>) {
    let Some(open_at) = open_at else { return };
    if open_at > 0 && found.as_bytes().get(open_at..) == Some(b"0") {
        found.trunk = Some(open_at);
    }
}

/// Decides what `rest`, which begins with neither digit nor separator, makes of the number
/// before it.
fn after_number(found: Digits, last: Kind, rest: &str) -> Result<Text, ParseError> {
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    match first {
        ';' => return parameters(found, chars.as_str()),
        '@' | '*' | '%' => return Err(ParseError::NotANumber),
        _ => {}
    }
    let later = count_digits(rest);
    let glued = matches!(last, Kind::Digit(_) | Kind::Dash) && first.is_ascii_alphabetic();
    if later == 0 && !glued && first != '#' {
        // An ending such as "(home)" or "!" is dropped; a letter in a digit's place is not.
        return Ok(Text::of(found));
    }
    let extension_max = match extension::is_announced(rest) {
        true => extension::DIGITS_MAX,
        false if first == '#' || first == ',' => EXTENSION_DIGITS_UNSURE_MAX,
        false => return vanity(found, rest),
    };
    match (1..=extension_max).contains(&later) {
        true => with_extension(found, rest),
        false => Err(ParseError::NotANumber),
    }
}

fn with_extension(digits: Digits, text: &str) -> Result<Text, ParseError> {
    let mut text_of = Text::of(digits);
    text_of.extension = Some(Extension::of(text)?);
    Ok(text_of)
}

/// A word in the place of digits, such as 1-800-FLOWERS (ITU-T E.161, the letters of the keys).
pub(crate) fn vanity(mut found: Digits, rest: &str) -> Result<Text, ParseError> {
    let mut letters = 0;
    for c in rest.chars() {
        match kind(c) {
            Kind::Digit(digit) => found.push(digit)?,
            Kind::Letter => {
                found.push(key_of(c).ok_or(ParseError::NotANumber)?)?;
                letters += 1;
            }
            Kind::Separator | Kind::Dash | Kind::Invisible | Kind::Open | Kind::Close => {}
            Kind::Plus | Kind::Other => return Err(ParseError::NotANumber),
        }
    }
    if letters < VANITY_LETTERS_MIN {
        return Err(ParseError::NotANumber);
    }
    Ok(Text {
        letters: true,
        ..Text::of(found)
    })
}

/// The key that bears a letter.
pub(crate) fn key_of(letter: char) -> Option<u8> {
    Some(match letter.to_ascii_lowercase() {
        'a'..='c' => b'2',
        'd'..='f' => b'3',
        'g'..='i' => b'4',
        'j'..='l' => b'5',
        'm'..='o' => b'6',
        'p'..='s' => b'7',
        't'..='v' => b'8',
        'w'..='z' => b'9',
        _ => return None,
    })
}

/// The parameters of a `tel:` URI (RFC 3966, section 3), after the first `;`. A `;` in a dial
/// string that is no parameter is a wait before an extension.
fn parameters(found: Digits, rest: &str) -> Result<Text, ParseError> {
    let mut text = Text::of(found);
    for parameter in rest.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("phone-context") {
            text.digits = in_context(text.digits, value)?;
        } else if name.eq_ignore_ascii_case("ext") {
            text.extension = Some(Extension::of(value)?);
        } else if value.is_empty() && count_digits(name) > 0 {
            text.extension = Some(Extension::of(name)?);
        }
    }
    Ok(text)
}

/// Applies a `phone-context`: digits complete a local number, a domain name says nothing to us.
fn in_context(found: Digits, context: &str) -> Result<Digits, ParseError> {
    if found.plus || !context.trim_start().starts_with('+') {
        return Ok(found);
    }
    let mut prefix = Digits::new();
    for c in context.chars() {
        match kind(c) {
            Kind::Digit(digit) => prefix.push(digit)?,
            Kind::Plus | Kind::Separator | Kind::Dash | Kind::Open | Kind::Close => {}
            _ => return Err(ParseError::NotANumber),
        }
    }
    found.with_context(&prefix)
}

fn count_digits(text: &str) -> usize {
    text.chars()
        .filter(|&c| matches!(kind(c), Kind::Digit(_)))
        .count()
}

fn finish(found: Digits, input: &str) -> Result<Digits, ParseError> {
    if found.len > 0 {
        return Ok(found);
    }
    let blank = |c| matches!(kind(c), Kind::Invisible | Kind::Separator);
    match input.chars().all(blank) {
        true => Err(ParseError::Empty),
        false => Err(ParseError::NotANumber),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_quick_reading_is_the_same_as_the_general_one(input in "(tel:)?[0-9+ .()x/-]{0,24}") {
            let mut quick = Digits::new();
            if read_plain(&input, &mut quick) {
                let general = read(&input).unwrap();
                prop_assert_eq!(quick.as_bytes(), general.digits.as_bytes());
                prop_assert_eq!(quick.plus, general.digits.plus);
                prop_assert_eq!(quick.trunk, general.digits.trunk);
                prop_assert!(general.extension.is_none() && !general.letters);
            }
        }
    }
}
