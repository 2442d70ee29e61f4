//! What can go wrong in a store. No variant carries a value of a row.

/// A store's typed refusals.
///
/// Unless a variant says otherwise, nothing of the transaction has happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// Another transaction came between. The door has already tried again a bounded number of
    /// times.
    #[error("transaction conflicts with another one")]
    Conflict,
    /// A row with the same key (`index` is then `"key"`) or the same unique index entry exists.
    #[error("duplicate row in {table} ({index})")]
    Duplicate {
        /// Table of the refused row.
        table: &'static str,
        /// Unique index that refused it, or `"key"` for the primary key.
        index: &'static str,
    },
    /// The disk, or the configured size of a database, is full. Goes away when there is room.
    #[error("storage is full")]
    Full,
    /// The database cannot be written at the moment. Goes away with its cause.
    #[error("storage is read-only")]
    ReadOnly,
    /// The backend did not answer or failed to read or write.
    #[error("storage is unavailable")]
    Unavailable,
    /// The transaction may have happened, in full or in an earlier database only: the caller
    /// must look before it tries again.
    #[error("outcome of the transaction is unknown")]
    OutcomeUnknown,
    /// The queue is full, or another process holds the database. Try later.
    #[error("storage is busy")]
    Busy,
    /// The store was closed.
    #[error("storage is closed")]
    Closed,
    /// A stored row does not have the shape of its table, or a database file is damaged.
    #[error("corrupt data in {table}")]
    Corrupt {
        /// Table, or database where no table is known.
        table: &'static str,
    },
    /// A database records a migration that this program does not know: it was written by a newer
    /// one.
    #[error("database {database} has an unknown migration {migration}")]
    UnknownSchema {
        /// Name of the database.
        database: &'static str,
        /// Recorded name of the migration.
        migration: String,
    },
    /// A migration has not been applied yet; `migrate` does that.
    #[error(
        "database {database} lacks migration {migration}; `ringfence migrate` applies what is missing"
    )]
    NotMigrated {
        /// Name of the database.
        database: &'static str,
        /// First missing migration.
        migration: &'static str,
    },
    /// The table is in no migration of the store's schema.
    #[error("table {table} is not in the schema")]
    UnknownTable {
        /// Name of the table.
        table: &'static str,
    },
    /// A call or a schema breaks a rule of this crate: a defect of the program.
    #[error("invalid use of {table}: {rule}")]
    Invalid {
        /// Table, or other part, that was used wrongly.
        table: &'static str,
        /// The rule that was broken.
        rule: &'static str,
    },
    /// The closure panicked; its transaction was rolled back.
    #[error("transaction panicked")]
    Panicked,
    /// The closure awaited something other than its transaction.
    #[error("transaction waited for something else")]
    Suspended,
}

impl StoreError {
    /// Is this a refusal by the unique index (or `"key"`) `index` of `table`?
    #[must_use]
    pub fn is_duplicate(&self, table: &str, index: &str) -> bool {
        matches!(self, StoreError::Duplicate { table: t, index: i } if *t == table && *i == index)
    }
}
