//! Typed records over rows.

use crate::{Row, StoreError, Table, Value};

/// A type that is stored as one row of one table.
pub trait Record: Sized {
    /// Its table.
    const TABLE: &'static Table;

    /// The row, in the table's order of columns.
    fn to_row(&self) -> Row;

    /// The record of a row; [`RowReader`] makes this one line for each column.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row does not hold a record.
    fn from_row(row: Row) -> Result<Self, StoreError>;
}

/// Takes the values of a row one after another, in the table's order. A value of the wrong type
/// is [`StoreError::Corrupt`].
pub struct RowReader {
    table: &'static str,
    values: std::vec::IntoIter<Value>,
}

impl RowReader {
    /// Reads `row` of `table`.
    #[must_use]
    pub fn new(table: &'static Table, row: Row) -> Self {
        RowReader {
            table: table.name,
            values: row.into_iter(),
        }
    }

    /// The error for a value that makes no sense to the record.
    #[must_use]
    pub fn corrupt(&self) -> StoreError {
        StoreError::Corrupt { table: self.table }
    }

    /// The next value, of any type.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] at the end of the row, as for all methods below.
    pub fn value(&mut self) -> Result<Value, StoreError> {
        self.values
            .next()
            .ok_or(StoreError::Corrupt { table: self.table })
    }

    /// An integer.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn int(&mut self) -> Result<i64, StoreError> {
        self.opt_int()?.ok_or(self.corrupt())
    }

    /// An integer that must fit a smaller or unsigned type.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn int_as<T: TryFrom<i64>>(&mut self) -> Result<T, StoreError> {
        T::try_from(self.int()?).map_err(|_| self.corrupt())
    }

    /// A truth value, stored as 0 or 1.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn bool(&mut self) -> Result<bool, StoreError> {
        match self.int()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.corrupt()),
        }
    }

    /// An integer or null.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn opt_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Int(value) => Ok(Some(value)),
            _ => Err(self.corrupt()),
        }
    }

    /// Bytes of any length.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        self.opt_bytes()?.ok_or(self.corrupt())
    }

    /// Bytes of any length, or null.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn opt_bytes(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Bytes(value) => Ok(Some(value)),
            _ => Err(self.corrupt()),
        }
    }

    /// Exactly `N` bytes.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        self.opt_array()?.ok_or(self.corrupt())
    }

    /// Exactly `N` bytes, or null.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn opt_array<const N: usize>(&mut self) -> Result<Option<[u8; N]>, StoreError> {
        let bytes = self.opt_bytes()?;
        bytes
            .map(<[u8; N]>::try_from)
            .transpose()
            .map_err(|_| self.corrupt())
    }

    /// Text.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn text(&mut self) -> Result<String, StoreError> {
        self.opt_text()?.ok_or(self.corrupt())
    }

    /// Text or null.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`].
    pub fn opt_text(&mut self) -> Result<Option<String>, StoreError> {
        match self.value()? {
            Value::Null => Ok(None),
            Value::Text(value) => Ok(Some(value)),
            _ => Err(self.corrupt()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static THING: Table = Table {
        name: "thing",
        database: "main",
        columns: &[],
        key: &[],
        indexes: &[],
    };

    #[test]
    fn values_come_in_order() {
        let row = vec![
            Value::from(7i64),
            Value::Null,
            Value::from([1u8, 2]),
            Value::from("x"),
        ];
        let mut reader = RowReader::new(&THING, row);
        assert_eq!(reader.int_as::<u8>(), Ok(7));
        assert_eq!(reader.opt_text(), Ok(None));
        assert_eq!(reader.array::<2>(), Ok([1, 2]));
        assert_eq!(reader.text().as_deref(), Ok("x"));
    }

    #[test]
    fn a_wrong_type_size_or_end_is_corrupt() {
        let corrupt = StoreError::Corrupt { table: "thing" };
        let reader = |value| RowReader::new(&THING, vec![value]);
        assert_eq!(reader(Value::from("7")).int(), Err(corrupt.clone()));
        assert_eq!(reader(Value::Null).bytes(), Err(corrupt.clone()));
        assert_eq!(
            reader(Value::from(256i64)).int_as::<u8>(),
            Err(corrupt.clone())
        );
        assert_eq!(
            reader(Value::from([1u8])).array::<2>(),
            Err(corrupt.clone())
        );
        assert_eq!(reader(Value::from(2i64)).bool(), Err(corrupt.clone()));
        assert_eq!(RowReader::new(&THING, vec![]).value(), Err(corrupt));
    }
}
