//! For a front that catches up: accounts in the order in which they were made.

use std::sync::Arc;

use model::Timestamp;
use peers::vault::{AccountPage, NewAccount, Standing, Traits};
use store::{Scan, Tx, Value};

use crate::{
    Core,
    fault::Fault,
    housekeeping::time_of,
    rows::{ACCOUNT, Account, AccountStatus},
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
        let (accounts, more_since) = self
            .store
            .read(
                "vault.new_accounts",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let scan = Scan::new(&ACCOUNT, limit).from(Value::from(from));
                    let rows = tx.scan_rows(scan).await?;
                    // A forged row ends no page: those behind it are still to come.
                    let last = rows.last().filter(|_| rows.len() == limit);
                    let more_since = last.and_then(|row| time_of(row.first()?));
                    let opened = rows.into_iter().map(|row| keys.guard.open::<Account>(row));
                    let accounts = opened.filter_map(Result::transpose);
                    Ok((accounts.collect::<Result<Vec<_>, _>>()?, more_since))
                },
            )
            .await?;
        Ok(AccountPage {
            accounts: accounts.iter().map(told).collect(),
            more_since: more_since.map(Timestamp::from_millis),
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
        standing: match account.status {
            AccountStatus::Active => Standing::Active,
            AccountStatus::Locked => Standing::Locked,
            AccountStatus::Forgotten => Standing::NumberForgotten,
            AccountStatus::NumberLost => Standing::NumberLost,
        },
        shred_at: account.shred_at,
    }
}
