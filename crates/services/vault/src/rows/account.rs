//! Table: One account of one number at one application.

use model::{ApplicationId, Subject, Timestamp, VerificationId};
use numbers::{LineType, Region};
use store::{Column, Index, Kind, Row, RowReader, StoreError, Table, Value};

use super::verification::{line_code, line_of, region_of};
use crate::guard::Guarded;

/// Accounts by their internal subject, which is time-ordered and never leaves the vault.
pub static ACCOUNT: Table = Table {
    name: "account",
    database: "main",
    columns: &[
        Column::new("subject", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("handle", Kind::Bytes),
        Column::new("verification", Kind::Bytes),
        Column::new("generation", Kind::Int),
        Column::nullable("ct", Kind::Bytes),
        Column::nullable("seal_commit", Kind::Bytes),
        Column::new("status", Kind::Int),
        Column::new("country", Kind::Text),
        Column::new("line_type", Kind::Int),
        Column::new("created_at", Kind::Int),
        Column::new("proven_at", Kind::Int),
        Column::new("leaves", Kind::Int),
        Column::nullable("shred_at", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["subject"],
    indexes: &[
        Index {
            name: "account_handle",
            columns: &["handle"],
            unique: true,
        },
        Index {
            name: "account_shred_at",
            columns: &["shred_at"],
            unique: false,
        },
    ],
};

/// Whether an account lives. A requested deletion is apart from it, so that an undone one leaves
/// everything as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// Number sealed, everything works.
    Active,
    /// Nothing opens, nothing is sent, by wish of the person or staff.
    Locked,
    /// The number was forgotten: recognised if typed again, unreadable.
    Forgotten,
    /// The number went to a new owner.
    NumberLost,
}

impl AccountStatus {
    const fn code(self) -> i64 {
        match self {
            Self::Active => 1,
            Self::Locked => 2,
            Self::Forgotten => 4,
            Self::NumberLost => 5,
        }
    }

    const fn from_code(code: i64) -> Option<Self> {
        match code {
            1 => Some(Self::Active),
            2 => Some(Self::Locked),
            4 => Some(Self::Forgotten),
            5 => Some(Self::NumberLost),
            _ => None,
        }
    }
}

/// One row of [`ACCOUNT`].
#[derive(Debug, Clone)]
pub struct Account {
    /// Internal subject: time-ordered, bound into the sealed record.
    pub subject: [u8; 16],
    /// The application.
    pub application: ApplicationId,
    /// What the application knows the person by.
    pub handle: Subject,
    /// The verification that made it.
    pub verification: VerificationId,
    /// Generation of the sealed record.
    pub generation: u32,
    /// The sealed number; gone when forgotten, lost or shredded.
    pub ct: Option<Vec<u8>>,
    /// The commitment to its key.
    pub commit: Option<[u8; 32]>,
    /// Whether it lives.
    pub status: AccountStatus,
    /// Country of the number.
    pub country: Region,
    /// Kind of line.
    pub line_type: LineType,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the number was last proven, to the day.
    pub proven_at: Timestamp,
    /// Log leaves written about it so far.
    pub leaves: u64,
    /// When a requested deletion becomes final; until then nothing opens, nothing is sent.
    pub shred_at: Option<Timestamp>,
    /// Row version.
    pub version: u64,
}

impl Account {
    /// Whether messages may be sent and the account be signed in to.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        matches!(
            self.status,
            AccountStatus::Active | AccountStatus::Forgotten
        ) && self.shred_at.is_none()
    }

    /// Whether a number is sealed in this account.
    #[must_use]
    pub const fn has_number(&self) -> bool {
        self.ct.is_some() && self.commit.is_some()
    }
}

impl Guarded for Account {
    const TABLE: &'static Table = &ACCOUNT;

    fn fields(&self) -> Row {
        vec![
            Value::from(self.subject),
            Value::from(*self.application.as_bytes()),
            Value::from(*self.handle.as_bytes()),
            Value::from(*self.verification.as_bytes()),
            Value::Int(i64::from(self.generation)),
            self.ct.clone().map_or(Value::Null, Value::Bytes),
            self.commit.map_or(Value::Null, Value::from),
            Value::Int(self.status.code()),
            Value::from(self.country.as_str()),
            Value::Int(line_code(self.line_type)),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.proven_at.as_millis()),
            Value::Int(i64::try_from(self.leaves).unwrap_or(i64::MAX)),
            self.shred_at
                .map_or(Value::Null, |at| Value::Int(at.as_millis())),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            subject: fields.array()?,
            application: ApplicationId::from_bytes(fields.array()?),
            handle: Subject::from_bytes(fields.array()?),
            verification: VerificationId::from_bytes(fields.array()?),
            generation: fields.int_as()?,
            ct: fields.opt_bytes()?,
            commit: fields.opt_array()?,
            status: {
                let code = fields.int()?;
                AccountStatus::from_code(code).ok_or_else(|| fields.corrupt())?
            },
            country: region_of(fields)?,
            line_type: line_of(fields)?,
            created_at: Timestamp::from_millis(fields.int()?),
            proven_at: Timestamp::from_millis(fields.int()?),
            leaves: fields.int_as()?,
            shred_at: fields.opt_int()?.map(Timestamp::from_millis),
            version: 0,
        })
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn set_version(&mut self, version: u64) {
        self.version = version;
    }
}
