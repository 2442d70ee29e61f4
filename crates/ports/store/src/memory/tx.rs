//! A transaction in memory, with an undo log.

use std::collections::BTreeMap;
use std::future::ready;

use crate::memory::table::MemoryTable;
use crate::{Fut, Read, Row, StoreError, Table, Tx, Value, Write};

type Tables = BTreeMap<&'static str, MemoryTable>;

pub(super) struct MemoryTx<'a> {
    tables: &'a mut Tables,
    /// What each write replaced, oldest first.
    undo: Vec<(&'static str, Vec<Value>, Option<Row>)>,
}

impl<'a> MemoryTx<'a> {
    pub(super) fn new(tables: &'a mut Tables) -> Self {
        MemoryTx {
            tables,
            undo: vec![],
        }
    }

    /// Takes back every write, newest first.
    pub(super) fn roll_back(&mut self) {
        while let Some((name, key, old)) = self.undo.pop() {
            if let Some(table) = self.tables.get_mut(name) {
                // Cannot collide: the state before this write had no second entry.
                let _ = table.set(&key, old);
            }
        }
    }

    fn table(&mut self, table: &Table) -> Result<&mut MemoryTable, StoreError> {
        let unknown = StoreError::UnknownTable { table: table.name };
        self.tables.get_mut(table.name).ok_or(unknown)
    }

    fn answer(&mut self, read: &Read) -> Result<Vec<Row>, StoreError> {
        match read {
            Read::Get { table, key } => {
                Ok(self.table(table)?.get(key).cloned().into_iter().collect())
            }
            Read::Scan(scan) => self.table(scan.table)?.scan(scan),
        }
    }

    fn apply(&mut self, write: Write) -> Result<(), StoreError> {
        let name = write.table().name;
        let table = self.table(write.table())?;
        let (key, row) = match write {
            Write::Insert { row, .. } => {
                let key = table.key_of(&row)?;
                if table.get(&key).is_some() {
                    return Err(StoreError::Duplicate {
                        table: name,
                        index: "key",
                    });
                }
                (key, Some(row))
            }
            Write::Put { row, .. } => (table.key_of(&row)?, Some(row)),
            Write::Delete { key, .. } => (key, None),
        };
        let old = table.set(&key, row)?;
        self.undo.push((name, key, old));
        Ok(())
    }
}

impl Tx for MemoryTx<'_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(ready(reads.iter().map(|read| self.answer(read)).collect()))
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(ready(
            writes.into_iter().try_for_each(|write| self.apply(write)),
        ))
    }
}
