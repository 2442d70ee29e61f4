//! Applications as the front knows them: who may call, with which key.

use model::{ApplicationId, Timestamp};
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

/// Applications by id.
pub static APPLICATION: Table = Table {
    name: "application",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("name", Kind::Text),
        Column::new("host", Kind::Text),
        Column::new("key_hash", Kind::Bytes),
        Column::new("created_at", Kind::Int),
        Column::new("sandbox", Kind::Int),
    ],
    key: &["id"],
    indexes: &[Index {
        name: "application_key_hash",
        columns: &["key_hash"],
        unique: true,
    }],
};

/// One row of [`APPLICATION`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Its id.
    pub id: ApplicationId,
    /// The product's name.
    pub name: String,
    /// The host that codes are bound to.
    pub host: String,
    /// SHA-256 of its API key. The key has 256 random bits, so a plain hash cannot be reversed.
    pub key_hash: [u8; 32],
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it takes only test numbers.
    pub sandbox: bool,
}

impl Record for Application {
    const TABLE: &'static Table = &APPLICATION;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.id.as_bytes()),
            Value::from(self.name.as_str()),
            Value::from(self.host.as_str()),
            Value::from(self.key_hash),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.sandbox.into()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&APPLICATION, row);
        Ok(Self {
            id: ApplicationId::from_bytes(row.array()?),
            name: row.text()?,
            host: row.text()?,
            key_hash: row.array()?,
            created_at: Timestamp::from_millis(row.int()?),
            sandbox: row.bool()?,
        })
    }
}
