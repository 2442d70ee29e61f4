//! What the product knows of a person: a pseudonym and facts, no number.

use model::{ApplicationId, Subject, Timestamp};
use numbers::{LineType, Region};
use peers::vault::Traits;
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

use super::coded;

/// Accounts by pseudonym.
pub static ACCOUNT: Table = Table {
    name: "account",
    database: "main",
    columns: &[
        Column::new("subject", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("status", Kind::Int),
        Column::new("country", Kind::Text),
        Column::new("line_type", Kind::Text),
        Column::new("verified_at", Kind::Int),
        Column::nullable("shred_at", Kind::Int),
    ],
    key: &["subject"],
    indexes: &[Index {
        name: "account_shred_at",
        columns: &["shred_at"],
        unique: false,
    }],
};

/// Whether an account lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// Everything works.
    Active,
    /// Locked by the application, the person or staff.
    Locked,
    /// Deletion was asked for.
    Deleting,
    /// The number went to a new owner.
    NumberLost,
    /// The number was forgotten, the account goes on.
    NumberForgotten,
}

impl AccountStatus {
    /// The stable name in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Deleting => "deleting",
            Self::NumberLost => "number_lost",
            Self::NumberForgotten => "number_forgotten",
        }
    }

    const fn code(self) -> u8 {
        match self {
            Self::Active => 1,
            Self::Locked => 2,
            Self::Deleting => 3,
            Self::NumberLost => 4,
            Self::NumberForgotten => 5,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Active),
            2 => Some(Self::Locked),
            3 => Some(Self::Deleting),
            4 => Some(Self::NumberLost),
            5 => Some(Self::NumberForgotten),
            _ => None,
        }
    }
}

/// One row of [`ACCOUNT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The pairwise pseudonym.
    pub subject: Subject,
    /// The application that knows it.
    pub application: ApplicationId,
    /// Whether it lives; in the row, without regard to a deletion that was asked for.
    pub status: AccountStatus,
    /// What may be told about the number.
    pub traits: Traits,
    /// When a number was last proven for it.
    pub verified_at: Timestamp,
    /// When a requested deletion becomes final.
    pub shred_at: Option<Timestamp>,
}

impl Account {
    /// As it is told: a deletion that was asked for stands before every other status, and the row
    /// keeps that one for the case that the deletion is undone.
    #[must_use]
    pub const fn shown(mut self) -> Self {
        if self.shred_at.is_some() {
            self.status = AccountStatus::Deleting;
        }
        self
    }
}

impl Record for Account {
    const TABLE: &'static Table = &ACCOUNT;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.subject.as_bytes()),
            Value::from(*self.application.as_bytes()),
            Value::Int(self.status.code().into()),
            Value::from(self.traits.country.as_str()),
            Value::from(self.traits.line_type.as_str()),
            Value::Int(self.verified_at.as_millis()),
            self.shred_at
                .map_or(Value::Null, |at| Value::Int(at.as_millis())),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&ACCOUNT, row);
        Ok(Self {
            subject: Subject::from_bytes(row.array()?),
            application: ApplicationId::from_bytes(row.array()?),
            status: coded(&mut row, AccountStatus::from_code)?,
            traits: read_traits(&mut row)?,
            verified_at: Timestamp::from_millis(row.int()?),
            shred_at: row.opt_int()?.map(Timestamp::from_millis),
        })
    }
}

/// Country and kind of line, two text columns.
pub(super) fn read_traits(row: &mut RowReader) -> Result<Traits, StoreError> {
    let country = Region::parse(&row.text()?).map_err(|_| row.corrupt())?;
    let line_type = LineType::from_name(&row.text()?).ok_or_else(|| row.corrupt())?;
    Ok(Traits { country, line_type })
}
