//! PINs that a token refused: none is sent to it twice, by whichever process.
//!
//! Tokens lock after a few wrong PINs. Service managers start a vault again and again, and many
//! put the PIN into a new file each time, so what is remembered is the PIN and not its file.
//!
//! ```text
//! pin-refused-<label in hex>: 1 SP salt SP digest SP ("counts" | "silent") LF
//! digest = first 2 bytes of PBKDF2-HMAC-SHA-256(PIN, salt of 16 bytes, 600,000 rounds)
//! ```
//! Two bytes: a corrected PIN is taken for the refused one once in 65,536 times, and then the
//! operator removes the record; whoever steals the record learns as little of the PIN.

use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Write},
    num::NonZeroU32,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use aws_lc_rs::{constant_time::verify_slices_are_equal, pbkdf2, rand};
use cryptoki::slot::TokenInfo;
use data_encoding::HEXLOWER;
use parking_lot::Mutex;
use seal::HsmError;
use zeroize::Zeroizing;

use crate::{
    options::{Options, TokenOptions},
    pin::Pin,
};

const VERSION: &str = "1";
const COUNTS: &str = "counts";
const SILENT: &str = "silent";
/// Some tenths of a second, spent only where a refusal stands or is written.
const ROUNDS: NonZeroU32 = NonZeroU32::new(600_000).unwrap();
const SALT_BYTES: usize = 16;
const DIGEST_BYTES: usize = 2;

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    salt: [u8; SALT_BYTES],
    digest: [u8; DIGEST_BYTES],
    /// Whether the token tells that a wrong PIN was tried: it did when this one was.
    counts: bool,
}

impl Refusal {
    fn of(pin: &Pin, counts: bool) -> Option<Refusal> {
        let mut salt = [0; SALT_BYTES];
        #[expect(
            clippy::disallowed_methods,
            reason = "a salt in a file: no decision of a simulation depends on it"
        )]
        rand::fill(&mut salt).ok()?;
        Some(Refusal {
            salt,
            digest: digest(pin, &salt),
            counts,
        })
    }

    fn is_of(&self, pin: &Pin) -> bool {
        verify_slices_are_equal(&digest(pin, &self.salt), &self.digest).is_ok()
    }

    fn parse(text: &str) -> Option<Refusal> {
        let words: Vec<&str> = text.strip_suffix('\n')?.split(' ').collect();
        let [VERSION, salt, digest, told] = words[..] else {
            return None;
        };
        Some(Refusal {
            salt: HEXLOWER.decode(salt.as_bytes()).ok()?.try_into().ok()?,
            digest: HEXLOWER.decode(digest.as_bytes()).ok()?.try_into().ok()?,
            counts: match told {
                COUNTS => true,
                SILENT => false,
                _ => return None,
            },
        })
    }

    fn encode(&self) -> String {
        let (salt, digest) = (HEXLOWER.encode(&self.salt), HEXLOWER.encode(&self.digest));
        let told = if self.counts { COUNTS } else { SILENT };
        format!("{VERSION} {salt} {digest} {told}\n")
    }
}

fn digest(pin: &Pin, salt: &[u8; SALT_BYTES]) -> [u8; DIGEST_BYTES] {
    let mut out = Zeroizing::new([0; 32]);
    let secret = pin.as_bytes();
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ROUNDS, salt, secret, &mut *out);
    [out[0], out[1]]
}

/// What is known of refusals.
pub(crate) struct Refusals {
    folder: Option<PathBuf>,
    /// Those that could not be written, by the token's label.
    unwritten: Mutex<BTreeMap<String, Refusal>>,
}

/// What stands on record for a token.
enum Standing {
    Nothing,
    Refused(Refusal),
    /// Something that cannot be read: any PIN may be meant.
    Unreadable,
}

impl Refusals {
    pub(crate) fn new(folder: Option<PathBuf>) -> Refusals {
        Refusals {
            folder,
            unwritten: Mutex::default(),
        }
    }

    /// Fails when this PIN was refused by this token, unless the token tells that the right one
    /// was given since. `now` is what it tells before the PIN is sent.
    pub(crate) fn check(
        &self,
        token: &TokenOptions,
        pin: &Pin,
        now: &TokenInfo,
    ) -> Result<(), HsmError> {
        self.judge(token, pin, now.user_pin_count_low())
    }

    fn judge(&self, token: &TokenOptions, pin: &Pin, low: bool) -> Result<(), HsmError> {
        match self.standing(token) {
            Standing::Nothing => Ok(()),
            Standing::Refused(refusal) if refusal.counts && !low => Ok(()),
            Standing::Refused(refusal) if !refusal.is_of(pin) => Ok(()),
            Standing::Refused(_) | Standing::Unreadable => Err(HsmError::PinWrong),
        }
    }

