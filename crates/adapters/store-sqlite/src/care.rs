//! Backup and check of a database file, also while another process writes to it. They block:
//! call them from a command, or from a thread that may wait.

use std::fs::File;
use std::path::Path;

use store::StoreError;

use crate::{error, files};

/// Copies the database at `from` to a new file `to`, as it is at one moment. The copy holds no
/// deleted content, only its owner may read it, and it is on the disk when this returns.
///
/// # Errors
/// [`StoreError::Unavailable`] when `to` exists or a file fails; or any error of the database.
pub fn backup_file(from: &Path, to: &Path) -> Result<(), StoreError> {
    let target = to.to_str().ok_or(StoreError::Invalid {
        table: "backup",
        rule: "UTF-8 path",
    })?;
    let connection = files::operator(from)?;
    files::create_new(to).map_err(|error| files::of_file(&error))?;
    let copied = connection.execute("VACUUM INTO ?", [target]);
    let synced = copied
        .map_err(|error| error::plain(&error))
        .and_then(|_| sync(to));
    if synced.is_err() {
        // Half a backup must not be taken for one.
        let _ = std::fs::remove_file(to);
    }
    synced
}

/// Reads a whole database and checks its structure.
///
/// # Errors
/// [`StoreError::Corrupt`] when it is damaged; or any error of the file.
pub fn check_file(path: &Path) -> Result<(), StoreError> {
    let connection = files::operator(path)?;
    let found: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| error::plain(&error))?;
    if found == "ok" {
        Ok(())
    } else {
        Err(StoreError::Corrupt { table: "database" })
    }
}

fn sync(path: &Path) -> Result<(), StoreError> {
    let synced = || {
        File::open(path)?.sync_all()?;
        let directory = path
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        File::open(directory.unwrap_or(Path::new(".")))?.sync_all()
    };
    synced().map_err(|error| files::of_file(&error))
}
