//! Access tokens without a table: an application and an end, with a mark of the front's own.
//!
//! A token is readable and cannot be made or edited without the front's secret. It lives for
//! [`LIFETIME`]; nothing has to be remembered to refuse it afterwards.

use model::{ApplicationId, Millis, Timestamp};
use webkit::CookieKey;

/// The only scope that there is: both operations of `one-time-password-sms`.
pub(crate) const SCOPE: &str = "one-time-password-sms:send-validate";

/// How long a token is good. CAMARA's profile asks for short lives; five minutes outlast every
/// request, and a key that is taken away stops working as fast.
pub(crate) const LIFETIME: Millis = Millis::from_seconds(300);

/// Longest text that is looked at, bytes. Ours have under 100.
const MAX_BYTES: usize = 128;

/// Makes tokens and knows them again. The mark is the one of our cookies, under another key, and
/// names the scope: a mark for one scope is none for another.
#[derive(Debug)]
pub(crate) struct Tokens(CookieKey);

impl Tokens {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(CookieKey::new(secret))
    }

    /// A token for an application, good from `now` on. Its characters are those of a bearer
    /// token (RFC 6750, 2.1).
    pub(crate) fn issue(&self, application: ApplicationId, now: Timestamp) -> String {
        let end = now.plus(LIFETIME).as_millis();
        self.0.mark(SCOPE, &format!("{application}~{end}"))
    }

    /// The application of a token that is ours and still good.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<ApplicationId> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let (application, end) = self.0.read(SCOPE, token)?.split_once('~')?;
        let left = Timestamp::from_millis(end.parse().ok()?).since(now);
        // A clock that went back does not make tokens live longer than they may.
        let good = Millis::from_millis(0) < left && left <= LIFETIME;
        good.then(|| application.parse().ok()).flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_millis(1_795_000_000_000);
    const APP: ApplicationId = ApplicationId::from_bytes([9; 16]);

    fn tokens() -> Tokens {
        Tokens::new(&[7; 32])
    }

    #[test]
    fn a_token_is_good_until_its_end_and_not_before_its_start() {
        let token = tokens().issue(APP, NOW);
        let at = |seconds| tokens().read(&token, NOW.plus(Millis::from_seconds(seconds)));
        assert_eq!(at(0), Some(APP));
        assert_eq!(at(299), Some(APP));
        assert_eq!(at(300), None);
        assert_eq!(at(-1), None);
    }

    #[test]
    fn a_token_of_another_secret_is_refused() {
        let token = Tokens::new(&[8; 32]).issue(APP, NOW);
        assert_eq!(tokens().read(&token, NOW), None);
    }

    #[test]
    fn a_mark_for_another_scope_is_refused() {
        let end = NOW.plus(LIFETIME).as_millis();
        let other = CookieKey::new(&[7; 32]).mark("sim-swap:check", &format!("{APP}~{end}"));
        assert_eq!(tokens().read(&other, NOW), None);
    }

    #[test]
    fn a_token_has_only_characters_of_bearer_tokens() {
        let token = tokens().issue(APP, NOW);
        assert!(token.len() <= MAX_BYTES);
        assert!(
            token
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
        );
    }

    proptest! {
        #[test]
        fn no_edit_of_a_token_is_taken(at in 0usize..96, byte in 33u8..127) {
            let token = tokens().issue(APP, NOW);
            let mut edited = token.clone().into_bytes();
            let at = at % edited.len();
            edited[at] = byte;
            let edited = String::from_utf8(edited).unwrap();
            let read = tokens().read(&edited, NOW);
            prop_assert!(edited == token || read.is_none());
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,200}") {
            let _ = tokens().read(&text, NOW);
        }
    }
}
