//! Rate limits that an application programs for itself, and their buckets. What they count is not
//! stored.

use model::{ApplicationId, Id, IdKind, Timestamp};
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

/// Marks rate limits.
pub enum RateLimitKind {}
/// Marks their buckets.
pub enum BucketKind {}

impl IdKind for RateLimitKind {
    const PREFIX: &'static str = "lim";
}
impl IdKind for BucketKind {
    const PREFIX: &'static str = "buc";
}

/// One rate limit.
pub type RateLimitId = Id<RateLimitKind>;
/// One bucket of a rate limit.
pub type BucketId = Id<BucketKind>;

/// Rate limits by application and id.
pub static RATE_LIMIT: Table = Table {
    name: "rate_limit",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("id", Kind::Bytes),
        Column::new("unique_name", Kind::Text),
        Column::new("description", Kind::Text),
        Column::new("created_at", Kind::Int),
        Column::new("updated_at", Kind::Int),
    ],
    key: &["application", "id"],
    indexes: &[Index {
        name: "rate_limit_unique_name",
        columns: &["application", "unique_name"],
        unique: true,
    }],
};

/// One row of [`RATE_LIMIT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimit {
    /// The application.
    pub application: ApplicationId,
    /// Its id.
    pub id: RateLimitId,
    /// The name that requests give its value under; no other of the application has it.
    pub unique_name: String,
    /// What the application says of it; may be empty.
    pub description: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Record for RateLimit {
    const TABLE: &'static Table = &RATE_LIMIT;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(*self.id.as_bytes()),
            Value::from(self.unique_name.as_str()),
            Value::from(self.description.as_str()),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.updated_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&RATE_LIMIT, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            id: RateLimitId::from_bytes(row.array()?),
            unique_name: row.text()?,
            description: row.text()?,
            created_at: Timestamp::from_millis(row.int()?),
            updated_at: Timestamp::from_millis(row.int()?),
        })
    }
}

/// Buckets by application, rate limit and id.
pub static BUCKET: Table = Table {
    name: "rate_limit_bucket",
    database: "main",
    columns: &[
        Column::new("application", Kind::Bytes),
        Column::new("rate_limit", Kind::Bytes),
        Column::new("id", Kind::Bytes),
        Column::new("most", Kind::Int),
        Column::new("seconds", Kind::Int),
        Column::new("created_at", Kind::Int),
        Column::new("updated_at", Kind::Int),
    ],
    key: &["application", "rate_limit", "id"],
    indexes: &[Index {
        name: "rate_limit_bucket_seconds",
        columns: &["application", "rate_limit", "seconds"],
        unique: true,
    }],
};

/// One row of [`BUCKET`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// The application.
    pub application: ApplicationId,
    /// Its rate limit.
    pub rate_limit: RateLimitId,
    /// Its id.
    pub id: BucketId,
    /// Requests with one value within the interval.
    pub most: u32,
    /// The interval, seconds; no other bucket of the rate limit has it.
    pub seconds: u32,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was changed last.
    pub updated_at: Timestamp,
}

impl Record for Bucket {
    const TABLE: &'static Table = &BUCKET;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.application.as_bytes()),
            Value::from(*self.rate_limit.as_bytes()),
            Value::from(*self.id.as_bytes()),
            Value::Int(self.most.into()),
            Value::Int(self.seconds.into()),
            Value::Int(self.created_at.as_millis()),
            Value::Int(self.updated_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&BUCKET, row);
        Ok(Self {
            application: ApplicationId::from_bytes(row.array()?),
            rate_limit: RateLimitId::from_bytes(row.array()?),
            id: BucketId::from_bytes(row.array()?),
            most: row.int_as()?,
            seconds: row.int_as()?,
            created_at: Timestamp::from_millis(row.int()?),
            updated_at: Timestamp::from_millis(row.int()?),
        })
    }
}
