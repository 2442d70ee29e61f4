//! Catching up with the vault: an account whose approval was never recorded here, because the
//! front stopped between the vault's answer and its own write, is recorded now.

use model::{Millis, Timestamp};
use peers::vault::Standing;
use store::{StoreError, Tx, Value};

use crate::{
    Identity,
    error::OperationError,
    rows::{Account, AccountStatus, Cursor},
    start::IntoKey,
};

/// Looked at again each time: clocks differ, and writes overlap.
const OVERLAP: Millis = Millis::from_seconds(600);
const PAGE: u16 = 500;

impl Identity {
    /// Records every account the vault made that is missing here. Returns how many were.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn catch_up(&self) -> Result<usize, OperationError> {
        let core = &self.0;
        let began = core.clock.now();
        let mut since = self.caught_up_to().await?;
        let mut recorded = 0;
        loop {
            let page = core.vault.new_accounts(since, PAGE).await?;
            recorded += self.record_missing(page.accounts).await?;
            match page.more_since {
                // A page of one instant only would not get further.
                Some(next) if next > since => since = next,
                _ => break,
            }
        }
        let at = began.plus(Millis::from_millis(-OVERLAP.as_millis()));
        let cursor = Cursor {
            name: Cursor::ACCOUNTS.to_owned(),
            at,
        };
        core.store
            .transact("identity.cursor", async move |tx: &mut dyn Tx| {
                tx.put(&cursor).await
            })
            .await?;
        Ok(recorded)
    }

    async fn caught_up_to(&self) -> Result<Timestamp, OperationError> {
        let found = self
            .0
            .store
            .read("identity.cursor", async |tx: &mut dyn Tx| {
                let key = [Value::from(Cursor::ACCOUNTS)];
                tx.get::<Cursor>(&key).await
            })
            .await?;
        Ok(found.map_or(Timestamp::from_millis(0), |cursor| cursor.at))
    }

    async fn record_missing(
        &self,
        accounts: Vec<peers::vault::NewAccount>,
    ) -> Result<usize, OperationError> {
        let recorded = self
            .0
            .store
            .transact("identity.catch_up", async move |tx: &mut dyn Tx| {
                let mut writes = Vec::new();
                for account in &accounts {
                    if tx
                        .get::<Account>(&[account.subject.into_key()])
                        .await?
                        .is_none()
                    {
                        writes.push(store::insert(&Account {
                            subject: account.subject,
                            application: account.application,
                            status: status(account.standing),
                            traits: account.traits,
                            verified_at: account.at,
                            shred_at: account.shred_at,
                        }));
                    }
                }
                let recorded = writes.len();
                tx.write(writes).await?;
                Ok::<_, StoreError>(recorded)
            })
            .await?;
        Ok(recorded)
    }
}

const fn status(standing: Standing) -> AccountStatus {
    match standing {
        Standing::Active => AccountStatus::Active,
        Standing::Locked => AccountStatus::Locked,
        Standing::NumberForgotten => AccountStatus::NumberForgotten,
        Standing::NumberLost => AccountStatus::NumberLost,
    }
}
