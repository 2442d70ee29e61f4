//! Reading and writing the fields of a packet's body (SMPP 3.4, section 3.1). Every read is
//! bounded, and what is missing is a typed refusal.

use zeroize::Zeroizing;

/// Why a body is refused. Names fields, never their content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The body ends inside this field.
    #[error("the packet ends inside {0}")]
    Truncated(&'static str),
    /// No zero octet within the field's longest form.
    #[error("{0} is longer than it may be")]
    TooLong(&'static str),
    /// Not the characters that the field may have.
    #[error("{0} has characters that it may not have")]
    Characters(&'static str),
    /// More optional fields than anybody needs.
    #[error("there are too many optional fields")]
    TooMany,
}

/// Reads fields one after another.
pub struct FieldReader<'a> {
    rest: &'a [u8],
}

impl<'a> FieldReader<'a> {
    /// A reader at the start of `body`.
    #[must_use]
    pub const fn new(body: &'a [u8]) -> Self {
        Self { rest: body }
    }

    /// Whether everything was read.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` octets.
    ///
    /// # Errors
    /// [`FieldError::Truncated`].
    pub fn octets(&mut self, count: usize, field: &'static str) -> Result<&'a [u8], FieldError> {
        let taken = self.rest.split_at_checked(count);
        let (taken, rest) = taken.ok_or(FieldError::Truncated(field))?;
        self.rest = rest;
        Ok(taken)
    }

    /// One octet.
    ///
    /// # Errors
    /// [`FieldError::Truncated`].
    pub fn u8(&mut self, field: &'static str) -> Result<u8, FieldError> {
        self.octets(1, field).map(|octets| octets[0])
    }

    /// Two octets, big-endian.
    ///
    /// # Errors
    /// [`FieldError::Truncated`].
    pub fn u16(&mut self, field: &'static str) -> Result<u16, FieldError> {
        let octets = self.octets(2, field)?;
        Ok(u16::from_be_bytes([octets[0], octets[1]]))
    }

    /// Printable ASCII up to a zero octet; `max` counts the zero.
    ///
    /// # Errors
    /// [`FieldError`].
    pub fn text(&mut self, max: usize, field: &'static str) -> Result<&'a str, FieldError> {
        let within = &self.rest[..self.rest.len().min(max)];
        let Some(end) = within.iter().position(|octet| *octet == 0) else {
            return Err(if self.rest.len() < max {
                FieldError::Truncated(field)
            } else {
                FieldError::TooLong(field)
            });
        };
        let text = self.octets(end, field)?;
        self.octets(1, field)?;
        let printable = text.iter().all(|octet| (b' '..=b'~').contains(octet));
        printable
            .then(|| std::str::from_utf8(text).ok())
            .flatten()
            .ok_or(FieldError::Characters(field))
    }
}

/// Appends `text` and a zero octet. What would not fit in `max` octets, zero included, is left
/// out: callers check lengths where they can still say so.
pub fn push_text(out: &mut Zeroizing<Vec<u8>>, text: &str, max: usize) {
    let fits = text.len() < max;
    out.extend_from_slice(if fits { text.as_bytes() } else { &[] });
    out.push(0);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_text_ends_at_its_zero_and_within_its_bound() {
        let read = |octets: &[u8], max| FieldReader::new(octets).text(max, "x").map(str::to_owned);
        assert_eq!(read(b"abc\0rest", 16), Ok("abc".to_owned()));
        assert_eq!(read(b"\0", 1), Ok(String::new()));
        assert_eq!(read(b"abc\0", 3), Err(FieldError::TooLong("x")));
        assert_eq!(read(b"abc", 16), Err(FieldError::Truncated("x")));
        assert_eq!(read(b"a\xFF\0", 16), Err(FieldError::Characters("x")));
        assert_eq!(read(b"", 0), Err(FieldError::TooLong("x")));
    }

    proptest! {
        #[test]
        fn no_octets_make_a_reader_panic(octets: Vec<u8>, max in 0_usize..300, count: usize) {
            let mut reader = FieldReader::new(&octets);
            let _ = reader.text(max, "text");
            let _ = reader.octets(count, "octets");
            let _ = reader.u16("u16");
            let _ = reader.u8("u8");
        }
    }
}
