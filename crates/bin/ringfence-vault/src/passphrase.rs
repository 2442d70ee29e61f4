//! The passphrase that opens the keystore: one line in a file, or typed twice when the keystore
//! is made.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::Path,
};

use rooms::{
    Failure,
    terminal::{self, ask_secret},
};
use zeroize::Zeroizing;

/// Largest passphrase file, bytes.
const MAX_BYTES: u64 = 1024;
/// The keystore's own bound, known here so that no file is left with a passphrase it refuses.
const MIN_TYPED_BYTES: usize = 8;
/// Anybody at all. A group may read it: service managers hand credentials over like that.
const OTHERS: u32 = 0o007;

/// Reads the file's one line.
pub fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let refuse = |what: &str| Failure::Failed(format!("{}: {what}", path.display()));
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => refuse(
            "the passphrase file of [vault] passphrase_file is not there; put it back, with the \
             passphrase as its one line",
        ),
        _ => refuse(&error.to_string()),
    })?;
    let about = file
        .metadata()
        .map_err(|error| refuse(&error.to_string()))?;
    if about.mode() & OTHERS != 0 {
        return Err(refuse(
            "everybody may use this passphrase; run chmod 600 on it",
        ));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(about.len().min(MAX_BYTES) as usize + 1));
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| refuse(&error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(refuse("a passphrase has at most 1024 bytes"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| refuse("the passphrase is not UTF-8"))?;
    let line = text.strip_suffix('\n').unwrap_or(text);
    let line = line.strip_suffix('\r').unwrap_or(line);
    if line.contains(['\n', '\r', '\0']) {
        return Err(refuse("the passphrase must be one line"));
    }
    Ok(Zeroizing::new(line.to_owned()))
}

/// Reads the file; where there is none, asks at the terminal and writes it, for its owner only.
pub fn read_or_ask(path: &Path) -> Result<Zeroizing<String>, Failure> {
    match File::open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        _ => return read(path),
    }
    let terminal = terminal::own().map_err(|_| {
        Failure::Failed(format!(
            "{} is not there, and there is no terminal to ask at; write the passphrase into it as \
             one line, or run this command at a terminal",
            path.display()
        ))
    })?;
    let typed = ask_twice(&terminal)?;
    write(path, &typed).map_err(Failure::while_doing("writing the passphrase file"))?;
    Ok(typed)
}

fn ask_twice(terminal: &File) -> Result<Zeroizing<String>, Failure> {
    let ask = |prompt| {
        ask_secret(terminal, prompt).map_err(Failure::while_doing("asking for the passphrase"))
    };
    let first = ask("Passphrase for the keystore: ")?;
    if first.len() < MIN_TYPED_BYTES {
        let what = format!("a passphrase has at least {MIN_TYPED_BYTES} bytes; nothing was made");
        return Err(Failure::Failed(what));
    }
    let second = ask("The same once more: ")?;
    if *first != *second {
        return Err(Failure::Failed(
            "the two are not the same; nothing was made".into(),
        ));
    }
    Ok(first)
}

fn write(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text.as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use std::{fs::Permissions, os::unix::fs::PermissionsExt};

    use super::*;

    fn reading(bytes: &[u8], mode: u32) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("passphrase");
        std::fs::write(&path, bytes).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        match read(&path) {
            Ok(text) => Ok(text.as_str().to_owned()),
            Err(Failure::Failed(what) | Failure::Settings(what) | Failure::Usage(what)) => {
                Err(what)
            }
        }
    }

    #[test]
    fn a_passphrase_is_one_line_whatever_ends_it() {
        for text in ["korrekt pferd", "korrekt pferd\n", "korrekt pferd\r\n"] {
            assert_eq!(reading(text.as_bytes(), 0o600).unwrap(), "korrekt pferd");
        }
        assert_eq!(reading(b" spaces count ", 0o440).unwrap(), " spaces count ");
    }

    #[test]
    fn what_is_no_passphrase_is_refused_without_being_shown() {
        for bytes in [
            b"korrekt\npferd\n".as_slice(),
            b"korrekt\xff",
            &[b'k'; 1025],
        ] {
            let what = reading(bytes, 0o600).unwrap_err();
            assert!(!what.contains("korrekt") && !what.contains("kkk"), "{what}");
        }
    }

    #[test]
    fn a_passphrase_file_that_is_gone_is_named_with_the_remedy() {
        let folder = tempfile::tempdir().unwrap();
        let Err(Failure::Failed(what)) = read(&folder.path().join("gone")) else {
            panic!("read");
        };
        assert!(what.contains("gone: the passphrase file"), "{what}");
        assert!(what.contains("put it back"), "{what}");
    }

    #[test]
    fn a_passphrase_that_everybody_may_read_is_refused_with_the_remedy() {
        assert!(
            reading(b"korrekt pferd", 0o644)
                .unwrap_err()
                .contains("chmod 600")
        );
    }
}
