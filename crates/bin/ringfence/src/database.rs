//! The front's database: a file, or a server's.

use std::{path::PathBuf, sync::Arc};

use identity::rows::SCHEMA;
use rooms::{Failure, settings::Database};
use store::Store;
use store_postgres::{Options, Place, Postgres};
use store_sqlite::Sqlite;

use crate::settings::Settings;

const OPENING: &str = "opening the front's database";

/// Opens the database as it is configured.
pub fn open(settings: &Settings, migrate: bool) -> Result<Arc<dyn Store>, Failure> {
    if let Some(database) = &settings.database {
        let options = server(database, false)?;
        let options = if migrate { options.migrate() } else { options };
        let opened = Postgres::open(&options, &SCHEMA);
        return Ok(Arc::new(opened.map_err(Failure::while_doing(OPENING))?));
    }
    let options = file(settings);
    let options = if migrate { options.migrate() } else { options };
    let opened = Sqlite::open(&options, &SCHEMA);
    Ok(Arc::new(opened.map_err(Failure::while_doing(OPENING))?))
}

/// Brings the database to this program's schema.
pub fn migrate(settings: &Settings) -> Result<(), Failure> {
    let migrated = match &settings.database {
        Some(database) => store_postgres::migrate(&server(database, true)?, &SCHEMA),
        None => store_sqlite::migrate(&file(settings), &SCHEMA),
    };
    migrated.map_err(Failure::while_doing("migrating the front's database"))
}

/// Where the file lies; commands that copy files refuse a server.
pub fn path(settings: &Settings) -> Result<PathBuf, Failure> {
    match settings.database {
        None => Ok(file(settings).path("main")),
        Some(_) => Err(Failure::Usage(
            "the databases are on a server: copy and restore them there; see docs/scale.md".into(),
        )),
    }
}

fn file(settings: &Settings) -> store_sqlite::Options {
    store_sqlite::Options::new(settings.front_directory())
}

/// Where the server's database is, for the room or for the role that owns the tables.
fn server(database: &Database, as_owner: bool) -> Result<Options, Failure> {
    let owner = database.owner.as_deref().filter(|_| as_owner);
    let file = database.password_file.as_deref();
    let place = Place::configured(&database.address, owner, file);
    let wrong = |wrong| Failure::Settings(format!("[front.database] the address {wrong}"));
    let options = Options::default().database("main", place.map_err(wrong)?);
    Ok(match database.connections {
        Some(most) => options.connections(most.into()),
        None => options,
    })
}
