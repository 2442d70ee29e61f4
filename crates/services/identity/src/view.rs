//! Looking a verification up.

use model::{ApplicationId, CodePurpose, Lifecycle, Status, TypedNumber, VerificationId};
use peers::vault::{BeginRefusal, FindOpen, Open, Unavailable, Viewed};
use store::Tx;

use crate::{Identity, check::told, error::OperationError, rows::Verification, start::IntoKey};

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

    /// The verification of a typed number whose code lives, as the vault says. Nothing of the
    /// number is kept.
    ///
    /// # Errors
    /// [`BeginRefusal`].
    pub async fn find_open(
        &self,
        application: ApplicationId,
        purpose: CodePurpose,
        text: TypedNumber,
    ) -> Result<Option<Open>, BeginRefusal> {
        let request = FindOpen {
            application,
            purpose,
            text,
            region: None,
        };
        self.0.vault.find_open(request).await
    }

    /// The read copy of a verification, if it is this application's. One that a crash took is made
    /// again from the vault's word, without a change of channel by itself.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn verification(
        &self,
        application: ApplicationId,
        id: VerificationId,
    ) -> Result<Option<Verification>, OperationError> {
        let core = &self.0;
        core.write_copies().await?;
        let found = core
            .store
            .read("identity.view", async move |tx: &mut dyn Tx| {
                Ok::<_, OperationError>(tx.get::<Verification>(&[id.into_key()]).await?)
            })
            .await?;
        if let Some(row) = found {
            return Ok(Some(row).filter(|row| row.application == application));
        }
        let viewed = core.vault.view(application, id).await?;
        Ok(viewed.map(|viewed| restored(application, id, &viewed)))
    }
}

fn restored(application: ApplicationId, id: VerificationId, viewed: &Viewed) -> Verification {
    let view = &viewed.view;
    let lifecycle = match (view.status, viewed.approved) {
        (_, Some(approved)) => told(&approved),
        (Status::Locked, None) => Lifecycle::Locked,
        (Status::Canceled, None) => Lifecycle::Canceled,
        (Status::Pending, None) => Lifecycle::started(view.expires_at),
        // An approval that a check would not repeat any more says nothing of its account.
        (Status::Expired | Status::Approved, None) => Lifecycle::Expired,
    };
    Verification {
        id,
        application,
        purpose: viewed.purpose,
        channel: view.channel,
        auto: false,
        fallbacks: 0,
        lifecycle,
        expires_at: view.expires_at,
        code_length: view.code_length,
        traits: viewed.traits,
        begun_at: view.begun_at,
    }
}
