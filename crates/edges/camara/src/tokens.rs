//! Access tokens without a table: an application, an end and scopes, with a mark of the front's own.
//!
//! A token is readable and cannot be made or edited without the front's secret. It lives for
//! [`LIFETIME`]; nothing has to be remembered to refuse it afterwards. One for
//! `number-verification` carries the operator's token that it was given for: the client brought
//! that one itself, and the operator lets it be used once.

use data_encoding::BASE64URL_NOPAD;
use model::{ApplicationId, Millis, NetworkToken, Timestamp};
use webkit::CookieKey;

use crate::scopes::Scopes;

/// How long a token is good. CAMARA's profile asks for short lives; five minutes outlast every
/// request, and a key that is taken away stops working as fast.
pub(crate) const LIFETIME: Millis = Millis::from_seconds(300);

/// Longest text that is looked at, bytes: an operator's token in base64, and ours around it.
const MAX_BYTES: usize = NetworkToken::MAX_BYTES / 3 * 4 + 256;
/// What the mark is for: a mark of our cookies is none for a token.
const NAME: &str = "camara";

/// What a token says.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) application: ApplicationId,
    pub(crate) scopes: Scopes,
    /// What the operator gave to the device that this is about.
    pub(crate) network: Option<NetworkToken>,
}

/// Makes tokens and knows them again. The mark is the one of our cookies, under another key.
#[derive(Debug)]
pub(crate) struct Tokens(CookieKey);

impl Tokens {
    pub(crate) fn new(secret: &[u8; 32]) -> Self {
        Self(CookieKey::new(secret))
    }

    /// A token, good from `now` on. Its characters are those of a bearer token (RFC 6750, 2.1).
    pub(crate) fn issue(&self, said: &Said, now: Timestamp) -> String {
        let end = now.plus(LIFETIME).as_millis();
        let mut text = format!("{}~{end}~{}", said.application, said.scopes.code());
        if let Some(network) = &said.network {
            text.push('~');
            text.push_str(&BASE64URL_NOPAD.encode(network.expose().as_bytes()));
        }
        self.0.mark(NAME, &text)
    }

    /// What a token says that is ours and still good.
    pub(crate) fn read(&self, token: &str, now: Timestamp) -> Option<Said> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let mut parts = self.0.read(NAME, token)?.split('~');
        let [application, end, scopes] = [parts.next()?, parts.next()?, parts.next()?];
        let left = Timestamp::from_millis(end.parse().ok()?).since(now);
        // A clock that went back does not make tokens live longer than they may.
        let good = Millis::from_millis(0) < left && left <= LIFETIME;
        let network = parts.next().map(network).transpose().ok()?;
        good.then_some(())?;
        Some(Said {
            application: application.parse().ok()?,
            scopes: Scopes::from_code(scopes.parse().ok()?)?,
            network,
        })
    }
}

/// No text of ours is another one: whatever does not read back is refused.
struct Unreadable;

fn network(encoded: &str) -> Result<NetworkToken, Unreadable> {
    let bytes = BASE64URL_NOPAD.decode(encoded.as_bytes());
    let text = String::from_utf8(bytes.map_err(|_| Unreadable)?).map_err(|_| Unreadable)?;
    NetworkToken::new(text).ok_or(Unreadable)
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

    fn said(network: Option<&str>) -> Said {
        Said {
            application: APP,
            scopes: Scopes::USUAL,
            network: network.map(|text| NetworkToken::new(text.to_owned()).unwrap()),
        }
    }

    fn issue() -> String {
        tokens().issue(&said(None), NOW)
    }

    #[test]
    fn a_token_is_good_until_its_end_and_not_before_its_start() {
        let token = issue();
        let at = |seconds| {
            let said = tokens().read(&token, NOW.plus(Millis::from_seconds(seconds)));
            said.map(|said| (said.application, said.scopes))
        };
        assert_eq!(at(0), Some((APP, Scopes::USUAL)));
        assert_eq!(at(299), Some((APP, Scopes::USUAL)));
        assert_eq!(at(300), None);
        assert_eq!(at(-1), None);
    }

    #[test]
    fn a_token_of_another_secret_or_for_another_use_is_refused() {
        let token = Tokens::new(&[8; 32]).issue(&said(None), NOW);
        assert!(tokens().read(&token, NOW).is_none());
        let text = issue();
        let (text, _) = text.rsplit_once('.').unwrap();
        let other = CookieKey::new(&[7; 32]).mark("rf-owner", text);
        assert!(tokens().read(&other, NOW).is_none());
    }

    #[test]
    fn the_operators_token_comes_out_as_it_went_in_and_not_in_debug() {
        let longest = "~=.".repeat(NetworkToken::MAX_BYTES / 3);
        for network in ["net_abc", &longest] {
            let token = tokens().issue(&said(Some(network)), NOW);
            assert!(token.len() <= MAX_BYTES);
            let read = tokens().read(&token, NOW).unwrap();
            assert!(!format!("{read:?}").contains(network));
            assert_eq!(read.network.unwrap().expose(), network);
        }
    }

    #[test]
    fn a_token_has_only_characters_of_bearer_tokens() {
        for network in [None, Some("a=b ü")] {
            let token = tokens().issue(&said(network), NOW);
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b))
            );
        }
    }

    proptest! {
        #[test]
        fn no_edit_of_a_token_is_taken(at in 0usize..96, byte in 33u8..127) {
            let token = issue();
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
