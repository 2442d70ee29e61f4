//! What a person typed, on its way to the vault. These types can be carried, not read by chance:
//! `Debug` says nothing and the bytes are wiped on drop.

use std::fmt;

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop};

macro_rules! carried_text {
    ($(#[$doc:meta])* $name:ident, $max:literal) => {
        $(#[$doc])*
        #[derive(Clone, Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The longest accepted text, in bytes.
            pub const MAX_BYTES: usize = $max;

            /// Takes the text, or gives nothing when it is too long; the text is wiped then.
            #[must_use]
            pub fn new(mut text: String) -> Option<Self> {
                if text.len() > Self::MAX_BYTES {
                    text.zeroize();
                    return None;
                }
                Some(Self(text))
            }

            /// The text, for the one place that must read it.
            #[must_use]
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

carried_text!(
    /// A phone number as typed, before the vault reads it. The front holds it only within the
    /// request in which it came.
    TypedNumber,
    128
);
carried_text!(
    /// A code as typed. Only the vault compares it.
    TypedCode,
    64
);
carried_text!(
    /// A number sealed in the person's page to the vault's ingest key, base64url.
    SealedText,
    1024
);
carried_text!(
    /// What an operator's network gave to a device so that its owner can be recognised: an access
    /// token of that operator (RFC 6750). It is good for whoever holds it.
    NetworkToken,
    2048
);
carried_text!(
    /// What an authenticator app makes its codes from, base32 (RFC 4648, 6). It leaves the vault once,
    /// for the app; whoever holds it knows every later code.
    FactorSecret,
    128
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_does_not_show_in_debug() {
        let number = TypedNumber::new("+44 7700 900123".into()).unwrap();
        assert_eq!(format!("{number:?}"), "TypedNumber(..)");
    }

    #[test]
    fn longer_than_the_bound_is_refused() {
        assert!(TypedCode::new("1".repeat(64)).is_some());
        assert!(TypedCode::new("1".repeat(65)).is_none());
    }
}
