//! Looking a verification up.

use model::{ApplicationId, VerificationId};
use peers::vault::{Unavailable, Viewed};
use store::Tx;

use crate::{Identity, error::OperationError, rows::Verification, start::IntoKey};

impl Identity {
    /// Where a verification stands now, as the vault says.
    ///
    /// # Errors
    /// [`Unavailable`] when the vault does not answer.
    pub async fn look_up(
        &self,
        application: ApplicationId,
        id: VerificationId,
    ) -> Result<Option<Viewed>, Unavailable> {
        self.0.vault.view(application, id).await
    }

    /// The read copy of a verification, if it is this application's.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn verification(
        &self,
        application: ApplicationId,
        id: VerificationId,
    ) -> Result<Option<Verification>, OperationError> {
        let found = self
            .0
            .store
            .read("identity.view", async move |tx: &mut dyn Tx| {
                Ok::<_, OperationError>(tx.get::<Verification>(&[id.into_key()]).await?)
            })
            .await?;
        Ok(found.filter(|row| row.application == application))
    }
}
