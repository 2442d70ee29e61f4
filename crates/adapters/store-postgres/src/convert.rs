//! Values on the wire.

use std::error::Error;

use bytes::BytesMut;
use store::{Kind, Row, StoreError, Table, Value};
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

/// A value as a parameter.
#[derive(Debug)]
pub(crate) struct Parameter<'a>(pub(crate) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(value) => value.to_sql(kind, out),
            Value::Bytes(value) => value.to_sql(kind, out),
            Value::Text(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        matches!(*kind, Type::INT8 | Type::BYTEA | Type::TEXT)
    }

    to_sql_checked!();
}

/// A row as the port has it.
pub(crate) fn row(table: &'static Table, found: &tokio_postgres::Row) -> Result<Row, StoreError> {
    let corrupt = || StoreError::Corrupt { table: table.name };
    let mut values = Vec::with_capacity(table.columns.len());
    for (at, column) in table.columns.iter().enumerate() {
        let value = match column.kind {
            Kind::Int => found.try_get::<_, Option<i64>>(at).map(Value::from),
            Kind::Bytes => found.try_get::<_, Option<Vec<u8>>>(at).map(Value::from),
            Kind::Text => found.try_get::<_, Option<String>>(at).map(Value::from),
        };
        values.push(value.map_err(|_| corrupt())?);
    }
    Ok(values)
}
