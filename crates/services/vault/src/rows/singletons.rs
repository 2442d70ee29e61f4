//! Table: Small tables: the deployment itself, ingest keys and what was sealed to them.

use model::Timestamp;
use store::{Column, Kind, Record, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// The deployment: one row, id 1.
pub static DEPLOYMENT: Table = Table {
    name: "deployment",
    database: "main",
    columns: &[
        Column::new("id", Kind::Int),
        Column::new("deployment", Kind::Bytes),
        Column::new("created_at", Kind::Int),
        Column::new("epoch", Kind::Int),
        Column::nullable("previous_epoch", Kind::Int),
        Column::new("epoch_began_at", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[],
};

/// The one row of [`DEPLOYMENT`].
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Sixteen random bytes fixed at genesis; bound into everything sealed.
    pub id: [u8; 16],
    /// When it was made.
    pub created_at: Timestamp,
    /// The shred epoch that new rows of the share store are sealed under.
    pub epoch: u32,
    /// The epoch whose rows are still being carried over, if any.
    pub previous_epoch: Option<u32>,
    /// When the present epoch began.
    pub epoch_began_at: Timestamp,
    /// Row version.
    pub version: u64,
}

impl Deployment {
    /// Key of the one row.
    pub const KEY: i64 = 1;
}

impl Guarded for Deployment {
    const TABLE: &'static Table = &DEPLOYMENT;

    fn fields(&self) -> Row {
        vec![
            Value::Int(Self::KEY),
            Value::from(self.id),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.epoch.into()),
            self.previous_epoch
                .map_or(Value::Null, |epoch| Value::Int(epoch.into())),
            Value::Int(self.epoch_began_at.as_millis()),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        if fields.int()? != Self::KEY {
            return Err(fields.corrupt());
        }
        Ok(Self {
            id: fields.array()?,
            created_at: Timestamp::from_millis(fields.int()?),
            epoch: fields.int_as()?,
            previous_epoch: match fields.opt_int()? {
                None => None,
                Some(epoch) => Some(u32::try_from(epoch).map_err(|_| fields.corrupt())?),
            },
            epoch_began_at: Timestamp::from_millis(fields.int()?),
            version: 0,
        })
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn set_version(&mut self, version: u64) {
        self.version = version;
    }
}

/// Ingest keys by the hour in which they began, sealed like pending rows for restarts.
pub static INGEST_KEY: Table = Table {
    name: "ingest_key",
    database: "main",
    columns: &[
        Column::new("hour", Kind::Int),
        Column::new("sealed", Kind::Bytes),
    ],
    key: &["hour"],
    indexes: &[],
};

/// One row of [`INGEST_KEY`].
#[derive(Debug, Clone)]
pub struct IngestKeyRow {
    /// The hour since 1970.
    pub hour: u32,
    /// The private key, sealed under the hour's key.
    pub sealed: Vec<u8>,
}

impl Record for IngestKeyRow {
    const TABLE: &'static Table = &INGEST_KEY;

    fn to_row(&self) -> Row {
        vec![
            Value::Int(self.hour.into()),
            Value::Bytes(self.sealed.clone()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&INGEST_KEY, row);
        Ok(Self {
            hour: row.int_as()?,
            sealed: row.bytes()?,
        })
    }
}

/// Sealed numbers already used, so that none is used twice. The minute leads the key: old ones
/// are a range.
pub static INGEST_SEEN: Table = Table {
    name: "ingest_seen",
    database: "main",
    columns: &[
        Column::new("minute", Kind::Int),
        Column::new("enc_hash", Kind::Bytes),
    ],
    key: &["minute", "enc_hash"],
    indexes: &[],
};

/// One row of [`INGEST_SEEN`].
#[derive(Debug, Clone)]
pub struct IngestSeen {
    /// The minute the page named.
    pub minute: u32,
    /// Hash of the encapsulated key.
    pub enc_hash: [u8; 32],
}

impl Record for IngestSeen {
    const TABLE: &'static Table = &INGEST_SEEN;

    fn to_row(&self) -> Row {
        vec![Value::Int(self.minute.into()), Value::from(self.enc_hash)]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&INGEST_SEEN, row);
        Ok(Self {
            minute: row.int_as()?,
            enc_hash: row.array()?,
        })
    }
}
