//! Table: What a number's operator said of its SIM card, for one verification. Only verifications
//! whose codes are held back by it have a row.

use model::{Timestamp, VerificationId};
use store::{Column, Index, Kind, Row, RowReader, StoreError, Table, Value};

use super::verification::coded;
use crate::guard::Guarded;

/// Signals by the verification they belong to.
pub static SIM_SIGNAL: Table = Table {
    name: "sim_signal",
    database: "main",
    columns: &[
        Column::new("verification", Kind::Bytes),
        Column::new("expires_at", Kind::Int),
        Column::nullable("known_since", Kind::Int),
        Column::new("asked", Kind::Int),
        Column::new("said", Kind::Int),
        Column::nullable("until", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["verification"],
    indexes: &[Index {
        name: "sim_signal_expires_at",
        columns: &["expires_at"],
        unique: false,
    }],
};

/// What is known so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Nothing: the operator was not asked yet, or its answer was lost with a crash.
    Nothing,
    /// The SIM card is the same as before.
    Same,
    /// It was changed a short while ago.
    Changed,
    /// The operator gave no answer that helps.
    NoSignal,
}

impl Said {
    const fn code(self) -> u8 {
        match self {
            Self::Nothing => 0,
            Self::Same => 1,
            Self::Changed => 2,
            Self::NoSignal => 3,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Nothing),
            1 => Some(Self::Same),
            2 => Some(Self::Changed),
            3 => Some(Self::NoSignal),
            _ => None,
        }
    }
}

/// One row of [`SIM_SIGNAL`].
#[derive(Debug, Clone)]
pub struct SimSignal {
    /// The verification.
    pub verification: VerificationId,
    /// When its code stops working.
    pub expires_at: Timestamp,
    /// Since when the device that began it is known to belong to the number's owner.
    pub known_since: Option<Timestamp>,
    /// How often the operator was asked.
    pub asked: u8,
    /// What it said last.
    pub said: Said,
    /// Until when a change of the SIM card counts as a short while ago, at the latest.
    pub until: Option<Timestamp>,
    /// Row version.
    pub version: u64,
}

impl SimSignal {
    /// One that says nothing yet.
    #[must_use]
    pub const fn fresh(
        verification: VerificationId,
        expires_at: Timestamp,
        known_since: Option<Timestamp>,
    ) -> Self {
        Self {
            verification,
            expires_at,
            known_since,
            asked: 0,
            said: Said::Nothing,
            until: None,
            version: 0,
        }
    }
}

impl Guarded for SimSignal {
    const TABLE: &'static Table = &SIM_SIGNAL;

    fn fields(&self) -> Row {
        let time = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::Int(at.as_millis()));
        vec![
            Value::from(*self.verification.as_bytes()),
            Value::Int(self.expires_at.as_millis()),
            time(self.known_since),
            Value::Int(self.asked.into()),
            Value::Int(self.said.code().into()),
            time(self.until),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            verification: VerificationId::from_bytes(fields.array()?),
            expires_at: Timestamp::from_millis(fields.int()?),
            known_since: fields.opt_int()?.map(Timestamp::from_millis),
            asked: fields.int_as()?,
            said: coded(fields, Said::from_code)?,
            until: fields.opt_int()?.map(Timestamp::from_millis),
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
