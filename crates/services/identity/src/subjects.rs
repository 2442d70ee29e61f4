//! Accounts by pseudonym: facts, lock, deletion. No operation here touches a number.

use model::{ApplicationId, Subject, Timestamp};
use peers::vault::DeletionState;
use store::{Scan, StoreError, Tx};

use crate::{
    Identity,
    error::OperationError,
    rows::{Account, AccountStatus, SESSION, Session},
    start::IntoKey,
};

/// Sessions ended in one transaction.
const SESSIONS: usize = 500;

impl Identity {
    /// The facts about an account, if it is this application's.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn subject(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<Option<Account>, OperationError> {
        let found = self
            .0
            .store
            .read("identity.subject", async move |tx: &mut dyn Tx| {
                Ok::<_, OperationError>(tx.get::<Account>(&[subject.into_key()]).await?)
            })
            .await?;
        let ours = found.filter(|account| account.application == application);
        Ok(ours.map(Account::shown))
    }

    /// Locks an account: every session ends, nothing opens, nothing is sent. Or unlocks it.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn set_locked(
        &self,
        application: ApplicationId,
        subject: Subject,
        locked: bool,
    ) -> Result<Option<Account>, OperationError> {
        if !self
            .0
            .vault
            .set_locked(application, subject, locked)
            .await?
        {
            return Ok(None);
        }
        if locked {
            self.revoke_sessions(application, subject).await?;
        }
        self.change(application, subject, move |account| {
            account.status = match (account.status, locked) {
                (AccountStatus::Active | AccountStatus::NumberForgotten, true) => {
                    AccountStatus::Locked
                }
                (AccountStatus::Locked, false) => AccountStatus::Active,
                (same, _) => same,
            };
        })
        .await
    }

    /// Asks for deletion: suspended at once, shredded after the delay unless undone.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, OperationError> {
        let state = self.0.vault.delete(application, subject).await?;
        if let DeletionState::Scheduled { shred_at } = state {
            self.revoke_sessions(application, subject).await?;
            self.change(application, subject, move |account| {
                account.shred_at = Some(shred_at);
            })
            .await?;
        }
        Ok(state)
    }

    /// Takes a requested deletion back.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn undo_delete(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<DeletionState, OperationError> {
        let state = self.0.vault.undo_delete(application, subject).await?;
        if state == DeletionState::Active {
            self.change(application, subject, |account| account.shred_at = None)
                .await?;
        }
        Ok(state)
    }

    /// Keeps the number behind an account from making others here until a date.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn ban(
        &self,
        application: ApplicationId,
        subject: Subject,
        until: Timestamp,
    ) -> Result<bool, OperationError> {
        Ok(self.0.vault.ban(application, subject, until).await?)
    }

    /// Ends every session of an account on the hosted pages. Returns how many there were.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn revoke_sessions(
        &self,
        application: ApplicationId,
        subject: Subject,
    ) -> Result<usize, OperationError> {
        let mut ended = 0;
        loop {
            let removed = self
                .0
                .store
                .transact("identity.revoke", async move |tx: &mut dyn Tx| {
                    let scan = Scan::new(&SESSION, SESSIONS)
                        .index("session_subject")
                        .prefix([subject.into_key()]);
                    let found = tx.scan::<Session>(scan).await?;
                    let ours = found.iter().filter(|s| s.application == application);
                    let key = |s: &Session| [store::Value::from(s.token_hash)];
                    let writes: Vec<_> = ours.map(|s| store::delete::<Session>(&key(s))).collect();
                    let removed = writes.len();
                    tx.write(writes).await?;
                    Ok::<_, OperationError>(removed)
                })
                .await?;
            ended += removed;
            if removed < SESSIONS {
                return Ok(ended);
            }
        }
    }

    async fn change(
        &self,
        application: ApplicationId,
        subject: Subject,
        change: impl Fn(&mut Account) + Send + 'static,
    ) -> Result<Option<Account>, OperationError> {
        let changed = self
            .0
            .store
            .transact("identity.subject.change", async move |tx: &mut dyn Tx| {
                let found = tx.get::<Account>(&[subject.into_key()]).await?;
                let Some(mut account) = found.filter(|a| a.application == application) else {
                    return Ok(None);
                };
                change(&mut account);
                tx.put(&account).await?;
                Ok::<_, StoreError>(Some(account.shown()))
            })
            .await?;
        Ok(changed)
    }
}
