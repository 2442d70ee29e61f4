//! PINs: read from a private file, and not tried twice when they were refused.

use std::{
    fmt,
    fs::{self, File, Metadata, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use cryptoki::types::AuthPin;
use parking_lot::Mutex;
use seal::HsmError;
use zeroize::Zeroizing;

use crate::options::TokenOptions;

/// Longest PIN, bytes: the longest that any module known takes is 255.
const MAX_BYTES: usize = 256;
/// Anybody at all. A group may read it: service managers hand credentials over like that.
const OTHERS: u32 = 0o007;

/// A PIN and the state of the file it came from.
pub(crate) struct Pin {
    pub(crate) secret: AuthPin,
    stamp: Stamp,
}

/// Which file, in which state: another PIN means another stamp.
#[derive(Clone, PartialEq, Eq)]
struct Stamp(String);

impl Stamp {
    fn of(about: &Metadata) -> Stamp {
        Stamp(format!(
            "{}:{}:{}:{}.{:09}:{}.{:09}",
            about.dev(),
            about.ino(),
            about.len(),
            about.mtime(),
            about.mtime_nsec(),
            about.ctime(),
            about.ctime_nsec(),
        ))
    }
}

/// Reads a PIN file.
///
/// # Errors
/// A sentence without the file's content: not there, open to everybody, not one line of text.
pub(crate) fn read(path: &Path) -> Result<Pin, PinFileError> {
    let refuse = |what| PinFileError {
        path: path.to_owned(),
        what,
    };
    let file = File::open(path).map_err(|error| refuse(What::Io(error.kind())))?;
    let about = file
        .metadata()
        .map_err(|error| refuse(What::Io(error.kind())))?;
    if about.mode() & OTHERS != 0 {
        return Err(refuse(What::OpenToAll));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(512));
    file.take(MAX_BYTES as u64 + 2)
        .read_to_end(&mut bytes)
        .map_err(|error| refuse(What::Io(error.kind())))?;
    let text = std::str::from_utf8(&bytes).map_err(|_| refuse(What::NotOneLine))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let fits = (1..=MAX_BYTES).contains(&line.len());
    if !fits || line.contains(['\n', '\r', '\0']) {
        return Err(refuse(What::NotOneLine));
    }
    Ok(Pin {
        secret: AuthPin::new(line.into()),
        stamp: Stamp::of(&about),
    })
}

/// Why a PIN file was not read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {what}")]
pub(crate) struct PinFileError {
    path: PathBuf,
    what: What,
}

#[derive(Debug)]
enum What {
    Io(io::ErrorKind),
    OpenToAll,
    NotOneLine,
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(kind) => write!(f, "{kind}"),
            Self::OpenToAll => f.write_str("everybody may use this PIN; run chmod 600 on it"),
            Self::NotOneLine => f.write_str("a PIN file is one line of 1 to 256 bytes"),
        }
    }
}

/// Which PIN files were refused, in which state.
pub(crate) struct Refusals {
    folder: Option<PathBuf>,
    seen: Mutex<Vec<(String, Stamp)>>,
}

impl Refusals {
    pub(crate) fn new(folder: Option<PathBuf>) -> Refusals {
        Refusals {
            folder,
            seen: Mutex::default(),
        }
    }

    /// Fails when this very file, unchanged, was refused by this token before.
    pub(crate) fn check(&self, token: &TokenOptions, pin: &Pin) -> Result<(), HsmError> {
        let here = (token.label.clone(), pin.stamp.clone());
        let written = self
            .file(token)
            .and_then(|file| fs::read_to_string(file).ok());
        if self.seen.lock().contains(&here) || written.is_some_and(|text| text == pin.stamp.0) {
            return Err(HsmError::PinWrong);
        }
        Ok(())
    }

    /// Remembers a refusal. Where it cannot be written it lasts until the process ends.
    pub(crate) fn note(&self, token: &TokenOptions, pin: &Pin) {
        self.seen
            .lock()
            .push((token.label.clone(), pin.stamp.clone()));
        let Some(file) = self.file(token) else { return };
        if let Err(error) = write(&file, &pin.stamp.0) {
            tracing::error!(%error, "hsm.pin.refusal_not_kept");
        }
    }

    /// One file for each token, named so that no label leaves the folder.
    fn file(&self, token: &TokenOptions) -> Option<PathBuf> {
        let name: String = token
            .label
            .bytes()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Some(self.folder.as_ref()?.join(format!("pin-refused-{name}")))
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    fn file(bytes: &[u8], mode: u32) -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pin");
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn a_pin_is_one_private_line() {
        for (bytes, mode) in [(&b"4711"[..], 0o600), (b"4711\n", 0o440)] {
            let (_folder, path) = file(bytes, mode);
            assert!(read(&path).is_ok());
        }
        for bytes in [&b""[..], b"\n", b"47\n11\n", b"47\xff", &[b'4'; 257]] {
            let (_folder, path) = file(bytes, 0o600);
            let said = read(&path).err().unwrap().to_string();
            assert!(said.contains("one line") && !said.contains("47"), "{said}");
        }
        let (_folder, path) = file(b"4711", 0o604);
        assert!(read(&path).err().unwrap().to_string().contains("chmod 600"));
        assert!(read(Path::new("/nonexistent/pin")).is_err());
    }

    #[test]
    fn a_refused_pin_is_refused_by_the_next_process_until_its_file_changes() {
        let (folder, path) = file(b"4711", 0o600);
        let token = TokenOptions {
            label: "../a token".to_owned(),
            pin_file: path.clone(),
        };
        let place = Some(folder.path().to_owned());
        let pin = read(&path).unwrap();
        let refusals = Refusals::new(place.clone());
        assert_eq!(refusals.check(&token, &pin), Ok(()));
        refusals.note(&token, &pin);
        for refusals in [refusals, Refusals::new(place.clone())] {
            assert_eq!(refusals.check(&token, &pin), Err(HsmError::PinWrong));
        }
        let kept = fs::read_dir(folder.path()).unwrap();
        for entry in kept
            .map(Result::unwrap)
            .filter(|entry| entry.path() != path)
        {
            assert!(!fs::read_to_string(entry.path()).unwrap().contains("4711"));
        }
        fs::write(&path, b"47111").unwrap();
        let changed = read(&path).unwrap();
        assert_eq!(Refusals::new(place).check(&token, &changed), Ok(()));
    }
}
