//! What each character means in a number somebody typed or pasted.

/// The character `0` of every decimal digit set (general category Nd, Unicode 16). The other nine
/// follow it. Sorted.
static ZEROS: [u32; 71] = [
    0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
    0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
    0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0xFF10,
    0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136, 0x111D0, 0x112F0, 0x11450, 0x114D0,
    0x11650, 0x116C0, 0x11730, 0x118E0, 0x11950, 0x11BF0, 0x11C50, 0x11D50, 0x11DA0, 0x11F50,
    0x16A60, 0x16AC0, 0x16B50, 0x1CCF0, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6, 0x1E140,
    0x1E2F0, 0x1E4F0, 0x1E950, 0x1FBF0,
];

/// The part a character plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A decimal digit of any script, as its ASCII form.
    Digit(u8),
    /// A plus sign of any width.
    Plus,
    /// Space, dot, slash: groups digits and may stand between a number and a word.
    Separator,
    /// A dash of any length.
    Dash,
    /// An opening bracket.
    Open,
    /// A closing bracket.
    Close,
    /// Not seen by the person: zero-width, bidirectional marks, variation selectors, controls.
    Invisible,
    /// A letter of any script.
    Letter,
    /// Anything else; the character itself decides.
    Other,
}

/// The part `c` plays in a phone number.
#[inline]
pub(crate) fn kind(c: char) -> Kind {
    match u8::try_from(c) {
        Ok(byte) if byte.is_ascii() => ascii_kind(byte),
        _ => rare_kind(c),
    }
}

/// The part an ASCII character plays.
#[inline]
pub(crate) fn ascii_kind(byte: u8) -> Kind {
    match byte {
        b'0'..=b'9' => Kind::Digit(byte),
        b'+' => Kind::Plus,
        b'(' | b'[' | b'{' => Kind::Open,
        b')' | b']' | b'}' => Kind::Close,
        b' ' | b'.' | b'/' | b'\t'..=b'\r' => Kind::Separator,
        b'-' | b'~' => Kind::Dash,
        b'a'..=b'z' | b'A'..=b'Z' => Kind::Letter,
        0..=0x1F | 0x7F.. => Kind::Invisible,
        _ => Kind::Other,
    }
}

fn rare_kind(c: char) -> Kind {
    if let Some(digit) = digit(c) {
        return Kind::Digit(digit);
    }
    match c {
        '\u{FF0B}' | '\u{FE62}' | '\u{2795}' => Kind::Plus,
        '（' | '［' | '【' | '〔' | '「' | '\u{FE59}' => Kind::Open,
        '）' | '］' | '】' | '〕' | '」' | '\u{FE5A}' => Kind::Close,
        '·' | '•' | '‧' | '・' | '．' | '。' | '／' | '\u{2044}' | '\u{2215}' => {
            Kind::Separator
        }
        c if is_dash(c) => Kind::Dash,
        c if is_invisible(c) => Kind::Invisible,
        c if c.is_whitespace() => Kind::Separator,
        c if c.is_control() => Kind::Invisible,
        c if c.is_alphabetic() => Kind::Letter,
        _ => Kind::Other,
    }
}

fn digit(c: char) -> Option<u8> {
    let code = u32::from(c);
    let next = ZEROS.partition_point(|&zero| zero <= code);
    let value = code - ZEROS.get(next.checked_sub(1)?)?;
    (value < 10)
        .then(|| u8::try_from(value).ok())
        .flatten()
        .map(|v| b'0' + v)
}

/// Dash punctuation, the minus signs, Japan's prolonged sound mark and the Arabic tatweel, which
/// people use as dashes.
fn is_dash(c: char) -> bool {
    matches!(
        c,
        '\u{58A}' | '\u{5BE}' | '\u{640}' | '\u{2C9}' | '\u{2D7}' | '\u{1806}' | '\u{2010}'
            ..='\u{2015}'
                | '\u{2043}'
                | '\u{2053}'
                | '\u{207B}'
                | '\u{208B}'
                | '\u{2212}'
                | '\u{223C}'
                | '\u{2796}'
                | '\u{2E3A}'
                | '\u{2E3B}'
                | '\u{301C}'
                | '\u{3030}'
                | '\u{30FC}'
                | '\u{FE31}'
                | '\u{FE32}'
                | '\u{FE58}'
                | '\u{FE63}'
                | '\u{FF0D}'
                | '\u{FF5E}'
                | '\u{FF70}'
    )
}

/// Format characters and others without a shape of their own, of the kinds that pasting brings
/// along: address books wrap numbers in bidirectional marks, keyboards add variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{20E3}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_every_script_have_their_value() {
        for set in [
            "0123456789",
            "٠١٢٣٤٥٦٧٨٩",
            "۰۱۲۳۴۵۶۷۸۹",
            "०१२३४५६७८९",
            "０１２３４５６７８９",
            "๐๑๒๓๔๕๖๗๘๙",
        ] {
            for (value, c) in (b'0'..).zip(set.chars()) {
                assert_eq!(kind(c), Kind::Digit(value), "{c}");
            }
        }
        assert_eq!(kind('𝟗'), Kind::Digit(b'9'));
        assert!(ZEROS.is_sorted_by(|a, b| a + 9 < *b));
    }

    #[test]
    fn what_looks_like_a_digit_but_is_none_has_no_value() {
        for c in ['²', '½', '①', 'Ⅷ', '五', '/', ':'] {
            assert!(!matches!(kind(c), Kind::Digit(_)), "{c}");
        }
    }

    #[test]
    fn ascii_has_the_kinds_that_the_general_rules_give() {
        for byte in 0..=0x7Fu8 {
            let c = char::from(byte);
            let expected = match byte {
                b'0'..=b'9' => Kind::Digit(byte),
                b'+' => Kind::Plus,
                b'(' | b'[' | b'{' => Kind::Open,
                b')' | b']' | b'}' => Kind::Close,
                b'.' | b'/' => Kind::Separator,
                b'-' | b'~' => Kind::Dash,
                _ if c.is_whitespace() => Kind::Separator,
                _ if c.is_control() => Kind::Invisible,
                _ if c.is_alphabetic() => Kind::Letter,
                _ => Kind::Other,
            };
            assert_eq!(kind(c), expected, "{byte:#x}");
        }
    }

    #[test]
    fn pasted_marks_are_invisible_and_spaces_separate() {
        for c in [
            '\u{200B}', '\u{202C}', '\u{2066}', '\u{FEFF}', '\u{AD}', '\u{FE0F}', '\0',
        ] {
            assert_eq!(kind(c), Kind::Invisible, "{:x}", u32::from(c));
        }
        for c in [' ', '\u{A0}', '\u{202F}', '\u{3000}', '\t', '.'] {
            assert_eq!(kind(c), Kind::Separator, "{:x}", u32::from(c));
        }
    }
}
