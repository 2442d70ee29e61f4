//! Opens database files.

use std::fs::OpenOptions;
use std::io::ErrorKind;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use store::StoreError;

use crate::error;

/// How long to wait for another process that holds the file, an operator's command for example.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// One statement for each table and operation, with room to spare.
const STATEMENTS: usize = 128;

/// The one writer of a database: 8 MiB of cache at most, a checkpoint in line after 16 MiB of
/// log, deleted content overwritten. A commit writes whole pages for rows of some hundred bytes,
/// so a new database gets pages of 2 KiB: half as many bytes as SQLite's 4 KiB.
const WRITER: &str = "PRAGMA page_size = 2048; PRAGMA journal_mode = WAL; \
     PRAGMA synchronous = FULL; \
     PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192; \
     PRAGMA wal_autocheckpoint = 8000; PRAGMA journal_size_limit = 33554432;";
/// A reader: 2 MiB of cache at most.
const READER: &str =
    "PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -2048;";

pub(crate) fn writer(path: &Path) -> Result<Connection, StoreError> {
    match create_new(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(of_file(&error)),
        _ => {}
    }
    let connection = open(path, OpenFlags::SQLITE_OPEN_READ_WRITE, WRITER)?;
    // SQLite opens a file that may only be read all the same, and would never write to it again.
    match connection.is_readonly("main") {
        Ok(false) => Ok(connection),
        Ok(true) => Err(StoreError::ReadOnly),
        Err(error) => Err(error::plain(&error)),
    }
}

pub(crate) fn reader(path: &Path) -> Result<Connection, StoreError> {
    open(path, OpenFlags::SQLITE_OPEN_READ_ONLY, READER)
}

/// A connection for an operator's command.
pub(crate) fn operator(path: &Path) -> Result<Connection, StoreError> {
    open(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE,
        "PRAGMA temp_store = MEMORY;",
    )
}

/// Creates an empty file that only its owner may read. SQLite gives its log the same mode.
pub(crate) fn create_new(path: &Path) -> std::io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(|_| ())
}

pub(crate) fn of_file(error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::StorageFull => StoreError::Full,
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => StoreError::ReadOnly,
        _ => StoreError::Unavailable,
    }
}

fn open(path: &Path, access: OpenFlags, pragmas: &str) -> Result<Connection, StoreError> {
    // Each connection stays on one thread at a time, so SQLite needs no lock of its own.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let prepared = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        connection.execute_batch(pragmas)?;
        // Without this the planner, built with statistics, plans a statement anew for every value
        // that is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        Ok(connection)
    };
    prepared().map_err(|error: rusqlite::Error| error::plain(&error))
}
