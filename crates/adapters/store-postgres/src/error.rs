//! PostgreSQL's errors as the door's. The text of an error may hold values, so none is passed on.

use store::{StoreError, Table};
use tokio_postgres::Error;
use tokio_postgres::error::{DbError, SqlState};

/// What went wrong, as far as running again is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// Another transaction came between: nothing has happened.
    Conflict,
    /// The connection is gone. What was under way may have happened only if it was a commit.
    Lost,
    /// The server refuses, or the program is wrong.
    Refused(StoreError),
}

impl Trouble {
    /// For a caller that will not run it again.
    pub(crate) fn told(self) -> StoreError {
        match self {
            Self::Conflict => StoreError::Conflict,
            Self::Lost => StoreError::Unavailable,
            Self::Refused(error) => error,
        }
    }
}

/// An error of a statement that has no table of its own.
pub(crate) fn plain(error: &Error) -> Trouble {
    of(error, "database", None)
}

/// An error of a statement on `table`.
pub(crate) fn on(error: &Error, table: &'static Table) -> Trouble {
    of(error, table.name, Some(table))
}

fn of(error: &Error, name: &'static str, table: Option<&'static Table>) -> Trouble {
    let Some(error) = error.as_db_error() else {
        // Without words of the server it was the connection that failed, or the program.
        let lost = error.is_closed() || std::error::Error::source(error).is_some_and(is_io);
        return match lost {
            true => Trouble::Lost,
            false => Trouble::Refused(StoreError::Corrupt { table: name }),
        };
    };
    Trouble::Refused(match *error.code() {
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            return Trouble::Conflict;
        }
        // The last two are a pooler's or a cluster's word that it does not know how a commit ended.
        SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN
        | SqlState::TRANSACTION_RESOLUTION_UNKNOWN => {
            return Trouble::Lost;
        }
        SqlState::UNIQUE_VIOLATION => duplicate(error, name, table),
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_COLUMN => {
            StoreError::UnknownTable { table: name }
        }
        SqlState::DISK_FULL | SqlState::OUT_OF_MEMORY => StoreError::Full,
        SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly,
        SqlState::LOCK_NOT_AVAILABLE
        | SqlState::QUERY_CANCELED
        | SqlState::TOO_MANY_CONNECTIONS => StoreError::Busy,
        SqlState::DATA_CORRUPTED | SqlState::INDEX_CORRUPTED | SqlState::NOT_NULL_VIOLATION => {
            StoreError::Corrupt { table: name }
        }
        SqlState::PROGRAM_LIMIT_EXCEEDED => StoreError::Invalid {
            table: name,
            rule: "a row fits PostgreSQL's limits",
        },
        _ => StoreError::Unavailable,
    })
}

fn is_io(source: &(dyn std::error::Error + 'static)) -> bool {
    source.is::<std::io::Error>()
}

/// The unique index that refused a row, or `"key"`.
fn duplicate(error: &DbError, name: &'static str, table: Option<&'static Table>) -> StoreError {
    let constraint = error.constraint().unwrap_or_default();
    let indexes = table.map_or(&[][..], |table| table.indexes);
    let index = indexes.iter().find(|index| index.name == constraint);
    StoreError::Duplicate {
        table: name,
        index: index.map_or("key", |index| index.name),
    }
}
