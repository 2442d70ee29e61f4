//! Where the keys are: in a file of this machine, or in PKCS#11 tokens.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use hsm_pkcs11::{Library, Make, Options, Pkcs11Hsm, TokenOptions};
use hsm_software::{Pretend, SlowHsm, SoftwareKeystore, Unlock, create_key_file};
use rooms::{
    Failure,
    ambient::SystemClock,
    sandbox::Sockets,
    settings::{Hsm as HsmSettings, Token},
};
use seal::{Class, Hsm, HsmError, KeyId, KeyKind, KeySpec, Suite};

use crate::{passphrase, settings::Settings, waiting::Waiting};

/// What opens the keys, with everything loaded that is out of reach behind the fence.
pub enum Source {
    /// The software keystore.
    File,
    /// Tokens, by this library.
    Tokens(Library),
}

impl Source {
    /// Loads the library, if the configuration names one.
    pub fn load(settings: &Settings) -> Result<Self, Failure> {
        let Some(hsm) = &settings.hsm else {
            return Ok(Self::File);
        };
        let library = Library::load(&hsm.library);
        let library =
            library.map_err(|error| Failure::Settings(format!("[vault.hsm] library: {error}")))?;
        Ok(Self::Tokens(library))
    }

    /// Opens the keys.
    pub fn open(self, settings: &Settings) -> Result<Arc<dyn Hsm>, Failure> {
        let opened: Arc<dyn Hsm> = match (self, &settings.hsm) {
            (Self::Tokens(library), Some(hsm)) => {
                let tokens = open_tokens(library, hsm, settings)?;
                Arc::new(Waiting::new(Arc::new(tokens)))
            }
            _ => Arc::new(open_file(settings)?),
        };
        Ok(match settings.pretend_hsm {
            None => opened,
            Some(pretend) => {
                let slow = SlowHsm::new(
                    opened,
                    Pretend {
                        latency: Duration::from_micros(pretend.latency_micros),
                        per_second: pretend.per_second,
                    },
                );
                Arc::new(Waiting::new(Arc::new(slow)))
            }
        })
    }
}

/// Opens the keys of the configuration.
pub fn keystore(settings: &Settings) -> Result<Arc<dyn Hsm>, Failure> {
    Source::load(settings)?.open(settings)
}

/// The tokens of the configuration.
pub fn tokens(hsm: &HsmSettings, settings: &Settings) -> Result<Pkcs11Hsm, Failure> {
    match Source::load(settings)? {
        Source::Tokens(library) => open_tokens(library, hsm, settings),
        Source::File => Err(Failure::Settings("there is no [vault.hsm]".into())),
    }
}

fn open_tokens(
    library: Library,
    hsm: &HsmSettings,
    settings: &Settings,
) -> Result<Pkcs11Hsm, Failure> {
    let token = |token: &Token| TokenOptions {
        label: token.label.clone(),
        pin_file: token.pin_file.clone(),
        make: token.make.as_ref().map(|make| Make {
            vendor: make.vendor.clone(),
            model: make.model.clone(),
        }),
    };
    let options = Options {
        token: token(&hsm.token),
        staff: hsm.staff.as_ref().map(token),
        sessions: hsm.sessions,
        patience: Options::PATIENCE,
        refusals: Some(settings.directory.clone()),
        clock: Arc::new(SystemClock),
    };
    let record = Options::refusal_record(&settings.directory, &options.token);
    Pkcs11Hsm::open(library, options).map_err(|error| explain(error, hsm, &record))
}

/// What an operator can do about a token that does not open.
fn explain(error: HsmError, hsm: &HsmSettings, record: &Path) -> Failure {
    let (token, pin) = (&hsm.token.label, hsm.token.pin_file.display());
    let what = match error {
        HsmError::TokenMissing => format!(
            "no token, or more than one, has the label {token}; check that it is plugged in or \
             reached, and what [vault.hsm] read, write and environment give its library"
        ),
        HsmError::PinWrong => format!(
            "the PIN of token {token} was refused, or {pin} is no private file of one line. It is \
             not tried again, so that the token is not locked: put the right PIN into the file. If \
             it is the right one, log in once with the token's own tool, then remove {}",
            record.display()
        ),
        HsmError::PinLocked => format!(
            "the PIN of token {token} is locked, or one more wrong PIN would lock it: log in once \
             with its maker's own tool, then start again"
        ),
        other => format!("token {token}: {other}"),
    };
    Failure::Failed(format!("opening the keys: {what}"))
}

/// Whether there is a keystore in a file, and this user may read what opens it.
pub fn may_open_file(settings: &Settings) -> bool {
    let unlock = settings.passphrase_file.clone();
    let unlock = unlock.unwrap_or_else(|| key_file(settings));
    File::open(keystore_path(settings)).is_ok() && File::open(unlock).is_ok()
}

