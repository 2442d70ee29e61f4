//! Reads and writes of a transaction.

use std::future::Future;
use std::ops::Bound;
use std::pin::Pin;

use crate::{Record, Row, StoreError, Table, Value};

/// A future that stays on its thread.
pub type Fut<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Most rows one scan may ask for.
pub const MAX_LIMIT: usize = 10_000;
/// Largest value, in bytes.
pub const MAX_VALUE_BYTES: usize = 4 << 20;
/// Largest key or entry of an index, all columns together, in bytes: what a B-tree page of
/// PostgreSQL takes.
pub const MAX_KEY_BYTES: usize = 2_000;
/// Most reads or writes of one batch.
pub const MAX_BATCH: usize = 10_000;

/// One read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Read {
    /// The row with this key, if any.
    Get {
        /// Table.
        table: &'static Table,
        /// Values of the key's columns.
        key: Vec<Value>,
    },
    /// Rows in the order of the key or of an index.
    Scan(Scan),
}

impl Read {
    /// Table that is read.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        match self {
            Read::Get { table, .. } | Read::Scan(Scan { table, .. }) => table,
        }
    }
}

/// A range of rows in the order of the key or of an index; equal entries of an index are ordered
/// by key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Table.
    pub table: &'static Table,
    /// Index that gives the order; `None` is the key.
    pub index: Option<&'static str>,
    /// Values that the first columns of the order must equal.
    pub prefix: Vec<Value>,
    /// Lower bound of the column after the prefix.
    pub from: Bound<Value>,
    /// Upper bound of the column after the prefix.
    pub to: Bound<Value>,
    /// Start after this place, from [`Scan::place_of`]; the row itself may be gone by now.
    pub after: Option<Vec<Value>>,
    /// Most rows to answer, at most [`MAX_LIMIT`].
    pub limit: usize,
    /// From the end to the beginning.
    pub reverse: bool,
}

impl Scan {
    /// All rows of `table` by key, at most `limit`.
    #[must_use]
    pub fn new(table: &'static Table, limit: usize) -> Self {
        let (from, to) = (Bound::Unbounded, Bound::Unbounded);
        Scan {
            table,
            index: None,
            prefix: vec![],
            from,
            to,
            after: None,
            limit,
            reverse: false,
        }
    }

    /// All rows of `R`'s table by key, at most `limit`.
    #[must_use]
    pub fn of<R: Record>(limit: usize) -> Self {
        Scan::new(R::TABLE, limit)
    }

    /// Scans through this index.
    #[must_use]
    pub fn index(mut self, name: &'static str) -> Self {
        self.index = Some(name);
        self
    }

    /// Only rows whose first columns of the order equal these values.
    #[must_use]
    pub fn prefix(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.prefix = values.into_iter().collect();
        self
    }

    /// Only rows whose column after the prefix is at least `value`.
    #[must_use]
    pub fn from(mut self, value: impl Into<Value>) -> Self {
        self.from = Bound::Included(value.into());
        self
    }

    /// Only rows whose column after the prefix is more than `value`.
    #[must_use]
    pub fn above(mut self, value: impl Into<Value>) -> Self {
        self.from = Bound::Excluded(value.into());
        self
    }

    /// Only rows whose column after the prefix is at most `value`.
    #[must_use]
    pub fn to(mut self, value: impl Into<Value>) -> Self {
        self.to = Bound::Included(value.into());
        self
    }

    /// Only rows whose column after the prefix is less than `value`.
    #[must_use]
    pub fn below(mut self, value: impl Into<Value>) -> Self {
        self.to = Bound::Excluded(value.into());
        self
    }

    /// From the end to the beginning.
    #[must_use]
    pub fn reverse(mut self) -> Self {
        self.reverse = true;
        self
    }

    /// Starts after this place, in the scan's direction.
    #[must_use]
    pub fn after(mut self, place: Option<Vec<Value>>) -> Self {
        self.after = place;
        self
    }

    /// The place of a row in this scan's order: what [`Scan::after`] takes for the next page.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the index does not exist or the row is too short.
    pub fn place_of(&self, row: &[Value]) -> Result<Vec<Value>, StoreError> {
        self.table.pick(row, &self.table.order(self.index)?)
    }
}

/// One write.
#[derive(Debug, Clone)]
pub enum Write {
    /// A new row; [`StoreError::Duplicate`] when its key or a unique entry exists.
    Insert {
        /// Table.
        table: &'static Table,
        /// The row.
        row: Row,
    },
    /// A new row, or the new content of the row with its key; [`StoreError::Duplicate`] when
    /// another row has a unique entry of it.
    Put {
        /// Table.
        table: &'static Table,
        /// The row.
        row: Row,
    },
    /// Deletes the row with this key, if it is there.
    Delete {
        /// Table.
        table: &'static Table,
        /// Values of the key's columns.
        key: Vec<Value>,
    },
}

