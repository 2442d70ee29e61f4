//! Requests for a code of an authenticator app.

use model::{ApplicationId, FactorId, Millis, Timestamp, TypedCode};
use peers::vault::{CheckFactor, FactorChecked};
use store::{Scan, Tx, Value};

use super::{
    FactorError,
    entities::{Identifier, entity},
    factors::factor_of,
};
use crate::{
    Identity,
    rows::{Challenge, ChallengeId, Entity, Factor},
    start::IntoKey as _,
};

/// How long a code is taken where nothing else is asked for.
const USUAL_LIFETIME: Millis = Millis::from_seconds(5 * 60);
/// How long it may be asked for at most.
const LONGEST_LIFETIME: Millis = Millis::from_seconds(60 * 60);

fn challenge_key(entity: &Entity, id: ChallengeId) -> [Value; 3] {
    let (application, id) = (entity.application.into_key(), id.into_key());
    [application, entity.id.into_key(), id]
}

impl Identity {
    /// Asks an app for a code; with the code at hand, it is judged at once.
    ///
    /// # Errors
    /// [`FactorError`]; [`FactorError::Expired`] when it would end before it begins or later than
    /// in an hour.
    pub async fn create_challenge(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        factor: FactorId,
        expires_at: Option<Timestamp>,
        code: Option<TypedCode>,
    ) -> Result<Challenge, FactorError> {
        let core = &self.0;
        let now = core.clock.now();
        let expires_at = expires_at.unwrap_or_else(|| now.plus(USUAL_LIFETIME));
        if expires_at <= now || expires_at > now.plus(LONGEST_LIFETIME) {
            return Err(FactorError::Expired);
        }
        let id = core.entropy.row_key(now);
        let id = ChallengeId::from_bytes(id.map_err(|_| FactorError::Storage)?);
        let identifier = identifier.clone();
        let (factor, made) = core
            .store
            .transact("identity.challenge.create", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                let entity = found.ok_or(FactorError::NotFound)?;
                let factor = factor_of(tx, &entity, factor, now).await?;
                if !factor.is_confirmed() {
                    return Err(FactorError::Unconfirmed);
                }
                let made = Challenge {
                    application,
                    entity: entity.id,
                    id,
                    factor: factor.id,
                    created_at: now,
                    expires_at,
                    approved_at: None,
                };
                tx.insert(&made).await?;
                Ok((factor, made))
            })
            .await?;
        match code {
            Some(code) => self.judge(&factor, made, code).await,
            None => Ok(made),
        }
    }

    /// One challenge.
    ///
    /// # Errors
    /// [`FactorError::NotFound`], [`FactorError::Storage`].
    pub async fn challenge(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: ChallengeId,
    ) -> Result<Challenge, FactorError> {
        let identifier = identifier.clone();
        self.0
            .store
            .read("identity.challenge", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                let entity = found.ok_or(FactorError::NotFound)?;
                let found = tx.get::<Challenge>(&challenge_key(&entity, id)).await?;
                found.ok_or(FactorError::NotFound)
            })
            .await
    }

    /// At most `size` challenges of an entity, newest first or oldest first, after one of them.
    ///
    /// # Errors
    /// As [`Identity::challenge`].
    pub async fn challenges(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        (after, newest_first): (Option<ChallengeId>, bool),
        size: usize,
    ) -> Result<Vec<Challenge>, FactorError> {
        let identifier = identifier.clone();
        self.0
            .store
            .read("identity.challenges", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                let entity = found.ok_or(FactorError::NotFound)?;
                let place = after.map(|id| challenge_key(&entity, id).to_vec());
                let of = [application.into_key(), entity.id.into_key()];
                let scan = Scan::of::<Challenge>(size.max(1)).prefix(of).after(place);
                let scan = if newest_first { scan.reverse() } else { scan };
                Ok(tx.scan::<Challenge>(scan).await?)
            })
            .await
    }

    /// Judges a code. A wrong one leaves the challenge as it is.
    ///
    /// # Errors
    /// [`FactorError`].
    pub async fn answer_challenge(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: ChallengeId,
        code: TypedCode,
    ) -> Result<Challenge, FactorError> {
        let challenge = self.challenge(application, identifier, id).await?;
        if challenge.approved_at.is_some() {
            return Err(FactorError::Answered);
        }
        if challenge.expires_at <= self.0.clock.now() {
            return Err(FactorError::Expired);
        }
        let factor = self
            .factor(application, identifier, challenge.factor)
            .await?;
        self.judge(&factor, challenge, code).await
    }

    async fn judge(
        &self,
        factor: &Factor,
        mut challenge: Challenge,
        code: TypedCode,
    ) -> Result<Challenge, FactorError> {
        let check = CheckFactor {
            application: factor.application,
            factor: factor.id,
            used_for: *challenge.id.as_bytes(),
            confirms: false,
            code,
        };
        match self.0.vault.check_factor(check).await? {
            FactorChecked::Approved => {
                challenge.approved_at = Some(self.0.clock.now());
                let row = challenge.clone();
                self.0
                    .store
                    .transact(
                        "identity.challenge.approve",
                        async move |tx: &mut dyn Tx| tx.put(&row).await,
                    )
                    .await?;
                Ok(challenge)
            }
            FactorChecked::Wrong => Ok(challenge),
            other => Err(self.refused(factor, other).await?),
        }
    }
}
