//! Sending the same code again, and calling off.

use model::{ApplicationId, ChannelChoice, VerificationId};
use peers::vault::{Begun, Resend};
use store::Tx;

use crate::{
    Identity,
    config::PATIENCE,
    error::{OperationError, StartError},
    limits::Client,
    money::Charge,
    rows::Verification,
    start::IntoKey,
};

impl Identity {
    /// Sends the code again by the channel asked for.
    ///
    /// # Errors
    /// [`StartError`], with the time at which each channel opens.
    pub async fn resend(
        &self,
        application: ApplicationId,
        verification: VerificationId,
        channel: ChannelChoice,
        client: &Client,
    ) -> Result<Begun, StartError> {
        let core = &self.0;
        let now = core.clock.now();
        core.limits.start(client, now, &core.config)?;
        core.money.check(application, now, &core.config)?;
        let request = Resend {
            application,
            verification,
            channel,
            fallback: false,
            until: now.plus(PATIENCE),
        };
        let begun = core.vault.resend(request).await?;
        self.record_send(application, verification, begun, false)
            .await?;
        Ok(begun)
    }

    /// Records and charges a message that went out again.
    pub(crate) async fn record_send(
        &self,
        application: ApplicationId,
        verification: VerificationId,
        begun: Begun,
        fallback: bool,
    ) -> Result<(), StartError> {
        let core = &self.0;
        core.write_copies().await?;
        let (now, config) = (core.clock.now(), core.config.clone());
        let spent = core
            .store
            .transact(
                "identity.resend",
                async move |tx: &mut dyn Tx| -> Result<_, StartError> {
                    let (country, channel) = (begun.traits.country, begun.view.channel);
                    let charge = Charge::message(application, country, channel, now, &config);
                    let (spend, write) = charge.apply(tx).await?;
                    let mut writes = vec![write];
                    // A copy that a crash took is made again when somebody looks.
                    if let Some(mut row) =
                        tx.get::<Verification>(&[verification.into_key()]).await?
                    {
                        row.channel = channel;
                        row.fallbacks = row.fallbacks.saturating_add(fallback.into());
                        if let Ok(next) = row.lifecycle.clone().resent(begun.view.expires_at, now) {
                            row.lifecycle = next;
                        }
                        writes.push(store::put(&row));
                    }
                    tx.write(writes).await?;
                    Ok(spend)
                },
            )
            .await?;
        core.money.paid(&[], vec![spent]);
        Ok(())
    }

    /// Calls a verification off; one that was approved stays approved.
    ///
    /// # Errors
    /// [`OperationError`].
    pub async fn cancel(
        &self,
        application: ApplicationId,
        verification: VerificationId,
    ) -> Result<(), OperationError> {
        let core = &self.0;
        core.vault.cancel(application, verification).await?;
        core.write_copies().await?;
        let now = core.clock.now();
        core.store
            .transact("identity.cancel", async move |tx: &mut dyn Tx| {
                let found = tx.get::<Verification>(&[verification.into_key()]).await?;
                let Some(mut row) = found.filter(|row| row.application == application) else {
                    return Ok(());
                };
                if let Ok(next) = row.lifecycle.clone().canceled(now) {
                    row.lifecycle = next;
                    tx.put(&row).await?;
                }
                Ok::<_, OperationError>(())
            })
            .await
    }
}
