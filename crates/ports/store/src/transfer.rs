//! Moving every row from one store to another, whatever they are.
//!
//! Rows are copied in the order of their keys, a page in one transaction, so the last key of the
//! target says how far an earlier run came. Both stores must be at rest: afterwards counts and
//! digests of every table are compared, and a row that came meanwhile is found there.

use std::fmt;

use crate::{
    Read, Row, Scan, Schema, Store, StoreError, Table, Tx, Value, Write, value::encode_into,
};

/// Rows read or written in one transaction.
const PAGE: usize = 500;

/// SHA-256, or another digest of 32 bytes.
pub type Hash = fn(&[u8]) -> [u8; 32];

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The source is read and counted.
    Counting,
    /// Rows are written to the target.
    Copying,
    /// The target is read and compared.
    Comparing,
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stage::Counting => "counting",
            Stage::Copying => "copying",
            Stage::Comparing => "comparing",
        })
    }
}

/// Told after every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What is done.
    pub stage: Stage,
    /// With which table.
    pub table: &'static str,
    /// Rows of the stage done so far, of all tables.
    pub done: u64,
    /// Rows of all tables; as many as were counted while they are counted.
    pub total: u64,
}

/// A table that is the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Its database.
    pub database: &'static str,
    /// Its name.
    pub table: &'static str,
    /// Its rows.
    pub rows: u64,
    /// Digest of all of them, in the order of their keys.
    pub digest: [u8; 32],
}

impl fmt::Display for Moved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (table, rows) = (self.table, self.rows);
        write!(f, "{table:<16}{rows:>12} rows  ")?;
        let mut begin = self.digest.iter().take(8);
        begin.try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Why a move did not finish. It can be run again and goes on where it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TransferError {
    /// A store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A table is not the same on both sides: somebody wrote to one of them.
    #[error(
        "table {table} has {source_rows} rows here and {target_rows} there, or others: somebody \
         wrote to one of them. Empty the new databases and move again"
    )]
    Differs {
        /// Its name.
        table: &'static str,
        /// Rows of the source.
        source_rows: u64,
        /// Rows of the target.
        target_rows: u64,
    },
}

/// Copies every table of `schema` that the target has not got whole yet, then compares.
///
/// # Errors
/// [`TransferError`].
pub async fn run(
    from: &dyn Store,
    to: &dyn Store,
    schema: &Schema,
    hash: Hash,
    tell: &mut dyn FnMut(Progress),
) -> Result<Vec<Moved>, TransferError> {
    let tables = schema.tables();
    let mut teller = Teller::new(tell);
    let mut moved = Vec::new();
    for table in &tables {
        teller.begin(Stage::Counting, table);
        moved.push(sum(from, table, hash, &mut teller).await?);
    }
    for table in &tables {
        teller.begin(Stage::Copying, table);
        copy(from, to, table, &mut teller).await?;
    }
    for (table, wanted) in tables.iter().zip(&moved) {
        teller.begin(Stage::Comparing, table);
        let found = sum(to, table, hash, &mut teller).await?;
        if found != *wanted {
            return Err(TransferError::Differs {
                table: table.name,
                source_rows: wanted.rows,
                target_rows: found.rows,
            });
        }
    }
    Ok(moved)
}

struct Teller<'a> {
    tell: &'a mut dyn FnMut(Progress),
    now: Progress,
    counted: u64,
}

impl<'a> Teller<'a> {
    fn new(tell: &'a mut dyn FnMut(Progress)) -> Self {
        let now = Progress {
            stage: Stage::Counting,
            table: "",
            done: 0,
            total: 0,
        };
        Teller {
            tell,
            now,
            counted: 0,
        }
    }

    fn begin(&mut self, stage: Stage, table: &Table) {
        if self.now.stage != stage {
            (self.now.stage, self.now.done) = (stage, 0);
        }
        self.now.table = table.name;
    }

    fn add(&mut self, rows: usize) {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        self.now.done += rows;
        if self.now.stage == Stage::Counting {
            self.counted += rows;
        }
        self.now.total = self.counted;
        (self.tell)(self.now);
    }
}

async fn sum(
    store: &dyn Store,
    table: &'static Table,
    hash: Hash,
    teller: &mut Teller<'_>,
) -> Result<Moved, StoreError> {
    let (mut rows, mut digest, mut after) = (0, [0; 32], None);
    loop {
        let page = page(store, table, after).await?;
        rows += u64::try_from(page.len()).unwrap_or(u64::MAX);
        // Each page is chained to those before it; both sides have the same pages.
        let mut bytes = digest.to_vec();
        page.iter().for_each(|row| encode_into(row, &mut bytes));
        digest = hash(&bytes);
        teller.add(page.len());
        match page.last() {
            Some(last) if page.len() == PAGE => after = Some(table.pick(last, table.key)?),
            _ => break,
        }
    }
    Ok(Moved {
        database: table.database,
        table: table.name,
        rows,
        digest,
    })
}

async fn copy(
    from: &dyn Store,
    to: &dyn Store,
    table: &'static Table,
    teller: &mut Teller<'_>,
) -> Result<(), StoreError> {
    let mut after = last_key(to, table).await?;
    loop {
        let rows = page(from, table, after).await?;
        let copied = rows.len();
        let Some(last) = rows.last() else {
            return Ok(());
        };
        after = Some(table.pick(last, table.key)?);
        let put = |row: &Row| Write::Put {
            table,
            row: row.clone(),
        };
        let writes: Vec<Write> = rows.iter().map(put).collect();
        let write = async move |tx: &mut dyn Tx| tx.write(writes.clone()).await;
        to.transact("transfer.write", write).await?;
        teller.add(copied);
        if copied < PAGE {
            return Ok(());
        }
    }
}

async fn last_key(
    store: &dyn Store,
    table: &'static Table,
) -> Result<Option<Vec<Value>>, StoreError> {
    let last = Scan::new(table, 1).reverse();
    let rows = rows(store, last).await?;
    let last = rows.first();
    last.map(|row| table.pick(row, table.key)).transpose()
}

async fn page(
    store: &dyn Store,
    table: &'static Table,
    after: Option<Vec<Value>>,
) -> Result<Vec<Row>, StoreError> {
    rows(store, Scan::new(table, PAGE).after(after)).await
}

async fn rows(store: &dyn Store, scan: Scan) -> Result<Vec<Row>, StoreError> {
    let scan = Read::Scan(scan);
    let read = async move |tx: &mut dyn Tx| tx.read(std::slice::from_ref(&scan)).await;
    let rows = store.read("transfer.read", read).await?;
    Ok(rows.into_iter().next().unwrap_or_default())
}
