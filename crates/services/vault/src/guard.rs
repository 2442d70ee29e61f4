//! Rows that decide identity, access or limits carry a MAC (sealing.md section 2), so that a
//! writer to the database without the HSM cannot plant or edit one.
//!
//! A guarded table ends with the columns `version` and `mac`. A row whose MAC is wrong is treated
//! as absent and counted as an alarm.

use std::sync::atomic::{AtomicU64, Ordering};

use seal::keys::{RowKey, RowName};
use store::{Row, RowReader, Scan, StoreError, Table, Tx, Value, Write, encode};

/// A record of a guarded table. `fields` are all columns before `version` and `mac`.
pub trait Guarded: Sized {
    /// Its table.
    const TABLE: &'static Table;
    /// The columns before `version`, in order.
    fn fields(&self) -> Row;
    /// The record of those columns.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when they do not make one.
    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError>;
    /// Counts up with every write of the row.
    fn version(&self) -> u64;
    /// Remembers the version read.
    fn set_version(&mut self, version: u64);
}

/// Makes and checks row MACs.
pub struct Guard {
    key: RowKey,
    alarms: AtomicU64,
}

const TRAILER: usize = 2;

impl Guard {
    /// A guard under `k_row`.
    #[must_use]
    pub fn new(key: RowKey) -> Self {
        Self {
            key,
            alarms: AtomicU64::new(0),
        }
    }

    /// Rows met so far that were not genuine.
    pub fn alarms(&self) -> u64 {
        self.alarms.load(Ordering::Relaxed)
    }

    /// Counts and reports a row that is not genuine.
    pub fn alarm(&self, table: &'static str) {
        self.alarms.fetch_add(1, Ordering::Relaxed);
        tracing::error!(table, "vault.row.forged");
    }

    /// The record with this key, if it is there and genuine.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn get<R: Guarded>(
        &self,
        tx: &mut dyn Tx,
        key: &[Value],
    ) -> Result<Option<R>, StoreError> {
        let row = tx.get_row(R::TABLE, key).await?;
        row.map_or(Ok(None), |row| self.open(row))
    }

    /// The genuine records of one scan.
    ///
    /// # Errors
    /// Any [`StoreError`] of the backend.
    pub async fn scan<R: Guarded>(
        &self,
        tx: &mut dyn Tx,
        scan: Scan,
    ) -> Result<Vec<R>, StoreError> {
        let rows = tx.scan_rows(scan).await?;
        let opened = rows.into_iter().map(|row| self.open(row));
        opened.filter_map(Result::transpose).collect()
    }

    /// An insert of the first version of a record.
    #[must_use]
    pub fn insert<R: Guarded>(&self, record: &R) -> Write {
        Write::Insert {
            table: R::TABLE,
            row: self.row(record, 1),
        }
    }

    /// A write of the next version of a record that may exist already.
    #[must_use]
    pub fn put<R: Guarded>(&self, record: &R) -> Write {
        Write::Put {
            table: R::TABLE,
            row: self.row(record, record.version() + 1),
        }
    }

    /// Opens a row that was read by other means.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a genuine row has the wrong shape.
    pub fn open<R: Guarded>(&self, mut row: Row) -> Result<Option<R>, StoreError> {
        let corrupt = StoreError::Corrupt {
            table: R::TABLE.name,
        };
        let (Some(Value::Bytes(mac)), Some(Value::Int(version))) = (row.pop(), row.pop()) else {
            return Err(corrupt);
        };
        let version = u64::try_from(version).map_err(|_| corrupt)?;
        let bytes = encode(&row);
        let key = encode(&R::TABLE.pick(&row, R::TABLE.key)?);
        let name = RowName {
            table: R::TABLE.name,
            key: &key,
            version,
        };
        if self.key.verify(&name, [bytes.as_slice()], &mac).is_err() {
            self.alarm(R::TABLE.name);
            return Ok(None);
        }
        let mut reader = RowReader::new(R::TABLE, row);
        let mut record = R::from_fields(&mut reader)?;
        record.set_version(version);
        Ok(Some(record))
    }

    fn row<R: Guarded>(&self, record: &R, version: u64) -> Row {
        let mut row = record.fields();
        debug_assert_eq!(row.len() + TRAILER, R::TABLE.columns.len());
        let bytes = encode(&row);
        let key = R::TABLE
            .pick(&row, R::TABLE.key)
            .map(|key| encode(&key))
            .unwrap_or_default();
        let name = RowName {
            table: R::TABLE.name,
            key: &key,
            version,
        };
        let mac = self.key.mac(&name, [bytes.as_slice()]);
        row.push(Value::Int(i64::try_from(version).unwrap_or(i64::MAX)));
        row.push(Value::Bytes(mac.to_vec()));
        row
    }
}
