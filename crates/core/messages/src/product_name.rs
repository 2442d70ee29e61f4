//! The name a person knows the product by.

use std::fmt;

/// The name of the product, as it stands in every message: 1 to 24 visible characters.
///
/// The operator chooses it, yet it is checked like any input, because it stands beside a code
/// in a text that phones read by machine: it must not hide, reverse, link or pretend anything.
/// Invisible joiners are refused too, although a few scripts use them inside words.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct ProductName(String);

/// Why a text is not a product name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProductNameError {
    /// Empty, or longer than [`ProductName::MAX_CHARS`].
    #[error("a product name has 1 to 24 characters")]
    Length,
    /// The first character is neither a letter nor a digit.
    #[error("a product name starts with a letter or a digit")]
    Start,
    /// Space at the end, two spaces together, a line break, or a space other than U+0020.
    #[error("a product name has single plain spaces, and only between words")]
    Space,
    /// A control, formatting, bidirectional-override, private or otherwise unseen character.
    #[error("a product name has only visible characters")]
    Invisible,
    /// `@` or `#`, plain, small or full width: they mark the origin-bound line.
    #[error("a product name has no @ and no #")]
    Marker,
    /// Something that a phone could turn into a link.
    #[error("a product name does not look like an address on the web")]
    Link,
    /// Four or more digits in a row, which a phone or a person could take for the code.
    #[error("a product name has no four digits in a row")]
    Digits,
}

impl ProductName {
    /// The most characters (Unicode scalar values).
    pub const MAX_CHARS: usize = 24;

    /// Reads a product name.
    ///
    /// # Errors
    /// [`ProductNameError`], naming the first rule that is broken.
    pub fn parse(name: &str) -> Result<Self, ProductNameError> {
        // The first test bounds the work on long input; a character has at most four bytes.
        if name.len() > Self::MAX_CHARS * 4
            || !(1..=Self::MAX_CHARS).contains(&name.chars().count())
        {
            return Err(ProductNameError::Length);
        }
        for character in name.chars() {
            check_character(character)?;
        }
        if name.contains("  ") || name.starts_with(' ') || name.ends_with(' ') {
            return Err(ProductNameError::Space);
        }
        if !name.starts_with(char::is_alphanumeric) {
            return Err(ProductNameError::Start);
        }
        if looks_like_a_link(name) {
            return Err(ProductNameError::Link);
        }
        if longest_digit_run(name) >= 4 {
            return Err(ProductNameError::Digits);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ProductName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProductName({})", self.0)
    }
}

fn check_character(character: char) -> Result<(), ProductNameError> {
    match character {
        ' ' => Ok(()),
        '@' | '#' | '\u{FE6B}' | '\u{FE5F}' | '\u{FF20}' | '\u{FF03}' => {
            Err(ProductNameError::Marker)
        }
        other if other.is_whitespace() => Err(ProductNameError::Space),
        other if is_invisible(other) => Err(ProductNameError::Invisible),
        _ => Ok(()),
    }
}

/// Characters without a shape of their own: controls, Unicode `Default_Ignorable_Code_Point`
/// (which has the bidirectional controls), fillers, private use, and noncharacters.
fn is_invisible(character: char) -> bool {
    character.is_control()
        || u32::from(character) & 0xFFFE == 0xFFFE
        || matches!(
            character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
            | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}' | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFFD}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{10FFFF}'
        )
}

/// A scheme or path (`//`), `www.`, or a dot with a letter or digit on both sides. The dots
/// are all those that domain names may be typed with (UTS 46 section 2.3).
fn looks_like_a_link(name: &str) -> bool {
    let plain: Vec<char> = name.chars().map(plain_punctuation).collect();
    let dotted = plain.windows(3).any(|window| {
        matches!(*window, [before, '.', after] if before.is_alphanumeric() && after.is_alphanumeric())
    });
    dotted || plain.windows(2).any(|pair| pair == ['/', '/'])
}

fn plain_punctuation(character: char) -> char {
    match character {
        '\u{3002}' | '\u{FF0E}' | '\u{FF61}' => '.',
        '\u{FF0F}' => '/',
        other => other,
    }
}

fn longest_digit_run(name: &str) -> usize {
    name.split(|character: char| !character.is_numeric())
        .map(|run| run.chars().count())
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_people_give_to_products_are_taken_as_they_are() {
        for name in [
            "Harbour Chat",
            "X",
            "Café 24/7",
            "St. Mary's",
            "Studio 365",
            "港湾チャット",
            "شات الميناء",
            "Гавань",
            "हार्बर",
            "A {code} B",
            "O'Neill & Sons",
            "Yay! 🎉",
            "abcdefghijklmnopqrstuvwx",
        ] {
            assert_eq!(ProductName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn names_that_hide_or_pretend_are_refused_with_their_reason() {
        use ProductNameError::{Digits, Invisible, Length, Link, Marker, Space, Start};
        for (name, error) in [
            ("", Length),
            ("abcdefghijklmnopqrstuvwxy", Length),
            ("Harbour\nChat", Space),
            ("Harbour\r", Space),
            (" Harbour", Space),
            ("Harbour ", Space),
            ("Harbour  Chat", Space),
            ("Harbour\u{A0}Chat", Space),
            ("Harbour\u{2028}Chat", Space),
            ("Harbour\u{7}", Invisible),
            ("Harbour\u{0}", Invisible),
            ("Harbour\u{202E}tahC", Invisible),
            ("Harbour\u{2066}", Invisible),
            ("Harbour\u{200B}Chat", Invisible),
            ("Harbour\u{AD}Chat", Invisible),
            ("Harbour\u{FEFF}", Invisible),
            ("Harbour\u{E0041}", Invisible),
            ("Harbour\u{FFFE}", Invisible),
            ("Harbour\u{F8FF}", Invisible),
            ("Harbour@Chat", Marker),
            ("Harbour #1", Marker),
            ("Harbour ＃1", Marker),
            ("@harbour", Marker),
            ("-Harbour", Start),
            ("🎉", Start),
            ("harbour.example", Link),
            ("www.harbour", Link),
            ("http://x", Link),
            ("harbour。example", Link),
            ("x ／／y", Link),
            ("Harbour 482913", Digits),
            ("Area 5150", Digits),
            ("Area ٤٨٢٩", Digits),
        ] {
            assert_eq!(ProductName::parse(name).err(), Some(error), "{name:?}");
        }
    }
}
