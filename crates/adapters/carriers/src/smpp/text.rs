//! Texts as octets and back: alphabets, and the header that joins segments (3GPP TS 23.038 and
//! TS 23.040, section 9.2.3.24.1).

use messages::{
    gsm7,
    segments::{self, Encoding},
};
use zeroize::Zeroizing;

/// `data_coding`: the centre's default alphabet.
pub const CODING_DEFAULT: u8 = 0;
/// `data_coding`: ASCII.
const CODING_ASCII: u8 = 1;
/// `data_coding`: Latin 1.
const CODING_LATIN1: u8 = 3;
/// `data_coding`: UCS-2, in practice UTF-16 big-endian.
pub const CODING_UCS2: u8 = 8;
/// The most segments of one message. Ours have at most three.
pub const SEGMENTS_MAX: usize = 10;
/// `esm_class`: a user data header stands in front of the text.
pub const ESM_UDHI: u8 = 0x40;

/// What a centre means by its default alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DefaultAlphabet {
    /// GSM 7-bit, one septet in each octet: what most mean.
    #[default]
    Gsm7,
    /// Latin 1, which the centre turns into GSM 7-bit itself.
    Latin1,
}

/// One text, ready to be sent in segments.
pub struct Encoded {
    /// For every segment.
    pub data_coding: u8,
    /// Octets of each segment, without header.
    pub segments: Vec<Zeroizing<Vec<u8>>>,
}

/// Encodes a text in the smallest alphabet that can write all of it; `None` when it needs more
/// than [`SEGMENTS_MAX`] segments.
#[must_use]
pub fn encode(text: &str, alphabet: DefaultAlphabet) -> Option<Encoded> {
    let default = segments::encoding_of(text) == Encoding::Gsm7
        && (alphabet == DefaultAlphabet::Gsm7 || text.chars().all(is_latin1));
    let (encoding, data_coding) = if default {
        (Encoding::Gsm7, CODING_DEFAULT)
    } else {
        (Encoding::Ucs2, CODING_UCS2)
    };
    let parts = segments::split_as(text, encoding);
    if parts.len() > SEGMENTS_MAX {
        return None;
    }
    let octets = |part: &str| match (default, alphabet) {
        (false, _) => Some(ucs2(part)),
        (true, DefaultAlphabet::Gsm7) => gsm7::encode(part),
        (true, DefaultAlphabet::Latin1) => Some(latin1(part)),
    };
    let segments = parts.into_iter().map(octets).collect::<Option<_>>()?;
    Some(Encoded {
        data_coding,
        segments,
    })
}

fn is_latin1(character: char) -> bool {
    u8::try_from(character).is_ok()
}

fn latin1(text: &str) -> Zeroizing<Vec<u8>> {
    let octets = text.chars().filter_map(|c| u8::try_from(c).ok());
    Zeroizing::new(octets.collect())
}

fn ucs2(text: &str) -> Zeroizing<Vec<u8>> {
    // Four octets are enough for any character; growing would leave copies behind.
    let mut octets = Zeroizing::new(Vec::with_capacity(text.len() * 2));
    for unit in text.encode_utf16() {
        octets.extend_from_slice(&unit.to_be_bytes());
    }
    octets
}

/// One segment with the header that names it: number `index` (from 0) of `total`, of the message
/// `reference`.
#[must_use]
pub fn with_header(segment: &[u8], reference: u8, total: u8, index: u8) -> Zeroizing<Vec<u8>> {
    let mut octets = Zeroizing::new(Vec::with_capacity(6 + segment.len()));
    octets.extend_from_slice(&[5, 0, 3, reference, total, index + 1]);
    octets.extend_from_slice(segment);
    octets
}

/// Which part of which message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// The sender's number for the message.
    pub reference: u16,
    /// How many parts there are, 2 to 255.
    pub total: u8,
    /// Which one this is, 1 to `total`.
    pub number: u8,
}

