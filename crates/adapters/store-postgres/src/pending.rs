//! Writes that are kept back.

use std::collections::HashSet;

use store::sql::Operation;
use store::{Row, Table, Value, Write};

/// What a write makes of the row with this key; none when it is about another row.
pub(crate) fn content(write: &Write, table: &'static Table, key: &[Value]) -> Option<Vec<Row>> {
    let own = write.table();
    if (own.name, own.database) != (table.name, table.database) {
        return None;
    }
    match write {
        Write::Delete { key: deleted, .. } => (deleted == key).then(Vec::new),
        Write::Insert { row, .. } | Write::Put { row, .. } => {
            let is = |(column, value): (&&str, &Value)| {
                let at = table.position(column);
                at.is_ok_and(|at| row.get(at) == Some(value))
            };
            let same = table.key.iter().zip(key).all(is);
            same.then(|| vec![row.clone()])
        }
    }
}

/// The writes without those that the next write of their row replaces: members of a group often
/// write the same one. In a table with a unique index the order of writes may matter, so there all
/// are kept.
pub(crate) fn latest(writes: Vec<Write>) -> Vec<Write> {
    let mut replaced = HashSet::new();
    let mut kept: Vec<Write> = writes
        .into_iter()
        .rev()
        .filter(|write| {
            let (Write::Insert { table, row } | Write::Put { table, row }) = write else {
                let (table, _, key) = Operation::of_write(write);
                replaced.remove(&(table.database, table.name, key.to_vec()));
                return true;
            };
            let Ok(key) = table.pick(row, table.key) else {
                return true;
            };
            let name = (table.database, table.name, key);
            if matches!(write, Write::Insert { .. }) {
                replaced.remove(&name);
                return true;
            }
            table.indexes.iter().any(|index| index.unique) || replaced.insert(name)
        })
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests {
    use store::{Column, Kind};

    use super::*;

    static COUNT: Table = Table {
        name: "count",
        database: "main",
        columns: &[
            Column::new("id", Kind::Int),
            Column::new("count", Kind::Int),
        ],
        key: &["id"],
        indexes: &[],
    };

    fn put(id: i64, count: i64) -> Write {
        let row = vec![id.into(), count.into()];
        Write::Put { table: &COUNT, row }
    }

    fn shown(writes: Vec<Write>) -> Vec<(&'static str, Vec<Value>)> {
        let show = |write: &Write| {
            let (_, operation, values) = Operation::of_write(write);
            let name = match operation {
                Operation::Put => "put",
                Operation::Insert => "insert",
                _ => "delete",
            };
            (name, values.to_vec())
        };
        writes.iter().map(show).collect()
    }

    #[test]
    fn of_writes_that_replace_each_other_the_last_is_sent() {
        let kept = latest(vec![put(1, 1), put(2, 1), put(1, 2), put(1, 3)]);
        let want = vec![
            ("put", vec![2i64.into(), 1i64.into()]),
            ("put", vec![1i64.into(), 3i64.into()]),
        ];
        assert_eq!(shown(kept), want);
    }

    #[test]
    fn what_another_kind_of_write_parts_is_kept() {
        let delete = || Write::Delete {
            table: &COUNT,
            key: vec![1i64.into()],
        };
        let row = vec![1i64.into(), 7i64.into()];
        let insert = Write::Insert { table: &COUNT, row };
        let writes = vec![put(1, 1), delete(), put(1, 2), insert, put(1, 3)];
        assert_eq!(latest(writes).len(), 5);
    }
}
