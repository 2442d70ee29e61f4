//! SQLite's SQL.

use store::Kind;
use store::sql::Dialect;

/// Tables clustered by key, and strict about types. A scan names its index, so that the planner
/// cannot choose another.
pub(crate) static DIALECT: Dialect = Dialect {
    mark: |_| "?".to_owned(),
    column_type: |kind| match kind {
        Kind::Int => "INTEGER",
        Kind::Bytes => "BLOB",
        Kind::Text => "TEXT",
    },
    empty_bytes: "X''",
    never: "0",
    table_suffix: " STRICT, WITHOUT ROWID",
    clustered: true,
};
