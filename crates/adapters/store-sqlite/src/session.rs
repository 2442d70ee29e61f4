//! A connection to every database of a store, and the statements that run on them.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{CachedStatement, Connection};
use store::sql::Operation;
use store::{Read, Row, StoreError, Table, Value, Write};

use crate::dialect::DIALECT;
use crate::error;

pub(crate) struct Database {
    pub(crate) name: &'static str,
    pub(crate) connection: Connection,
}

/// Connections in the schema's order.
pub(crate) struct Session {
    pub(crate) databases: Vec<Database>,
    /// Text for each table, by its address, and operation.
    texts: RefCell<HashMap<(usize, Operation), Arc<str>>>,
}

impl Session {
    pub(crate) fn new(databases: Vec<Database>) -> Self {
        Session {
            databases,
            texts: RefCell::default(),
        }
    }

    /// Position of the database of a table.
    pub(crate) fn place(&self, table: &'static Table) -> Result<usize, StoreError> {
        let place = self.databases.iter().position(|d| d.name == table.database);
        place.ok_or(StoreError::UnknownTable { table: table.name })
    }

    pub(crate) fn connection(&self, place: usize) -> Result<&Connection, StoreError> {
        self.databases
            .get(place)
            .map(|d| &d.connection)
            .ok_or(StoreError::Unavailable)
    }

    /// Runs a statement without parameters and rows, such as `BEGIN`.
    pub(crate) fn command(&self, place: usize, text: &str) -> Result<(), StoreError> {
        let run = |connection: &Connection| connection.prepare_cached(text)?.raw_execute();
        run(self.connection(place)?)
            .map(|_| ())
            .map_err(|error| error::plain(&error))
    }

    pub(crate) fn read(&self, place: usize, read: &Read) -> Result<Vec<Row>, StoreError> {
        let (table, operation, values) = Operation::of_read(read);
        self.query(place, table, operation, &values)
    }

    pub(crate) fn write(&self, place: usize, write: &Write) -> Result<(), StoreError> {
        let (table, operation, values) = Operation::of_write(write);
        let mut statement = self.statement(place, table, operation, values)?;
        statement
            .raw_execute()
            .map(|_| ())
            .map_err(|error| error::on(&error, table))
    }

    fn query(
        &self,
        place: usize,
        table: &'static Table,
        operation: Operation,
        values: &[Value],
    ) -> Result<Vec<Row>, StoreError> {
        let mut statement = self.statement(place, table, operation, values)?;
        let mut rows = statement.raw_query();
        let mut found = Vec::new();
        while let Some(row) = rows.next().map_err(|error| error::on(&error, table))? {
            let value = |at| value(row.get_ref(at).ok()?);
            let values: Option<Row> = (0..table.columns.len()).map(value).collect();
            found.push(values.ok_or(StoreError::Corrupt { table: table.name })?);
        }
        Ok(found)
    }

    fn statement(
        &self,
        place: usize,
        table: &'static Table,
        operation: Operation,
        values: &[Value],
    ) -> Result<CachedStatement<'_>, StoreError> {
        let text = self.text(table, operation)?;
        let statement = self.connection(place)?.prepare_cached(&text);
        let mut statement = statement.map_err(|error| unknown(&error, table))?;
        for (at, value) in values.iter().enumerate() {
            let set = statement.raw_bind_parameter(at + 1, to_sql(value));
            set.map_err(|error| error::on(&error, table))?;
        }
        Ok(statement)
    }

    fn text(&self, table: &'static Table, operation: Operation) -> Result<Arc<str>, StoreError> {
        let key = (std::ptr::from_ref(table).addr(), operation);
        if let Some(text) = self.texts.borrow().get(&key) {
            return Ok(Arc::clone(text));
        }
        let text: Arc<str> = DIALECT.text(table, operation)?.into();
        self.texts.borrow_mut().insert(key, Arc::clone(&text));
        Ok(text)
    }
}

/// A statement that does not compile names a table or column that is not there.
fn unknown(error: &rusqlite::Error, table: &'static Table) -> StoreError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::Unknown) => StoreError::UnknownTable { table: table.name },
        _ => error::on(error, table),
    }
}

fn to_sql(value: &Value) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(match value {
        Value::Null => ValueRef::Null,
        Value::Int(value) => ValueRef::Integer(*value),
        Value::Bytes(value) => ValueRef::Blob(value),
        Value::Text(value) => ValueRef::Text(value.as_bytes()),
    })
}

fn value(value: ValueRef<'_>) -> Option<Value> {
    Some(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(value) => Value::Int(value),
        ValueRef::Blob(value) => Value::Bytes(value.to_vec()),
        ValueRef::Text(value) => Value::Text(std::str::from_utf8(value).ok()?.to_owned()),
        ValueRef::Real(_) => return None,
    })
}
