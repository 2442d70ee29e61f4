//! Small tables: idempotency keys, sessions, money, settings, the catch-up cursor.

use model::{ApplicationId, Subject, Timestamp};
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

/// Answers to requests with an `Idempotency-Key`, by application and the key's hash.
pub static IDEMPOTENCY: Table = Table {
    name: "idempotency",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("key_hash", Kind::Bytes),
        Column::new("request_hash", Kind::Bytes),
        Column::new("status", Kind::Int),
        Column::new("body", Kind::Text),
        Column::new("at", Kind::Int),
    ],
    key: &["application", "key_hash"],
    indexes: &[Index {
        name: "idempotency_at",
        columns: &["at"],
        unique: false,
    }],
};

/// One row of [`IDEMPOTENCY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// The application.
    pub application: ApplicationId,
    /// SHA-256 of the key.
    pub key_hash: [u8; 32],
    /// Hash of what was asked, without the number.
    pub request_hash: [u8; 32],
    /// HTTP status of the answer.
    pub status: u16,
    /// The answer, which never holds a number or a code.
    pub body: String,
    /// When.
    pub at: Timestamp,
}

impl Record for Idempotency {
    const TABLE: &'static Table = &IDEMPOTENCY;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(self.key_hash),
            Value::from(self.request_hash),
            Value::Int(self.status.into()),
            Value::from(self.body.as_str()),
            Value::Int(self.at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&IDEMPOTENCY, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            key_hash: row.array()?,
            request_hash: row.array()?,
            status: row.int_as()?,
            body: row.text()?,
            at: Timestamp::from_millis(row.int()?),
        })
    }
}

/// Sign-ins on the hosted pages, by the hash of the cookie's token.
pub static SESSION: Table = Table {
    name: "session",
    database: "main",
    columns: &[
        Column::new("token_hash", Kind::Bytes),
        Column::new("subject", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("created_at", Kind::Int),
        Column::new("expires_at", Kind::Int),
    ],
    key: &["token_hash"],
    indexes: &[
        Index {
            name: "session_subject",
            columns: &["subject"],
            unique: false,
        },
        Index {
            name: "session_expires_at",
            columns: &["expires_at"],
            unique: false,
        },
    ],
};

/// One row of [`SESSION`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of the token.
    pub token_hash: [u8; 32],
    /// Who.
    pub subject: Subject,
    /// Where.
    pub application: ApplicationId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

impl Record for Session {
    const TABLE: &'static Table = &SESSION;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.token_hash),
            Value::from(*self.subject.as_bytes()),
            Value::from(*self.application.as_bytes()),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.expires_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&SESSION, row);
        Ok(Self {
            token_hash: row.array()?,
            subject: Subject::from_bytes(row.array()?),
            application: ApplicationId::from_bytes(row.array()?),
            created_at: Timestamp::from_millis(row.int()?),
            expires_at: Timestamp::from_millis(row.int()?),
        })
    }
}

/// Money spent on messages, by application and day.
pub static SPEND: Table = Table {
    name: "spend",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("day", Kind::Int),
        Column::new("micros", Kind::Int),
        Column::new("messages", Kind::Int),
    ],
    key: &["application", "day"],
    indexes: &[],
};

/// One row of [`SPEND`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spend {
    /// The application.
    pub application: ApplicationId,
    /// Days since 1970.
    pub day: u32,
    /// Spent, in millionths of the currency unit.
    pub micros: u64,
    /// Messages.
    pub messages: u64,
}

impl Record for Spend {
    const TABLE: &'static Table = &SPEND;

    fn to_row(&self) -> Row {
        let int = |value: u64| Value::Int(i64::try_from(value).unwrap_or(i64::MAX));
        vec![
            Value::from(*self.application.as_bytes()),
            Value::Int(self.day.into()),
            int(self.micros),
            int(self.messages),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&SPEND, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            day: row.int_as()?,
            micros: row.int_as()?,
            messages: row.int_as()?,
        })
    }
}

/// Secrets and settings of the front itself, by name.
pub static SETTING: Table = Table {
    name: "setting",
    database: "main",
    columns: &[
        Column::new("name", Kind::Text),
        Column::new("value", Kind::Bytes),
    ],
    key: &["name"],
    indexes: &[],
};

/// One row of [`SETTING`].
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Vec<u8>,
}

impl Setting {
    /// 32 random bytes from which verification ids of idempotent requests are derived.
    pub const IDEMPOTENCY_KEY: &'static str = "idempotency_key";
}

impl Record for Setting {
    const TABLE: &'static Table = &SETTING;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.name.as_str()),
            Value::Bytes(self.value.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&SETTING, row);
        Ok(Self {
            name: row.text()?,
            value: row.bytes()?,
        })
    }
}

/// How far the front has caught up with the vault's accounts: one row.
pub static CURSOR: Table = Table {
    name: "cursor",
    database: "main",
    columns: &[
        Column::new("name", Kind::Text),
        Column::new("at", Kind::Int),
    ],
    key: &["name"],
    indexes: &[],
};

/// One row of [`CURSOR`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// What is followed.
    pub name: String,
    /// Everything before this time was seen.
    pub at: Timestamp,
}

impl Cursor {
    /// The vault's new accounts.
    pub const ACCOUNTS: &'static str = "accounts";
}

impl Record for Cursor {
    const TABLE: &'static Table = &CURSOR;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.name.as_str()),
            Value::Int(self.at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&CURSOR, row);
        Ok(Self {
            name: row.text()?,
            at: Timestamp::from_millis(row.int()?),
        })
    }
}
