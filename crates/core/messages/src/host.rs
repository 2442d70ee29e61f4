//! The host a code is bound to.

use std::fmt;

/// A host name: lower case, 1 to 64 bytes, labels of letters, digits and inner hyphens
/// (RFC 1123 section 2.1). International names come in their ASCII form (`xn--…`).
///
/// An IP address is refused: a one-time code is bound to a domain.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Host(String);

/// Why a text is not a host name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// Empty, or longer than [`Host::MAX_BYTES`].
    #[error("a host name has 1 to 64 characters")]
    Length,
    /// A character other than `a` to `z`, `0` to `9`, hyphen and dot. Upper case counts.
    #[error("a host name has only lower-case letters, digits, hyphens and dots")]
    Character,
    /// An empty label, one over 63 characters, or one that starts or ends with a hyphen.
    #[error("each part of a host name has 1 to 63 characters and no hyphen at its ends")]
    Label,
    /// The last label is a number, as in an IPv4 address.
    #[error("an IP address is not a host name")]
    Address,
}

impl Host {
    /// The most bytes, which are also characters.
    pub const MAX_BYTES: usize = 64;

    /// Reads a host name, without port and without final dot.
    ///
    /// # Errors
    /// [`HostError`], naming the first rule that is broken.
    pub fn parse(name: &str) -> Result<Self, HostError> {
        if name.is_empty() || name.len() > Self::MAX_BYTES {
            return Err(HostError::Length);
        }
        let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.');
        if !name.bytes().all(allowed) {
            return Err(HostError::Character);
        }
        if !name.split('.').all(is_label) {
            return Err(HostError::Label);
        }
        if name.rsplit('.').next().is_some_and(is_numeric) {
            return Err(HostError::Address);
        }
        Ok(Self(name.to_owned()))
    }

    /// The host name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Host({})", self.0)
    }
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// Decimal, or hexadecimal as address parsers also take it (WHATWG URL, "ends in a number").
fn is_numeric(label: &str) -> bool {
    let hexadecimal = label
        .strip_prefix("0x")
        .is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_hexdigit()));
    hexadecimal || label.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_are_taken_as_they_are() {
        let longest = format!("{}.{}", "a".repeat(52), "b".repeat(11));
        assert_eq!(longest.len(), Host::MAX_BYTES);
        for name in [
            "chat.harbour.example",
            "localhost",
            "x",
            "a-b.example",
            "xn--mnchen-3ya.example",
            "7.example",
            &longest,
        ] {
            assert_eq!(Host::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn what_is_not_a_host_name_is_refused_with_its_reason() {
        let too_long = "a".repeat(65);
        let long_label = "a".repeat(64);
        for (name, error) in [
            ("", HostError::Length),
            (too_long.as_str(), HostError::Length),
            (long_label.as_str(), HostError::Label),
            ("Chat.example", HostError::Character),
            ("chat.example:8080", HostError::Character),
            ("https://chat.example", HostError::Character),
            ("chat example", HostError::Character),
            ("chat.example\n", HostError::Character),
            ("münchen.example", HostError::Character),
            ("@chat.example", HostError::Character),
            ("a..b", HostError::Label),
            (".a", HostError::Label),
            ("a.", HostError::Label),
            ("-a.example", HostError::Label),
            ("a-.example", HostError::Label),
            ("127.0.0.1", HostError::Address),
            ("1.2.3.0x7f", HostError::Address),
            ("12", HostError::Address),
        ] {
            assert_eq!(Host::parse(name).err(), Some(error), "{name:?}");
        }
    }
}
