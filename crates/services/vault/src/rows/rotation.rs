//! Table: Rotations of opening keys, one row for each class that was ever rotated.

use model::Timestamp;
use seal::Class;
use store::{Column, Kind, Row, RowReader, StoreError, Table, Value};

use crate::guard::Guarded;

/// Rotations by class.
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

/// One row of [`ROTATION`]. A class without one has its first key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Whose opening key.
    pub class: Class,
    /// Generation of the key that new records are sealed to.
    pub generation: u32,
    /// The next generation was asked for and is not made yet.
    pub asked: bool,
    /// When the present generation began.
    pub began_at: Timestamp,
    /// The last subject looked at in the present pass over the share store.
    pub place: Option<[u8; 16]>,
    /// Records wrapped anew in the present pass.
    pub moved_in_pass: u64,
    /// Records wrapped anew for the present generation.
    pub moved: u64,
    /// When a whole pass found nothing left under an older key.
    pub finished_at: Option<Timestamp>,
    /// Row version.
    pub version: u64,
}

impl Rotation {
    /// A class that was never rotated.
    #[must_use]
    pub const fn first(class: Class) -> Self {
        Self {
            class,
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

    /// Are records still to be wrapped anew?
    #[must_use]
    pub const fn is_under_way(&self) -> bool {
        self.generation > 1 && self.finished_at.is_none()
    }

    /// The key of the row of a class.
    #[must_use]
    pub fn key(class: Class) -> [Value; 1] {
        [Value::Int(class.code().into())]
    }
}

fn count(count: u64) -> Value {
    Value::Int(i64::try_from(count).unwrap_or(i64::MAX))
}

impl Guarded for Rotation {
    const TABLE: &'static Table = &ROTATION;

    fn fields(&self) -> Row {
        let [class] = Self::key(self.class);
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
        let class = Class::from_code(fields.int_as()?).ok_or_else(|| fields.corrupt())?;
        Ok(Self {
            class,
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
