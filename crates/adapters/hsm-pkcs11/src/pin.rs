//! PINs, read from a private file.

use std::{
    fmt,
    fs::File,
    io::{self, Read},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use cryptoki::types::AuthPin;
use zeroize::Zeroizing;

/// Longest PIN, bytes: the longest that any module known takes is 255.
const MAX_BYTES: usize = 256;
/// Anybody at all. A group may read it: service managers hand credentials over like that.
const OTHERS: u32 = 0o007;

/// A PIN, erased on drop.
pub(crate) struct Pin(Zeroizing<String>);

impl Pin {
    pub(crate) fn new(text: &str) -> Pin {
        Pin(Zeroizing::new(text.to_owned()))
    }

    /// As the library takes it.
    pub(crate) fn for_login(&self) -> AuthPin {
        AuthPin::new(self.0.as_str().into())
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
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
    Ok(Pin::new(line))
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        fs::{self, Permissions},
        os::unix::fs::PermissionsExt,
    };

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
}
