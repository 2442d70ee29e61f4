//! Tables of the suite.

use crate::jobs::JOB;
use crate::{
    Column, Index, Kind, Migration, Record, Row, RowReader, Schema, Step, StoreError, Table,
};

/// Databases and tables that the suite needs: `share` commits before `main`.
pub const SCHEMA: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[FIRST, SECOND],
};

/// An older schema, to which a database made with [`SCHEMA`] is unknown.
pub const UNKNOWN_TO: Schema = Schema {
    databases: &["share", "main"],
    migrations: &[FIRST],
};

const FIRST: Migration = Migration {
    name: "0001_items",
    steps: &[
        Step::CreateTable(&ITEM),
        Step::CreateTable(&HALF),
        Step::CreateTable(&JOB),
    ],
};
const SECOND: Migration = Migration {
    name: "0002_counters",
    steps: &[Step::CreateTable(&COUNTER)],
};

/// A table with everything: two indexes, one unique, and a column that may be null.
pub(super) static ITEM: Table = Table {
    name: "item",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("shelf", Kind::Text),
        Column::new("rank", Kind::Int),
        Column::nullable("label", Kind::Bytes),
        Column::nullable("body", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[
        Index {
            name: "item_shelf",
            columns: &["shelf", "rank"],
            unique: false,
        },
        Index {
            name: "item_label",
            columns: &["label"],
            unique: true,
        },
    ],
};

/// A counter with a key of two columns.
pub(super) static COUNTER: Table = Table {
    name: "counter",
    database: "main",
    columns: &[
        Column::new("scope", Kind::Text),
        Column::new("number", Kind::Int),
        Column::new("count", Kind::Int),
    ],
    key: &["scope", "number"],
    indexes: &[],
};

/// A table of the other database.
pub(super) static HALF: Table = Table {
    name: "half",
    database: "share",
    columns: &[Column::new("id", Kind::Bytes)],
    key: &["id"],
    indexes: &[],
};

/// A table that no schema has.
pub(super) static STRANGER: Table = Table {
    name: "stranger",
    ..HALF
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Item {
    pub(super) id: Vec<u8>,
    pub(super) shelf: String,
    pub(super) rank: i64,
    pub(super) label: Option<Vec<u8>>,
    pub(super) body: Option<Vec<u8>>,
}

impl Item {
    pub(super) fn new(id: &[u8], shelf: &str, rank: i64) -> Self {
        Item {
            id: id.to_vec(),
            shelf: shelf.to_owned(),
            rank,
            label: None,
            body: None,
        }
    }

    pub(super) fn labelled(id: &[u8], label: &[u8]) -> Self {
        Item {
            label: Some(label.to_vec()),
            ..Item::new(id, "a", 0)
        }
    }
}

impl Record for Item {
    const TABLE: &'static Table = &ITEM;

    fn to_row(&self) -> Row {
        let label = self.label.as_deref().into();
        vec![
            self.id.as_slice().into(),
            self.shelf.as_str().into(),
            self.rank.into(),
            label,
            self.body.as_deref().into(),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(Self::TABLE, row);
        let (id, shelf, rank) = (row.bytes()?, row.text()?, row.int()?);
        Ok(Item {
            id,
            shelf,
            rank,
            label: row.opt_bytes()?,
            body: row.opt_bytes()?,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Counter {
    pub(super) number: i64,
    pub(super) count: i64,
}

impl Record for Counter {
    const TABLE: &'static Table = &COUNTER;

    fn to_row(&self) -> Row {
        vec!["test".into(), self.number.into(), self.count.into()]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(Self::TABLE, row);
        row.text()?;
        Ok(Counter {
            number: row.int()?,
            count: row.int()?,
        })
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Half {
    pub(super) id: Vec<u8>,
}

impl Record for Half {
    const TABLE: &'static Table = &HALF;

    fn to_row(&self) -> Row {
        vec![self.id.as_slice().into()]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        Ok(Half {
            id: RowReader::new(Self::TABLE, row).bytes()?,
        })
    }
}
