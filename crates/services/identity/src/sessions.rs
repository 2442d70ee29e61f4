//! Sign-ins on the hosted pages: a random token in a cookie, its hash in a row.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use model::{ApplicationId, Subject};
use store::{Tx, Value};

use crate::{Identity, error::OperationError, hash::sha256, rows::Session};

/// The secret in the cookie, 43 characters.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(String);

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

impl SessionToken {
    /// A token as a cookie brought it.
    #[must_use]
    pub fn from_cookie(text: &str) -> Option<Self> {
        (text.len() == 43).then(|| Self(text.to_owned()))
    }

    /// The text for the cookie.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }
}

impl Identity {
    /// Signs a person in.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn open_session(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<SessionToken, OperationError> {
        let core = &self.0;
        let mut secret = [0; 32];
        core.entropy
            .fill(&mut secret)
            .map_err(|_| OperationError::Storage)?;
        let token = SessionToken(BASE64URL_NOPAD.encode(&secret));
        let now = core.clock.now();
        let session = Session {
            token_hash: token.hash(),
            subject,
            application,
            created_at: now,
            expires_at: now.plus(core.config.session_lifetime),
        };
        core.store
            .transact("identity.session.open", async move |tx: &mut dyn Tx| {
                tx.insert(&session).await
            })
            .await?;
        Ok(token)
    }

    /// Who is signed in with a token.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn session(
        &self,
        application: ApplicationId,
        token: &SessionToken,
    ) -> Result<Option<Subject>, OperationError> {
        let (hash, now) = (token.hash(), self.0.clock.now());
        let found = self
            .0
            .store
            .read("identity.session", async move |tx: &mut dyn Tx| {
                tx.get::<Session>(&[Value::from(hash)]).await
            })
            .await?;
        let live = found.filter(|s| s.application == application && s.expires_at > now);
        Ok(live.map(|session| session.subject))
    }
}
