//! The number went to a new owner: the account that stood under it loses it, and a new one is made.

use std::sync::Arc;

use model::{ApplicationId, Timestamp, VerificationId};
use peers::vault::{Reclaimed, Verdict};
use store::{StoreError, Tx, Value};

use crate::{
    Core,
    accounts::{Found, find_accounts},
    approve::{create, may_recheck},
    begin::{makes_accounts, surely::LOST_ANSWERS},
    config::VaultConfig,
    fault::Fault,
    forgetting::{clear_later, take_number},
    rows::Verification,
};

impl Core {
    /// The verb `reclaim`; after a lost answer once more. A run that finds its own work has
    /// nothing to do.
    pub(crate) async fn reclaim(
        &self,
        application: ApplicationId,
        id: VerificationId,
        now: Timestamp,
    ) -> Result<Reclaimed, Fault> {
        for _ in 0..LOST_ANSWERS {
            let reclaimed = self.reclaim_once(application, id, now).await;
            if !matches!(reclaimed, Err(Fault::Store(StoreError::OutcomeUnknown))) {
                return reclaimed;
            }
        }
        self.reclaim_once(application, id, now).await
    }

    async fn reclaim_once(
        &self,
        application: ApplicationId,
        id: VerificationId,
        now: Timestamp,
    ) -> Result<Reclaimed, Fault> {
        let Some(row) = self.verification(application, id).await? else {
            return Ok(Reclaimed::NotApplicable);
        };
        let Some(secrets) = self.secrets(&row).await? else {
            return Ok(Reclaimed::NotApplicable);
        };
        let proposal = self.propose(&row, &secrets, now)?;
        let (leaf_key, job_id) = (self.entropy.row_key(now)?, self.entropy.row_key(now)?);
        let (keys, config) = (Arc::clone(&self.keys), self.config.clone());
        let tags = secrets.tags.clone();
        let done = self
            .store
            .transact(
                "vault.reclaim",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(*id.as_bytes())];
                    let found = keys.guard.get::<Verification>(tx, &key).await?;
                    // The answer was lost and is asked for again.
                    let done = found.as_ref().filter(|row| may_recheck(row, &config, now));
                    if let Some((row, former)) = done.and_then(|row| Some((row, row.former?))) {
                        return Ok(Ok((row.clone(), former)));
                    }
                    let Some(mut row) = found.filter(|row| may_reclaim(row, &config, now)) else {
                        return Ok(Err(Reclaimed::NotApplicable));
                    };
                    let standing = find_accounts(tx, &keys, &tags).await?;
                    let named = |found: &Found| Some(found.account.handle) == row.handle;
                    let Some(former) = standing.into_iter().find(named) else {
                        return Ok(Err(Reclaimed::NotApplicable));
                    };
                    let possible_at = former.account.proven_at.plus(config.reclaim_after);
                    if possible_at > now {
                        return Ok(Err(Reclaimed::TooRecent { possible_at }));
                    }
                    let handle = former.account.handle;
                    let mut writes = create(&mut row, proposal.clone(), &keys, now)?;
                    writes.push(clear_later(former.account.subject, now, job_id)?);
                    writes.extend(take_number(former, &keys, leaf_key, now)?);
                    row.former = Some(handle);
                    writes.push(keys.guard.put(&row));
                    tx.write(writes).await?;
                    Ok(Ok((row, handle)))
                },
            )
            .await?;
        self.jobs_wake.notify_one();
        Ok(match done {
            Err(refused) => refused,
            Ok((row, former)) => {
                let approved = self.approved(&row, &secrets.tags, now);
                Reclaimed::Done { approved, former }
            }
        })
    }
}

/// A fresh sign-up proof that met an account.
fn may_reclaim(row: &Verification, config: &VaultConfig, now: Timestamp) -> bool {
    let fresh = row
        .approved_at
        .is_some_and(|at| at.plus(config.recheck_window) > now);
    fresh
        && makes_accounts(row.purpose)
        && matches!(
            row.verdict,
            Some(Verdict::NumberInUse | Verdict::LockedAccount)
        )
}
