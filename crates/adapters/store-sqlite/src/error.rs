//! SQLite's errors as the door's. The text of an error may hold values, so none is passed on.

use rusqlite::{Error, ErrorCode, ffi};
use store::{StoreError, Table};

/// An error of a statement that has no table of its own.
pub(crate) fn plain(error: &Error) -> StoreError {
    of(error, "database")
}

/// An error of a statement on `table`.
pub(crate) fn on(error: &Error, table: &'static Table) -> StoreError {
    match duplicate(error, table) {
        Some(index) => StoreError::Duplicate {
            table: table.name,
            index,
        },
        None => of(error, table.name),
    }
}

fn of(error: &Error, table: &'static str) -> StoreError {
    let Error::SqliteFailure(failure, _) = error else {
        return StoreError::Corrupt { table };
    };
    // No room for the shared memory of the log: the disk is full too.
    if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE {
        return StoreError::Full;
    }
    match failure.code {
        ErrorCode::DiskFull => StoreError::Full,
        ErrorCode::ReadOnly => StoreError::ReadOnly,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::Busy,
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Corrupt { table },
        ErrorCode::TooBig => StoreError::Invalid {
            table,
            rule: "a row fits SQLite's limits",
        },
        ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch => StoreError::Corrupt { table },
        _ => StoreError::Unavailable,
    }
}

/// Name of the unique index that refused a row, or `"key"`.
fn duplicate(error: &Error, table: &'static Table) -> Option<&'static str> {
    let Error::SqliteFailure(failure, message) = error else {
        return None;
    };
    match failure.extended_code {
        ffi::SQLITE_CONSTRAINT_PRIMARYKEY => Some("key"),
        ffi::SQLITE_CONSTRAINT_UNIQUE => {
            let columns = message
                .as_deref()?
                .strip_prefix("UNIQUE constraint failed: ")?;
            let names = |index: &&store::Index| {
                let names = index
                    .columns
                    .iter()
                    .map(|column| format!("{}.{column}", table.name));
                names.collect::<Vec<_>>().join(", ") == columns
            };
            table
                .indexes
                .iter()
                .filter(|index| index.unique)
                .find(names)
                .map(|index| index.name)
        }
        _ => None,
    }
}
