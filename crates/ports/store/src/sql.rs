//! SQL text for backends that speak it, written once. Names were checked by the schema, so they
//! need no more than quotes; values are always parameters.
//!
//! A [`Dialect`] says where databases differ. The rest is the floor that they share: no serial
//! ids, no enums, no triggers, no locks by name, no notifications.

use std::fmt::Write as _;
use std::ops::Bound;

use crate::{Column, Fill, Index, Kind, Read, Scan, Step, StoreError, Table, Value, Write};

mod many;

pub use many::Many;

/// Where databases differ.
#[derive(Debug)]
pub struct Dialect {
    /// The mark of the parameter with this number, from 1.
    pub mark: fn(usize) -> String,
    /// Type of a column, with its collation where bytewise order needs one.
    pub column_type: fn(Kind) -> &'static str,
    /// Literal of the empty bytes.
    pub empty_bytes: &'static str,
    /// Literal of a condition that never holds.
    pub never: &'static str,
    /// What follows the columns of a new table.
    pub table_suffix: &'static str,
    /// Can a scan name its index?
    pub names_index: bool,
}

/// One kind of statement on a table; with the table it decides the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// The row with a key.
    Get,
    /// A new row.
    Insert,
    /// A new row, or the new content of the row with its key.
    Put,
    /// Removes the row with a key.
    Delete,
    /// Rows of a range.
    Scan(Shape),
}

impl Operation {
    /// The operation of a read, its table and its parameters in order.
    #[must_use]
    pub fn of_read(read: &Read) -> (&'static Table, Self, Vec<Value>) {
        match read {
            Read::Get { table, key } => (table, Self::Get, key.clone()),
            Read::Scan(scan) => {
                let (shape, values) = shape(scan);
                (scan.table, Self::Scan(shape), values)
            }
        }
    }

    /// The operation of a write, its table and its parameters in order.
    #[must_use]
    pub fn of_write(write: &Write) -> (&'static Table, Self, &[Value]) {
        match write {
            Write::Insert { table, row } => (table, Self::Insert, row),
            Write::Put { table, row } => (table, Self::Put, row),
            Write::Delete { table, key } => (table, Self::Delete, key),
        }
    }
}

/// What decides the text of a scan; its values are parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape {
    index: Option<&'static str>,
    prefix: usize,
    from: Option<&'static str>,
    to: Option<&'static str>,
    after: bool,
    reverse: bool,
}

/// The shape of a scan and its parameters, in order.
#[must_use]
pub fn shape(scan: &Scan) -> (Shape, Vec<Value>) {
    let (from, to, after) = tightest(scan);
    let mut values = scan.prefix.clone();
    let mut edge = |bound: &Bound<Value>, strict, loose| match bound {
        Bound::Unbounded => None,
        Bound::Excluded(value) | Bound::Included(value) => {
            values.push(value.clone());
            Some(if matches!(bound, Bound::Excluded(_)) {
                strict
            } else {
                loose
            })
        }
    };
    let (from, to) = (edge(from, ">", ">="), edge(to, "<", "<="));
    if let Some(place) = after {
        values.extend(place.iter().skip(scan.prefix.len()).cloned());
    }
    values.push(Value::Int(i64::try_from(scan.limit).unwrap_or(i64::MAX)));
    let shape = Shape {
        index: scan.index,
        prefix: scan.prefix.len(),
        from,
        to,
        after: after.is_some(),
        reverse: scan.reverse,
    };
    (shape, values)
}