    /// Remembers a refusal. Where it cannot be written it lasts until the process ends. `counts`
    /// is whether the token tells of it.
    pub(crate) fn note(&self, token: &TokenOptions, pin: &Pin, counts: bool) {
        let Some(refusal) = Refusal::of(pin, counts) else {
            tracing::error!("hsm.pin.refusal_not_kept");
            return;
        };
        let written = match self.file(token) {
            Some(file) => write(&file, &refusal.encode()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        if let Err(error) = written {
            tracing::error!(%error, "hsm.pin.refusal_not_kept");
            self.unwritten.lock().insert(token.label.clone(), refusal);
        }
    }

    /// Forgets what stood on record: the token took a PIN, and began to count anew.
    pub(crate) fn clear(&self, token: &TokenOptions) {
        self.unwritten.lock().remove(&token.label);
        let Some(file) = self.file(token) else { return };
        match fs::remove_file(file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::error!(%error, "hsm.pin.refusal_not_cleared");
            }
            _ => {}
        }
    }

    fn standing(&self, token: &TokenOptions) -> Standing {
        if let Some(refusal) = self.unwritten.lock().get(&token.label) {
            return Standing::Refused(refusal.clone());
        }
        let Some(file) = self.file(token) else {
            return Standing::Nothing;
        };
        match fs::read_to_string(file) {
            Ok(text) => Refusal::parse(&text).map_or(Standing::Unreadable, Standing::Refused),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Standing::Nothing,
            Err(_) => Standing::Unreadable,
        }
    }

    fn file(&self, token: &TokenOptions) -> Option<PathBuf> {
        Some(record(self.folder.as_deref()?, token))
    }
}

impl Options {
    /// Where it stands that a token refused a PIN. An operator removes this file to have the same
    /// PIN sent once more.
    #[must_use]
    pub fn refusal_record(folder: &Path, token: &TokenOptions) -> PathBuf {
        record(folder, token)
    }
}

/// One file for each token, named so that no label leaves the folder.
fn record(folder: &Path, token: &TokenOptions) -> PathBuf {
    let name = HEXLOWER.encode(token.label.as_bytes());
    folder.join(format!("pin-refused-{name}"))
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

    fn token() -> TokenOptions {
        TokenOptions {
            label: "../a token".to_owned(),
            pin_file: PathBuf::new(),
            make: None,
        }
    }

    fn pin(text: &str) -> Pin {
        Pin::new(text)
    }

    #[test]
    fn a_refused_pin_is_refused_by_the_next_process_until_it_is_another_or_the_record_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let fresh = || Refusals::new(Some(folder.path().to_owned()));
        let refusals = fresh();
        assert_eq!(refusals.judge(&token(), &pin("4711"), true), Ok(()));
        refusals.note(&token(), &pin("4711"), true);
        for refusals in [refusals, fresh()] {
            let again = refusals.judge(&token(), &pin("4711"), true);
            assert_eq!(again, Err(HsmError::PinWrong));
            assert_eq!(refusals.judge(&token(), &pin("47111"), true), Ok(()));
        }
        let file = Options::refusal_record(folder.path(), &token());
        let kept = fs::read_to_string(&file).unwrap();
        assert_eq!(kept.len(), "1 ".len() + 32 + 1 + 4 + " counts\n".len());
        fs::remove_file(file).unwrap();
        assert_eq!(fresh().judge(&token(), &pin("4711"), true), Ok(()));
    }

    #[test]
    fn a_token_that_counts_tells_that_the_right_pin_was_given_since() {
        let folder = tempfile::tempdir().unwrap();
        let refusals = Refusals::new(Some(folder.path().to_owned()));
        refusals.note(&token(), &pin("4711"), true);
        assert_eq!(refusals.judge(&token(), &pin("4711"), false), Ok(()));
        // One that never told says nothing by its silence.
        refusals.note(&token(), &pin("4711"), false);
        let silent = refusals.judge(&token(), &pin("4711"), false);
        assert_eq!(silent, Err(HsmError::PinWrong));
    }

    #[test]
    fn a_refusal_that_cannot_be_written_lasts_while_the_process_does() {
        for folder in [None, Some("/nonexistent/folder".into())] {
            let refusals = Refusals::new(folder);
            refusals.note(&token(), &pin("4711"), true);
            let again = refusals.judge(&token(), &pin("4711"), true);
            assert_eq!(again, Err(HsmError::PinWrong));
            refusals.clear(&token());
            assert_eq!(refusals.judge(&token(), &pin("4711"), true), Ok(()));
        }
    }

    #[test]
    fn a_record_that_makes_no_sense_lets_no_pin_through() {
        let folder = tempfile::tempdir().unwrap();
        let refusals = Refusals::new(Some(folder.path().to_owned()));
        let file = Options::refusal_record(folder.path(), &token());
        for text in ["", "1", "2 00 00 counts\n", "1 00 0000 counts\n", "a:b:c"] {
            fs::write(&file, text).unwrap();
            let judged = refusals.judge(&token(), &pin("4711"), false);
            assert_eq!(judged, Err(HsmError::PinWrong), "{text}");
        }
        refusals.clear(&token());
        assert_eq!(refusals.judge(&token(), &pin("4711"), false), Ok(()));
    }
}
