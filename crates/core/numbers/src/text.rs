//! From what a person typed to digits: no numbering plan here, only characters.

use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    ParseError,
    unicode::{Kind, kind},
};

/// Room for 15 digits, an international prefix and slips; more digits are no number of any plan.
const DIGITS_ROOM: usize = 24;

/// An extension has at most this many digits; more after a comma are a second number.
const EXTENSION_DIGITS_MAX: usize = 6;

/// Words and letters that announce an extension, or a pause before one. Lower case.
const EXTENSION_WORDS: [&str; 16] = [
    "x",
    "ext",
    "extn",
    "extension",
    "int",
    "interno",
    "anexo",
    "poste",
    "durchwahl",
    "dw",
    "доб",
    "вн",
    "p",
    "w",
    "内线",
    "內線",
];

/// The digits of an input, and what was said about them.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Digits {
    digits: [u8; DIGITS_ROOM],
    len: usize,
    /// Whether a `+` came first.
    pub(crate) plus: bool,
    /// Where a bracketed trunk zero stands, as in `+44 (0)7700 …`.
    pub(crate) trunk: Option<usize>,
}

impl Digits {
    fn new() -> Self {
        Self {
            digits: [0; DIGITS_ROOM],
            len: 0,
            plus: false,
            trunk: None,
        }
    }

    /// The ASCII digits.
    pub(crate) fn as_str(&self) -> &str {
        // Only ASCII digits are ever pushed, so the fallback is never taken.
        std::str::from_utf8(&self.digits[..self.len]).unwrap_or_default()
    }

    /// The same digits without the bracketed zero, if there is one.
    pub(crate) fn without_trunk(&self) -> Option<Self> {
        let trunk = self.trunk?;
        let mut rest = Self::new();
        rest.plus = self.plus;
        for (place, &digit) in self.as_str().as_bytes().iter().enumerate() {
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
        for &digit in context
            .as_str()
            .as_bytes()
            .iter()
            .chain(self.as_str().as_bytes())
        {
            whole.push(digit)?;
        }
        Ok(whole)
    }
}

/// Reads the digits of one number out of `input`.
///
/// Words before the number are dropped ("Tel:"), and words after it if a space or bracket parts
/// them ("(home)"). Letters among the digits are refused: a vanity number such as 1-800-FLOWERS
/// is a company's, and dropping letters would make another number of it.
///
/// # Errors
/// `Empty`, `NotANumber`, `HasExtension`, or `TooLong` for more digits than any plan has.
pub(crate) fn read(input: &str) -> Result<Digits, ParseError> {
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
    finish(found, input)
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
    if open_at > 0 && found.as_str().get(open_at..) == Some("0") {
        found.trunk = Some(open_at);
    }
}

/// Decides what `rest`, which begins with neither digit nor separator, makes of the number
/// before it.
fn after_number(found: Digits, last: Kind, rest: &str) -> Result<Digits, ParseError> {
    let mut chars = rest.chars();
    let first = chars.next().unwrap_or(' ');
    match first {
        ';' => return parameters(found, chars.as_str()),
        '@' | '*' | '%' => return Err(ParseError::NotANumber),
        _ => {}
    }
    let later = count_digits(rest);
    let glued = matches!(last, Kind::Digit(_) | Kind::Dash) && first.is_ascii_alphabetic();
    if later == 0 {
        // An ending such as "(home)" or "!" is dropped; a letter in a digit's place is not.
        return if glued || first == '#' {
            Err(ParseError::NotANumber)
        } else {
            Ok(found)
        };
    }
    match first == '#' || first == ',' || is_extension_word(rest) {
        true if later <= EXTENSION_DIGITS_MAX => Err(ParseError::HasExtension),
        _ => Err(ParseError::NotANumber),
    }
}

/// The parameters of a `tel:` URI (RFC 3966, section 3), after the first `;`. A `;` in a dial
/// string that is no parameter is a wait before an extension.
fn parameters(found: Digits, rest: &str) -> Result<Digits, ParseError> {
    let mut found = found;
    for parameter in rest.split(';') {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let name = name.trim();
        if name.eq_ignore_ascii_case("phone-context") {
            found = in_context(found, value)?;
        } else if name.eq_ignore_ascii_case("ext") || (value.is_empty() && count_digits(name) > 0) {
            return Err(ParseError::HasExtension);
        }
    }
    Ok(found)
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

fn is_extension_word(rest: &str) -> bool {
    let end = rest
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(rest.len());
    let word = rest[..end].to_lowercase();
    EXTENSION_WORDS.contains(&word.as_str())
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