/// Bounds without the one that another implies: of two lower bounds a database may seek by the
/// weaker one, and would then read every page before the wanted one.
fn tightest(scan: &Scan) -> (&Bound<Value>, &Bound<Value>, Option<&[Value]>) {
    let (from, to, after) = (&scan.from, &scan.to, scan.after.as_deref());
    let Some(place) = after.and_then(|place| place.get(scan.prefix.len())) else {
        return (from, to, after);
    };
    let near = if scan.reverse { to } else { from };
    let place_is_tighter = match near {
        Bound::Unbounded => true,
        Bound::Included(edge) if edge == place => true,
        Bound::Excluded(edge) if edge == place => false,
        Bound::Included(edge) | Bound::Excluded(edge) => (place > edge) != scan.reverse,
    };
    match (place_is_tighter, scan.reverse) {
        (true, false) => (&Bound::Unbounded, to, after),
        (true, true) => (from, &Bound::Unbounded, after),
        (false, _) => (from, to, None),
    }
}

/// Numbers the parameters of one statement.
struct Marks {
    mark: fn(usize) -> String,
    used: usize,
}

impl Marks {
    fn next(&mut self) -> String {
        self.used += 1;
        (self.mark)(self.used)
    }

    fn list(&mut self, count: usize) -> String {
        let marks: Vec<String> = (0..count).map(|_| self.next()).collect();
        marks.join(", ")
    }

    fn equal(&mut self, names: &[&str]) -> Vec<String> {
        names
            .iter()
            .map(|name| format!("\"{name}\" = {}", self.next()))
            .collect()
    }
}

impl Dialect {
    /// The text of an operation on a table.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when a scan's index does not exist.
    pub fn text(&self, table: &Table, operation: Operation) -> Result<String, StoreError> {
        let mut marks = self.marks();
        Ok(match operation {
            Operation::Get => format!(
                "SELECT {} FROM \"{}\" WHERE {}",
                columns(table),
                table.name,
                marks.equal(table.key).join(" AND ")
            ),
            Operation::Insert => self.insert_rows(table, 1),
            Operation::Put => {
                let insert = self.insert_rows(table, 1);
                format!("{insert}{}", self.or_replace(table))
            }
            Operation::Delete => format!(
                "DELETE FROM \"{}\" WHERE {}",
                table.name,
                marks.equal(table.key).join(" AND ")
            ),
            Operation::Scan(shape) => self.scan(table, &shape)?,
        })
    }

    /// The statements of a migration's step. `has_column` tells of a column to be added whether
    /// it is there already.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the step names an index or column that the table lacks.
    pub fn step(&self, step: &Step, has_column: bool) -> Result<Vec<String>, StoreError> {
        Ok(match step {
            Step::CreateTable(table) => {
                let indexes = table.indexes.iter();
                std::iter::once(self.create_table(table))
                    .chain(indexes.map(|index| self.create_index(table, index)))
                    .collect()
            }
            Step::CreateIndex(table, index) => vec![self.create_index(table, table.index(index)?)],
            Step::AddColumn {
                table,
                column,
                fill,
            } => {
                let column = table.columns.get(table.position(column)?);
                let missing = column.filter(|_| !has_column);
                missing
                    .map(|column| self.add_column(table, column, *fill))
                    .into_iter()
                    .collect()
            }
            Step::DropIndex { index, .. } => vec![format!("DROP INDEX IF EXISTS \"{index}\"")],
            Step::DropTable(table) => vec![format!("DROP TABLE IF EXISTS \"{}\"", table.name)],
        })
    }

    /// The table of applied migrations.
    #[must_use]
    pub fn create_record(&self) -> String {
        let text = (self.column_type)(Kind::Text);
        format!(
            "CREATE TABLE IF NOT EXISTS schema_migration (name {text} PRIMARY KEY){}",
            self.table_suffix
        )
    }

    /// The names of the applied migrations.
    pub const RECORDED: &'static str = "SELECT name FROM schema_migration ORDER BY name";

    /// Notes an applied migration.
    #[must_use]
    pub fn record(&self) -> String {
        format!(
            "INSERT INTO schema_migration (name) VALUES ({})",
            (self.mark)(1)
        )
    }

    fn marks(&self) -> Marks {
        Marks {
            mark: self.mark,
            used: 0,
        }
    }

