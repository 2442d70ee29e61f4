//! Table: Counters of the hard limits.

use model::{CodePurpose, Timestamp, VerificationId};
use store::{Column, Kind, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// Whose share of sends and guesses a request uses. Strangers have a lane of their own, so that
/// they cannot lock the owner out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Anybody.
    Stranger,
    /// A device on which this number was proven before.
    Owner,
}

impl Lane {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Stranger, Self::Owner];

    /// The stable number in rows.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Stranger => 1,
            Self::Owner => 2,
        }
    }

    /// The lane with this number.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Stranger),
            2 => Some(Self::Owner),
            _ => None,
        }
    }
}

/// Counters of one number at one application, by the lookup value of its `limit` tag.
pub static NUMBER_LIMIT: Table = Table {
    name: "number_limit",
    database: "main",
    columns: &[
        Column::new("lookup", Kind::Bytes),
        Column::new("epoch", Kind::Int),
        Column::new("sealed", Kind::Bytes),
        Column::new("touched_at", Kind::Int),
        Column::new("counters", Kind::Bytes),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["lookup"],
    indexes: &[],
};

/// Sends of one lane, in fixed windows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Sends {
    /// The hour counted, since 1970.
    pub hour: u32,
    /// Sends within it.
    pub in_hour: u8,
    /// The day counted, since 1970.
    pub day: u32,
    /// Sends within it.
    pub in_day: u8,
}

/// One row of [`NUMBER_LIMIT`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberLimit {
    /// HMAC under the epoch's key of the `limit` tag.
    pub lookup: [u8; 16],
    /// Epoch of that key.
    pub epoch: u32,
    /// The `limit` tag, sealed under that key, so that the next epoch can find its lookup value.
    pub sealed: Vec<u8>,
    /// Last change.
    pub touched_at: Timestamp,
    /// Sends by lane.
    sends: [Sends; 2],
    /// Wrong guesses in a row, by lane and purpose.
    fails: [[u8; 4]; 2],
    /// The verification of each purpose that was begun last with the number as typed text, open or
    /// ended, so that a caller who names the number again finds it.
    latest: [Option<VerificationId>; 4],
    /// Row version.
    pub version: u64,
}

impl NumberLimit {
    /// A number that nothing was counted for yet; it gets its lookup value with its key.
    #[must_use]
    pub fn fresh(now: Timestamp) -> Self {
        Self {
            lookup: [0; 16],
            epoch: 0,
            sealed: Vec::new(),
            touched_at: now,
            sends: Default::default(),
            fails: Default::default(),
            latest: Default::default(),
            version: 0,
        }
    }

    /// Whether the row says no more than one that is not there: no wrong guess is remembered, and
    /// the days its sends were counted in are over.
    #[must_use]
    pub fn is_blank(&self, now: Timestamp) -> bool {
        let over = |sends: &Sends| sends.day < now.day() && sends.hour < now.hour();
        self.fails.iter().flatten().all(|fails| *fails == 0) && self.sends.iter().all(over)
    }

    /// Sends of a lane.
    pub fn sends(&mut self, lane: Lane) -> &mut Sends {
        let [stranger, owner] = &mut self.sends;
        match lane {
            Lane::Stranger => stranger,
            Lane::Owner => owner,
        }
    }

    /// Wrong guesses in a row of a lane for a purpose.
    pub fn fails(&mut self, lane: Lane, purpose: CodePurpose) -> &mut u8 {
        let [stranger, owner] = &mut self.fails;
        let fails = match lane {
            Lane::Stranger => stranger,
            Lane::Owner => owner,
        };
        of(fails, purpose)
    }

    /// The verification that was begun last for a purpose with the number as typed text.
    #[must_use]
    pub fn latest(&self, purpose: CodePurpose) -> Option<VerificationId> {
        let mut latest = self.latest;
        *of(&mut latest, purpose)
    }

    /// A verification began with the number as typed text.
    pub fn remember(&mut self, purpose: CodePurpose, verification: VerificationId) {
        *of(&mut self.latest, purpose) = Some(verification);
    }
}

/// The purpose's own of four values.
fn of<T>(values: &mut [T; 4], purpose: CodePurpose) -> &mut T {
    let [signup, login, recovery, step_up] = values;
    match purpose {
        CodePurpose::Signup => signup,
        CodePurpose::Login => login,
        CodePurpose::Recovery => recovery,
        CodePurpose::StepUp => step_up,
    }
}

type Counters = ([Sends; 2], [[u8; 4]; 2], [Option<VerificationId>; 4]);

/// Rows of releases that did not remember verifications of each purpose are read without them.
fn counters(bytes: &[u8]) -> Option<Counters> {
    let read = postcard::from_bytes::<Counters>(bytes).ok();
    read.or_else(|| {
        let (sends, fails) = postcard::from_bytes(bytes).ok()?;
        Some((sends, fails, Default::default()))
    })
}

impl Guarded for NumberLimit {
    const TABLE: &'static Table = &NUMBER_LIMIT;

    fn fields(&self) -> Row {
        // Encoding fixed counters into memory cannot fail.
        let counters = postcard::to_stdvec(&(self.sends, self.fails, self.latest));
        let counters = counters.unwrap_or_default();
        vec![
            Value::from(self.lookup),
            Value::Int(self.epoch.into()),
            Value::Bytes(self.sealed.clone()),
            Value::Int(self.touched_at.as_millis()),
            Value::Bytes(counters),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        let lookup = fields.array()?;
        let (epoch, sealed) = (fields.int_as()?, fields.bytes()?);
        let touched_at = Timestamp::from_millis(fields.int()?);
        let (sends, fails, latest) = counters(&fields.bytes()?).ok_or_else(|| fields.corrupt())?;
        Ok(Self {
            lookup,
            epoch,
            sealed,
            touched_at,
            sends,
            fails,
            latest,
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

/// Budgets of an application or of the whole instance, in windows of one hour or day.
pub static BUDGET: Table = Table {
    name: "budget",
    database: "main",
    columns: &[
        Column::new("scope", Kind::Bytes),
        Column::new("window_at", Kind::Int),
        Column::new("used_strangers", Kind::Int),
        Column::new("used_owners", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["scope"],
    indexes: &[],
};

/// One row of [`BUDGET`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    /// What is limited: a kind, then the application where it is one's own.
    pub scope: Vec<u8>,
    /// Number of the window since 1970.
    pub window: i64,
    /// Used by strangers.
    pub used_strangers: u32,
    /// Used by proven owners.
    pub used_owners: u32,
    /// Row version.
    pub version: u64,
}

impl Guarded for Budget {
    const TABLE: &'static Table = &BUDGET;

    fn fields(&self) -> Row {
        vec![
            Value::Bytes(self.scope.clone()),
            Value::Int(self.window),
            Value::Int(i64::from(self.used_strangers)),
            Value::Int(i64::from(self.used_owners)),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            scope: fields.bytes()?,
            window: fields.int()?,
            used_strangers: fields.int_as()?,
            used_owners: fields.int_as()?,
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
