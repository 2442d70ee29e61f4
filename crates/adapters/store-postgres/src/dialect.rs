//! PostgreSQL's SQL.

use store::Kind;
use store::sql::Dialect;

/// Tables as heaps with an index for the key; text ordered byte by byte.
pub static DIALECT: Dialect = Dialect {
    mark: |number| format!("${number}"),
    column_type: |kind| match kind {
        Kind::Int => "BIGINT",
        Kind::Bytes => "BYTEA",
        Kind::Text => "TEXT COLLATE \"C\"",
    },
    empty_bytes: "''::bytea",
    never: "FALSE",
    table_suffix: "",
    clustered: false,
};

/// Begins a transaction that writes.
pub(crate) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// Begins a transaction that reads one snapshot.
pub(crate) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
