//! A number that changed hands.

use model::{ApplicationId, VerificationId};
use peers::vault::Reclaimed;
use store::{StoreError, Tx};

use crate::{
    Identity,
    error::OperationError,
    rows::{Account, AccountStatus},
    start::IntoKey,
};

impl Identity {
    /// The person who just proved the number says that the account under it is not theirs.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn reclaim(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<Reclaimed, OperationError> {
        let core = &self.0;
        let reclaimed = core.vault.reclaim(application, verification).await?;
        if let Reclaimed::Done { approved, former } = reclaimed {
            self.record_approval(application, verification, approved)
                .await?;
            core.store
                .transact("identity.reclaim", async move |tx: &mut dyn Tx| {
                    if let Some(mut account) = tx.get::<Account>(&[former.into_key()]).await? {
                        account.status = AccountStatus::NumberLost;
                        tx.put(&account).await?;
                    }
                    Ok::<_, StoreError>(())
                })
                .await?;
        }
        Ok(reclaimed)
    }
}
