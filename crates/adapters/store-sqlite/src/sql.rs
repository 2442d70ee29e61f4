//! All SQL text. Names were checked by the schema, so they need no more than quotes; values are
//! always parameters.

use std::fmt::Write as _;
use std::ops::Bound;

use store::{Column, Fill, Index, Kind, Scan, StoreError, Table, Value};

pub(crate) const CREATE_RECORD: &str =
    "CREATE TABLE IF NOT EXISTS schema_migration (name TEXT PRIMARY KEY) STRICT, WITHOUT ROWID";
pub(crate) const RECORDED: &str = "SELECT name FROM schema_migration ORDER BY name";
pub(crate) const RECORD: &str = "INSERT INTO schema_migration (name) VALUES (?)";

/// Strict about types. Rows lie in the order they came, under SQLite's own small numbers, and the
/// key is an index to them: clustered by key, rows of some hundred bytes make a tree of many
/// levels, a random key rewrites a whole page for each row, and both took half as long again.
pub(crate) fn create_table(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(declare).collect();
    let (columns, key) = (columns.join(", "), list(table.key));
    let name = table.name;
    format!("CREATE TABLE IF NOT EXISTS \"{name}\" ({columns}, PRIMARY KEY ({key})) STRICT")
}

/// An index leaves out rows with a null in one of its columns. Where equal entries can be, it goes
/// on with the key, so that scans through it find their order there.
pub(crate) fn create_index(table: &Table, index: &Index) -> Result<String, StoreError> {
    let unique = if index.unique { "UNIQUE " } else { "" };
    let columns = match index.unique {
        true => list(index.columns),
        false => list(&table.order(Some(index.name))?),
    };
    let (name, on) = (index.name, table.name);
    let mut sql = format!("CREATE {unique}INDEX IF NOT EXISTS \"{name}\" ON \"{on}\" ({columns})");
    let nullable = nullable(table, index.columns);
    if !nullable.is_empty() {
        let _ = write!(sql, " WHERE {}", nullable.join(" AND "));
    }
    Ok(sql)
}

pub(crate) fn add_column(table: &Table, column: &Column, fill: Fill) -> String {
    let default = match (fill, column.kind) {
        (Fill::Null, _) => String::new(),
        (Fill::Int(value), _) => format!(" DEFAULT {value}"),
        (Fill::Empty, Kind::Int) => " DEFAULT 0".to_owned(),
        (Fill::Empty, Kind::Bytes) => " DEFAULT X''".to_owned(),
        (Fill::Empty, Kind::Text) => " DEFAULT ''".to_owned(),
    };
    format!(
        "ALTER TABLE \"{}\" ADD COLUMN {}{default}",
        table.name,
        declare(column)
    )
}

pub(crate) fn drop_index(index: &str) -> String {
    format!("DROP INDEX IF EXISTS \"{index}\"")
}

pub(crate) fn drop_table(table: &Table) -> String {
    format!("DROP TABLE IF EXISTS \"{}\"", table.name)
}

pub(crate) fn get(table: &Table) -> String {
    format!(
        "SELECT {} FROM \"{}\" WHERE {}",
        columns(table),
        table.name,
        equal(table.key)
    )
}

pub(crate) fn insert(table: &Table) -> String {
    let marks = vec!["?"; table.columns.len()].join(", ");
    format!(
        "INSERT INTO \"{}\" ({}) VALUES ({marks})",
        table.name,
        columns(table)
    )
}

/// Not `INSERT OR REPLACE`, which would delete the rows that a unique index protects.
pub(crate) fn put(table: &Table) -> String {
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
    format!(
        "{} ON CONFLICT ({}) DO {update}",
        insert(table),
        list(table.key)
    )
}

pub(crate) fn delete(table: &Table) -> String {
    format!("DELETE FROM \"{}\" WHERE {}", table.name, equal(table.key))
}

/// What decides the text of a scan; its values are parameters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    index: Option<&'static str>,
    prefix: usize,
    from: Option<&'static str>,
    to: Option<&'static str>,
    after: bool,
    reverse: bool,
}

/// The shape of a scan and its parameters, in order.
pub(crate) fn shape(scan: &Scan) -> (Shape, Vec<Value>) {
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
    let (prefix, after) = (scan.prefix.len(), after.is_some());
    (
        Shape {
            index: scan.index,
            prefix,
            from,
            to,
            after,
            reverse: scan.reverse,
        },
        values,
    )
}

pub(crate) fn scan(table: &Table, shape: &Shape) -> Result<String, StoreError> {
    let order = table.order(shape.index)?;
    let (prefix, rest) = order.split_at(shape.prefix.min(order.len()));
    let mut terms: Vec<String> = prefix
        .iter()
        .map(|column| format!("\"{column}\" = ?"))
        .collect();
    let next = rest.first().copied().unwrap_or_default();
    let edges = [shape.from, shape.to];
    terms.extend(
        edges
            .into_iter()
            .flatten()
            .map(|sign| format!("\"{next}\" {sign} ?")),
    );
    if shape.after {
        let sign = if shape.reverse { "<" } else { ">" };
        let marks = vec!["?"; rest.len()].join(", ");
        terms.push(match rest.is_empty() {
            // Nothing can follow the one row that the prefix names.
            true => "0".to_owned(),
            false => format!("({}) {sign} ({marks})", list(rest)),
        });
    }
    let mut sql = format!("SELECT {} FROM \"{}\"", columns(table), table.name);
    if let Some(name) = shape.index {
        let _ = write!(sql, " INDEXED BY \"{name}\"");
        terms.extend(nullable(table, table.index(name)?.columns));
    }
    if !terms.is_empty() {
        let _ = write!(sql, " WHERE {}", terms.join(" AND "));
    }
    let direction = if shape.reverse { " DESC" } else { "" };
    let order: Vec<String> = order
        .iter()
        .map(|c| format!("\"{c}\"{direction}"))
        .collect();
    let _ = write!(sql, " ORDER BY {} LIMIT ?", order.join(", "));
    Ok(sql)
}

/// Bounds without the one that another implies: of two lower bounds SQLite may seek by the weaker
/// one, and would then read every page before the wanted one.
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

fn declare(column: &Column) -> String {
    let kind = match column.kind {
        Kind::Int => "INTEGER",
        Kind::Bytes => "BLOB",
        Kind::Text => "TEXT",
    };
    let null = if column.nullable { "" } else { " NOT NULL" };
    format!("\"{}\" {kind}{null}", column.name)
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
    list(
        &table
            .columns
            .iter()
            .map(|column| column.name)
            .collect::<Vec<_>>(),
    )
}

fn list(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ")
}

fn equal(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| format!("\"{name}\" = ?"))
        .collect::<Vec<_>>()
        .join(" AND ")
}
