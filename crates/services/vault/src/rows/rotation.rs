//! Table: Rotations of opening keys and of the index key, one row for each that was ever rotated.

use std::fmt;

use model::Timestamp;
use seal::{Class, KeyId, KeyPurpose};
use store::{Column, Kind, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// Rotations by the class of an opening key; 0 is the index key.
pub static ROTATION: Table = Table {
    name: "rotation",
    database: "main",
    columns: &[
        Column::new("class", Kind::Int),
        Column::new("generation", Kind::Int),
        Column::new("asked", Kind::Int),
        Column::new("began_at", Kind::Int),
        Column::nullable("place", Kind::Bytes),
        Column::new("moved_in_pass", Kind::Int),
        Column::new("moved", Kind::Int),
        Column::nullable("finished_at", Kind::Int),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["class"],
    indexes: &[],
};

/// A key that is rotated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// The opening key of a class.
    Opening(Class),
    /// The index key.
    Index,
}

impl Rotated {
    /// All of them: there is a row for each at most.
    pub const COUNT: usize = Class::ALL.len() + 1;

    /// Reads what [`fmt::Display`] writes: `open/account`, `index`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "index" => Some(Self::Index),
            open => Class::from_name(open.strip_prefix("open/")?).map(Self::Opening),
        }
    }

    /// Its key of a generation.
    #[must_use]
    pub const fn key(self, generation: u32) -> KeyId {
        match self {
            Self::Opening(class) => KeyId::open(class, generation),
            Self::Index => KeyId::index(generation),
        }
    }

    /// The class of an opening key.
    #[must_use]
    pub const fn class(self) -> Option<Class> {
        match self {
            Self::Opening(class) => Some(class),
            Self::Index => None,
        }
    }

    /// What its keys are for.
    #[must_use]
    pub const fn purpose(self) -> KeyPurpose {
        self.key(1).purpose
    }

    fn code(self) -> u8 {
        self.class().map_or(0, Class::code)
    }

    fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::Index),
            code => Class::from_code(code).map(Self::Opening),
        }
    }
}

impl fmt::Display for Rotated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opening(class) => write!(f, "open/{class}"),
            Self::Index => f.write_str("index"),
        }
    }
}

/// One row of [`ROTATION`]. What has none has its first key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Which key.
    pub of: Rotated,
    /// Generation of the key that everything new is for.
    pub generation: u32,
    /// The next generation was asked for and is not made yet.
    pub asked: bool,
    /// When the present generation began.
    pub began_at: Timestamp,
    /// The last subject looked at in the present pass over the share store.
    pub place: Option<[u8; 16]>,
    /// Records wrapped or tagged anew in the present pass.
    pub moved_in_pass: u64,
    /// Records wrapped or tagged anew for the present generation.
    pub moved: u64,
    /// When a whole pass found nothing left under an older key.
    pub finished_at: Option<Timestamp>,
    /// Row version.
    pub version: u64,
}

impl Rotation {
    /// A key that was never rotated.
    #[must_use]
    pub const fn first(of: Rotated) -> Self {
        Self {
            of,
            generation: 1,
            asked: false,
            began_at: Timestamp::from_millis(0),
            place: None,
            moved_in_pass: 0,
            moved: 0,
            finished_at: None,
            version: 0,
        }
    }

    /// Are records still to be wrapped or tagged anew?
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.generation > 1 && self.finished_at.is_none()
    }

    /// The key of its row.
    #[must_use]
    pub fn key(of: Rotated) -> [Value; 1] {
        [Value::Int(of.code().into())]
    }

    /// A page was done in which `found` records were left under older keys: up to `last`, or to the
    /// end of the pass. A whole pass that finds nothing ends the rotation.
    pub fn advance(&mut self, found: u64, last: Option<[u8; 16]>, now: Timestamp) {
        self.moved_in_pass += found;
        self.place = last;
        if last.is_none() {
            self.finished_at = (self.moved_in_pass == 0).then_some(now);
            self.moved_in_pass = 0;
        }
    }
}

fn count(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Guarded for Rotation {
    const TABLE: &'static Table = &ROTATION;

    fn fields(&self) -> Row {
        let [class] = Self::key(self.of);
        vec![
            class,
            Value::Int(self.generation.into()),
            Value::from(self.asked),
            Value::Int(self.began_at.as_millis()),
            Value::from(self.place),
            count(self.moved_in_pass),
            count(self.moved),
            Value::from(self.finished_at.map(Timestamp::as_millis)),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        let of = Rotated::from_code(fields.int_as()?).ok_or_else(|| fields.corrupt())?;
        Ok(Self {
            of,
            generation: fields.int_as()?,
            asked: fields.bool()?,
            began_at: Timestamp::from_millis(fields.int()?),
            place: fields.opt_array()?,
            moved_in_pass: fields.int_as()?,
            moved: fields.int_as()?,
            finished_at: fields.opt_int()?.map(Timestamp::from_millis),
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
