//! Falling back to the other channel after a definite failure.

use async_trait::async_trait;
use model::{ApplicationId, Channel, ChannelChoice, VerificationId};
use peers::{
    front::{FrontEvents, PeerGone, SendReport, SendState},
    vault::{BeginRefusal, Resend},
};
use store::{StoreError, Tx};

use crate::{
    Identity, config::PATIENCE, error::StartError, jobs::FallBack, rows::Verification,
    start::IntoKey,
};

#[async_trait]
impl FrontEvents for Identity {
    /// A definite failure of an automatic verification becomes a job in the same transaction as
    /// its being noted. An unknown outcome does not: the message may still arrive.
    async fn sends_changed(&self, reports: Vec<SendReport>) -> Result<(), PeerGone> {
        let core = &self.0;
        let now = core.clock.now();
        let mut ids = Vec::with_capacity(reports.len());
        for _ in &reports {
            ids.push(core.entropy.row_key(now).map_err(|_| PeerGone)?);
        }
        core.write_copies().await.map_err(|_| PeerGone)?;
        core.store
            .transact("identity.sends_changed", async move |tx: &mut dyn Tx| {
                for (report, id) in reports.iter().zip(&ids) {
                    let found = tx
                        .get::<Verification>(&[report.verification.into_key()])
                        .await?;
                    let Some(row) = found else { continue };
                    let ours = row.application == report.application
                        && row.channel == report.channel
                        && report.state == SendState::Failed;
                    if ours && row.may_fall_back(now) {
                        let job = FallBack {
                            application: row.application,
                            verification: row.id,
                            from: report.channel,
                        };
                        store::jobs::enqueue(tx, &job, now.as_millis(), *id).await?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .await
            .map_err(|_| PeerGone)?;
        core.jobs_wake.notify_one();
        Ok(())
    }
}

/// What a fallback came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FellBack {
    /// The other channel is under way, or there is nothing left to do.
    Done,
    /// The vault does not answer; try again.
    Later,
}

impl Identity {
    /// Sends the code by the other channel, once.
    pub(crate) async fn fall_back(
        &self,
        application: ApplicationId,
        verification: VerificationId,
        from: Channel,
    ) -> FellBack {
        let now = self.0.clock.now();
        let Ok(found) = self.verification(application, verification).await else {
            return FellBack::Later;
        };
        // The person may have asked for another message meanwhile.
        let Some(row) = found.filter(|row| row.channel == from && row.may_fall_back(now)) else {
            return FellBack::Done;
        };
        let channel = match row.channel.other() {
            Channel::Sms => ChannelChoice::Sms,
            Channel::Voice => ChannelChoice::Voice,
        };
        let request = Resend {
            application,
            verification,
            channel,
            fallback: true,
            until: now.plus(PATIENCE),
        };
        match self.0.vault.resend(request).await {
            Ok(begun) => match self
                .record_send(application, verification, begun, true)
                .await
            {
                Ok(()) => FellBack::Done,
                Err(StartError::Storage) => FellBack::Later,
                Err(_) => FellBack::Done,
            },
            Err(BeginRefusal::Unavailable(_)) => FellBack::Later,
            // A limit or a line that takes no calls: the person chooses another way.
            Err(_) => FellBack::Done,
        }
    }
}