    fn create_table(&self, table: &Table) -> String {
        let columns: Vec<String> = table.columns.iter().map(|c| self.declare(c)).collect();
        let (columns, key) = (columns.join(", "), list(table.key));
        let (name, suffix) = (table.name, self.table_suffix);
        format!("CREATE TABLE IF NOT EXISTS \"{name}\" ({columns}, PRIMARY KEY ({key})){suffix}")
    }

    /// An index leaves out rows with a null in one of its columns. Where equal entries can be, it
    /// goes on with the key, so that scans through it find their order there.
    fn create_index(&self, table: &Table, index: &'static Index) -> String {
        let unique = if index.unique { "UNIQUE " } else { "" };
        let columns = list(&table.entry(index));
        let (name, on) = (index.name, table.name);
        let mut sql =
            format!("CREATE {unique}INDEX IF NOT EXISTS \"{name}\" ON \"{on}\" ({columns})");
        let nullable = nullable(table, index.columns);
        if !nullable.is_empty() {
            let _ = write!(sql, " WHERE {}", nullable.join(" AND "));
        }
        sql
    }

    fn add_column(&self, table: &Table, column: &Column, fill: Fill) -> String {
        let default = match (fill, column.kind) {
            (Fill::Null, _) => String::new(),
            (Fill::Int(value), _) => format!(" DEFAULT {value}"),
            (Fill::Empty, Kind::Int) => " DEFAULT 0".to_owned(),
            (Fill::Empty, Kind::Bytes) => format!(" DEFAULT {}", self.empty_bytes),
            (Fill::Empty, Kind::Text) => " DEFAULT ''".to_owned(),
        };
        let (name, column) = (table.name, self.declare(column));
        format!("ALTER TABLE \"{name}\" ADD COLUMN {column}{default}")
    }

    fn insert_rows(&self, table: &Table, count: usize) -> String {
        let mut marks = self.marks();
        let row = |_| format!("({})", marks.list(table.columns.len()));
        let rows: Vec<String> = (0..count).map(row).collect();
        let (name, columns) = (table.name, columns(table));
        format!(
            "INSERT INTO \"{name}\" ({columns}) VALUES {}",
            rows.join(", ")
        )
    }

    /// What makes a put of an insert. Not `INSERT OR REPLACE`, which would delete the rows that a
    /// unique index protects.
    fn or_replace(&self, table: &Table) -> String {
        let others = table
            .columns
            .iter()
            .filter(|column| !table.key.contains(&column.name));
        let set: Vec<String> = others
            .map(|c| format!("\"{0}\" = excluded.\"{0}\"", c.name))
            .collect();
        let update = match set.is_empty() {
            true => "NOTHING".to_owned(),
            false => format!("UPDATE SET {}", set.join(", ")),
        };
        format!(" ON CONFLICT ({}) DO {update}", list(table.key))
    }

    fn scan(&self, table: &Table, shape: &Shape) -> Result<String, StoreError> {
        let mut marks = self.marks();
        let order = table.order(shape.index)?;
        let (prefix, rest) = order.split_at(shape.prefix.min(order.len()));
        let mut terms = marks.equal(prefix);
        let next = rest.first().copied().unwrap_or_default();
        for sign in [shape.from, shape.to].into_iter().flatten() {
            terms.push(format!("\"{next}\" {sign} {}", marks.next()));
        }
        if shape.after {
            let sign = if shape.reverse { "<" } else { ">" };
            terms.push(match rest.is_empty() {
                // Nothing can follow the one row that the prefix names.
                true => self.never.to_owned(),
                false => format!("({}) {sign} ({})", list(rest), marks.list(rest.len())),
            });
        }
        let mut sql = format!("SELECT {} FROM \"{}\"", columns(table), table.name);
        if let Some(name) = shape.index {
            if self.names_index {
                let _ = write!(sql, " INDEXED BY \"{name}\"");
            }
            terms.extend(nullable(table, table.index(name)?.columns));
        }
        if !terms.is_empty() {
            let _ = write!(sql, " WHERE {}", terms.join(" AND "));
        }
        let direction = if shape.reverse { " DESC" } else { "" };
        let order: Vec<String> = order
            .iter()
            .map(|column| format!("\"{column}\"{direction}"))
            .collect();
        let _ = write!(sql, " ORDER BY {} LIMIT {}", order.join(", "), marks.next());
        Ok(sql)
    }

