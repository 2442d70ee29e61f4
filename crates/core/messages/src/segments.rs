//! How many segments a text costs (3GPP TS 23.038 and TS 23.040).
//!
//! A segment carries 140 octets: 160 septets or 70 UCS-2 units. In a concatenated message six
//! of the octets are the header, which leaves 153 septets or 67 units. A character that takes
//! two units is never cut in two: it moves to the next segment and leaves one unit empty.

use crate::gsm7;

/// How a text is written on the air.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// The GSM 7-bit default alphabet with its extension table; a unit is a septet.
    Gsm7,
    /// UCS-2, in practice UTF-16 big-endian; a unit is 16 bits.
    Ucs2,
}

impl Encoding {
    /// Units in a message of one segment.
    #[must_use]
    pub const fn units_alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Units in each segment of a concatenated message with a header of six octets.
    #[must_use]
    pub const fn units_concatenated(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }

    /// Units a character takes, 1 or 2. A character outside the GSM 7-bit tables counts as
    /// one septet, the one that would replace it; [`encoding_of`] never leads there.
    fn cost(self, character: char) -> usize {
        match self {
            Self::Gsm7 => gsm7::cost(character).unwrap_or(1),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}

/// What a text costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Segments {
    /// The encoding the text needs.
    pub encoding: Encoding,
    /// Septets or UCS-2 units of the text, without those left empty at the end of a segment.
    pub units: usize,
    /// Segments, at least one: an empty text is sent and billed too. A count over 255 cannot
    /// be sent as one message.
    pub segments: usize,
}

/// The smallest encoding that can write the whole text.
#[must_use]
pub fn encoding_of(text: &str) -> Encoding {
    if text
        .chars()
        .all(|character| gsm7::cost(character).is_some())
    {
        Encoding::Gsm7
    } else {
        Encoding::Ucs2
    }
}

/// Counts the units and segments of a text in the smallest encoding that can write it.
#[must_use]
pub fn count(text: &str) -> Segments {
    let encoding = encoding_of(text);
    let units = text.chars().map(|character| encoding.cost(character)).sum();
    let mut segments = 1;
    if units > encoding.units_alone() {
        for_each_cut(text, encoding, |_| segments += 1);
    }
    Segments {
        encoding,
        units,
        segments,
    }
}

/// The text of each segment, in order; together they are the whole text. One empty part for
/// an empty text.
#[must_use]
pub fn split(text: &str) -> Vec<&str> {
    split_as(text, encoding_of(text))
}

/// As [`split`], for a carrier that takes the text in `encoding` only.
#[must_use]
pub fn split_as(text: &str, encoding: Encoding) -> Vec<&str> {
    let units: usize = text.chars().map(|character| encoding.cost(character)).sum();
    let mut parts = Vec::new();
    let mut start = 0;
    if units > encoding.units_alone() {
        for_each_cut(text, encoding, |cut| {
            parts.push(&text[start..cut]);
            start = cut;
        });
    }
    parts.push(&text[start..]);
    parts
}

/// Calls `cut` with the byte position at which each segment after the first begins.
fn for_each_cut(text: &str, encoding: Encoding, mut cut: impl FnMut(usize)) {
    let mut used = 0;
    for (position, character) in text.char_indices() {
        let cost = encoding.cost(character);
        if used + cost > encoding.units_concatenated() {
            cut(position);
            used = 0;
        }
        used += cost;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn counted(text: &str) -> (Encoding, usize, usize) {
        let Segments {
            encoding,
            units,
            segments,
        } = count(text);
        (encoding, units, segments)
    }

    fn a(count: usize) -> String {
        "a".repeat(count)
    }

    fn zhe(count: usize) -> String {
        "ж".repeat(count)
    }

    #[test]
    fn seven_bit_text_counts_in_septets() {
        use Encoding::Gsm7;
        for (text, units, segments) in [
            (String::new(), 0, 1),
            (a(1), 1, 1),
            (a(160), 160, 1),
            (a(161), 161, 2),
            (a(153 * 2), 306, 2),
            (a(153 * 2 + 1), 307, 3),
            (a(153 * 3), 459, 3),
            // An extension character costs two.
            (a(158) + "€", 160, 1),
            (a(159) + "€", 161, 2),
            ("€".repeat(80), 160, 1),
            ("€".repeat(81), 162, 2),
            // 76 of them fill 152 septets and leave one empty in each segment.
            ("€".repeat(76 * 2), 304, 2),
            ("€".repeat(76 * 2 + 1), 306, 3),
            // At the boundary the pair moves on: 306 septets, yet three segments.
            (a(152) + "€" + &a(151), 305, 2),
            (a(152) + "€" + &a(152), 306, 3),
            (a(151) + "€" + &a(153), 306, 2),
            ("\u{C}^{}\\[~]|€".to_owned(), 20, 1),
            ("Ç Ω é\r\n".to_owned(), 7, 1),
        ] {
            assert_eq!(counted(&text), (Gsm7, units, segments), "{text:?}");
        }
    }

    #[test]
    fn one_character_outside_the_tables_makes_it_ucs2() {
        use Encoding::Ucs2;
        for (text, units, segments) in [
            (zhe(70), 70, 1),
            (zhe(71), 71, 2),
            (zhe(67 * 2), 134, 2),
            (zhe(67 * 2 + 1), 135, 3),
            (a(69) + "ç", 70, 1),
            (a(70) + "ç", 71, 2),
            // Extension characters cost one unit here.
            ("€".repeat(69) + "ж", 70, 1),
            // An emoji takes two units.
            ("🎉".repeat(35), 70, 1),
            ("🎉".repeat(36), 72, 2),
            (zhe(68) + "🎉", 70, 1),
            (zhe(69) + "🎉", 71, 2),
            // At the boundary the pair moves on: 134 units, yet three segments.
            (zhe(66) + "🎉" + &zhe(65), 133, 2),
            (zhe(66) + "🎉" + &zhe(66), 134, 3),
            (zhe(65) + "🎉" + &zhe(67), 134, 2),
            ("🎉".repeat(33 * 2), 132, 2),
            ("🎉".repeat(33 * 2 + 1), 134, 3),
        ] {
            assert_eq!(counted(&text), (Ucs2, units, segments), "{text:?}");
        }
    }

    #[test]
    fn a_pair_at_the_boundary_starts_the_next_segment() {
        let text = zhe(66) + "🎉" + &zhe(66);
        assert_eq!(split(&text), [zhe(66), "🎉".to_owned() + &zhe(65), zhe(1)]);
        let text = a(152) + "€" + &a(10);
        assert_eq!(split(&text), [a(152), "€".to_owned() + &a(10)]);
        assert_eq!(split(""), [""]);
    }

    proptest! {
        #[test]
        fn parts_are_the_text_and_each_fits(text in "([a-z€{}]|ж|🎉|[^\\p{C}]){0,400}") {
            let counted = count(&text);
            let parts = split(&text);
            prop_assert_eq!(parts.concat(), text.as_str());
            prop_assert_eq!(parts.len(), counted.segments);
            let limit = match counted.segments {
                1 => counted.encoding.units_alone(),
                _ => counted.encoding.units_concatenated(),
            };
            for part in parts {
                let units: usize = part.chars().map(|character| counted.encoding.cost(character)).sum();
                prop_assert!(units <= limit);
            }
        }

        #[test]
        fn more_text_never_costs_less(text in "[a-z€ж🎉]{0,300}", more in "[a-z€ж🎉]{0,40}") {
            prop_assert!(count(&text).segments <= count(&(text.clone() + &more)).segments);
        }

        #[test]
        fn seven_bit_units_are_the_encoded_septets(text in "[a-z€{}é]{0,400}") {
            prop_assert_eq!(count(&text).units, gsm7::encode(&text).unwrap().len());
        }
    }
}
