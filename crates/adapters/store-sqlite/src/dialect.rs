//! SQLite's SQL.

use store::Kind;
use store::sql::Dialect;

/// Strict about types. Rows lie in the order they came, under SQLite's own small numbers, and the
/// key is an index to them: clustered by key, rows of some hundred bytes make a tree of many
/// levels, a random key rewrites a whole page for each row, and both took half as long again. A
/// scan names its index, so that the planner cannot choose another.
pub(crate) static DIALECT: Dialect = Dialect {
    mark: |_| "?".to_owned(),
    column_type: |kind| match kind {
        Kind::Int => "INTEGER",
        Kind::Bytes => "BLOB",
        Kind::Text => "TEXT",
    },
    empty_bytes: "X''",
    never: "0",
    table_suffix: " STRICT",
    names_index: true,
};
