//! The GSM 7-bit default alphabet, its extension table, and packing (3GPP TS 23.038).
//!
//! A *septet* is a value below 128 in its own byte. Most links to carriers take septets as
//! they are, one in each octet; the air interface packs eight of them into seven octets.

use zeroize::Zeroizing;

/// Announces a character of the extension table.
const ESCAPE: u8 = 0x1B;

/// The default alphabet (TS 23.038 section 6.2.1). The escape stands at 0x1B.
const ALPHABET: [char; 128] = [
    '@', '£', '$', '¥', 'è', 'é', 'ù', 'ì', 'ò', 'Ç', '\n', 'Ø', 'ø', '\r', 'Å', 'å', //
    'Δ', '_', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '\u{1B}', 'Æ', 'æ', 'ß', 'É', //
    ' ', '!', '"', '#', '¤', '%', '&', '\'', '(', ')', '*', '+', ',', '-', '.', '/', //
    '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ':', ';', '<', '=', '>', '?', //
    '¡', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', 'N', 'O', //
    'P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z', 'Ä', 'Ö', 'Ñ', 'Ü', '§', //
    '¿', 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', //
    'p', 'q', 'r', 's', 't', 'u', 'v', 'w', 'x', 'y', 'z', 'ä', 'ö', 'ñ', 'ü', 'à', //
];

/// The extension table (TS 23.038 section 6.2.1.1).
const EXTENSION: [(u8, char); 10] = [
    (0x0A, '\u{C}'),
    (0x14, '^'),
    (0x28, '{'),
    (0x29, '}'),
    (0x2F, '\\'),
    (0x3C, '['),
    (0x3D, '~'),
    (0x3E, ']'),
    (0x40, '|'),
    (0x65, '€'),
];

/// Why octets are not GSM 7-bit text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Gsm7Error {
    /// A value of 128 or more where a septet is expected.
    #[error("a septet is below 128")]
    NotASeptet,
    /// The octets end before the septets do.
    #[error("there are fewer octets than the septets need")]
    TooShort,
}

/// How a character is written: one septet, or the escape and one septet.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Septets {
    Basic(u8),
    Extended(u8),
}

fn septets_of(character: char) -> Option<Septets> {
    // Letters, digits and most marks have their ASCII value, which saves the search.
    if let 'A'..='Z' | 'a'..='z' | ' '..='#' | '%'..='?' = character {
        return u8::try_from(character).ok().map(Septets::Basic);
    }
    let same = |candidate: &char| *candidate == character && character != '\u{1B}';
    if let Some(index) = ALPHABET.iter().position(same) {
        return u8::try_from(index).ok().map(Septets::Basic);
    }
    EXTENSION
        .iter()
        .find(|(_, extended)| *extended == character)
        .map(|&(septet, _)| Septets::Extended(septet))
}

/// Septets a character takes: 1, or 2 in the extension table; `None` outside both tables.
#[must_use]
pub fn cost(character: char) -> Option<usize> {
    septets_of(character).map(|septets| match septets {
        Septets::Basic(_) => 1,
        Septets::Extended(_) => 2,
    })
}

/// Text as septets, one in each byte; `None` when a character is outside both tables.
/// The septets are wiped when dropped, since texts hold codes.
#[must_use]
pub fn encode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut septets = Zeroizing::new(Vec::with_capacity(text.len() * 2));
    for character in text.chars() {
        match septets_of(character)? {
            Septets::Basic(septet) => septets.push(septet),
            Septets::Extended(septet) => septets.extend([ESCAPE, septet]),
        }
    }
    Some(septets)
}

/// Septets as text. An escape before something unknown shows the character of the default
/// alphabet, and a doubled or last escape a space, as TS 23.038 section 6.2.1 asks of phones.
///
/// # Errors
/// [`Gsm7Error::NotASeptet`] when a byte is 128 or more.
pub fn decode(septets: &[u8]) -> Result<Zeroizing<String>, Gsm7Error> {
    // No character of the tables has more than three bytes.
    let mut text = Zeroizing::new(String::with_capacity(septets.len() * 3));
    let mut rest = septets.iter().copied();
    while let Some(septet) = rest.next() {
        let character = if septet == ESCAPE {
            rest.next().map_or(Ok(' '), extended)?
        } else {
            basic(septet)?
        };
        text.push(character);
    }
    Ok(text)
}