impl Write {
    /// Table that is written.
    #[must_use]
    pub fn table(&self) -> &'static Table {
        match self {
            Write::Insert { table, .. }
            | Write::Put { table, .. }
            | Write::Delete { table, .. } => table,
        }
    }
}

/// A transaction. Its primitives take batches, so that a backend behind a network needs one
/// round trip for several reads or writes.
pub trait Tx {
    /// Answers each read with its rows, in order. Sees the transaction's own writes.
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>>;

    /// Applies the writes in order. An error dooms the transaction. A backend may put writes off
    /// until the transaction reads or ends, so a closure hears of an error from the next read or
    /// from [`Tx::settle`], or its caller hears of it.
    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>>;

    /// Says which reads are about to come, so that a backend behind a network can fetch them in
    /// one round trip. It changes nothing else: each is asked for again by [`Tx::read`].
    fn prefetch(&mut self, reads: Vec<Read>) -> Fut<'_, Result<(), StoreError>> {
        drop(reads);
        Box::pin(std::future::ready(Ok(())))
    }

    /// Waits until every write so far was applied: for a closure that acts upon a refusal.
    fn settle(&mut self) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl dyn Tx + '_ {
    /// The row of a table with this key.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn get_row(
        &mut self,
        table: &'static Table,
        key: &[Value],
    ) -> Result<Option<Row>, StoreError> {
        let rows = self
            .one(Read::Get {
                table,
                key: key.to_vec(),
            })
            .await?;
        Ok(rows.into_iter().next())
    }

    /// The rows of one scan.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn scan_rows(&mut self, scan: Scan) -> Result<Vec<Row>, StoreError> {
        self.one(Read::Scan(scan)).await
    }

    /// The record with this key.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend; [`StoreError::Corrupt`] when the row is no `R`.
    pub async fn get<R: Record>(&mut self, key: &[Value]) -> Result<Option<R>, StoreError> {
        self.get_row(R::TABLE, key)
            .await?
            .map(R::from_row)
            .transpose()
    }

    /// The first record whose columns in `index` begin with `values`.
    ///
    /// # Errors
    /// As `get`.
    pub async fn get_by<R: Record>(
        &mut self,
        index: &'static str,
        values: &[Value],
    ) -> Result<Option<R>, StoreError> {
        let scan = Scan::of::<R>(1).index(index).prefix(values.iter().cloned());
        Ok(self.scan(scan).await?.into_iter().next())
    }

    /// The records of one scan over `R`'s table.
    ///
    /// # Errors
    /// As `get`; [`StoreError::Invalid`] when the scan is over another table.
    pub async fn scan<R: Record>(&mut self, scan: Scan) -> Result<Vec<R>, StoreError> {
        if scan.table.name != R::TABLE.name {
            return Err(scan.table.invalid("scan and record are of one table"));
        }
        self.scan_rows(scan)
            .await?
            .into_iter()
            .map(R::from_row)
            .collect()
    }

    /// Inserts a record.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`], or any other [`StoreError`] of the backend, which may come later:
    /// see [`Tx::write`].
    pub async fn insert<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        self.write(vec![insert(record)]).await
    }

    /// Inserts a record, or replaces the one with its key.
    ///
    /// # Errors
    /// As `insert`.
    pub async fn put<R: Record>(&mut self, record: &R) -> Result<(), StoreError> {
        self.write(vec![put(record)]).await
    }

    /// Deletes the record with this key, if it is there.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn delete<R: Record>(&mut self, key: &[Value]) -> Result<(), StoreError> {
        self.write(vec![delete::<R>(key)]).await
    }

    async fn one(&mut self, read: Read) -> Result<Vec<Row>, StoreError> {
        let answers = self.read(&[read]).await?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }
}

/// An insert of a record, for a batch.
#[must_use]
pub fn insert<R: Record>(record: &R) -> Write {
    Write::Insert {
        table: R::TABLE,
        row: record.to_row(),
    }
}

/// An insert or replacement of a record, for a batch.
#[must_use]
pub fn put<R: Record>(record: &R) -> Write {
    Write::Put {
        table: R::TABLE,
        row: record.to_row(),
    }
}

/// A deletion by key, for a batch.
#[must_use]
pub fn delete<R: Record>(key: &[Value]) -> Write {
    Write::Delete {
        table: R::TABLE,
        key: key.to_vec(),
    }
}
