//! One table: rows by key, and one ordered set of entries for each index.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::{Fill, Kind, Row, Scan, StoreError, Table, Value};

pub(super) struct MemoryTable {
    table: &'static Table,
    rows: BTreeMap<Vec<Value>, Row>,
    /// For each index, in the table's order: the values of its order to the key of the row.
    indexes: Vec<BTreeMap<Vec<Value>, Vec<Value>>>,
}

impl MemoryTable {
    pub(super) fn new(table: &'static Table) -> Self {
        let indexes = vec![BTreeMap::new(); table.indexes.len()];
        MemoryTable {
            table,
            rows: BTreeMap::new(),
            indexes,
        }
    }

    pub(super) fn get(&self, key: &[Value]) -> Option<&Row> {
        self.rows.get(key)
    }

    pub(super) fn key_of(&self, row: &[Value]) -> Result<Vec<Value>, StoreError> {
        self.table.pick(row, self.table.key)
    }

    /// Sets or removes the row with `key`, and answers the one that was there. Refuses a second
    /// unique entry before it changes anything.
    pub(super) fn set(
        &mut self,
        key: &[Value],
        row: Option<Row>,
    ) -> Result<Option<Row>, StoreError> {
        let entries = match &row {
            Some(row) => self.entries(row)?,
            None => vec![None; self.indexes.len()],
        };
        self.check_unique(key, &entries)?;
        let old = self.rows.remove(key);
        if let Some(old) = &old {
            for (index, entry) in self.indexes.iter_mut().zip(entries_of(self.table, old)?) {
                entry.map(|entry| index.remove(&entry));
            }
        }
        for (index, entry) in self.indexes.iter_mut().zip(entries) {
            entry.map(|entry| index.insert(entry, key.to_vec()));
        }
        row.map(|row| self.rows.insert(key.to_vec(), row));
        Ok(old)
    }

    pub(super) fn scan(&self, scan: &Scan) -> Result<Vec<Row>, StoreError> {
        let Some(name) = scan.index else {
            return Ok(walk(&self.rows, scan).map(|(_, row)| row.clone()).collect());
        };
        let at = self
            .table
            .indexes
            .iter()
            .position(|index| index.name == name);
        let index = at.and_then(|at| self.indexes.get(at));
        let index = index.ok_or(self.table.invalid("no such index"))?;
        let rows = walk(index, scan).filter_map(|(_, key)| self.rows.get(key).cloned());
        Ok(rows.collect())
    }

    /// Takes the table's present indexes.
    pub(super) fn reshape(&mut self, table: &'static Table) -> Result<(), StoreError> {
        let rows = std::mem::take(&mut self.rows);
        *self = MemoryTable::new(table);
        for (key, row) in rows {
            self.set(&key, Some(row))?;
        }
        Ok(())
    }

    pub(super) fn add_column(
        &mut self,
        table: &'static Table,
        column: &'static str,
        fill: Fill,
    ) -> Result<(), StoreError> {
        let at = table.position(column)?;
        let kind = table.columns.get(at).map(|column| column.kind);
        for row in self
            .rows
            .values_mut()
            .filter(|row| row.len() < table.columns.len())
        {
            row.insert(at.min(row.len()), filled(fill, kind));
        }
        self.reshape(table)
    }

    fn entries(&self, row: &[Value]) -> Result<Vec<Option<Vec<Value>>>, StoreError> {
        entries_of(self.table, row)
    }

    fn check_unique(
        &self,
        key: &[Value],
        entries: &[Option<Vec<Value>>],
    ) -> Result<(), StoreError> {
        let indexes = self.table.indexes.iter().zip(&self.indexes).zip(entries);
        for ((index, present), entry) in indexes.filter(|((index, _), _)| index.unique) {
            let Some(entry) = entry else { continue };
            let unique = entry.get(..index.columns.len()).unwrap_or_default();
            let from = (Bound::Included(unique.to_vec()), Bound::Unbounded);
            let same = present
                .range(from)
                .take_while(|(other, _)| other.starts_with(unique));
            if same.into_iter().any(|(_, owner)| owner != key) {
                let (table, index) = (self.table.name, index.name);
                return Err(StoreError::Duplicate { table, index });
            }
        }
        Ok(())
    }
}

/// The entry of a row in each index; none where a column of the index is null.
fn entries_of(table: &'static Table, row: &[Value]) -> Result<Vec<Option<Vec<Value>>>, StoreError> {
    let entry = |index: &crate::Index| {
        let entry = table.pick(row, &table.order(Some(index.name))?)?;
        Ok((!entry.iter().any(Value::is_null)).then_some(entry))
    };
    table.indexes.iter().map(entry).collect()
}

fn filled(fill: Fill, kind: Option<Kind>) -> Value {
    match (fill, kind) {
        (Fill::Null, _) | (Fill::Empty, None) => Value::Null,
        (Fill::Int(value), _) => Value::Int(value),
        (Fill::Empty, Some(Kind::Int)) => Value::Int(0),
        (Fill::Empty, Some(Kind::Bytes)) => Value::Bytes(vec![]),
        (Fill::Empty, Some(Kind::Text)) => Value::Text(String::new()),
    }
}

/// The entries of a scan, in its direction.
fn walk<'a, V>(
    entries: &'a BTreeMap<Vec<Value>, V>,
    scan: &'a Scan,
) -> Box<dyn Iterator<Item = (&'a Vec<Value>, &'a V)> + 'a> {
    let place = scan.after.clone().map(Bound::Excluded);
    if scan.reverse {
        let range = (Bound::Unbounded, place.unwrap_or(Bound::Unbounded));
        let range = entries
            .range(range)
            .rev()
            .skip_while(|(entry, _)| !below_top(scan, entry));
        return Box::new(
            range
                .take_while(|(entry, _)| above_floor(scan, entry))
                .take(scan.limit),
        );
    }
    let range = (place.unwrap_or_else(|| floor(scan)), Bound::Unbounded);
    let range = entries
        .range(range)
        .skip_while(|(entry, _)| !above_floor(scan, entry));
    Box::new(
        range
            .take_while(|(entry, _)| below_top(scan, entry))
            .take(scan.limit),
    )
}

/// A place at or before the first entry of the scan.
fn floor(scan: &Scan) -> Bound<Vec<Value>> {
    let mut floor = scan.prefix.clone();
    if let Bound::Included(value) | Bound::Excluded(value) = &scan.from {
        floor.push(value.clone());
    }
    Bound::Included(floor)
}

fn above_floor(scan: &Scan, entry: &[Value]) -> bool {
    let (prefix, rest) = entry.split_at(scan.prefix.len().min(entry.len()));
    let inside = match (&scan.from, rest.first()) {
        (Bound::Included(from), Some(value)) => value >= from,
        (Bound::Excluded(from), Some(value)) => value > from,
        _ => true,
    };
    prefix > scan.prefix.as_slice() || (prefix == scan.prefix && inside)
}

fn below_top(scan: &Scan, entry: &[Value]) -> bool {
    let (prefix, rest) = entry.split_at(scan.prefix.len().min(entry.len()));
    let inside = match (&scan.to, rest.first()) {
        (Bound::Included(to), Some(value)) => value <= to,
        (Bound::Excluded(to), Some(value)) => value < to,
        _ => true,
    };
    prefix < scan.prefix.as_slice() || (prefix == scan.prefix && inside)
}
