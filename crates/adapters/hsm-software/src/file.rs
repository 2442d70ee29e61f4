//! Private files: read with their permissions checked, written atomically.

use crate::KeystoreError;
use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

/// The largest file read, bytes. A key takes about 80.
const MAX_BYTES: u64 = 1024 * 1024;

/// Names the path in an I/O error.
fn at(path: &Path) -> impl FnOnce(io::Error) -> KeystoreError {
    let path = path.to_owned();
    move |source| match source.kind() {
        io::ErrorKind::AlreadyExists => KeystoreError::Exists { path },
        _ => KeystoreError::Io { path, source },
    }
}

/// Reads a file that only its owner may touch.
pub(crate) fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeystoreError> {
    let file = File::open(path).map_err(at(path))?;
    let metadata = file.metadata().map_err(at(path))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeystoreError::Permissions {
            path: path.to_owned(),
            mode,
        });
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(16 * 1024));
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(at(path))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MAX_BYTES {
        return Err(KeystoreError::Damaged);
    }
    Ok(bytes)
}

/// Writes a new private file, durably.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), KeystoreError> {
    let mut options = OpenOptions::new();
    let mut file = options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(at(path))?;
    file.write_all(bytes)
        .and_then(|()| file.sync_all())
        .map_err(at(path))?;
    sync_directory(path)
}

/// Puts `bytes` in place of the file, so that after a crash it is the old or the new one, whole.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeystoreError> {
    // Temporary files are made with mode 0600.
    let mut file = NamedTempFile::new_in(directory(path)).map_err(at(path))?;
    file.write_all(bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(at(path))?;
    file.persist(path).map_err(|e| at(path)(e.error))?;
    sync_directory(path)
}

/// Keeps other processes from changing the keystore until the answer is dropped.
pub(crate) fn lock_directory(path: &Path) -> Result<File, KeystoreError> {
    let directory = directory(path);
    let handle = File::open(&directory).map_err(at(&directory))?;
    handle.lock().map_err(at(&directory))?;
    Ok(handle)
}

fn sync_directory(path: &Path) -> Result<(), KeystoreError> {
    let directory = directory(path);
    File::open(&directory)
        .and_then(|handle| handle.sync_all())
        .map_err(at(&directory))
}

fn directory(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    }
}
