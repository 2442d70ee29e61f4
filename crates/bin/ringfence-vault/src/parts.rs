//! What room and operator's commands share: keystore and databases.

use std::{path::Path, sync::Arc};

use hsm_software::{SoftwareKeystore, Unlock, create_key_file};
use rooms::{
    Failure,
    ambient::{SystemClock, SystemEntropy},
};
use seal::Hsm;
use store::Store;
use store_sqlite::Options;
use vault::Parts;

use crate::{passphrase, settings::Settings};

/// Where the vault's files lie.
pub fn options(directory: &Path) -> Options {
    Options::new(directory)
}

/// Opens the keystore.
pub fn keystore(settings: &Settings) -> Result<Arc<dyn Hsm>, Failure> {
    let path = keystore_path(settings);
    let opened = match &settings.passphrase_file {
        Some(file) => {
            let passphrase = passphrase::read(file)?;
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

/// Where the keystore lies.
pub fn keystore_path(settings: &Settings) -> std::path::PathBuf {
    settings.directory.join("keystore")
}

fn key_file(settings: &Settings) -> std::path::PathBuf {
    settings.directory.join("keystore.key")
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
