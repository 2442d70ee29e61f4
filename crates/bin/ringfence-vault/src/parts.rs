//! What room and operator's commands share: keystore, databases, failures.

use std::{path::Path, process::ExitCode, sync::Arc};

use hsm_software::{SoftwareKeystore, Unlock, create_key_file};
use rooms::{
    ambient::{SystemClock, SystemEntropy},
    settings::SettingsError,
};
use seal::Hsm;
use store::Store;
use store_sqlite::{Options, Sqlite};
use vault::{Parts, rows::SCHEMA};
use zeroize::Zeroizing;

use crate::settings::Settings;

/// Why the program ends, with its exit code.
pub enum Failure {
    /// Configuration: exit code 64.
    Settings(SettingsError),
    /// Anything else: exit code 1.
    Failed(String),
}

impl Failure {
    /// One readable line on standard error.
    pub fn report(&self) -> ExitCode {
        let (line, code) = match self {
            Self::Settings(error) => (error.to_string(), 64),
            Self::Failed(what) => (what.clone(), 1),
        };
        eprintln!("error: {line}");
        ExitCode::from(code)
    }

    /// A failure while doing something.
    pub fn while_doing<E: std::fmt::Display>(doing: &'static str) -> impl Fn(E) -> Self {
        move |error| Self::Failed(format!("{doing}: {error}"))
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error)
    }
}

/// Where the vault's files lie.
pub fn options(directory: &Path) -> Options {
    Options::new(directory)
}

/// Opens the keystore.
pub fn keystore(settings: &Settings) -> Result<Arc<dyn Hsm>, Failure> {
    let path = settings.directory.join("keystore");
    let opened = match &settings.passphrase_file {
        Some(file) => {
            let passphrase = passphrase(file)?;
            SoftwareKeystore::open(&path, &Unlock::Passphrase(&passphrase))
        }
        None => SoftwareKeystore::open(&path, &Unlock::KeyFile(&key_file(settings))),
    };
    Ok(Arc::new(
        opened.map_err(Failure::while_doing("opening the keystore"))?,
    ))
}

/// Makes the keystore where there is none.
pub fn create_keystore(settings: &Settings) -> Result<(), Failure> {
    let path = settings.directory.join("keystore");
    if path.exists() {
        return Ok(());
    }
    let doing = "making the keystore";
    let made = match &settings.passphrase_file {
        Some(file) => {
            let passphrase = passphrase(file)?;
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

fn key_file(settings: &Settings) -> std::path::PathBuf {
    settings.directory.join("keystore.key")
}

fn passphrase(file: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(Failure::while_doing("reading the passphrase file"))?;
    let text = Zeroizing::new(text);
    Ok(Zeroizing::new(
        text.trim_end_matches(['\r', '\n']).to_owned(),
    ))
}

/// Opens the databases; a demonstration migrates them by itself.
pub fn databases(settings: &Settings) -> Result<Arc<Sqlite>, Failure> {
    let options = options(&settings.directory);
    let options = if settings.demo {
        options.migrate()
    } else {
        options
    };
    let opened = Sqlite::open(&options, &SCHEMA);
    Ok(Arc::new(opened.map_err(Failure::while_doing(
        "opening the vault's databases",
    ))?))
}

/// Everything the service is made of.
pub fn parts(settings: &Settings, store: Arc<dyn Store>) -> Result<Parts, Failure> {
    Ok(Parts {
        store,
        hsm: keystore(settings)?,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        config: settings.config.clone(),
    })
}
