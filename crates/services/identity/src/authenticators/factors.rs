//! Authenticator apps: made, confirmed by a first code, renamed, removed.

use model::{ApplicationId, FactorId, FactorSecret, Timestamp, TotpTerms, TypedCode};
use peers::vault::{CheckFactor, FactorChecked, MakeFactor};
use store::{Scan, StoreError, Tx, Value, Write};

use super::{
    CONFIRM_WITHIN, FactorError, MAX_FACTORS,
    entities::{Identifier, entity},
};
use crate::{
    Identity,
    rows::{Entity, FACTOR, Factor},
    start::IntoKey as _,
};

/// What an application calls an app: 1 to 64 characters with fewer digits than a phone number has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactorName(String);

impl FactorName {
    /// The longest, characters.
    pub const MAX_CHARS: usize = 64;
    /// So many digits may be a number, which the front does not keep.
    const MAX_DIGITS: usize = 6;

    /// A name as a request brought it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.chars().filter(|letter| letter.is_numeric()).count();
        let fits = (1..=Self::MAX_CHARS).contains(&text.chars().count())
            && digits <= Self::MAX_DIGITS
            && !text.chars().any(char::is_control);
        fits.then(|| Self(text.to_owned()))
    }
}

/// An app that is to be made.
#[derive(Debug, Clone)]
pub struct NewFactor {
    /// What it is called.
    pub name: FactorName,
    /// How codes are made.
    pub terms: TotpTerms,
    /// A secret that is in an app already; else the vault draws one.
    pub secret: Option<FactorSecret>,
}

fn factor_key(entity: &Entity, id: FactorId) -> [Value; 3] {
    let (application, id) = (entity.application.into_key(), id.into_key());
    [application, entity.id.into_key(), id]
}

/// The apps of an entity.
pub(super) async fn factors_of(
    tx: &mut dyn Tx,
    entity: &Entity,
) -> Result<Vec<Factor>, StoreError> {
    let of = [entity.application.into_key(), entity.id.into_key()];
    tx.scan(Scan::of::<Factor>(MAX_FACTORS).prefix(of)).await
}

/// One app of an entity, unless its time to be confirmed is over.
pub(super) async fn factor_of(
    tx: &mut dyn Tx,
    entity: &Entity,
    id: FactorId,
    now: Timestamp,
) -> Result<Factor, FactorError> {
    let found = tx.get::<Factor>(&factor_key(entity, id)).await?;
    let found = found.filter(|factor| factor.ends_at.is_none_or(|end| end > now));
    found.ok_or(FactorError::NotFound)
}

