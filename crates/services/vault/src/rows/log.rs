//! Table: Log leaves as rows, written in the transaction that does the thing (sealing.md section 7).
//! The tree over them comes with the transparency log.

use store::{Column, Kind, Record, Row, RowReader, StoreError, Table, Value};

/// Leaves by a time-ordered id.
pub static LEAF: Table = Table {
    name: "leaf",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("body", Kind::Bytes),
        Column::nullable("salts", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[],
};

/// One row of [`LEAF`].
#[derive(Debug, Clone)]
pub struct LeafRow {
    /// Time-ordered.
    pub id: [u8; 16],
    /// The leaf as the log will hash it.
    pub body: Vec<u8>,
    /// 32 bytes for each commitment, in order; they can be deleted while the leaf stays.
    pub salts: Option<Vec<u8>>,
}

impl Record for LeafRow {
    const TABLE: &'static Table = &LEAF;

    fn to_row(&self) -> Row {
        vec![
            Value::from(self.id),
            Value::Bytes(self.body.clone()),
            Value::from(self.salts.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&LEAF, row);
        Ok(Self {
            id: row.array()?,
            body: row.bytes()?,
            salts: row.opt_bytes()?,
        })
    }
}
