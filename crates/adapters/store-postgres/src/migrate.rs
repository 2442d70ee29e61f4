//! Applies migrations, and refuses a database that a newer program has changed.

use store::sql::Dialect;
use store::{Migration, Schema, Step, StoreError};

use crate::connection::Connection;
use crate::dialect::{BEGIN_WRITE, DIALECT};
use crate::error::Trouble;

/// Is there a table of applied migrations?
const HAS_RECORD: &str = "SELECT table_name::text FROM information_schema.tables \
     WHERE table_name = 'schema_migration' AND table_schema = current_schema()";
/// Does a table have a column?
const HAS_COLUMN: &str = "SELECT column_name FROM information_schema.columns \
     WHERE table_schema = current_schema() AND table_name = $1 AND column_name = $2";

/// Applies the missing migrations to one database, in one transaction.
pub(crate) async fn apply_missing(
    connection: &Connection,
    schema: &Schema,
    database: &'static str,
) -> Result<(), Trouble> {
    connection.command(BEGIN_WRITE).await?;
    let applied = apply_all(connection, schema, database).await;
    let end = if applied.is_ok() {
        "COMMIT"
    } else {
        "ROLLBACK"
    };
    let ended = connection.command(end).await;
    applied.and(ended.map(|_| ()))
}

/// Refuses a database on which not exactly the migrations of `schema` are recorded.
pub(crate) async fn check(
    connection: &Connection,
    schema: &Schema,
    database: &'static str,
) -> Result<(), Trouble> {
    let exists = !connection.texts(HAS_RECORD).await?.is_empty();
    let recorded = match exists {
        true => connection.texts(Dialect::RECORDED).await?,
        false => vec![],
    };
    let missing = schema.missing(database, &recorded);
    match missing.map_err(Trouble::Refused)?.first() {
        Some(migration) => Err(Trouble::Refused(StoreError::NotMigrated {
            database,
            migration: migration.name,
        })),
        None => Ok(()),
    }
}

async fn apply_all(
    connection: &Connection,
    schema: &Schema,
    database: &'static str,
) -> Result<(), Trouble> {
    // Asked first, so that a role which may not create anything can confirm a finished schema.
    if connection.texts(HAS_RECORD).await?.is_empty() {
        connection.command(&DIALECT.create_record()).await?;
    }
    let recorded = connection.texts(Dialect::RECORDED).await?;
    let missing = schema.missing(database, &recorded);
    for migration in missing.map_err(Trouble::Refused)? {
        apply(connection, migration, database).await?;
    }
    Ok(())
}

async fn apply(
    connection: &Connection,
    migration: &Migration,
    database: &'static str,
) -> Result<(), Trouble> {
    for step in migration.steps.iter().filter(|s| s.database() == database) {
        let has_column = match step {
            Step::AddColumn { table, column, .. } => {
                connection.run(HAS_COLUMN, &[table.name, column]).await? > 0
            }
            _ => false,
        };
        for text in DIALECT.step(step, has_column).map_err(Trouble::Refused)? {
            connection.command(&text).await?;
        }
    }
    let done = connection.run(&DIALECT.record(), &[migration.name]).await;
    done.map(|_| ())
}
