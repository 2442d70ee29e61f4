//! Table: Secrets of authenticator apps, sealed under the epoch's key, with what was used of them.

use model::{ApplicationId, FactorId, Timestamp, TotpHash, TotpTerms};
use store::{Column, Index, Kind, Row, RowReader, StoreError, Table, Value};

use super::verification::coded;
use crate::guard::Guarded;

/// Factors by id. The share store keeps them, whose backups are short-lived.
pub static FACTOR: Table = Table {
    name: "factor",
    database: "share",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("epoch", Kind::Int),
        Column::new("sealed", Kind::Bytes),
        Column::new("hash", Kind::Int),
        Column::new("digits", Kind::Int),
        Column::new("period", Kind::Int),
        Column::new("skew", Kind::Int),
        Column::nullable("ends_at", Kind::Int),
        Column::nullable("used_step", Kind::Int),
        Column::nullable("used_for", Kind::Bytes),
        Column::new("wrong", Kind::Int),
        Column::new("window_at", Kind::Int),
        Column::new("wrong_in_window", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[Index {
        name: "factor_ends_at",
        columns: &["ends_at"],
        unique: false,
    }],
};

/// One row of [`FACTOR`].
#[derive(Debug, Clone)]
pub struct Factor {
    /// Drawn by the front.
    pub id: FactorId,
    /// The application.
    pub application: ApplicationId,
    /// Epoch whose key seals the secret.
    pub epoch: u32,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// How codes are made.
    pub terms: TotpTerms,
    /// When it goes unless a code confirms it; nothing once one has.
    pub ends_at: Option<Timestamp>,
    /// The last code that was taken, and for what.
    pub used: Option<Used>,
    /// Wrong codes in a row.
    pub wrong: u32,
    /// Number of the window that the next counter is of, since 1970.
    pub window: i64,
    /// Wrong codes in that window.
    pub wrong_in_window: u32,
    /// Row version.
    pub version: u64,
}

/// A code that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used {
    /// Step of the clock that it was of.
    pub step: u64,
    /// What it was used for.
    pub used_for: [u8; 16],
}

impl Guarded for Factor {
    const TABLE: &'static Table = &FACTOR;

    fn fields(&self) -> Row {
        let step = |used: Used| i64::try_from(used.step).unwrap_or(i64::MAX);
        vec![
            Value::from(*self.id.as_bytes()),
            Value::from(*self.application.as_bytes()),
            Value::Int(self.epoch.into()),
            Value::Bytes(self.sealed.clone()),
            Value::Int(self.terms.hash().code().into()),
            Value::Int(self.terms.digits().into()),
            Value::Int(self.terms.period_seconds().into()),
            Value::Int(self.terms.skew().into()),
            self.ends_at
                .map_or(Value::Null, |at| Value::Int(at.as_millis())),
            self.used.map_or(Value::Null, |used| Value::Int(step(used))),
            self.used
                .map_or(Value::Null, |used| Value::from(used.used_for)),
            Value::Int(self.wrong.into()),
            Value::Int(self.window),
            Value::Int(self.wrong_in_window.into()),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            id: FactorId::from_bytes(fields.array()?),
            application: ApplicationId::from_bytes(fields.array()?),
            epoch: fields.int_as()?,
            sealed: fields.bytes()?,
            terms: terms_of(fields)?,
            ends_at: fields.opt_int()?.map(Timestamp::from_millis),
            used: used_of(fields)?,
            wrong: fields.int_as()?,
            window: fields.int()?,
            wrong_in_window: fields.int_as()?,
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

fn terms_of(fields: &mut RowReader) -> Result<TotpTerms, StoreError> {
    let hash = coded(fields, TotpHash::from_code)?;
    let (digits, period, skew) = (fields.int_as()?, fields.int_as()?, fields.int_as()?);
    TotpTerms::new(hash, digits, period, skew).ok_or_else(|| fields.corrupt())
}

fn used_of(fields: &mut RowReader) -> Result<Option<Used>, StoreError> {
    match (fields.opt_int()?, fields.opt_array()?) {
        (None, None) => Ok(None),
        (Some(step), Some(used_for)) => {
            let step = u64::try_from(step).map_err(|_| fields.corrupt())?;
            Ok(Some(Used { step, used_for }))
        }
        _ => Err(fields.corrupt()),
    }
}
