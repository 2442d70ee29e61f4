//! LP: each field preceded by its 4-byte big-endian length.
//!
//! Two different lists of fields never give the same bytes, which plain concatenation cannot say.

/// Bytes that are not a list of exactly the expected fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed length-prefixed fields")]
pub struct Malformed;

/// The length prefix of one field. Fields end far below 4 GiB; the prefix would saturate there.
#[must_use]
pub fn prefix(field: &[u8]) -> [u8; 4] {
    u32::try_from(field.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// Encodes `fields` in one allocation of the exact size.
#[must_use]
pub fn encode(fields: &[&[u8]]) -> Vec<u8> {
    let total = fields
        .iter()
        .map(|f| f.len().saturating_add(4))
        .fold(0, usize::saturating_add);
    let mut out = Vec::with_capacity(total);
    for field in fields {
        push(&mut out, field);
    }
    out
}

/// Appends one field to `out`.
pub fn push(out: &mut Vec<u8>, field: &[u8]) {
    out.extend_from_slice(&prefix(field));
    out.extend_from_slice(field);
}

/// Gives the encoding of `fields` piece by piece, without a copy, for hashing.
pub fn feed<'a>(fields: impl IntoIterator<Item = &'a [u8]>, mut sink: impl FnMut(&[u8])) {
    for field in fields {
        sink(&prefix(field));
        sink(field);
    }
}

/// Takes the first field off `bytes`: the field, and what follows it.
///
/// # Errors
/// [`Malformed`] when a length points past the end.
pub fn take(bytes: &[u8]) -> Result<(&[u8], &[u8]), Malformed> {
    let (head, rest) = bytes.split_first_chunk::<4>().ok_or(Malformed)?;
    let len = usize::try_from(u32::from_be_bytes(*head)).map_err(|_| Malformed)?;
    rest.split_at_checked(len).ok_or(Malformed)
}

/// Reads exactly `N` fields.
///
/// # Errors
/// [`Malformed`] for fewer fields, more fields, or bytes left over.
pub fn parse<const N: usize>(bytes: &[u8]) -> Result<[&[u8]; N], Malformed> {
    let mut fields = [&[] as &[u8]; N];
    let mut rest = bytes;
    for field in &mut fields {
        (*field, rest) = take(rest)?;
    }
    if rest.is_empty() {
        Ok(fields)
    } else {
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_field_is_preceded_by_its_length() {
        assert_eq!(
            encode(&[b"ab", b"", b"c"]),
            b"\0\0\0\x02ab\0\0\0\0\0\0\0\x01c"
        );
        assert_eq!(encode(&[]), b"");
    }

    #[test]
    fn missing_extra_and_overlong_fields_are_refused() {
        let two = encode(&[b"a", b"b"]);
        assert_eq!(parse::<2>(&two).unwrap(), [b"a", b"b"]);
        assert_eq!(parse::<1>(&two), Err(Malformed));
        assert_eq!(parse::<3>(&two), Err(Malformed));
        assert_eq!(parse::<1>(b"\xff\xff\xff\xffa"), Err(Malformed));
        assert_eq!(parse::<1>(b"\0\0\0"), Err(Malformed));
    }

    proptest! {
        #[test]
        fn what_is_encoded_reads_back_and_no_prefix_of_it_does(a: Vec<u8>, b: Vec<u8>, c: Vec<u8>, cut: prop::sample::Index) {
            let bytes = encode(&[&a, &b, &c]);
            prop_assert_eq!(parse::<3>(&bytes).unwrap(), [&a[..], &b[..], &c[..]]);
            let cut = cut.index(bytes.len());
            prop_assert!(parse::<3>(&bytes[..cut]).is_err());
        }

        #[test]
        fn no_input_panics_and_what_parses_encodes_back(bytes: Vec<u8>) {
            if let Ok(fields) = parse::<2>(&bytes) {
                prop_assert_eq!(encode(&fields), bytes);
            }
        }

        #[test]
        fn feeding_gives_the_same_bytes_as_encoding(a: Vec<u8>, b: Vec<u8>) {
            let mut fed = Vec::new();
            feed([&a[..], &b[..]], |piece| fed.extend_from_slice(piece));
            prop_assert_eq!(fed, encode(&[&a, &b]));
        }
    }
}