fn open_file(settings: &Settings) -> Result<SoftwareKeystore, Failure> {
    let path = keystore_path(settings);
    let opened = match &settings.passphrase_file {
        Some(file) => {
            let passphrase = passphrase::read(file)?;
            SoftwareKeystore::open(&path, &Unlock::Passphrase(&passphrase))
        }
        None => SoftwareKeystore::open(&path, &Unlock::KeyFile(&key_file(settings))),
    };
    opened.map_err(Failure::while_doing(format!(
        "opening the keystore with {}",
        match &settings.passphrase_file {
            Some(file) => file.display().to_string(),
            None => key_file(settings).display().to_string(),
        }
    )))
}

/// Makes the keystore where there is none, or the opening keys in a token that has none.
pub fn create(settings: &Settings, suite: Option<u8>) -> Result<(), Failure> {
    if settings.hsm.is_some() {
        return create_in_tokens(&*keystore(settings)?, suite);
    }
    let path = keystore_path(settings);
    if path.exists() {
        return Ok(());
    }
    let doing = "making the keystore";
    let made = match &settings.passphrase_file {
        Some(file) => {
            let passphrase = passphrase::read_or_ask(file)?;
            SoftwareKeystore::create(&path, &Unlock::Passphrase(&passphrase))
        }
        None => {
            let key = key_file(settings);
            if !key.exists() {
                create_key_file(&key).map_err(Failure::while_doing(doing))?;
            }
            SoftwareKeystore::create(&path, &Unlock::KeyFile(&key))
        }
    };
    made.map(|_| ()).map_err(Failure::while_doing(doing))
}

/// Opening keys by the first wrap suite that their token offers, or by the one asked for. The
/// vault makes the other keys when it opens, and leaves these.
fn create_in_tokens(hsm: &dyn Hsm, suite: Option<u8>) -> Result<(), Failure> {
    let kinds = match suite {
        None => vec![kind_of(1)?, kind_of(2)?, kind_of(3)?],
        Some(suite) => vec![kind_of(suite)?],
    };
    for class in Class::ALL {
        let id = KeyId::open(class, 1);
        let mut outcome = Err(HsmError::WrongUsage);
        for kind in &kinds {
            outcome = hsm.create(KeySpec { id, kind: *kind });
            if outcome != Err(HsmError::WrongUsage) {
                break;
            }
        }
        match outcome {
            Ok(()) | Err(HsmError::Exists) => {}
            Err(HsmError::WrongUsage) => {
                return Err(Failure::Failed(format!(
                    "the token offers no wrap suite that was asked for, for {id}; ringfence hsm \
                     probe says what it offers"
                )));
            }
            Err(error) => return Err(Failure::while_doing(format!("making {id}"))(error)),
        }
    }
    Ok(())
}

/// The kind of an opening key of a wrap suite (sealing design, section 2).
fn kind_of(suite: u8) -> Result<KeyKind, Failure> {
    match (Suite::from_code(suite), suite) {
        (Some(suite), _) => Ok(KeyKind::Agreement(suite)),
        (None, 3) => Ok(KeyKind::Decryption),
        _ => Err(Failure::Usage("a wrap suite is 1, 2 or 3".into())),
    }
}

/// Where the software keystore lies.
pub fn keystore_path(settings: &Settings) -> PathBuf {
    settings.directory.join("keystore")
}

fn key_file(settings: &Settings) -> PathBuf {
    settings.directory.join("keystore.key")
}

/// Files that are read behind the fence to open the keys.
pub fn files_read(settings: &Settings) -> Vec<PathBuf> {
    let mut files = settings.secret_files();
    if let Some(hsm) = &settings.hsm {
        let pins = [Some(&hsm.token), hsm.staff.as_ref()];
        files.extend(
            pins.into_iter()
                .flatten()
                .map(|token| token.pin_file.clone()),
        );
        files.extend(hsm.read.iter().cloned());
    }
    files
}

/// Folders that are written behind the fence besides the vault's own.
pub fn folders_written(settings: &Settings) -> Vec<PathBuf> {
    let hsm = settings.hsm.as_ref();
    hsm.map(|hsm| hsm.write.clone()).unwrap_or_default()
}

/// Sockets that the library of the tokens needs, or a database server.
pub fn sockets(settings: &Settings) -> Sockets {
    let hsm = settings.hsm.as_ref();
    Sockets {
        unix: settings.database.is_some() || hsm.is_some_and(|hsm| hsm.unix_sockets),
        tcp_ports: hsm.map(|hsm| hsm.tcp_ports.clone()).unwrap_or_default(),
        udp: false,
    }
}
