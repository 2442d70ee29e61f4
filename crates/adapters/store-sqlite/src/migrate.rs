//! Applies migrations, and refuses a database that a newer program has changed.

use rusqlite::{Connection, Error};
use store::{Migration, Schema, Step, StoreError};

use crate::{Options, error, files, sql};

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
    tx.execute_batch(sql::CREATE_RECORD)
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
    let done = connection.execute(sql::RECORD, [migration.name]);
    done.map(|_| ()).map_err(|error| error::plain(&error))
}

fn texts(connection: &Connection, step: &Step) -> Result<Vec<String>, StoreError> {
    Ok(match step {
        Step::CreateTable(table) => {
            let indexes = table
                .indexes
                .iter()
                .map(|index| sql::create_index(table, index));
            std::iter::once(Ok(sql::create_table(table)))
                .chain(indexes)
                .collect::<Result<_, _>>()?
        }
        Step::CreateIndex(table, index) => vec![sql::create_index(table, table.index(index)?)?],
        Step::AddColumn {
            table,
            column,
            fill,
        } => {
            let exists = connection.column_exists(None, table.name, column);
            let column = table.columns.get(table.position(column)?);
            match (exists.map_err(|error| error::plain(&error))?, column) {
                (false, Some(column)) => vec![sql::add_column(table, column, *fill)],
                _ => vec![],
            }
        }
        Step::DropIndex { index, .. } => vec![sql::drop_index(index)],
        Step::DropTable(table) => vec![sql::drop_table(table)],
    })
}

fn recorded(connection: &Connection) -> Result<Vec<String>, StoreError> {
    let names = || -> Result<Vec<String>, Error> {
        connection
            .prepare(sql::RECORDED)?
            .query_map([], |row| row.get(0))?
            .collect()
    };
    names().map_err(|error| error::plain(&error))
}
