//! The transaction as a closure sees it: checks every call once for all backends, and remembers
//! the first error, because an error dooms the transaction. An error of the backend's write is
//! told with the next read, as if every backend put writes off: else a closure could rely on what
//! only some of them do.

use std::ops::Bound;

use crate::tx::{MAX_BATCH, MAX_KEY_BYTES, MAX_LIMIT, MAX_VALUE_BYTES};
use crate::{Fut, Mode, Read, Row, Scan, StoreError, Table, Tx, Value, Verdict, Write};

pub(crate) struct Watch<'a> {
    tx: &'a mut dyn Tx,
    mode: Mode,
    doom: Option<StoreError>,
}

impl<'a> Watch<'a> {
    pub(crate) fn new(tx: &'a mut dyn Tx, mode: Mode) -> Self {
        Watch {
            tx,
            mode,
            doom: None,
        }
    }

    /// What shall become of the transaction, given whether its closure succeeded.
    pub(crate) fn verdict(self, succeeded: bool) -> Verdict {
        match (self.doom, succeeded) {
            (Some(StoreError::Conflict), _) => Verdict::Abort(StoreError::Conflict),
            (Some(doom), true) => Verdict::Abort(doom),
            (None, true) => Verdict::Commit,
            (_, false) => Verdict::Rollback,
        }
    }

    fn is_sound(&self) -> Result<(), StoreError> {
        self.doom.clone().map_or(Ok(()), Err)
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.doom.get_or_insert_with(|| error.clone());
        }
        result
    }

    fn check_reads(&self, reads: &[Read]) -> Result<(), StoreError> {
        check_batch(reads.len())?;
        reads.iter().try_for_each(|read| match read {
            Read::Get { table, key } => check_key(table, key),
            Read::Scan(scan) => check_scan(scan),
        })
    }

    fn check_writes(&self, writes: &[Write]) -> Result<(), StoreError> {
        check_batch(writes.len())?;
        writes.iter().try_for_each(|write| match write {
            _ if self.mode == Mode::Read => Err(write.table().invalid("write in a read")),
            Write::Delete { table, key } => check_key(table, key),
            Write::Insert { table, row } | Write::Put { table, row } => check_row(table, row),
        })
    }
}

impl Tx for Watch<'_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(async move {
            self.is_sound()?;
            let result = match self.check_reads(reads) {
                Ok(()) => self.tx.read(reads).await,
                Err(error) => Err(error),
            };
            self.note(result)
        })
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let checked = self.check_writes(&writes);
            self.note(checked)?;
            if self.doom.is_none() {
                let written = self.tx.write(writes).await;
                let _ = self.note(written);
            }
            Ok(())
        })
    }

    fn prefetch(&mut self, reads: Vec<Read>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.is_sound()?;
            let result = match self.check_reads(&reads) {
                Ok(()) => self.tx.prefetch(reads).await,
                Err(error) => Err(error),
            };
            self.note(result)
        })
    }

    fn settle(&mut self) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            self.is_sound()?;
            let settled = self.tx.settle().await;
            self.note(settled)
        })
    }
}

fn check_batch(len: usize) -> Result<(), StoreError> {
    let error = StoreError::Invalid {
        table: "batch",
        rule: "a batch has at most 10000 members",
    };
    (len <= MAX_BATCH).then_some(()).ok_or(error)
}

fn check_row(table: &Table, row: &[Value]) -> Result<(), StoreError> {
    if row.len() != table.columns.len() {
        return Err(table.invalid("a row has one value for each column"));
    }
    for (column, value) in table.columns.iter().zip(row) {
        match value.kind() {
            None if column.nullable => {}
            None => return Err(table.invalid("null in a column that is not nullable")),
            Some(kind) if kind == column.kind => {}
            Some(_) => return Err(table.invalid("value of another type than its column")),
        }
        if value.size_bytes() > MAX_VALUE_BYTES {
            return Err(table.invalid("a value has at most 4 MiB"));
        }
        if matches!(value, Value::Text(text) if text.contains('\0')) {
            return Err(table.invalid("text has no NUL"));
        }
    }
    // Most rows are smaller than any entry may be.
    if row.iter().map(Value::size_bytes).sum::<usize>() <= MAX_KEY_BYTES {
        return Ok(());
    }
    let orders = table.indexes.iter().map(|index| table.entry(index));
    orders
        .chain([table.key.to_vec()])
        .try_for_each(|order| check_entry(table, row, &order))
}

/// A key or entry of an index fits a page. A row with a null in it has no entry.
fn check_entry(table: &Table, row: &[Value], order: &[&str]) -> Result<(), StoreError> {
    let entry = table.pick(row, order)?;
    if entry.iter().any(Value::is_null) {
        return Ok(());
    }
    let bytes: usize = entry.iter().map(Value::size_bytes).sum();
    let rule = "a key or entry of an index has at most 2000 bytes";
    (bytes <= MAX_KEY_BYTES)
        .then_some(())
        .ok_or(table.invalid(rule))
}

fn check_key(table: &Table, key: &[Value]) -> Result<(), StoreError> {
    if key.len() != table.key.len() {
        return Err(table.invalid("a key has one value for each of its columns"));
    }
    check_values(table, table.key, key)
}

/// Values stand for these columns, in order, and are not null.
fn check_values(table: &Table, columns: &[&str], values: &[Value]) -> Result<(), StoreError> {
    for (column, value) in columns.iter().zip(values) {
        let at = table.position(column)?;
        if value.kind() != table.columns.get(at).map(|c| c.kind) {
            return Err(table.invalid("value of another type than its column"));
        }
    }
    Ok(())
}

fn check_scan(scan: &Scan) -> Result<(), StoreError> {
    let table = scan.table;
    if scan.limit == 0 || scan.limit > MAX_LIMIT {
        return Err(table.invalid("a scan asks for 1 to 10000 rows"));
    }
    let order = table.order(scan.index)?;
    if scan.prefix.len() > order.len() {
        return Err(table.invalid("a prefix is no longer than its order"));
    }
    check_values(table, &order, &scan.prefix)?;
    for bound in [&scan.from, &scan.to] {
        let (Bound::Included(value) | Bound::Excluded(value)) = bound else {
            continue;
        };
        let rest = order.get(scan.prefix.len()..).unwrap_or_default();
        if rest.is_empty() {
            return Err(table.invalid("a bound needs a column after the prefix"));
        }
        check_values(table, rest, std::slice::from_ref(value))?;
    }
    if let Some(place) = &scan.after {
        if place.len() != order.len() || !place.starts_with(&scan.prefix) {
            return Err(table.invalid("a place has every column of its order, and the prefix"));
        }
        check_values(table, &order, place)?;
    }
    Ok(())
}
