//! Sign-ins of browsers.

use std::fmt;

use async_trait::async_trait;
use model::{Millis, Subject, Timestamp};

use super::{Away, Country, Line};

/// The secret that a signed-in browser keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl SessionToken {
    /// A token as the service made it or a cookie brought it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

/// A sign-in that has just begun.
#[derive(Debug)]
pub struct OpenedSession {
    /// For the browser to keep.
    pub token: SessionToken,
    /// When it ends, however much it is used.
    pub ends_at: Timestamp,
}

/// The account a browser is signed in to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn {
    /// The pairwise pseudonym.
    pub subject: Subject,
    /// The country of its number.
    pub country: Country,
    /// The kind of line.
    pub line: Line,
    /// When a number was last proven for it, to the day.
    pub proven_at: Timestamp,
}

/// Sign-ins of browsers. A sign-in shows an account; it proves nothing and changes nothing.
#[async_trait]
pub trait Sessions: Send + Sync {
    /// Signs a browser in to an account it has just proven, in place of its former session.
    async fn open(
        &self,
        subject: Subject,
        former: Option<&SessionToken>,
    ) -> Result<OpenedSession, Away>;

    /// Who is signed in with a token. Looking counts as use.
    async fn find(&self, token: &SessionToken) -> Result<Option<SignedIn>, Away>;

    /// Signs a browser out.
    async fn end(&self, token: &SessionToken) -> Result<(), Away>;

    /// How long a session lasts without use.
    fn idle(&self) -> Millis;
}
