//! Where the next digit is, at the speed of reading.

use crate::unicode::{Kind, kind};

/// How many bytes are looked at together; compilers turn the loop into vector instructions.
const BLOCK: usize = 64;

/// The place of the first decimal digit of any script at or after `from`.
pub(super) fn next_digit(text: &str, from: usize) -> Option<usize> {
    let mut start = from;
    for block in text.as_bytes().get(from..)?.chunks(BLOCK) {
        // No early end within a block: that is what lets it run on vectors.
        let any = block
            .iter()
            .fold(0, |any, &byte| any | may_begin_digit(byte));
        if any != 0 {
            let mut places = (start..).zip(block);
            let found = places.find(|&(at, &byte)| is_digit(text, at, byte));
            if let Some((at, _)) = found {
                return Some(at);
            }
        }
        start += block.len();
    }
    None
}

/// Whether the character that begins with this byte is a digit.
#[inline]
fn is_digit(text: &str, at: usize, byte: u8) -> bool {
    if byte.is_ascii() {
        return byte.is_ascii_digit();
    }
    let here = || text.get(at..).and_then(|rest| rest.chars().next());
    may_begin_digit(byte) != 0 && here().is_some_and(|c| matches!(kind(c), Kind::Digit(_)))
}

/// 1 for ASCII digits and for the first bytes of characters among which there are digits.
#[inline]
fn may_begin_digit(byte: u8) -> u8 {
    u8::from(byte.wrapping_sub(b'0') < 10)
        | u8::from(byte == 0xD9)
        | u8::from(byte == 0xDB)
        | u8::from(byte == 0xDF)
        | u8::from(byte == 0xE0)
        | u8::from(byte == 0xE1)
        | u8::from(byte == 0xEA)
        | u8::from(byte == 0xEF)
        | u8::from(byte == 0xF0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_digit_is_found_and_nothing_else() {
        for c in ('\0'..=char::MAX).filter(|c| c.len_utf8() < 4 || u32::from(*c) < 0x20000) {
            let text = format!("é{c}");
            let expected = matches!(kind(c), Kind::Digit(_)).then_some(2);
            assert_eq!(next_digit(&text, 0), expected, "{c:?}");
        }
    }

    #[test]
    fn a_digit_is_found_wherever_it_stands_in_a_block() {
        for length in 0..200 {
            let text = format!("{}7", "ж".repeat(length));
            assert_eq!(next_digit(&text, 0), Some(2 * length));
            assert_eq!(next_digit(&text, 2 * length), Some(2 * length));
            assert_eq!(next_digit(&text, 2 * length + 1), None);
        }
    }
}
