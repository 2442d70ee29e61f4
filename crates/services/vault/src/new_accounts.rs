//! For a front that catches up: accounts in the order in which they were made.

use std::sync::Arc;

use model::Timestamp;
use peers::vault::{AccountPage, NewAccount, Traits};
use store::{Scan, Tx, Value};

use crate::{
    Core,
    fault::Fault,
    rows::{ACCOUNT, Account},
};

/// Most accounts of one page.
const MAX_PAGE: u16 = 500;

impl Core {
    /// The verb `new_accounts`. The internal key is time-ordered, so this is one range.
    pub(crate) async fn new_accounts(
        &self,
        since: Timestamp,
        limit: u16,
    ) -> Result<AccountPage, Fault> {
        let limit = usize::from(limit.clamp(1, MAX_PAGE));
        let from = store::id::time_ordered(since.as_millis(), [0; 10]);
        let keys = Arc::clone(&self.keys);
        let accounts = self
            .store
            .read(
                "vault.new_accounts",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let scan = Scan::new(&ACCOUNT, limit).from(Value::from(from));
                    Ok(keys.guard.scan::<Account>(tx, scan).await?)
                },
            )
            .await?;
        let full = accounts.len() == limit;
        let last = accounts.last().map(|account| account.created_at);
        let accounts: Vec<NewAccount> = accounts.iter().map(told).collect();
        Ok(AccountPage {
            accounts,
            more_since: last.filter(|_| full),
        })
    }
}

fn told(account: &Account) -> NewAccount {
    NewAccount {
        application: account.application,
        subject: account.handle,
        verification: account.verification,
        traits: Traits {
            country: account.country,
            line_type: account.line_type,
        },
        at: account.created_at,
    }
}
