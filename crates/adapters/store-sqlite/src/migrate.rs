//! Applies migrations, and refuses a database that a newer program has changed.

use rusqlite::{Connection, Error};
use store::sql::Dialect;
use store::{Migration, Schema, Step, StoreError};

use crate::dialect::DIALECT;
use crate::{Options, error, files};

/// Applies the missing migrations to every database, each database in one transaction, and
/// creates the files that do not exist. Running it twice changes nothing.
///
/// # Errors
/// [`StoreError::UnknownSchema`] when a database records a migration that `schema` lacks;
/// [`StoreError::Invalid`] when the schema breaks a rule; or any error of the files.
pub fn migrate(options: &Options, schema: &Schema) -> Result<(), StoreError> {
    schema.check()?;
    for database in schema.databases {
        let mut connection = files::writer(&options.path(database))?;
        apply_missing(&mut connection, schema, database)?;
    }
    Ok(())
}

/// Refuses a database on which not exactly the migrations of `schema` are recorded.
pub(crate) fn check(
    connection: &Connection,
    schema: &Schema,
    database: &'static str,
) -> Result<(), StoreError> {
    let exists = connection
        .table_exists(None, "schema_migration")
        .map_err(|error| error::plain(&error))?;
    let recorded = if exists {
        recorded(connection)?
    } else {
        vec![]
    };
    match schema.missing(database, &recorded)?.first() {
        Some(migration) => Err(StoreError::NotMigrated {
            database,
            migration: migration.name,
        }),
        None => Ok(()),
    }
}

fn apply_missing(
    connection: &mut Connection,
    schema: &Schema,
    database: &'static str,
) -> Result<(), StoreError> {
    let behavior = rusqlite::TransactionBehavior::Immediate;
    let tx = connection
        .transaction_with_behavior(behavior)
        .map_err(|e| error::plain(&e))?;
    tx.execute_batch(&DIALECT.create_record())
        .map_err(|e| error::plain(&e))?;
    for migration in schema.missing(database, &recorded(&tx)?)? {
        apply(&tx, migration, database)?;
    }
    tx.commit().map_err(|e| error::plain(&e))
}

fn apply(
    connection: &Connection,
    migration: &Migration,
    database: &'static str,
) -> Result<(), StoreError> {
    for step in migration
        .steps
        .iter()
        .filter(|step| step.database() == database)
    {
        for text in texts(connection, step)? {
            connection
                .execute_batch(&text)
                .map_err(|error| error::plain(&error))?;
        }
    }
    let done = connection.execute(&DIALECT.record(), [migration.name]);
    done.map(|_| ()).map_err(|error| error::plain(&error))
}

fn texts(connection: &Connection, step: &Step) -> Result<Vec<String>, StoreError> {
    let has_column = match step {
        Step::AddColumn { table, column, .. } => connection
            .column_exists(None, table.name, column)
            .map_err(|error| error::plain(&error))?,
        _ => false,
    };
    DIALECT.step(step, has_column)
}

fn recorded(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let names = || -> Result<Vec<String>, Error> {
        connection
            .prepare(Dialect::RECORDED)?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    names().map_err(|error| error::plain(&error))
}
