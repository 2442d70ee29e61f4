//! Starting a verification.

use model::{
    ApplicationId, ChannelChoice, CodePurpose, Lifecycle, Subject, Timestamp, VerificationId,
};
use peers::vault::{Begin, Begun, Destination, OwnerProof};
use store::{Read, Record, StoreError, Tx};

use crate::{
    Identity, config::PATIENCE, error::StartError, limits::Client, money::Charge,
    rows::Verification,
};

/// What a caller asks for.
#[derive(Debug, Clone)]
pub struct Start {
    /// The application.
    pub application: ApplicationId,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// Whom to reach.
    pub destination: Destination,
    /// By which channel.
    pub channel: ChannelChoice,
    /// The account that the proof is for, where there is one already.
    pub subject: Option<Subject>,
    /// Language wanted, BCP-47.
    pub locale: Option<String>,
    /// What an earlier approval left on this device.
    pub owner: Option<OwnerProof>,
    /// Where the request came from.
    pub client: Client,
    /// The verification's id, where the caller drew it itself: repeating it repeats the answer.
    pub verification: Option<VerificationId>,
    /// The caller's `Idempotency-Key`: the same key starts the same verification.
    pub idempotency_key: Option<String>,
}

impl Identity {
    /// Starts a verification: limits first, then the vault, then the read copy.
    ///
    /// # Errors
    /// [`StartError`], typed so that a page can explain it.
    pub async fn start(&self, start: Start) -> Result<(VerificationId, Begun), StartError> {
        self.start_unless(start, false).await
    }

    /// As [`Identity::start`]; but where a verification is open that was begun with the same typed
    /// number for the same purpose, its code goes out again and its id is answered. Of two calls at
    /// the same moment, one begins.
    ///
    /// # Errors
    /// [`StartError`], typed so that a page can explain it.
    pub async fn start_or_resend(
        &self,
        start: Start,
    ) -> Result<(VerificationId, Begun), StartError> {
        self.start_unless(start, true).await
    }

    async fn start_unless(
        &self,
        start: Start,
        unless_open: bool,
    ) -> Result<(VerificationId, Begun), StartError> {
        let core = &self.0;
        let now = core.clock.now();
        core.limits.start(&start.client, now, &core.config)?;
        core.money.check(start.application, now, &core.config)?;
        if !core.copies.are_welcome() {
            // Before anything is sent that could not be recorded.
            core.write_copies().await?;
        }
        let drawn = start.verification.is_none() && start.idempotency_key.is_none();
        let id = self.id_of(&start, now)?;
        let request = Begin {
            verification: id,
            application: start.application,
            purpose: start.purpose,
            destination: start.destination,
            channel: start.channel,
            subject: start.subject,
            locale: start.locale,
            owner: start.owner,
            until: now.plus(PATIENCE),
            unless_open,
        };
        let begun = core.vault.begin(request).await?;
        if unless_open && begun.verification != id {
            let open = begun.verification;
            self.record_send(start.application, open, begun, false)
                .await?;
            return Ok((open, begun));
        }
        let row = Verification {
            id,
            application: start.application,
            purpose: start.purpose,
            channel: begun.view.channel,
            auto: Verification::is_auto(start.channel),
            fallbacks: 0,
            lifecycle: Lifecycle::started(begun.view.expires_at),
            expires_at: begun.view.expires_at,
            code_length: begun.view.code_length,
            traits: begun.traits,
            begun_at: begun.view.begun_at,
        };
        if drawn {
            core.money.owe(Charge::of(&row, now, &core.config));
            core.copies.keep(row);
        } else {
            self.record_once(row, now).await?;
        }
        Ok((id, begun))
    }

    fn id_of(&self, start: &Start, now: Timestamp) -> Result<VerificationId, StartError> {
        let core = &self.0;
        let bytes = match (start.verification, &start.idempotency_key) {
            (Some(id), _) => return Ok(id),
            (None, Some(key)) => core.derive.verification(start.application, key),
            // Neighbours in time are neighbours on disk. The 80 random bits behind the time keep
            // it unguessable.
            (None, None) => core.entropy.row_key(now).map_err(|_| StartError::Storage)?,
        };
        Ok(VerificationId::from_bytes(bytes))
    }

    /// Records and charges a start that may be a repeat: a repeated request finds its row, and
    /// nothing was sent again.
    async fn record_once(&self, row: Verification, now: Timestamp) -> Result<(), StartError> {
        let core = &self.0;
        core.write_copies().await?;
        let charge = Charge::of(&row, now, &core.config);
        let spent = core
            .store
            .transact(
                "identity.start",
                async move |tx: &mut dyn Tx| -> Result<_, StoreError> {
                    tx.prefetch(vec![copy_of(row.id), charge.announced()])
                        .await?;
                    let known = tx.get::<Verification>(&[row.id.into_key()]).await?;
                    if known.is_some() {
                        return Ok(None);
                    }
                    let (spend, write) = charge.apply(tx).await?;
                    tx.write(vec![store::insert(&row), write]).await?;
                    Ok(Some(spend))
                },
            )
            .await?;
        core.money.paid(&[], spent.into_iter().collect());
        Ok(())
    }
}

/// The read of a verification's copy, to be announced.
pub(crate) fn copy_of(id: VerificationId) -> Read {
    Read::Get {
        table: Verification::TABLE,
        key: vec![id.into_key()],
    }
}

/// An id as a key's value.
pub(crate) trait IntoKey {
    /// The value.
    fn into_key(self) -> store::Value;
}

impl<K> IntoKey for model::Id<K> {
    fn into_key(self) -> store::Value {
        store::Value::from(*self.as_bytes())
    }
}
