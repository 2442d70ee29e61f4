//! Wraps as they lie in their cell: the same facts in fewer bytes.
//!
//! A wrap is LP(suite, key id, enc, ct), and its key id is text that names its class again. Packed:
//! class (1 byte), suite (1), generation of the key (4, big-endian), then `enc` and `ct`, each
//! behind its length (2, big-endian).

use seal::{
    Class, KeyId, KeyPurpose,
    lp::{self, Malformed},
    record::Wrap,
};

const MAX_WRAPS: usize = 16;

/// Packs the wraps of one record.
pub fn pack(wraps: &[Wrap]) -> Result<Vec<u8>, Malformed> {
    let mut packed = Vec::new();
    for wrap in wraps {
        let [suite, key_id, enc, ct] = lp::parse(&wrap.bytes)?;
        let &[suite] = suite else {
            return Err(Malformed);
        };
        let generation = generation(wrap.class, key_id)?;
        packed.extend([wrap.class.code(), suite]);
        packed.extend(generation.to_be_bytes());
        for part in [enc, ct] {
            let length = u16::try_from(part.len()).map_err(|_| Malformed)?;
            packed.extend(length.to_be_bytes());
            packed.extend(part);
        }
    }
    Ok(packed)
}

fn generation(class: Class, key_id: &[u8]) -> Result<u32, Malformed> {
    let text = std::str::from_utf8(key_id).map_err(|_| Malformed)?;
    let key_id = KeyId::parse(text).map_err(|_| Malformed)?;
    if key_id.purpose != KeyPurpose::Open(class) {
        return Err(Malformed);
    }
    Ok(key_id.generation)
}

/// Reads packed wraps back, byte for byte as they were.
pub fn unpack(mut packed: &[u8]) -> Result<Vec<Wrap>, Malformed> {
    let mut wraps = Vec::new();
    while !packed.is_empty() {
        if wraps.len() == MAX_WRAPS {
            return Err(Malformed);
        }
        let (&[class, suite, ref generation @ ..], rest) =
            packed.split_first_chunk::<6>().ok_or(Malformed)?;
        let class = Class::from_code(class).ok_or(Malformed)?;
        let key_id = KeyId::open(class, u32::from_be_bytes(*generation)).to_string();
        let (enc, rest) = take(rest)?;
        let (ct, rest) = take(rest)?;
        wraps.push(Wrap {
            class,
            bytes: lp::encode(&[&[suite], key_id.as_bytes(), enc, ct]),
        });
        packed = rest;
    }
    Ok(wraps)
}

fn take(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (length, rest) = bytes.split_first_chunk::<2>().ok_or(Malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    rest.split_at_checked(length).ok_or(Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrap(class: Class, key_id: &str, enc: &[u8], ct: &[u8]) -> Wrap {
        Wrap {
            class,
            bytes: lp::encode(&[&[1], key_id.as_bytes(), enc, ct]),
        }
    }

    fn account(generation: u32, enc: &[u8], ct: &[u8]) -> Wrap {
        let key_id = KeyId::open(Class::Account, generation).to_string();
        wrap(Class::Account, &key_id, enc, ct)
    }

    #[test]
    fn a_wrap_of_suite_1_takes_123_bytes() {
        let packed = pack(&[account(1, &[4; 65], &[7; 48])]).unwrap();
        assert_eq!(packed.len(), 123);
    }

    #[test]
    fn a_wrap_under_a_key_of_another_class_is_not_packed() {
        let wrap = wrap(Class::Account, "open/staff/1", &[4; 65], &[7; 48]);
        assert_eq!(pack(&[wrap]), Err(Malformed));
    }

    #[test]
    fn a_key_id_that_would_come_back_in_other_words_is_not_packed() {
        for key_id in [
            "open/account/01",
            "open/account/+1",
            "open/account/",
            "log/1",
        ] {
            let wrap = wrap(Class::Account, key_id, &[], &[]);
            assert_eq!(pack(&[wrap]), Err(Malformed), "{key_id}");
        }
    }

    #[test]
    fn more_wraps_than_there_are_classes_are_refused() {
        let many = vec![account(1, &[], &[]); MAX_WRAPS + 1];
        assert_eq!(unpack(&pack(&many).unwrap()), Err(Malformed));
        assert!(unpack(&pack(&many[1..]).unwrap()).is_ok());
    }

    proptest! {
        #[test]
        fn packed_wraps_come_back_byte_for_byte(
            parts in proptest::collection::vec(
                (any::<u32>(), any::<Vec<u8>>(), any::<Vec<u8>>()),
                0..4,
            )
        ) {
            let wraps: Vec<_> = parts
                .iter()
                .map(|(generation, enc, ct)| account(*generation, enc, ct))
                .collect();
            prop_assert_eq!(unpack(&pack(&wraps).unwrap()).unwrap(), wraps);
        }

        #[test]
        fn any_bytes_are_refused_or_packed_to_the_same_bytes(bytes: Vec<u8>) {
            if let Ok(wraps) = unpack(&bytes) {
                prop_assert_eq!(pack(&wraps).unwrap(), bytes);
            }
        }
    }
}