fn basic(septet: u8) -> Result<char, Gsm7Error> {
    ALPHABET
        .get(usize::from(septet))
        .copied()
        .ok_or(Gsm7Error::NotASeptet)
}

fn extended(septet: u8) -> Result<char, Gsm7Error> {
    if septet == ESCAPE {
        return Ok(' ');
    }
    match EXTENSION.iter().find(|(known, _)| *known == septet) {
        Some(&(_, character)) => Ok(character),
        None => basic(septet),
    }
}

/// Packs septets into octets (TS 23.038 section 6.1.2.1). `header_octets` is the length of the
/// user data header in front of them, 0 without one; fill bits bring the first septet to a
/// septet boundary (TS 23.040 section 9.2.3.24). The header itself is not written. Spare bits
/// are zero. Only the low seven bits of each byte are used.
#[must_use]
pub fn pack(septets: &[u8], header_octets: usize) -> Zeroizing<Vec<u8>> {
    let fill = fill_bits(header_octets);
    let mut octets = Zeroizing::new(vec![0; (fill + septets.len() * 7).div_ceil(8)]);
    for (index, septet) in septets.iter().enumerate() {
        let bit = fill + index * 7;
        let [low, high] = (u16::from(septet & 0x7F) << (bit % 8)).to_le_bytes();
        octets[bit / 8] |= low;
        if let Some(next) = octets.get_mut(bit / 8 + 1) {
            *next |= high;
        }
    }
    octets
}

/// Unpacks `septets` septets from octets that follow a user data header of `header_octets`.
///
/// # Errors
/// [`Gsm7Error::TooShort`] when the octets end first.
pub fn unpack(
    octets: &[u8],
    header_octets: usize,
    septets: usize,
) -> Result<Zeroizing<Vec<u8>>, Gsm7Error> {
    let fill = fill_bits(header_octets);
    let bits = septets
        .checked_mul(7)
        .and_then(|bits| bits.checked_add(fill));
    if bits.is_none_or(|bits| bits.div_ceil(8) > octets.len()) {
        return Err(Gsm7Error::TooShort);
    }
    let mut unpacked = Zeroizing::new(Vec::with_capacity(septets));
    for index in 0..septets {
        let bit = fill + index * 7;
        let high = octets.get(bit / 8 + 1).copied().unwrap_or(0);
        let [septet, _] = (u16::from_le_bytes([octets[bit / 8], high]) >> (bit % 8)).to_le_bytes();
        unpacked.push(septet & 0x7F);
    }
    Ok(unpacked)
}

