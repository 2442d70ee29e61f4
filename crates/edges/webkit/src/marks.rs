//! Cookies that carry a mark of ours, so that nobody else can make or edit one.

use aws_lc_rs::hmac;
use data_encoding::BASE64URL_NOPAD;

/// The key of the marks, HMAC-SHA-256.
pub struct CookieKey(hmac::Key);

impl std::fmt::Debug for CookieKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CookieKey(..)")
    }
}

impl CookieKey {
    /// A key that is the same after a restart.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// What is marked: names hold no zero byte, so each text belongs to one cookie only.
    fn marked(name: &str, text: &str) -> Vec<u8> {
        [name.as_bytes(), b"\0", text.as_bytes()].concat()
    }

    /// The value of a cookie: `text` with its mark behind a dot.
    #[must_use]
    pub fn mark(&self, name: &str, text: &str) -> String {
        let mark = hmac::sign(&self.0, &Self::marked(name, text));
        format!("{text}.{}", BASE64URL_NOPAD.encode(mark.as_ref()))
    }

    /// The text of a cookie's value, if its mark is ours.
    #[must_use]
    pub fn read<'v>(&self, name: &str, value: &'v str) -> Option<&'v str> {
        let (text, mark) = value.rsplit_once('.')?;
        let mark = BASE64URL_NOPAD.decode(mark.as_bytes()).ok()?;
        hmac::verify(&self.0, &Self::marked(name, text), &mark).ok()?;
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_marked_text_is_read_back(text in "[!-~]{0,80}") {
            let key = CookieKey::new(&[7; 32]);
            let value = key.mark("rf-owner", &text);
            prop_assert_eq!(key.read("rf-owner", &value), Some(text.as_str()));
            prop_assert_eq!(key.read("rf-login", &value), None);
            prop_assert_eq!(CookieKey::new(&[8; 32]).read("rf-owner", &value), None);
        }

        #[test]
        fn a_text_without_our_mark_is_not_read(value in ".{0,120}") {
            prop_assert_eq!(CookieKey::new(&[7; 32]).read("rf-owner", &value), None);
        }
    }
}
