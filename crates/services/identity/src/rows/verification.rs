//! The front's read copy of verifications. The vault is the judge.

use model::{
    ApplicationId, Channel, ChannelChoice, CodePurpose, Lifecycle, Status, Subject, Timestamp,
    VerificationId,
};
use peers::vault::Traits;
use store::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table, Value};

use super::{account::read_traits, coded};

/// Verifications by id.
pub static VERIFICATION: Table = Table {
    name: "verification",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("purpose", Kind::Int),
        Column::new("channel", Kind::Int),
        Column::new("auto", Kind::Int),
        Column::new("fallbacks", Kind::Int),
        Column::new("status", Kind::Int),
        Column::new("expires_at", Kind::Int),
        Column::new("code_length", Kind::Int),
        Column::new("country", Kind::Text),
        Column::new("line_type", Kind::Text),
        Column::nullable("subject", Kind::Bytes),
        Column::nullable("new_account", Kind::Int),
        Column::nullable("approved_at", Kind::Int),
        Column::new("begun_at", Kind::Int),
    ],
    key: &["id"],
    indexes: &[
        Index {
            name: "verification_expires_at",
            columns: &["expires_at"],
            unique: false,
        },
        Index {
            name: Verification::BY_BEGINNING,
            columns: &["application", "begun_at"],
            unique: false,
        },
    ],
};

/// One row of [`VERIFICATION`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Its id.
    pub id: VerificationId,
    /// The application.
    pub application: ApplicationId,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// Channel of the last message.
    pub channel: Channel,
    /// Whether the system may change the channel by itself.
    pub auto: bool,
    /// How often it did.
    pub fallbacks: u8,
    /// Where it stands.
    pub lifecycle: Lifecycle,
    /// When the code stops working, kept after the end too.
    pub expires_at: Timestamp,
    /// Digits in the code.
    pub code_length: u8,
    /// What may be told about the number.
    pub traits: Traits,
    /// When it began; 1970 in rows from before this was kept.
    pub begun_at: Timestamp,
}

impl Verification {
    /// The index by application and beginning.
    pub(crate) const BY_BEGINNING: &'static str = "verification_application_begun_at";

    /// Whether a definite failure may be followed by the other channel without being asked.
    #[must_use]
    pub fn may_fall_back(&self, now: Timestamp) -> bool {
        self.auto && self.fallbacks == 0 && self.lifecycle.status(now) == Status::Pending
    }

    /// Whether the caller left the choice of channel to the system.
    #[must_use]
    pub const fn is_auto(choice: ChannelChoice) -> bool {
        matches!(choice, ChannelChoice::Auto)
    }
}

impl Record for Verification {
    const TABLE: &'static Table = &VERIFICATION;

    fn to_row(&self) -> Row {
        let (status, subject, new_account, approved_at) = match &self.lifecycle {
            Lifecycle::Pending { .. } => (Status::Pending, None, None, None),
            Lifecycle::Approved {
                subject,
                new_account,
                at,
            } => (Status::Approved, *subject, Some(*new_account), Some(*at)),
            Lifecycle::Expired => (Status::Expired, None, None, None),
            Lifecycle::Locked => (Status::Locked, None, None, None),
            Lifecycle::Canceled => (Status::Canceled, None, None, None),
        };
        vec![
            Value::from(*self.id.as_bytes()),
            Value::from(*self.application.as_bytes()),
            Value::Int(self.purpose.code().into()),
            Value::Int(self.channel.code().into()),
            Value::Int(self.auto.into()),
            Value::Int(self.fallbacks.into()),
            Value::Int(status.code().into()),
            Value::Int(self.expires_at.as_millis()),
            Value::Int(self.code_length.into()),
            Value::from(self.traits.country.as_str()),
            Value::from(self.traits.line_type.as_str()),
            subject.map_or(Value::Null, |subject| Value::from(*subject.as_bytes())),
            new_account.map_or(Value::Null, |new| Value::Int(new.into())),
            approved_at.map_or(Value::Null, |at| Value::Int(at.as_millis())),
            Value::Int(self.begun_at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&VERIFICATION, row);
        let id = VerificationId::from_bytes(row.array()?);
        let application = ApplicationId::from_bytes(row.array()?);
        let purpose = coded(&mut row, CodePurpose::from_code)?;
        let channel = coded(&mut row, Channel::from_code)?;
        let (auto, fallbacks) = (row.bool()?, row.int_as()?);
        let status = coded(&mut row, Status::from_code)?;
        let expires_at = Timestamp::from_millis(row.int()?);
        let code_length = row.int_as()?;
        let traits = read_traits(&mut row)?;
        let subject = row.opt_array()?.map(Subject::from_bytes);
        let new_account = row.opt_int()? == Some(1);
        let approved_at = row.opt_int()?.map(Timestamp::from_millis);
        let lifecycle = match (status, approved_at) {
            (Status::Pending, _) => Lifecycle::Pending { expires_at },
            (Status::Approved, Some(at)) => Lifecycle::Approved {
                subject,
                new_account,
                at,
            },
            (Status::Approved, None) => return Err(row.corrupt()),
            (Status::Expired, _) => Lifecycle::Expired,
            (Status::Locked, _) => Lifecycle::Locked,
            (Status::Canceled, _) => Lifecycle::Canceled,
        };
        Ok(Self {
            id,
            application,
            purpose,
            channel,
            auto,
            fallbacks,
            lifecycle,
            expires_at,
            code_length,
            traits,
            begun_at: Timestamp::from_millis(row.int()?),
        })
    }
}
