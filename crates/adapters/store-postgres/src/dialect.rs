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
    names_index: false,
};

/// Begins a transaction that writes.
pub(crate) const BEGIN_WRITE: &str = "BEGIN ISOLATION LEVEL SERIALIZABLE";
/// Begins a transaction that reads one snapshot.
pub(crate) const BEGIN_READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// For a commit that is written to disk by the one that follows it: servers write one log, in
/// order. Only said to a server that is known as PostgreSQL.
pub(crate) const FLUSH_LATER: &str = "SET LOCAL synchronous_commit TO OFF";

#[cfg(test)]
mod tests {
    use store::sql::{Dialect, beyond_floor};

    use super::*;

    #[test]
    fn what_is_said_beside_the_tables_stays_on_the_floor() {
        let nothing: Vec<String> = vec![];
        for text in [BEGIN_WRITE, BEGIN_READ, "COMMIT", "ROLLBACK"] {
            assert_eq!(beyond_floor(text), nothing);
        }
        let own = |text: &str| {
            let mut words = beyond_floor(text);
            words.retain(|word| word != "SCHEMA_MIGRATION" && word != "NAME");
            words
        };
        for text in [DIALECT.create_record(), DIALECT.record()] {
            assert_eq!(own(&text), nothing);
        }
        assert_eq!(own(Dialect::RECORDED), nothing);
    }
}
