//! What room and operator's commands share.

use std::{path::Path, sync::Arc};

use rooms::{
    Failure,
    ambient::{SystemClock, SystemEntropy},
};
use seal::Hsm;
use store::Store;
use store_sqlite::{Options, Sqlite};
use vault::{Parts, rows::SCHEMA};

use crate::settings::Settings;

/// Where the vault's files lie.
pub fn options(directory: &Path) -> Options {
    Options::new(directory)
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
pub fn parts(settings: &Settings, hsm: Arc<dyn Hsm>, store: Arc<dyn Store>) -> Parts {
    Parts {
        store,
        hsm,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        config: settings.config.clone(),
    }
}
