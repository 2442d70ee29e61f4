//! Every form in which a number or a code could have been written down, and a search for all of
//! them at once.

use std::collections::HashMap;

use data_encoding::{BASE64, BASE64URL, HEXLOWER, HEXUPPER};

/// The shortest needle; anything shorter would be found by chance.
const PREFIX_BYTES: usize = 4;

/// One form of one secret.
pub struct Needle {
    /// Whose it is, for example `number 3`. The secret itself is never printed.
    pub secret: String,
    /// How it is written.
    pub form: &'static str,
    bytes: Vec<u8>,
    /// A run of six digits is found by chance within longer ones; then it must stand alone.
    alone: bool,
}

/// Whether the text was made for people or machines to read, or is a file of a database.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Logs and responses: full of times and lengths.
    Text,
    /// Files: hardly any decimal digits.
    File,
}

/// All needles, by their first bytes.
#[derive(Default)]
pub struct Needles(HashMap<[u8; PREFIX_BYTES], Vec<Needle>>);

impl Needles {
    fn add(&mut self, secret: &str, form: &'static str, bytes: Vec<u8>, alone: bool) {
        let Some(prefix) = bytes.first_chunk().copied() else {
            panic!("{form} is too short to look for");
        };
        let needle = Needle {
            secret: secret.to_owned(),
            form,
            bytes,
            alone,
        };
        self.0.entry(prefix).or_default().push(needle);
    }

    /// A number: calling code and national digits, as the country writes them in groups.
    pub fn number(&mut self, secret: &str, calling: &str, groups: &[&str]) {
        let national = groups.concat();
        let digits = format!("{calling}{national}");
        // Shorter forms are parts of longer ones: these find E.164 and trunk prefixes too.
        self.add(secret, "digits", national.clone().into_bytes(), false);
        for (form, between) in [
            ("spaced", " "),
            ("dashed", "-"),
            ("dotted", "."),
            ("encoded", "%20"),
            ("plus", "+"),
        ] {
            self.add(secret, form, groups.join(between).into_bytes(), false);
        }
        let halves = format!("{} {}", groups[0], groups[1..].concat());
        self.add(secret, "halves", halves.into_bytes(), false);
        let reversed: String = national.chars().rev().collect();
        self.add(secret, "reversed", reversed.into_bytes(), false);
        self.add(secret, "BCD", packed(&digits, false), false);
        self.add(secret, "semi-octets", packed(&digits, true), false);
        let wide: Vec<u8> = national.bytes().flat_map(|byte| [byte, 0]).collect();
        self.add(secret, "UTF-16", wide, false);
        for (form, text) in [("whole", &digits), ("national", &national)] {
            self.integers(secret, form, text.parse().unwrap());
        }
        self.encodings(secret, &national, false);
    }

    /// A value as databases and wire formats store integers.
    fn integers(&mut self, secret: &str, form: &'static str, value: u64) {
        let big = value.to_be_bytes();
        // SQLite stores integers of this size in six bytes (file format, section 2.1).
        self.add(secret, form, big[2..].to_vec(), false);
        self.add(secret, form, value.to_le_bytes()[..6].to_vec(), false);
        let mut rest = value;
        let mut varint = Vec::new();
        while rest >= 0x80 {
            varint.push(u8::try_from(rest & 0x7F).unwrap() | 0x80);
            rest >>= 7;
        }
        varint.push(u8::try_from(rest).unwrap());
        self.add(secret, form, varint, false);
    }

    /// A code.
    pub fn code(&mut self, secret: &str, code: &str) {
        self.add(secret, "digits", code.into(), true);
        let spaced = format!("{} {}", &code[..3], &code[3..]);
        self.add(secret, "spaced", spaced.into_bytes(), true);
        let spelled: Vec<String> = code.chars().map(String::from).collect();
        self.add(secret, "spelled", spelled.join(" ").into_bytes(), true);
        self.encodings(secret, code, true);
    }