    fn declare(&self, column: &Column) -> String {
        let null = if column.nullable { "" } else { " NOT NULL" };
        format!(
            "\"{}\" {}{null}",
            column.name,
            (self.column_type)(column.kind)
        )
    }
}

/// Words of the floor that PostgreSQL, CockroachDB, YugabyteDB and Citus share, and of the types
/// and settings that a dialect may name. What is not among them, from `LISTEN` to `SERIAL`, is
/// not to be relied upon.
const FLOOR: &[&str] = &[
    "ADD",
    "ALTER",
    "AND",
    "BEGIN",
    "BIGINT",
    "BLOB",
    "BY",
    "BYTEA",
    "COLLATE",
    "COLUMN",
    "COMMIT",
    "CONFLICT",
    "CREATE",
    "DEFAULT",
    "DELETE",
    "DESC",
    "DO",
    "DROP",
    "EXCLUDED",
    "EXISTS",
    "FALSE",
    "FROM",
    "IF",
    "IN",
    "INDEX",
    "INSERT",
    "INTEGER",
    "INTO",
    "IS",
    "ISOLATION",
    "KEY",
    "LEVEL",
    "LIMIT",
    "NOT",
    "NOTHING",
    "NULL",
    "ON",
    "ONLY",
    "ORDER",
    "PRIMARY",
    "READ",
    "REPEATABLE",
    "ROLLBACK",
    "SELECT",
    "SERIALIZABLE",
    "SET",
    "TABLE",
    "TEXT",
    "TRANSACTION",
    "UNIQUE",
    "UPDATE",
    "VALUES",
    "WHERE",
];

/// The words of a statement that are beyond the floor; names in quotes and literals are none. A
/// test of every statement there is holds the project to it.
#[must_use]
pub fn beyond_floor(text: &str) -> Vec<String> {
    let mut bare = String::with_capacity(text.len());
    let mut quote = None;
    for letter in text.chars() {
        match quote {
            Some(end) if letter == end => quote = None,
            Some(_) => {}
            None if letter == '"' || letter == '\'' => quote = Some(letter),
            None => bare.push(letter),
        }
    }
    let words = bare.split(|letter: char| !letter.is_ascii_alphabetic() && letter != '_');
    words
        .map(str::to_ascii_uppercase)
        .filter(|word| !word.is_empty() && !FLOOR.contains(&word.as_str()))
        .collect()
}

fn nullable(table: &Table, columns: &[&str]) -> Vec<String> {
    let may = |name: &&&str| table.columns.iter().any(|c| c.name == **name && c.nullable);
    columns
        .iter()
        .filter(may)
        .map(|name| format!("\"{name}\" IS NOT NULL"))
        .collect()
}

fn columns(table: &Table) -> String {
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    list(&names)
}

fn list(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::beyond_floor;

    #[test]
    fn what_is_beyond_the_floor_is_named() {
        let plain = "INSERT INTO \"serial\" (\"id\") VALUES ($1) ON CONFLICT (\"id\") DO NOTHING";
        assert_eq!(beyond_floor(plain), Vec::<String>::new());
        for (text, words) in [
            ("LISTEN job", vec!["LISTEN", "JOB"]),
            ("SELECT pg_advisory_lock(1)", vec!["PG_ADVISORY_LOCK"]),
            ("CREATE TABLE \"a\" (\"b\" SERIAL)", vec!["SERIAL"]),
            ("SELECT \"a\" FROM \"b\" FOR UPDATE", vec!["FOR"]),
        ] {
            assert_eq!(beyond_floor(text), words, "{text}");
        }
    }
}
