//! What a transaction knows without asking: rows it has read, and its own writes, which are kept
//! back until they have to be sent.

use std::collections::{HashMap, HashSet};
use std::ops::Bound;

use store::sql::Operation;
use store::{Read, Row, Scan, StoreError, Table, Value, Write};

/// A row: database, table, key.
type RowName = (&'static str, &'static str, Vec<Value>);
/// A read: database, table, what decides its text, parameters.
type ReadName = (&'static str, &'static str, Operation, Vec<Value>);

#[derive(Default)]
pub(crate) struct View {
    /// Writes not sent yet.
    pending: Vec<Write>,
    /// Where in `pending` the newest write of a row is.
    newest: HashMap<RowName, usize>,
    /// What the server answered, as of the transaction's snapshot and the writes sent so far.
    fetched: HashMap<ReadName, Vec<Row>>,
    /// Where the present member's writes begin in `pending`.
    mark: usize,
    /// Some of the present member's writes were sent.
    sent: bool,
}

impl View {
    /// The next member's writes begin here.
    pub(crate) fn begin_member(&mut self) {
        self.mark = self.pending.len();
        self.sent = false;
    }

    /// Forgets the present member's writes. False when some of them were sent already.
    pub(crate) fn drop_member(&mut self) -> bool {
        self.pending.truncate(self.mark);
        self.newest.clear();
        for (at, write) in self.pending.iter().enumerate() {
            if let Ok(name) = row_name(write) {
                self.newest.insert(name, at);
            }
        }
        !self.sent
    }

    /// Keeps a write back.
    pub(crate) fn write(&mut self, write: Write) -> Result<(), StoreError> {
        self.newest.insert(row_name(&write)?, self.pending.len());
        self.pending.push(write);
        Ok(())
    }

    pub(crate) fn has_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The writes to be sent now, without those that another replaces. What was read of their
    /// tables before does not count any more.
    pub(crate) fn take_pending(&mut self) -> Vec<Write> {
        self.sent |= self.pending.len() > self.mark;
        self.mark = 0;
        self.newest.clear();
        let writes = latest(std::mem::take(&mut self.pending));
        let written: HashSet<_> = writes.iter().map(|write| name_of(write.table())).collect();
        self.fetched
            .retain(|(database, table, ..), _| !written.contains(&(*database, *table)));
        writes
    }

    /// Remembers what the server answered.
    pub(crate) fn keep(&mut self, read: &Read, rows: Vec<Row>) {
        self.fetched.insert(read_name(read), rows);
    }

    /// Those that are not known, each once.
    pub(crate) fn unknown(&self, reads: &[Read]) -> Vec<Read> {
        let mut seen = HashSet::new();
        let unknown = reads.iter().filter(|read| self.known(read).is_none());
        let unknown = unknown.filter(|read| seen.insert(read_name(read)));
        unknown.cloned().collect()
    }

    /// What is known of a read without asking.
    pub(crate) fn known(&self, read: &Read) -> Option<Vec<Row>> {
        match read {
            Read::Get { table, key } => {
                let (database, name) = name_of(table);
                let newest = self.newest.get(&(database, name, key.clone()));
                match newest.and_then(|at| self.pending.get(*at)) {
                    Some(Write::Delete { .. }) => Some(vec![]),
                    Some(Write::Insert { row, .. } | Write::Put { row, .. }) => {
                        Some(vec![row.clone()])
                    }
                    None => self.fetched.get(&read_name(read)).cloned(),
                }
            }
            Read::Scan(scan) => {
                let rows = self.fetched.get(&read_name(read))?;
                overlaid(scan, rows, &self.pending)
            }
        }
    }

    /// Must the writes kept back be sent before the server can answer this?
    pub(crate) fn needs_writes(&self, read: &Read) -> bool {
        let Read::Scan(scan) = read else {
            return false;
        };
        let written = || self.pending.iter().any(|write| is_of(write, scan.table));
        // One that was fetched and still is not known cannot be worked out here.
        let vague = !is_plain(scan) || self.fetched.contains_key(&read_name(read));
        vague && written()
    }
}

fn name_of(table: &'static Table) -> (&'static str, &'static str) {
    (table.database, table.name)
}

fn is_of(write: &Write, table: &'static Table) -> bool {
    name_of(write.table()) == name_of(table)
}

fn read_name(read: &Read) -> ReadName {
    let (table, operation, values) = Operation::of_read(read);
    (table.database, table.name, operation, values)
}

fn row_name(write: &Write) -> Result<RowName, StoreError> {
    let (database, name) = name_of(write.table());
    Ok((database, name, key_of(write)?))
}

/// The key of the row that is written.
pub(crate) fn key_of(write: &Write) -> Result<Vec<Value>, StoreError> {
    match write {
        Write::Delete { key, .. } => Ok(key.clone()),
        Write::Insert { table, row } | Write::Put { table, row } => table.pick(row, table.key),
    }
}

/// Does a scan only name the first columns of the key?
pub(crate) fn is_plain(scan: &Scan) -> bool {
    let open = (&Bound::Unbounded, &Bound::Unbounded);
    scan.index.is_none() && (&scan.from, &scan.to) == open && scan.after.is_none() && !scan.reverse
}

/// The rows of a scan after writes that the server has not seen. None when they cannot be known:
/// rows that the scan's limit cut off may have moved up.
fn overlaid(scan: &Scan, fetched: &[Row], pending: &[Write]) -> Option<Vec<Row>> {
    let own: Vec<&Write> = pending.iter().filter(|w| is_of(w, scan.table)).collect();
    if own.is_empty() {
        return Some(fetched.to_vec());
    }
    if !is_plain(scan) {
        return None;
    }
    let cut = fetched.len() >= scan.limit;
    let mut rows: Vec<(Vec<Value>, Row)> = vec![];
    for row in fetched {
        rows.push((scan.table.pick(row, scan.table.key).ok()?, row.clone()));
    }
    for write in own {
        let key = key_of(write).ok()?;
        let place = rows.binary_search_by(|(known, _)| known.cmp(&key));
        match (write, place) {
            (Write::Delete { .. }, Ok(_)) if cut => return None,
            (Write::Delete { .. }, Ok(at)) => drop(rows.remove(at)),
            (Write::Delete { .. }, Err(_)) => {}
            (Write::Insert { row, .. } | Write::Put { row, .. }, Ok(at)) => {
                rows[at].1.clone_from(row);
            }
            (Write::Insert { row, .. } | Write::Put { row, .. }, Err(at)) => {
                if key.starts_with(&scan.prefix) {
                    rows.insert(at, (key, row.clone()));
                }
            }
        }
    }
    rows.truncate(scan.limit);
    Some(rows.into_iter().map(|(_, row)| row).collect())
}

/// The writes without those that the next write of their row replaces: members of a group often
/// write the same one. In a table with a unique index the order of writes may matter, so there all
/// are kept.
fn latest(writes: Vec<Write>) -> Vec<Write> {
    let mut replaced = HashSet::new();
    let mut kept: Vec<Write> = writes
        .into_iter()
        .rev()
        .filter(|write| {
            let Ok(name) = row_name(write) else {
                return true;
            };
            if !matches!(write, Write::Put { .. }) {
                replaced.remove(&name);
                return true;
            }
            let unique = write.table().indexes.iter().any(|index| index.unique);
            unique || replaced.insert(name)
        })
        .collect();
    kept.reverse();
    kept
}

#[cfg(test)]
mod tests;
