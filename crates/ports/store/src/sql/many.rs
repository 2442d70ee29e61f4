//! Several rows in one statement, for databases where each statement costs more than a row.

use std::fmt::Write as _;

use super::{Dialect, Marks, columns, list};
use crate::{StoreError, Table};

/// One kind of statement on several rows of a table; with the table and the number of rows it
/// decides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Many {
    /// The rows with these keys; the key has one column.
    Gets,
    /// New rows.
    Inserts,
    /// New rows, or the new content of the rows with their keys, all different.
    Puts,
    /// Removes the rows with these keys; the key has one column.
    Deletes,
    /// Rows by key whose first column is one of these values; the last parameter is the most rows
    /// to answer for all of them together.
    Prefixes,
}

impl Dialect {
    /// The text of an operation on `count` rows. Its parameters are those of one row after those of
    /// another.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the table's key has more than one column and may have only one.
    pub fn many(&self, table: &Table, many: Many, count: usize) -> Result<String, StoreError> {
        let mut marks = self.marks();
        let name = table.name;
        Ok(match many {
            Many::Gets => {
                let chosen = among(only(table)?, &mut marks, count);
                format!("SELECT {} FROM \"{name}\" WHERE {chosen}", columns(table))
            }
            Many::Deletes => {
                let chosen = among(only(table)?, &mut marks, count);
                format!("DELETE FROM \"{name}\" WHERE {chosen}")
            }
            Many::Prefixes => {
                let first = table.key.first().copied().unwrap_or_default();
                let chosen = among(first, &mut marks, count);
                let mut sql = format!("SELECT {} FROM \"{name}\" WHERE {chosen}", columns(table));
                let _ = write!(sql, " ORDER BY {} LIMIT {}", list(table.key), marks.next());
                sql
            }
            Many::Inserts => self.insert_rows(table, count),
            Many::Puts => {
                let insert = self.insert_rows(table, count);
                format!("{insert}{}", self.or_replace(table))
            }
        })
    }
}

/// The one column of a key.
fn only(table: &Table) -> Result<&'static str, StoreError> {
    match table.key {
        [column] => Ok(column),
        _ => Err(table.invalid("a key of several columns is not one of a list")),
    }
}

fn among(column: &str, marks: &mut Marks, count: usize) -> String {
    format!("\"{column}\" IN ({})", marks.list(count))
}
