//! Public ids: 128 random bits with a typed prefix in text form, such as `sub_3k…`.

use std::{fmt, marker::PhantomData, str::FromStr};

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// What an id names; gives the text form its prefix.
pub trait IdKind {
    /// The prefix without the underscore.
    const PREFIX: &'static str;
}

/// A 128-bit id of one kind. Ids carry no time and no order.
pub struct Id<K>([u8; 16], PhantomData<fn() -> K>);

/// Why a text is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The prefix is missing or belongs to another kind.
    #[error("this id does not start with the expected prefix")]
    WrongPrefix,
    /// After the prefix stand exactly 26 characters of a–z and 2–7.
    #[error("this id is not 26 characters of a-z and 2-7 after its prefix")]
    Malformed,
}

/// Marks ids of one verification, `ver_…`.
pub enum VerificationKind {}
/// Marks the pairwise pseudonym of a person at one application, `sub_…`.
pub enum SubjectKind {}
/// Marks applications, `app_…`.
pub enum AppKind {}
/// Marks one message handed to a carrier, `msg_…`.
pub enum MessageKind {}
/// Marks one authenticator app of somebody, `fac_…`.
pub enum FactorKind {}

impl IdKind for VerificationKind {
    const PREFIX: &'static str = "ver";
}
impl IdKind for SubjectKind {
    const PREFIX: &'static str = "sub";
}
impl IdKind for AppKind {
    const PREFIX: &'static str = "app";
}
impl IdKind for MessageKind {
    const PREFIX: &'static str = "msg";
}
impl IdKind for FactorKind {
    const PREFIX: &'static str = "fac";
}

/// One verification.
pub type VerificationId = Id<VerificationKind>;
/// A person as one application knows them.
pub type Subject = Id<SubjectKind>;
/// One application.
pub type ApplicationId = Id<AppKind>;
/// One message to a carrier.
pub type MessageId = Id<MessageKind>;
/// One authenticator app of somebody.
pub type FactorId = Id<FactorKind>;

const TEXT_LEN: usize = 26;

fn base32() -> Encoding {
    let mut spec = Specification::new();
    spec.symbols.push_str("abcdefghijklmnopqrstuvwxyz234567");
    // The alphabet above is a constant: 32 distinct characters always make an encoding.
    spec.encoding().unwrap_or(data_encoding::BASE32_NOPAD)
}

thread_local! {
    static BASE32: Encoding = base32();
}

impl<K> Id<K> {
    /// An id from its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes, PhantomData)
    }

    /// The id's bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = BASE32.with(|encoding| encoding.encode(&self.0));
        write!(f, "{}_{text}", K::PREFIX)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rest = text
            .strip_prefix(K::PREFIX)
            .and_then(|t| t.strip_prefix('_'));
        let rest = rest.ok_or(IdError::WrongPrefix)?;
        if rest.len() != TEXT_LEN {
            return Err(IdError::Malformed);
        }
        let bytes = BASE32.with(|encoding| encoding.decode(rest.as_bytes()));
        let bytes = bytes.map_err(|_| IdError::Malformed)?;
        Ok(Self::from_bytes(
            bytes.try_into().map_err(|_| IdError::Malformed)?,
        ))
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<K> Copy for Id<K> {}
impl<K> PartialEq for Id<K> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<K> Eq for Id<K> {}
impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<K> std::hash::Hash for Id<K> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K: IdKind> Serialize for Id<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            self.0.serialize(serializer)
        }
    }
}

impl<'de, K: IdKind> Deserialize<'de> for Id<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            Ok(Self::from_bytes(<[u8; 16]>::deserialize(deserializer)?))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_and_bytes_of_an_id_are_the_same_id(bytes: [u8; 16]) {
            let id = Subject::from_bytes(bytes);
            prop_assert_eq!(id.to_string().parse::<Subject>(), Ok(id));
            let json = serde_json::to_string(&id).unwrap();
            prop_assert_eq!(serde_json::from_str::<Subject>(&json).unwrap(), id);
            let packed = postcard::to_stdvec(&id).unwrap();
            prop_assert_eq!(packed.len(), 16);
            prop_assert_eq!(postcard::from_bytes::<Subject>(&packed).unwrap(), id);
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in ".{0,64}") {
            let _ = text.parse::<Subject>();
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id = Subject::from_bytes([7; 16]).to_string();
        assert_eq!(id.parse::<VerificationId>(), Err(IdError::WrongPrefix));
        assert_eq!("sub_".parse::<Subject>(), Err(IdError::Malformed));
    }
}
