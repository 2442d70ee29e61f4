//! The vault's databases: files, or a server's.

use std::sync::Arc;

use rooms::{Failure, settings::Database};
use store::{Store, StoreError};
use store_postgres::{Options, Place, Postgres};
use store_sqlite::Sqlite;
use vault::rows::SCHEMA;

use crate::{parts::options, settings::Settings};

const OPENING: &str = "opening the vault's databases";

/// The databases as they are configured.
pub enum Databases {
    /// Files in the vault's directory.
    Files(Arc<Sqlite>),
    /// Databases of a server.
    Server(Arc<Postgres>),
}

impl Databases {
    /// Opens the databases; a demonstration migrates them by itself.
    pub fn open(settings: &Settings, migrate: bool) -> Result<Self, Failure> {
        match &settings.database {
            Some(database) => {
                let options = server(database, false)?;
                let options = if migrate { options.migrate() } else { options };
                let opened = Postgres::open(&options, &SCHEMA);
                let opened = opened.map_err(Failure::while_doing(OPENING))?;
                Ok(Self::Server(Arc::new(opened)))
            }
            None => {
                let options = options(&settings.directory);
                let options = if migrate { options.migrate() } else { options };
                let opened = Sqlite::open(&options, &SCHEMA);
                let opened = opened.map_err(Failure::while_doing(OPENING))?;
                Ok(Self::Files(Arc::new(opened)))
            }
        }
    }

    /// Brings the databases to this program's schema.
    pub fn migrate(settings: &Settings) -> Result<(), Failure> {
        let migrated = match &settings.database {
            Some(database) => store_postgres::migrate(&server(database, true)?, &SCHEMA),
            None => store_sqlite::migrate(&options(&settings.directory), &SCHEMA),
        };
        migrated.map_err(Failure::while_doing("migrating the vault's databases"))
    }

    /// The store over them.
    pub fn store(&self) -> Arc<dyn Store> {
        match self {
            Self::Files(files) => files.clone(),
            Self::Server(server) => server.clone(),
        }
    }

    /// Empties the log of a file, so that what was deleted is on the disk no more. A server keeps
    /// dead rows until its vacuum, and its own log until it is recycled: docs/scale.md.
    pub async fn scrub(&self, database: &'static str) -> Result<(), StoreError> {
        match self {
            Self::Files(files) => files.checkpoint_truncate(database).await,
            Self::Server(_) => Ok(()),
        }
    }
}

/// Where the server's databases are, for the room or for the role that owns the tables.
fn server(database: &Database, as_owner: bool) -> Result<Options, Failure> {
    let share = database.share_address.as_deref().unwrap_or_default();
    let mut options = Options::default();
    if let Some(most) = database.connections {
        options = options.connections(most.into());
    }
    for (name, address) in [("share", share), ("main", database.address.as_str())] {
        let owner = database.owner.as_deref().filter(|_| as_owner);
        let place = Place::configured(address, owner, database.password_file.as_deref());
        let place = place.map_err(|wrong| {
            Failure::Settings(format!("[vault.database] the address of {name} {wrong}"))
        })?;
        options = options.database(name, place);
    }
    Ok(options)
}