/// Bits from the end of the header to the next septet boundary.
const fn fill_bits(header_octets: usize) -> usize {
    (7 - (header_octets % 7 * 8) % 7) % 7
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_alphabet_has_each_character_once() {
        for (index, character) in ALPHABET.iter().enumerate() {
            assert_eq!(
                ALPHABET.iter().position(|other| other == character),
                Some(index)
            );
            assert!(EXTENSION.iter().all(|(_, extended)| extended != character));
        }
    }

    #[test]
    fn characters_stand_where_the_specification_puts_them() {
        for (character, septets) in [
            ('@', &[0x00][..]),
            ('é', &[0x05]),
            ('Ç', &[0x09]),
            ('\n', &[0x0A]),
            ('Δ', &[0x10]),
            ('Ξ', &[0x1A]),
            ('É', &[0x1F]),
            ('¤', &[0x24]),
            ('¡', &[0x40]),
            ('§', &[0x5F]),
            ('¿', &[0x60]),
            ('à', &[0x7F]),
            ('€', &[0x1B, 0x65]),
            ('\u{C}', &[0x1B, 0x0A]),
            ('|', &[0x1B, 0x40]),
        ] {
            assert_eq!(
                &**encode(&character.to_string()).unwrap(),
                septets,
                "{character:?}"
            );
        }
    }

    #[test]
    fn near_misses_are_outside_the_alphabet() {
        for character in [
            'ç', 'ã', 'ê', 'ő', 'á', 'í', 'ó', 'ú', '`', '\t', '\u{1B}', '’', '–', 'Α',
        ] {
            assert_eq!(cost(character), None, "{character:?}");
        }
    }

    #[test]
    fn packed_vectors_are_met() {
        for (text, header_octets, packed) in [
            ("", 0, &[][..]),
            ("1", 0, &[0x31]),
            ("12", 0, &[0x31, 0x19]),
            ("hello", 0, &[0xE8, 0x32, 0x9B, 0xFD, 0x06]),
            (
                "hellohello",
                0,
                &[0xE8, 0x32, 0x9B, 0xFD, 0x46, 0x97, 0xD9, 0xEC, 0x37],
            ),
            // Seven septets end 7 bits short of an octet, eight fill seven octets exactly.
            ("1234567", 0, &[0x31, 0xD9, 0x8C, 0x56, 0xB3, 0xDD, 0x00]),
            ("12345678", 0, &[0x31, 0xD9, 0x8C, 0x56, 0xB3, 0xDD, 0x70]),
            ("€", 0, &[0x9B, 0x32]),
            // Six octets of header leave one fill bit, seven none.
            ("1", 6, &[0x62]),
            ("1", 7, &[0x31]),
        ] {
            assert_eq!(
                &**pack(&encode(text).unwrap(), header_octets),
                packed,
                "{text:?}"
            );
        }
    }

    #[test]
    fn fill_bits_reach_the_next_septet() {
        let fills: Vec<usize> = (0..8).map(fill_bits).collect();
        assert_eq!(fills, [0, 6, 5, 4, 3, 2, 1, 0]);
    }

    #[test]
    fn what_the_tables_lack_is_shown_as_phones_show_it() {
        assert_eq!(&**decode(&[0x1B, 0x41]).unwrap(), "A");
        assert_eq!(&**decode(&[0x1B, 0x1B, 0x41]).unwrap(), " A");
        assert_eq!(&**decode(&[0x41, 0x1B]).unwrap(), "A ");
    }

    #[test]
    fn bytes_that_are_no_septets_and_short_octets_are_refused() {
        assert_eq!(decode(&[0x41, 0x80]).err(), Some(Gsm7Error::NotASeptet));
        assert_eq!(decode(&[0x1B, 0xFF]).err(), Some(Gsm7Error::NotASeptet));
        assert_eq!(unpack(&[0x31], 0, 2).err(), Some(Gsm7Error::TooShort));
        assert_eq!(
            unpack(&[0x31], 0, usize::MAX).err(),
            Some(Gsm7Error::TooShort)
        );
    }

    fn gsm_text() -> impl Strategy<Value = String> {
        let characters: Vec<char> = ALPHABET
            .into_iter()
            .filter(|character| *character != '\u{1B}')
            .chain(EXTENSION.into_iter().map(|(_, character)| character))
            .collect();
        proptest::collection::vec(proptest::sample::select(characters), 0..200)
            .prop_map(|characters| characters.into_iter().collect())
    }

    proptest! {
        #[test]
        fn text_survives_encoding_and_packing(text in gsm_text(), header_octets in 0..16_usize) {
            let septets = encode(&text).unwrap();
            let packed = pack(&septets, header_octets);
            let unpacked = unpack(&packed, header_octets, septets.len()).unwrap();
            prop_assert_eq!(&*unpacked, &*septets);
            prop_assert_eq!(&**decode(&unpacked).unwrap(), text.as_str());
            let cost: usize = text.chars().filter_map(cost).sum();
            prop_assert_eq!(cost, septets.len());
        }

        #[test]
        fn any_octets_decode_or_are_refused(octets in proptest::collection::vec(any::<u8>(), 0..200), header_octets in 0..300_usize, septets in 0..300_usize) {
            let _ = decode(&octets);
            if let Ok(unpacked) = unpack(&octets, header_octets, septets) {
                prop_assert!(decode(&unpacked).is_ok());
            }
        }
    }
}