    /// Base64 at each of its three alignments, and hexadecimal.
    fn encodings(&mut self, secret: &str, text: &str, short: bool) {
        let hex = HEXLOWER.encode(text.as_bytes());
        self.add(secret, "hex", hex.into_bytes(), false);
        // Digits have no letters in hexadecimal, so both cases are the same text.
        debug_assert_eq!(
            HEXLOWER.encode(text.as_bytes()),
            HEXUPPER.encode(text.as_bytes())
        );
        for shift in 0..3 {
            let moved = [&b"\0\0"[..shift], text.as_bytes()].concat();
            let whole = moved.len() / 3 * 3;
            let encoded = BASE64.encode(&moved[..whole]);
            // What depends on the bytes before is left out.
            let core = &encoded.as_bytes()[[0, 2, 3][shift]..];
            if core.len() < if short { 6 } else { 8 } {
                continue;
            }
            self.add(secret, "base64", core.to_vec(), false);
            debug_assert_eq!(
                BASE64.encode(&moved[..whole]),
                BASE64URL.encode(&moved[..whole])
            );
        }
    }

    /// Every needle in a text or file, as its secret and form.
    pub fn find(&self, hay: &[u8], kind: Kind) -> Vec<&Needle> {
        let mut found = Vec::new();
        for (at, prefix) in hay.windows(PREFIX_BYTES).enumerate() {
            let Some(needles) = <&[u8; PREFIX_BYTES]>::try_from(prefix)
                .ok()
                .and_then(|p| self.0.get(p))
            else {
                continue;
            };
            let here = |needle: &&Needle| {
                let is_it = hay[at..].starts_with(&needle.bytes);
                is_it
                    && (kind == Kind::File
                        || !needle.alone
                        || stands_alone(hay, at, needle.bytes.len()))
            };
            found.extend(needles.iter().filter(here));
        }
        found
    }
}

/// Not part of a longer run of digits, and not the fraction of a second.
fn stands_alone(hay: &[u8], at: usize, length: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| hay.get(at));
    let after = hay.get(at + length);
    !before.is_some_and(u8::is_ascii_digit)
        && !after.is_some_and(|b| b.is_ascii_digit() || *b == b'Z')
}

/// Two digits a byte; `swapped` as carriers write addresses (3GPP TS 23.040, section 9.1.2.3).
fn packed(digits: &str, swapped: bool) -> Vec<u8> {
    let value = |byte: &u8| byte - b'0';
    let pair = |pair: &[u8]| match (pair, swapped) {
        ([a, b], false) => value(a) << 4 | value(b),
        ([a, b], true) => value(b) << 4 | value(a),
        ([a], false) => value(a) << 4 | 0xF,
        (rest, _) => rest.first().map_or(0xFF, |a| 0xF0 | value(a)),
    };
    digits.as_bytes().chunks(2).map(pair).collect()
}

#[test]
fn every_form_is_found_where_it_is_and_nowhere_else() {
    let mut needles = Needles::default();
    needles.number("n", "44", &["7700", "900", "381"]);
    needles.code("c", "349309");
    for hidden in [
        "+447700900381",
        "07700900381",
        "tel:+44 7700 900 381",
        "7700-900-381",
        "7700 900381",
        "1830090077",
        "37373030393030333831",
        &BASE64.encode(b"+447700900381"),
        &BASE64.encode(b"{\"to\":\"07700900381\"}"),
        &BASE64.encode(b"x447700900381"),
    ] {
        let found = needles.find(hidden.as_bytes(), Kind::Text);
        assert!(found.iter().any(|needle| needle.secret == "n"), "{hidden}");
    }
    let packed = [0x44, 0x77, 0x00, 0x09, 0x30, 0x18];
    assert_eq!(needles.find(&packed, Kind::File)[0].form, "semi-octets");
    let sqlite = 447_700_900_381_u64.to_be_bytes();
    assert_eq!(needles.find(&sqlite, Kind::File)[0].form, "whole");
    assert_eq!(needles.find(b"code 349309.", Kind::Text).len(), 1);
    assert_eq!(needles.find(b"3 4 9 3 0 9", Kind::Text).len(), 1);
    assert!(
        needles
            .find(b"12:00:01.349309Z 1349309", Kind::Text)
            .is_empty()
    );
    assert!(needles.find(b"+447700900382", Kind::Text).is_empty());
}
