//! Tables, columns and indexes, written as `'static` values beside the aggregates they hold.

use crate::{Kind, StoreError, Value};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Name in the database: lower-case letters, digits and `_`.
    pub name: &'static str,
    /// Type.
    pub kind: Kind,
    /// May it hold [`Value::Null`]? Columns of the key may not.
    pub nullable: bool,
}

impl Column {
    /// A column that always has a value.
    #[must_use]
    pub const fn new(name: &'static str, kind: Kind) -> Self {
        Column {
            name,
            kind,
            nullable: false,
        }
    }

    /// A column that may be empty.
    #[must_use]
    pub const fn nullable(name: &'static str, kind: Kind) -> Self {
        Column {
            name,
            kind,
            nullable: true,
        }
    }
}

/// A secondary index.
///
/// A row with a null in one of the columns is not in the index: scans through the index do not
/// see it, and uniqueness does not bind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Name, unique in its database; by custom `table_column`.
    pub name: &'static str,
    /// Columns, in order.
    pub columns: &'static [&'static str],
    /// May two rows share an entry?
    pub unique: bool,
}

/// A table. Rows are clustered by `key`, so time-ordered keys ([`crate::id::time_ordered`]) make
/// inserts nearly sequential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Name, unique in its database: lower-case letters, digits and `_`.
    pub name: &'static str,
    /// Database of the store that holds it, for example `main`.
    pub database: &'static str,
    /// Columns, in the order of a [`Row`](crate::Row).
    pub columns: &'static [Column],
    /// Names of the key's columns, in order.
    pub key: &'static [&'static str],
    /// Secondary indexes.
    pub indexes: &'static [Index],
}

/// Longest name of a table, column, index or database, in bytes.
const MAX_NAME_BYTES: usize = 48;

impl Table {
    /// Position of a column in a row.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the table has no such column.
    pub fn position(&self, column: &str) -> Result<usize, StoreError> {
        let found = self.columns.iter().position(|c| c.name == column);
        found.ok_or(self.invalid("no such column"))
    }

    /// An index by name.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the table has no such index.
    pub fn index(&self, name: &str) -> Result<&'static Index, StoreError> {
        let found = self.indexes.iter().find(|index| index.name == name);
        found.ok_or(self.invalid("no such index"))
    }

    /// Columns that order a scan through `index` (`None`: the key): those of the index, then
    /// those of the key that the index lacks.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the table has no such index.
    pub fn order(&self, index: Option<&str>) -> Result<Vec<&'static str>, StoreError> {
        let Some(name) = index else {
            return Ok(self.key.to_vec());
        };
        let mut order = self.index(name)?.columns.to_vec();
        for column in self.key {
            if !order.contains(column) {
                order.push(column);
            }
        }
        Ok(order)
    }

    /// Columns of an index as a database stores it: those that order its scans; of a unique index
    /// its own, which no two rows share.
    pub(crate) fn entry(&self, index: &Index) -> Vec<&'static str> {
        let order = self.order(Some(index.name));
        match order {
            Ok(order) if !index.unique => order,
            _ => index.columns.to_vec(),
        }
    }

    /// The values of `columns` in `row`, in that order.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a column does not exist or the row is too short.
    pub fn pick(&self, row: &[Value], columns: &[&str]) -> Result<Vec<Value>, StoreError> {
        let pick = |column: &&str| {
            let value = row.get(self.position(column)?);
            value.cloned().ok_or(self.invalid("row is too short"))
        };
        columns.iter().map(pick).collect()
    }

    /// A broken rule of this table.
    #[must_use]
    pub const fn invalid(&self, rule: &'static str) -> StoreError {
        StoreError::Invalid {
            table: self.name,
            rule,
        }
    }

    /// Checks names, key and indexes.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] with the rule that the table breaks.
    pub fn check(&self) -> Result<(), StoreError> {
        let names = self
            .columns
            .iter()
            .map(|c| c.name)
            .chain(self.indexes.iter().map(|i| i.name));
        for name in names.chain([self.name, self.database]) {
            if !is_name(name) {
                return Err(self.invalid("names are lower-case letters, digits and _"));
            }
        }
        if self.key.is_empty() {
            return Err(self.invalid("a table has a key"));
        }
        for (at, column) in self.columns.iter().enumerate() {
            if self.columns.iter().take(at).any(|c| c.name == column.name) {
                return Err(self.invalid("column names are unique"));
            }
        }
        for column in self.key {
            let at = self.position(column)?;
            if self.columns.get(at).is_none_or(|c| c.nullable) {
                return Err(self.invalid("columns of the key are never null"));
            }
        }
        self.check_indexes()
    }

    fn check_indexes(&self) -> Result<(), StoreError> {
        for (at, index) in self.indexes.iter().enumerate() {
            if index.columns.is_empty() {
                return Err(self.invalid("an index has a column"));
            }
            if self.indexes.iter().take(at).any(|i| i.name == index.name) || index.name == "key" {
                return Err(self.invalid("index names are unique, and not key"));
            }
            for column in index.columns {
                self.position(column)?;
            }
        }
        Ok(())
    }
}

/// Is this a name that every database takes without quoting trouble?
pub(crate) fn is_name(name: &str) -> bool {
    let letters = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.len() <= MAX_NAME_BYTES
        && name.bytes().all(letters)
        && name.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: Table = Table {
        name: "thing",
        database: "main",
        columns: &[
            Column::new("id", Kind::Bytes),
            Column::new("at", Kind::Int),
            Column::nullable("note", Kind::Text),
        ],
        key: &["id"],
        indexes: &[Index {
            name: "thing_at",
            columns: &["at", "id"],
            unique: false,
        }],
    };

    #[test]
    fn a_well_formed_table_passes() {
        assert_eq!(GOOD.check(), Ok(()));
    }

    #[test]
    fn a_nullable_key_is_refused() {
        let table = Table {
            key: &["note"],
            ..GOOD
        };
        assert_eq!(
            table.check(),
            Err(table.invalid("columns of the key are never null"))
        );
    }

    #[test]
    fn a_name_that_could_be_sql_is_refused() {
        for name in ["", "Thing", "a b", "a;drop", "1a", "a\"", &"a".repeat(49)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn an_index_on_a_missing_column_is_refused() {
        let table = Table {
            indexes: &[Index {
                name: "thing_x",
                columns: &["x"],
                unique: false,
            }],
            ..GOOD
        };
        assert_eq!(table.check(), Err(table.invalid("no such column")));
    }

    #[test]
    fn the_order_of_a_scan_ends_with_the_key_once() {
        assert_eq!(GOOD.order(Some("thing_at")), Ok(vec!["at", "id"]));
        assert_eq!(GOOD.order(None), Ok(vec!["id"]));
    }
}
