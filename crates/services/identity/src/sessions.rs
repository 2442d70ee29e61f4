//! Sign-ins on the hosted pages: a random token in a cookie, its hash in a row.

use std::fmt;

use data_encoding::BASE64URL_NOPAD;
use model::{ApplicationId, Millis, Subject, Timestamp};
use store::{StoreError, Tx, Value};

use crate::{
    Identity,
    error::OperationError,
    hash::sha256,
    rows::{Account, AccountStatus, Session},
    start::IntoKey,
};

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

/// A sign-in that has just begun.
#[derive(Debug)]
pub struct OpenedSession {
    /// For the browser to keep.
    pub token: SessionToken,
    /// When it ends, however much it is used.
    pub ends_at: Timestamp,
}

/// Use moves the end of a session only when it moves it by this much, so that few pages write.
const STEP: Millis = Millis::from_seconds(60);

impl Identity {
    /// Signs a person in. The browser's former session, if it names one, ends.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn open_session(
        &self,
        application: ApplicationId,
        subject: Subject,
        former: Option<&SessionToken>,
    ) -> Result<OpenedSession, OperationError> {
        let core = &self.0;
        let mut secret = [0; 32];
        core.entropy
            .fill(&mut secret)
            .map_err(|_| OperationError::Storage)?;
        let token = SessionToken(BASE64URL_NOPAD.encode(&secret));
        let now = core.clock.now();
        let ends_at = now.plus(core.config.session_lifetime);
        let session = Session {
            token_hash: token.hash(),
            subject,
            application,
            created_at: now,
            expires_at: ends_at.min(now.plus(core.config.session_idle)),
        };
        let former = former.map(SessionToken::hash);
        core.store
            .transact("identity.session.open", async move |tx: &mut dyn Tx| {
                if let Some(former) = former {
                    end(tx, application, former).await?;
                }
                tx.insert(&session).await
            })
            .await?;
        Ok(OpenedSession { token, ends_at })
    }

    /// The account that a token is signed in to. Looking counts as use. Accounts that are locked or
    /// about to be deleted have no sessions, whatever their rows say.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn session(
        &self,
        application: ApplicationId,
        token: &SessionToken,
    ) -> Result<Option<Account>, OperationError> {
        let (core, hash, now) = (&self.0, token.hash(), self.0.clock.now());
        let found = core
            .store
            .read("identity.session", async move |tx: &mut dyn Tx| {
                let Some(session) = own(tx, application, hash).await? else {
                    return Ok(None);
                };
                let account = tx.get::<Account>(&[session.subject.into_key()]).await?;
                Ok::<_, StoreError>(account.map(|account| (session, account.shown())))
            })
            .await?;
        let live = found.filter(|(session, account)| {
            let closed = matches!(
                account.status,
                AccountStatus::Locked | AccountStatus::Deleting
            );
            session.expires_at > now && !closed
        });
        let Some((session, account)) = live else {
            return Ok(None);
        };
        let end = session.created_at.plus(core.config.session_lifetime);
        let expires_at = end.min(now.plus(core.config.session_idle));
        if expires_at.since(session.expires_at) >= STEP {
            self.move_end(application, hash, expires_at).await?;
        }
        Ok(Some(account))
    }

    /// Moves a session's end, if it has not been ended meanwhile.
    async fn move_end(
        &self,
        application: ApplicationId,
        hash: [u8; 32],
        expires_at: Timestamp,
    ) -> Result<(), OperationError> {
        self.0
            .store
            .transact("identity.session.use", async move |tx: &mut dyn Tx| {
                if let Some(session) = own(tx, application, hash).await? {
                    tx.put(&Session {
                        expires_at,
                        ..session
                    })
                    .await?;
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        Ok(())
    }

    /// Signs a browser out; of an unknown token there is nothing to end.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn end_session(
        &self,
        application: ApplicationId,
        token: &SessionToken,
    ) -> Result<(), OperationError> {
        let hash = token.hash();
        self.0
            .store
            .transact("identity.session.end", async move |tx: &mut dyn Tx| {
                end(tx, application, hash).await
            })
            .await?;
        Ok(())
    }

    /// How long a session lasts without use.
    #[must_use]
    pub fn session_idle(&self) -> Millis {
        self.0.config.session_idle
    }
}

/// A session of this application.
async fn own(
    tx: &mut dyn Tx,
    application: ApplicationId,
    hash: [u8; 32],
) -> Result<Option<Session>, StoreError> {
    let found = tx.get::<Session>(&[Value::from(hash)]).await?;
    Ok(found.filter(|session| session.application == application))
}

async fn end(
    tx: &mut dyn Tx,
    application: ApplicationId,
    hash: [u8; 32],
) -> Result<(), StoreError> {
    if own(tx, application, hash).await?.is_some() {
        tx.write(vec![store::delete::<Session>(&[Value::from(hash)])])
            .await?;
    }
    Ok(())
}
