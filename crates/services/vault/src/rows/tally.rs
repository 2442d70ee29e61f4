//! Table: Figures kept over restarts.

use store::{Column, Kind, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// Figures by name.
pub static TALLY: Table = Table {
    name: "tally",
    database: "main",
    columns: &[
        Column::new("name", Kind::Text),
        Column::new("value", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["name"],
    indexes: &[],
};

/// One row of [`TALLY`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// What is counted.
    pub name: String,
    /// The figure.
    pub value: i64,
    /// Row version.
    pub version: u64,
}

impl Tally {
    /// Living accounts outside sandboxes. Written once a minute: a crash may lose a minute's
    /// change, which the limits that use it can bear.
    pub const ACCOUNTS: &'static str = "accounts";
}

impl Guarded for Tally {
    const TABLE: &'static Table = &TALLY;

    fn fields(&self) -> Row {
        vec![Value::from(self.name.as_str()), Value::Int(self.value)]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            name: fields.text()?,
            value: fields.int()?,
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