impl Identity {
    /// Makes an app of an entity, and the entity if there is none. The answer is the only one that
    /// has the secret.
    ///
    /// # Errors
    /// [`FactorError`].
    pub async fn create_factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        new: NewFactor,
    ) -> Result<(Factor, FactorSecret), FactorError> {
        let core = &self.0;
        let now = core.clock.now();
        let id = core.entropy.random_16();
        let id = FactorId::from_bytes(id.map_err(|_| FactorError::Storage)?);
        let secret = core
            .vault
            .make_factor(MakeFactor {
                application,
                factor: id,
                terms: new.terms,
                secret: new.secret,
            })
            .await?;
        let (fresh, name) = (core.new_entity(application, identifier, now)?, new.name.0);
        let (identifier, terms) = (identifier.clone(), new.terms);
        let written = core
            .store
            .transact("identity.factor.create", async move |tx: &mut dyn Tx| {
                let known = entity(tx, application, &identifier).await?;
                let mut writes = Vec::new();
                if known.is_none() {
                    writes.push(store::insert(&fresh));
                }
                let entity = known.unwrap_or_else(|| fresh.clone());
                if factors_of(tx, &entity).await?.len() >= MAX_FACTORS {
                    return Err(FactorError::TooMany);
                }
                let factor = Factor {
                    application,
                    entity: entity.id,
                    id,
                    name: name.clone(),
                    terms,
                    ends_at: Some(now.plus(CONFIRM_WITHIN)),
                    created_at: now,
                    updated_at: now,
                };
                writes.push(store::insert(&factor));
                tx.write(writes).await?;
                Ok(factor)
            })
            .await;
        match written {
            Ok(factor) => Ok((factor, secret)),
            Err(error) => {
                // What stays at the vault has no code that could confirm it, and goes in a day.
                let _ = core.vault.delete_factor(application, id).await;
                Err(error)
            }
        }
    }

    /// All apps of an entity.
    ///
    /// # Errors
    /// [`FactorError::NotFound`], [`FactorError::Storage`].
    pub async fn factors(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
    ) -> Result<Vec<Factor>, FactorError> {
        let (identifier, now) = (identifier.clone(), self.0.clock.now());
        self.0
            .store
            .read("identity.factors", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                let mut factors = factors_of(tx, &found.ok_or(FactorError::NotFound)?).await?;
                factors.retain(|factor| factor.ends_at.is_none_or(|end| end > now));
                Ok(factors)
            })
            .await
    }

    /// One app.
    ///
    /// # Errors
    /// As [`Identity::factors`].
    pub async fn factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: FactorId,
    ) -> Result<Factor, FactorError> {
        let (identifier, now) = (identifier.clone(), self.0.clock.now());
        self.0
            .store
            .read("identity.factor", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                factor_of(tx, &found.ok_or(FactorError::NotFound)?, id, now).await
            })
            .await
    }

    /// Gives an app another name.
    ///
    /// # Errors
    /// As [`Identity::factors`].
    pub async fn rename_factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: FactorId,
        name: FactorName,
    ) -> Result<Factor, FactorError> {
        let changed = move |factor: &mut Factor| factor.name.clone_from(&name.0);
        self.change_factor(application, identifier, id, changed)
            .await
    }

    /// Takes the first code of an app, which confirms it. A wrong one leaves it as it is.
    ///
    /// # Errors
    /// [`FactorError`].
    pub async fn confirm_factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: FactorId,
        code: TypedCode,
    ) -> Result<Factor, FactorError> {
        let factor = self.factor(application, identifier, id).await?;
        if factor.is_confirmed() {
            return Ok(factor);
        }
        let check = CheckFactor {
            application,
            factor: id,
            used_for: *id.as_bytes(),
            confirms: true,
            code,
        };
        match self.0.vault.check_factor(check).await? {
            FactorChecked::Approved => {
                let confirmed = |factor: &mut Factor| factor.ends_at = None;
                self.change_factor(application, identifier, id, confirmed)
                    .await
            }
            FactorChecked::Wrong | FactorChecked::Unconfirmed => Ok(factor),
            other => Err(self.refused(&factor, other).await?),
        }
    }

    /// Removes an app. The vault destroys its secret first.
    ///
    /// # Errors
    /// [`FactorError`].
    pub async fn delete_factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: FactorId,
    ) -> Result<(), FactorError> {
        let factor = self.factor(application, identifier, id).await?;
        self.0.vault.delete_factor(application, id).await?;
        Ok(self.drop_factor(&factor).await?)
    }

    /// What a code that was not judged came to.
    pub(super) async fn refused(
        &self,
        factor: &Factor,
        judged: FactorChecked,
    ) -> Result<FactorError, StoreError> {
        Ok(match judged {
            FactorChecked::Wait { after_seconds } => FactorError::Guesses {
                after_seconds: Some(after_seconds),
            },
            FactorChecked::Locked => FactorError::Guesses {
                after_seconds: None,
            },
            FactorChecked::Unconfirmed => FactorError::Unconfirmed,
            FactorChecked::NotFound | FactorChecked::Approved | FactorChecked::Wrong => {
                // The secret is gone, and the app with it.
                self.drop_factor(factor).await?;
                FactorError::NotFound
            }
        })
    }

    async fn drop_factor(&self, factor: &Factor) -> Result<(), StoreError> {
        let key = [factor.application.into_key(), factor.entity.into_key()];
        let key = key.into_iter().chain([factor.id.into_key()]).collect();
        let delete = Write::Delete {
            table: &FACTOR,
            key,
        };
        self.0
            .store
            .transact("identity.factor.delete", async move |tx: &mut dyn Tx| {
                tx.write(vec![delete.clone()]).await
            })
            .await
    }

    async fn change_factor(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        id: FactorId,
        change: impl Fn(&mut Factor) + Send + 'static,
    ) -> Result<Factor, FactorError> {
        let (identifier, now) = (identifier.clone(), self.0.clock.now());
        self.0
            .store
            .transact("identity.factor.change", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                let entity = found.ok_or(FactorError::NotFound)?;
                let mut factor = factor_of(tx, &entity, id, now).await?;
                change(&mut factor);
                factor.updated_at = now;
                tx.put(&factor).await?;
                Ok(factor)
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_may_be_in_any_script_and_holds_no_number() {
        for good in ["Anna’s phone", "iPhone 15 Pro", "电话", "a"] {
            assert!(FactorName::parse(good).is_some(), "{good}");
        }
        let long = "a".repeat(FactorName::MAX_CHARS + 1);
        for bad in ["", "+44 7700 900123", "٠٧٧٠٠٩٠٠١٢٣", "a\u{0}b", &long] {
            assert!(FactorName::parse(bad).is_none(), "{bad}");
        }
    }
}
