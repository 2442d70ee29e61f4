//! What room and operator's commands share.

use std::{path::Path, sync::Arc};

use rooms::ambient::{SystemClock, SystemEntropy};
use seal::Hsm;
use store::Store;
use store_sqlite::Options;
use vault::Parts;

use crate::settings::Settings;

/// Where the vault's files lie.
pub fn options(directory: &Path) -> Options {
    Options::new(directory)
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
