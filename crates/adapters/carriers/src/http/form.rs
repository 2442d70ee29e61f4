//! `application/x-www-form-urlencoded` (WHATWG URL, section 5).

use zeroize::Zeroizing;

/// The most pairs read from one body.
const PAIRS_MAX: usize = 256;

/// Pairs as a body. The buffer does not grow, so no copy of a text is left behind.
pub fn encode(pairs: &[(&str, &str)]) -> Zeroizing<Vec<u8>> {
    let longest: usize = pairs
        .iter()
        .map(|(name, value)| 3 * (name.len() + value.len()) + 2)
        .sum();
    let mut out = Zeroizing::new(Vec::with_capacity(longest));
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        escape(name, &mut out);
        out.push(b'=');
        escape(value, &mut out);
    }
    out
}

fn escape(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(byte),
            b' ' => out.push(b'+'),
            _ => {
                let (high, low) = (HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]);
                out.extend_from_slice(&[b'%', high, low]);
            }
        }
    }
}

/// Pairs of a body, wiped on drop.
pub type Pairs = Vec<(Zeroizing<String>, Zeroizing<String>)>;

/// A body as pairs; `None` if it is no such body, or has too many.
pub fn decode(body: &[u8]) -> Option<Pairs> {
    let mut pairs = Pairs::new();
    for pair in body
        .split(|byte| *byte == b'&')
        .filter(|pair| !pair.is_empty())
    {
        if pairs.len() == PAIRS_MAX {
            return None;
        }
        let end = pair
            .iter()
            .position(|byte| *byte == b'=')
            .unwrap_or(pair.len());
        let value = pair.get(end + 1..).unwrap_or_default();
        pairs.push((unescape(&pair[..end])?, unescape(value)?));
    }
    Some(pairs)
}

fn unescape(text: &[u8]) -> Option<Zeroizing<String>> {
    let mut out = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text;
    while let [byte, after @ ..] = rest {
        rest = after;
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let (digits, after) = rest.split_first_chunk::<2>()?;
                let digits = std::str::from_utf8(digits).ok()?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
                rest = after;
            }
            _ => out.push(*byte),
        }
    }
    String::from_utf8(std::mem::take(&mut *out))
        .ok()
        .map(Zeroizing::new)
}

/// The first value of this name.
pub fn value<'a>(pairs: &'a Pairs, name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(known, _)| known.as_str() == name);
    found.map(|(_, value)| value.as_str())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plus_and_percent_are_read() {
        let pairs = decode(b"To=%2B447700900123&Body=a+b%26c&Empty=&Bare").unwrap();
        assert_eq!(value(&pairs, "To"), Some("+447700900123"));
        assert_eq!(value(&pairs, "Body"), Some("a b&c"));
        assert_eq!(value(&pairs, "Empty"), Some(""));
        assert_eq!(value(&pairs, "Bare"), Some(""));
        assert!(decode(b"a=%4").is_none() && decode(b"a=%zz").is_none());
        assert!(decode("a&".repeat(300).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded_again(pairs in prop::collection::vec(("[a-zA-Z]{1,9}", ".{0,40}"), 1..9)) {
            let given: Vec<_> = pairs.iter().map(|(name, value)| (&**name, &**value)).collect();
            let read = decode(&encode(&given)).unwrap();
            let read: Vec<_> = read.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            prop_assert_eq!(read, given);
        }

        #[test]
        fn no_body_makes_the_decoder_panic(body: Vec<u8>) {
            let _ = decode(&body);
        }
    }
}
