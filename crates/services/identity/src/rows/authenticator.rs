//! Authenticator apps of people that an application knows by a name of its own. What their codes are
//! made from lies in the vault.

use model::{ApplicationId, FactorId, Id, IdKind, Timestamp, TotpHash, TotpTerms};
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

use super::coded;

/// Marks whom an application has authenticator apps for.
pub enum EntityKind {}
/// Marks requests for a code.
pub enum ChallengeKind {}

impl IdKind for EntityKind {
    const PREFIX: &'static str = "ent";
}
impl IdKind for ChallengeKind {
    const PREFIX: &'static str = "cha";
}

/// Somebody with authenticator apps.
pub type EntityId = Id<EntityKind>;
/// One request for a code. In order of time.
pub type ChallengeId = Id<ChallengeKind>;

/// Entities by application and the name that it gave.
pub static ENTITY: Table = Table {
    name: "entity",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("identity", Kind::Text),
        Column::new("id", Kind::Bytes),
        Column::new("created_at", Kind::Int),
    ],
    key: &["application", "identity"],
    indexes: &[],
};

/// One row of [`ENTITY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// The application.
    pub application: ApplicationId,
    /// What the application calls them.
    pub identity: String,
    /// Drawn by the front.
    pub id: EntityId,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Record for Entity {
    const TABLE: &'static Table = &ENTITY;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(self.identity.as_str()),
            Value::from(*self.id.as_bytes()),
            Value::Int(self.created_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&ENTITY, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            identity: row.text()?,
            id: EntityId::from_bytes(row.array()?),
            created_at: Timestamp::from_millis(row.int()?),
        })
    }
}

/// Factors by application, entity and id.
pub static FACTOR: Table = Table {
    name: "factor",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("entity", Kind::Bytes),
        Column::new("id", Kind::Bytes),
        Column::new("name", Kind::Text),
        Column::new("hash", Kind::Int),
        Column::new("digits", Kind::Int),
        Column::new("period", Kind::Int),
        Column::new("skew", Kind::Int),
        Column::nullable("ends_at", Kind::Int),
        Column::new("created_at", Kind::Int),
        Column::new("updated_at", Kind::Int),
    ],
    key: &["application", "entity", "id"],
    indexes: &[Index {
        name: "factor_ends_at",
        columns: &["ends_at"],
        unique: false,
    }],
};

/// One row of [`FACTOR`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Factor {
    /// The application.
    pub application: ApplicationId,
    /// Whose.
    pub entity: EntityId,
    /// Its id, at the vault too.
    pub id: FactorId,
    /// What the application calls it.
    pub name: String,
    /// How codes are made.
    pub terms: TotpTerms,
    /// When it goes unless a code confirms it; nothing once one has.
    pub ends_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Factor {
    /// Whether a code has shown that the app has the secret.
    #[must_use]
    pub const fn is_confirmed(&self) -> bool {
        self.ends_at.is_none()
    }
}

impl Record for Factor {
    const TABLE: &'static Table = &FACTOR;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(*self.entity.as_bytes()),
            Value::from(*self.id.as_bytes()),
            Value::from(self.name.as_str()),
            Value::Int(self.terms.hash().code().into()),
            Value::Int(self.terms.digits().into()),
            Value::Int(self.terms.period_seconds().into()),
            Value::Int(self.terms.skew().into()),
            time(self.ends_at),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.updated_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&FACTOR, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            entity: EntityId::from_bytes(row.array()?),
            id: FactorId::from_bytes(row.array()?),
            name: row.text()?,
            terms: {
                let hash = coded(&mut row, TotpHash::from_code)?;
                let (digits, period, skew) = (row.int_as()?, row.int_as()?, row.int_as()?);
                TotpTerms::new(hash, digits, period, skew).ok_or_else(|| row.corrupt())?
            },
            ends_at: row.opt_int()?.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.int()?),
            updated_at: Timestamp::from_millis(row.int()?),
        })
    }
}

/// Challenges by application, entity and id, so in order of time.
pub static CHALLENGE: Table = Table {
    name: "challenge",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("entity", Kind::Bytes),
        Column::new("id", Kind::Bytes),
        Column::new("factor", Kind::Bytes),
        Column::new("created_at", Kind::Int),
        Column::new("expires_at", Kind::Int),
        Column::nullable("approved_at", Kind::Int),
    ],
    key: &["application", "entity", "id"],
    indexes: &[Index {
        name: "challenge_expires_at",
        columns: &["expires_at"],
        unique: false,
    }],
};

/// One row of [`CHALLENGE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The application.
    pub application: ApplicationId,
    /// Whose.
    pub entity: EntityId,
    /// Its id.
    pub id: ChallengeId,
    /// The app that is asked for a code.
    pub factor: FactorId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when a code is taken.
    pub expires_at: Timestamp,
    /// When the right code came.
    pub approved_at: Option<Timestamp>,
}

impl Record for Challenge {
    const TABLE: &'static Table = &CHALLENGE;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(*self.entity.as_bytes()),
            Value::from(*self.id.as_bytes()),
            Value::from(*self.factor.as_bytes()),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.expires_at.as_millis()),
            time(self.approved_at),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&CHALLENGE, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            entity: EntityId::from_bytes(row.array()?),
            id: ChallengeId::from_bytes(row.array()?),
            factor: FactorId::from_bytes(row.array()?),
            created_at: Timestamp::from_millis(row.int()?),
            expires_at: Timestamp::from_millis(row.int()?),
            approved_at: row.opt_int()?.map(Timestamp::from_millis),
        })
    }
}

fn time(at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| Value::Int(at.as_millis()))
}
