//! Table: The share store: what opens and finds numbers, sealed under the epoch's key.
//!
//! Every secret column is AEAD under k_e with the row's key columns in the associated data, so
//! these rows need no MAC of their own: a row that was planted, moved or edited does not open.

use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

/// Shares by internal subject.
pub static SHARE: Table = Table {
    name: "share",
    database: "share",
    columns: &[
        Column::new("subject", Kind::Bytes),
        Column::new("epoch", Kind::Int),
        Column::new("secrets", Kind::Bytes),
        Column::new("wraps", Kind::Bytes),
    ],
    key: &["subject"],
    indexes: &[],
};

/// The index of [`TAG`] by subject.
pub const TAG_OF_SUBJECT: &str = "tag_subject";

/// Account tags by their lookup value: number → accounts.
pub static TAG: Table = Table {
    name: "tag",
    database: "share",
    columns: &[
        Column::new("lookup", Kind::Bytes),
        Column::new("subject", Kind::Bytes),
        Column::new("epoch", Kind::Int),
        Column::new("sealed", Kind::Bytes),
    ],
    key: &["lookup", "subject"],
    indexes: &[Index {
        name: TAG_OF_SUBJECT,
        columns: &["subject"],
        unique: true,
    }],
};

/// Bans by the lookup value of the `ban` tag. They survive deletion, until their end date.
pub static BAN: Table = Table {
    name: "ban",
    database: "share",
    columns: &[
        Column::new("lookup", Kind::Bytes),
        Column::new("epoch", Kind::Int),
        Column::new("until_at", Kind::Int),
        Column::new("sealed", Kind::Bytes),
    ],
    key: &["lookup"],
    indexes: &[],
};

/// Keys of pending verifications, one for each hour.
pub static HOUR_KEY: Table = Table {
    name: "hour_key",
    database: "share",
    columns: &[
        Column::new("hour", Kind::Int),
        Column::new("epoch", Kind::Int),
        Column::new("sealed", Kind::Bytes),
    ],
    key: &["hour"],
    indexes: &[],
};

/// One row of [`SHARE`].
#[derive(Debug, Clone)]
pub struct ShareRow {
    /// Internal subject.
    pub subject: [u8; 16],
    /// Epoch whose key seals the columns.
    pub epoch: u32,
    /// Shred share, view key and tags, sealed.
    pub secrets: Vec<u8>,
    /// Wraps of every class, sealed; empty content when the number was forgotten.
    pub wraps: Vec<u8>,
}

impl Record for ShareRow {
    const TABLE: &'static Table = &SHARE;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.subject),
            Value::Int(self.epoch.into()),
            Value::Bytes(self.secrets.clone()),
            Value::Bytes(self.wraps.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&SHARE, row);
        Ok(Self {
            subject: row.array()?,
            epoch: row.int_as()?,
            secrets: row.bytes()?,
            wraps: row.bytes()?,
        })
    }
}

/// One row of [`TAG`].
#[derive(Debug, Clone)]
pub struct TagRow {
    /// HMAC of the tag under the epoch's key.
    pub lookup: [u8; 16],
    /// Internal subject.
    pub subject: [u8; 16],
    /// Epoch.
    pub epoch: u32,
    /// The tag, sealed, so that the next epoch can find its lookup value.
    pub sealed: Vec<u8>,
}

impl Record for TagRow {
    const TABLE: &'static Table = &TAG;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.lookup),
            Value::from(self.subject),
            Value::Int(self.epoch.into()),
            Value::Bytes(self.sealed.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&TAG, row);
        Ok(Self {
            lookup: row.array()?,
            subject: row.array()?,
            epoch: row.int_as()?,
            sealed: row.bytes()?,
        })
    }
}

/// One row of [`BAN`].
#[derive(Debug, Clone)]
pub struct Ban {
    /// HMAC of the tag under the epoch's key.
    pub lookup: [u8; 16],
    /// Epoch.
    pub epoch: u32,
    /// End of the ban, milliseconds; repeated inside `sealed`, which is what counts.
    pub until_at: i64,
    /// Tag and end, sealed.
    pub sealed: Vec<u8>,
}

impl Record for Ban {
    const TABLE: &'static Table = &BAN;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.lookup),
            Value::Int(self.epoch.into()),
            Value::Int(self.until_at),
            Value::Bytes(self.sealed.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&BAN, row);
        Ok(Self {
            lookup: row.array()?,
            epoch: row.int_as()?,
            until_at: row.int()?,
            sealed: row.bytes()?,
        })
    }
}

/// One row of [`HOUR_KEY`].
#[derive(Debug, Clone)]
pub struct HourKeyRow {
    /// The hour since 1970.
    pub hour: u32,
    /// Epoch.
    pub epoch: u32,
    /// The key, sealed.
    pub sealed: Vec<u8>,
}

impl Record for HourKeyRow {
    const TABLE: &'static Table = &HOUR_KEY;

    fn to_row(&self) -> Row {
        vec![
            Value::Int(self.hour.into()),
            Value::Int(self.epoch.into()),
            Value::Bytes(self.sealed.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&HOUR_KEY, row);
        Ok(Self {
            hour: row.int_as()?,
            epoch: row.int_as()?,
            sealed: row.bytes()?,
        })
    }
}