impl Part {
    /// A part whose numbers fit together.
    #[must_use]
    pub fn new(reference: u16, total: u8, number: u8) -> Option<Self> {
        let fits = total > 1 && (1..=total).contains(&number);
        fits.then_some(Self {
            reference,
            total,
            number,
        })
    }
}

/// Takes a user data header off; `None` when it is cut short. Elements that do not join segments
/// are passed over.
#[must_use]
pub fn take_header(octets: &[u8]) -> Option<(Option<Part>, &[u8])> {
    let (length, rest) = octets.split_first()?;
    let (mut header, text) = rest.split_at_checked(usize::from(*length))?;
    let mut part = None;
    while let [element, length, rest @ ..] = header {
        let (value, rest) = rest.split_at_checked(usize::from(*length))?;
        part = match (element, value) {
            (0, [reference, total, number]) => Part::new(u16::from(*reference), *total, *number),
            (8, [high, low, total, number]) => {
                Part::new(u16::from_be_bytes([*high, *low]), *total, *number)
            }
            _ => part,
        };
        header = rest;
    }
    Some((part, text))
}

/// Octets as text; `None` for data that is no text, or not in the alphabet it claims.
#[must_use]
pub fn decode(
    octets: &[u8],
    data_coding: u8,
    alphabet: DefaultAlphabet,
) -> Option<Zeroizing<String>> {
    match (data_coding, alphabet) {
        (CODING_DEFAULT, DefaultAlphabet::Gsm7) => gsm7::decode(octets).ok(),
        (CODING_DEFAULT, DefaultAlphabet::Latin1) | (CODING_ASCII | CODING_LATIN1, _) => {
            let characters = octets.iter().map(|octet| char::from(*octet));
            Some(Zeroizing::new(characters.collect()))
        }
        (CODING_UCS2, _) => {
            let (units, rest) = octets.as_chunks::<2>();
            let units = units.iter().map(|unit| u16::from_be_bytes(*unit));
            let text: Result<String, _> = char::decode_utf16(units).collect();
            text.ok().filter(|_| rest.is_empty()).map(Zeroizing::new)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gsm(text: &str) -> Encoded {
        encode(text, DefaultAlphabet::Gsm7).unwrap()
    }

    fn lengths(encoded: &Encoded) -> Vec<usize> {
        encoded.segments.iter().map(|part| part.len()).collect()
    }

    #[test]
    fn seven_bit_texts_have_one_septet_in_each_octet() {
        let encoded = gsm("@£ {code}€");
        assert_eq!(encoded.data_coding, CODING_DEFAULT);
        assert_eq!(
            **encoded.segments[0],
            *b"\x00\x01 \x1B\x28code\x1B\x29\x1B\x65"
        );
    }

    #[test]
    fn other_scripts_and_emoji_are_utf_16() {
        let encoded = gsm("Код 🎉");
        assert_eq!(encoded.data_coding, CODING_UCS2);
        let octets = [
            0x04, 0x1A, 0x04, 0x3E, 0x04, 0x34, 0, 0x20, 0xD8, 0x3C, 0xDF, 0x89,
        ];
        assert_eq!(**encoded.segments[0], octets);
    }

    #[test]
    fn long_texts_are_cut_at_153_septets_or_134_octets() {
        assert_eq!(lengths(&gsm(&"a".repeat(160))), [160]);
        assert_eq!(lengths(&gsm(&"a".repeat(161))), [153, 8]);
        assert_eq!(lengths(&gsm(&"ж".repeat(71))), [134, 8]);
        assert!(encode(&"a".repeat(1531), DefaultAlphabet::Gsm7).is_none());
    }

    #[test]
    fn an_extended_character_is_not_cut_in_two() {
        let encoded = gsm(&("a".repeat(152) + "€" + &"a".repeat(20)));
        assert_eq!(lengths(&encoded), [152, 22]);
    }

    #[test]
    fn a_centre_with_latin_1_gets_latin_1_or_utf_16() {
        let latin = |text: &str| encode(text, DefaultAlphabet::Latin1).unwrap();
        assert_eq!(**latin("é@").segments[0], [0xE9, b'@']);
        assert_eq!(latin("5 €").data_coding, CODING_UCS2);
        assert_eq!(
            lengths(&latin(&("€".to_owned() + &"a".repeat(70)))),
            [134, 8]
        );
    }

    #[test]
    fn headers_of_both_widths_are_read() {
        let part = |octets: &[u8]| take_header(octets).map(|(part, text)| (part, text.to_vec()));
        let short = part(&[5, 0, 3, 9, 2, 1, b'x']);
        assert_eq!(short, Some((Part::new(9, 2, 1), vec![b'x'])));
        let long = part(&[6, 8, 4, 1, 2, 3, 3, b'y']);
        assert_eq!(long, Some((Part::new(258, 3, 3), vec![b'y'])));
        // A port number before it, which is passed over.
        let ports = part(&[11, 5, 4, 0, 1, 0, 2, 0, 3, 9, 2, 2, b'z']);
        assert_eq!(ports, Some((Part::new(9, 2, 2), vec![b'z'])));
    }

    #[test]
    fn headers_that_do_not_fit_are_refused_or_join_nothing() {
        assert!(take_header(&[]).is_none());
        assert!(take_header(&[5, 0, 3, 1]).is_none());
        assert!(take_header(&[3, 0, 9, 1]).is_none());
        assert_eq!(take_header(&[5, 0, 3, 1, 2, 3]), Some((None, &[][..])));
        assert_eq!(take_header(&[5, 0, 3, 1, 1, 1]), Some((None, &[][..])));
    }

    #[test]
    fn half_pairs_and_odd_octets_are_no_text() {
        assert!(decode(&[0xD8, 0x3C], CODING_UCS2, DefaultAlphabet::Gsm7).is_none());
        assert!(decode(&[0, b'a', 0], CODING_UCS2, DefaultAlphabet::Gsm7).is_none());
        assert!(decode(b"x", 4, DefaultAlphabet::Gsm7).is_none());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_again(
            text in "([a-z€{}@é]|ж|🎉|[^\\p{C}]){0,400}",
            latin: bool,
        ) {
            let alphabet = if latin { DefaultAlphabet::Latin1 } else { DefaultAlphabet::Gsm7 };
            if let Some(encoded) = encode(&text, alphabet) {
                let parts = encoded.segments.iter();
                let parts: Option<Vec<_>> =
                    parts.map(|part| decode(part, encoded.data_coding, alphabet)).collect();
                let whole: String = parts.unwrap().iter().map(|part| part.as_str()).collect();
                prop_assert_eq!(whole, text);
                for part in &encoded.segments {
                    let limit = if encoded.segments.len() > 1 { 153 } else { 160 };
                    prop_assert!(part.len() <= limit);
                }
            }
        }

        #[test]
        fn a_header_is_taken_off_as_it_was_put_on(
            segment in prop::collection::vec(any::<u8>(), 0..160),
            reference: u8, total in 2_u8..=10, index in 0_u8..10,
        ) {
            prop_assume!(index < total);
            let octets = with_header(&segment, reference, total, index);
            let (part, text) = take_header(&octets).unwrap();
            prop_assert_eq!(part, Part::new(reference.into(), total, index + 1));
            prop_assert_eq!(text, &segment[..]);
        }

        #[test]
        fn no_octets_make_a_decoder_panic(octets: Vec<u8>, data_coding: u8) {
            let _ = take_header(&octets);
            let _ = decode(&octets, data_coding, DefaultAlphabet::Gsm7);
            let _ = decode(&octets, data_coding, DefaultAlphabet::Latin1);
        }
    }
}
