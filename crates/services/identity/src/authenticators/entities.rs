//! People that an application has authenticator apps for.

use model::{ApplicationId, Timestamp};
use store::{Record as _, Scan, StoreError, Tx, Value, Write};

use super::{FactorError, factors::factors_of};
use crate::{
    Core, Identity,
    rows::{CHALLENGE, Challenge, ENTITY, Entity, EntityId, FACTOR},
    start::IntoKey as _,
};

/// Challenges removed in one transaction.
const BATCH: usize = 500;

/// What an application calls somebody: 8 to 64 letters, digits and dashes, with a letter among
/// them. A name of digits alone could be a phone number, and the front keeps none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier(String);

impl Identifier {
    /// The longest, characters.
    pub const MAX_CHARS: usize = 64;
    const MIN_CHARS: usize = 8;

    /// A name as a request brought it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        let fits = (Self::MIN_CHARS..=Self::MAX_CHARS).contains(&text.len())
            && text.bytes().all(allowed)
            && text.bytes().any(|byte| byte.is_ascii_alphabetic());
        fits.then(|| Self(text.to_owned()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some entities, by name.
#[derive(Debug, Clone)]
pub struct EntityPage {
    /// The entities.
    pub entities: Vec<Entity>,
    /// After which name the next page begins.
    pub next: Option<Identifier>,
}

fn entity_key(application: ApplicationId, identifier: &Identifier) -> [Value; 2] {
    [application.into_key(), Value::from(identifier.as_str())]
}

/// The entity, if there is one.
pub(super) async fn entity(
    tx: &mut dyn Tx,
    application: ApplicationId,
    identifier: &Identifier,
) -> Result<Option<Entity>, StoreError> {
    tx.get::<Entity>(&entity_key(application, identifier)).await
}

impl Core {
    pub(super) fn new_entity(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
        now: Timestamp,
    ) -> Result<Entity, FactorError> {
        let id = self.entropy.random_16().map_err(|_| FactorError::Storage)?;
        Ok(Entity {
            application,
            identity: identifier.0.clone(),
            id: EntityId::from_bytes(id),
            created_at: now,
        })
    }
}

impl Identity {
    /// Makes an entity.
    ///
    /// # Errors
    /// [`FactorError::Exists`], [`FactorError::Storage`].
    pub async fn create_entity(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
    ) -> Result<Entity, FactorError> {
        let core = &self.0;
        let made = core.new_entity(application, identifier, core.clock.now())?;
        let row = made.clone();
        let inserted = core
            .store
            .transact("identity.entity.create", async move |tx: &mut dyn Tx| {
                tx.insert(&row).await
            })
            .await;
        match inserted {
            Ok(()) => Ok(made),
            Err(error) if error.is_duplicate(ENTITY.name, "key") => Err(FactorError::Exists),
            Err(error) => Err(error.into()),
        }
    }

    /// One entity.
    ///
    /// # Errors
    /// [`FactorError::NotFound`], [`FactorError::Storage`].
    pub async fn entity(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
    ) -> Result<Entity, FactorError> {
        let identifier = identifier.clone();
        self.0
            .store
            .read("identity.entity", async move |tx: &mut dyn Tx| {
                let found = entity(tx, application, &identifier).await?;
                found.ok_or(FactorError::NotFound)
            })
            .await
    }

    /// A page of at most `size` entities after a name.
    ///
    /// # Errors
    /// [`FactorError::Storage`].
    pub async fn entities(
        &self,
        application: ApplicationId,
        after: Option<&Identifier>,
        size: usize,
    ) -> Result<EntityPage, FactorError> {
        let place = after.map(|identifier| entity_key(application, identifier).to_vec());
        let scan = Scan::of::<Entity>(size.max(1))
            .prefix([application.into_key()])
            .after(place);
        let entities = self
            .0
            .store
            .read("identity.entities", async move |tx: &mut dyn Tx| {
                tx.scan::<Entity>(scan.clone()).await
            })
            .await?;
        let full = entities.len() == size;
        let last = entities.last().filter(|_| full);
        Ok(EntityPage {
            next: last.map(|last| Identifier(last.identity.clone())),
            entities,
        })
    }

    /// Removes an entity with its apps and challenges. The vault destroys the secrets first.
    ///
    /// # Errors
    /// [`FactorError`]. What was removed stays removed; the call may be repeated.
    pub async fn delete_entity(
        &self,
        application: ApplicationId,
        identifier: &Identifier,
    ) -> Result<(), FactorError> {
        let entity = self.entity(application, identifier).await?;
        for factor in self.factors(application, identifier).await? {
            self.0.vault.delete_factor(application, factor.id).await?;
        }
        self.delete_challenges(&entity).await?;
        let key = entity_key(application, identifier).to_vec();
        self.0
            .store
            .transact("identity.entity.delete", async move |tx: &mut dyn Tx| {
                let mut writes = vec![Write::Delete {
                    table: &ENTITY,
                    key: key.clone(),
                }];
                for factor in factors_of(tx, &entity).await? {
                    writes.push(Write::Delete {
                        table: &FACTOR,
                        key: FACTOR.pick(&factor.to_row(), FACTOR.key)?,
                    });
                }
                tx.write(writes).await
            })
            .await?;
        Ok(())
    }

    async fn delete_challenges(&self, entity: &Entity) -> Result<(), FactorError> {
        let of = [entity.application.into_key(), entity.id.into_key()];
        loop {
            let scan = Scan::of::<Challenge>(BATCH).prefix(of.clone());
            let removed = self
                .0
                .store
                .transact("identity.challenge.delete", async move |tx: &mut dyn Tx| {
                    let rows = tx.scan_rows(scan.clone()).await?;
                    let writes = rows.iter().map(|row| {
                        let key = CHALLENGE.pick(row, CHALLENGE.key)?;
                        Ok(Write::Delete {
                            table: &CHALLENGE,
                            key,
                        })
                    });
                    let writes = writes.collect::<Result<Vec<_>, StoreError>>()?;
                    let removed = writes.len();
                    tx.write(writes).await?;
                    Ok::<_, StoreError>(removed)
                })
                .await?;
            if removed < BATCH {
                return Ok(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_letter_and_nothing_but_letters_digits_and_dashes() {
        let longest = "a".repeat(Identifier::MAX_CHARS);
        for good in ["ff483d1f-f591", "user-0001", &longest] {
            assert!(Identifier::parse(good).is_some(), "{good}");
        }
        let longer = format!("{longest}a");
        for bad in [
            "",
            "short-1",
            "447700900123",
            "4477-0090-0123",
            "anna müller",
            &longer,
        ] {
            assert!(Identifier::parse(bad).is_none(), "{bad}");
        }
    }
}
