//! Table: A pending or just finished proof of control.

use model::{
    ApplicationId, Channel, CodePurpose, MessageId, Status, Subject, Timestamp, VerificationId,
};
use numbers::{LineType, Region};
use peers::vault::Verdict;
use store::{Column, Index, Kind, Row, RowReader, StoreError, Table, Value};

use super::Lane;
use crate::guard::Guarded;

/// Verifications by id. Number, code and tags are in `sealed`, under the hour's key.
pub static VERIFICATION: Table = Table {
    name: "verification",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("application", Kind::Bytes),
        Column::new("purpose", Kind::Int),
        Column::new("hour", Kind::Int),
        Column::new("sealed", Kind::Bytes),
        Column::new("expires_at", Kind::Int),
        Column::new("status", Kind::Int),
        Column::new("lane", Kind::Int),
        Column::new("channel", Kind::Int),
        Column::new("sends", Kind::Int),
        Column::new("sent_at", Kind::Int),
        Column::new("message", Kind::Bytes),
        Column::new("guesses_left", Kind::Int),
        Column::new("code_digits", Kind::Int),
        Column::new("language", Kind::Text),
        Column::new("country", Kind::Text),
        Column::new("line_type", Kind::Int),
        Column::new("leaves", Kind::Int),
        Column::nullable("wanted", Kind::Bytes),
        Column::nullable("approved_at", Kind::Int),
        Column::nullable("handle", Kind::Bytes),
        Column::nullable("verdict", Kind::Bytes),
        Column::nullable("former", Kind::Bytes),
        Column::new("version", Kind::Int),
        Column::new("mac", Kind::Bytes),
    ],
    key: &["id"],
    indexes: &[Index {
        name: "verification_expires_at",
        columns: &["expires_at"],
        unique: false,
    }],
};

/// One row of [`VERIFICATION`].
#[derive(Debug, Clone)]
pub struct Verification {
    /// Drawn by the front.
    pub id: VerificationId,
    /// The application.
    pub application: ApplicationId,
    /// What the code is for.
    pub purpose: CodePurpose,
    /// The hour whose key seals it.
    pub hour: u32,
    /// Number, code and tags, sealed.
    pub sealed: Vec<u8>,
    /// When the code stops working.
    pub expires_at: Timestamp,
    /// Where it stands; expiry is told by the clock, not here.
    pub status: Status,
    /// Whose share of sends and guesses it uses.
    pub lane: Lane,
    /// Channel of the last message.
    pub channel: Channel,
    /// Messages so far.
    pub sends: u32,
    /// When the last one was queued.
    pub sent_at: Timestamp,
    /// The last message.
    pub message: MessageId,
    /// Guesses left.
    pub guesses_left: u8,
    /// Digits in the code.
    pub code_digits: u8,
    /// Language of the words, BCP-47.
    pub language: String,
    /// Country of the number.
    pub country: Region,
    /// Kind of line.
    pub line_type: LineType,
    /// Leaves written under its own view key (where there was no account at the time).
    pub leaves: u64,
    /// The account the proof must belong to, if the application named one.
    pub wanted: Option<Subject>,
    /// When the right code came.
    pub approved_at: Option<Timestamp>,
    /// The account the proof led to.
    pub handle: Option<Subject>,
    /// What the proof led to.
    pub verdict: Option<Verdict>,
    /// The account that lost the number when this proof was used to reclaim it.
    pub former: Option<Subject>,
    /// Row version.
    pub version: u64,
}

impl Verification {
    /// The status at `now`.
    #[must_use]
    pub fn status_at(&self, now: Timestamp) -> Status {
        if self.status == Status::Pending && self.expires_at <= now {
            return Status::Expired;
        }
        self.status
    }
}

impl Guarded for Verification {
    const TABLE: &'static Table = &VERIFICATION;

    fn fields(&self) -> Row {
        let int = |value: u64| Value::Int(i64::try_from(value).unwrap_or(i64::MAX));
        vec![
            Value::from(*self.id.as_bytes()),
            Value::from(*self.application.as_bytes()),
            int(self.purpose.code().into()),
            int(self.hour.into()),
            Value::Bytes(self.sealed.clone()),
            Value::Int(self.expires_at.as_millis()),
            int(self.status.code().into()),
            int(self.lane.code().into()),
            int(self.channel.code().into()),
            int(self.sends.into()),
            Value::Int(self.sent_at.as_millis()),
            Value::from(*self.message.as_bytes()),
            int(self.guesses_left.into()),
            int(self.code_digits.into()),
            Value::from(self.language.as_str()),
            Value::from(self.country.as_str()),
            Value::Int(line_code(self.line_type)),
            int(self.leaves),
            self.wanted
                .map_or(Value::Null, |s| Value::from(*s.as_bytes())),
            self.approved_at
                .map_or(Value::Null, |at| Value::Int(at.as_millis())),
            self.handle
                .map_or(Value::Null, |s| Value::from(*s.as_bytes())),
            self.verdict
                .map_or(Value::Null, |v| Value::Bytes(verdict_bytes(v))),
            self.former
                .map_or(Value::Null, |s| Value::from(*s.as_bytes())),
        ]
    }

    fn from_fields(fields: &mut RowReader) -> Result<Self, StoreError> {
        Ok(Self {
            id: VerificationId::from_bytes(fields.array()?),
            application: ApplicationId::from_bytes(fields.array()?),
            purpose: coded(fields, CodePurpose::from_code)?,
            hour: fields.int_as()?,
            sealed: fields.bytes()?,
            expires_at: Timestamp::from_millis(fields.int()?),
            status: coded(fields, Status::from_code)?,
            lane: coded(fields, Lane::from_code)?,
            channel: coded(fields, Channel::from_code)?,
            sends: fields.int_as()?,
            sent_at: Timestamp::from_millis(fields.int()?),
            message: MessageId::from_bytes(fields.array()?),
            guesses_left: fields.int_as()?,
            code_digits: fields.int_as()?,
            language: fields.text()?,
            country: region_of(fields)?,
            line_type: line_of(fields)?,
            leaves: fields.int_as()?,
            wanted: fields.opt_array()?.map(Subject::from_bytes),
            approved_at: fields.opt_int()?.map(Timestamp::from_millis),
            handle: fields.opt_array()?.map(Subject::from_bytes),
            verdict: match fields.opt_bytes()? {
                None => None,
                Some(bytes) => Some(postcard::from_bytes(&bytes).map_err(|_| fields.corrupt())?),
            },
            former: fields.opt_array()?.map(Subject::from_bytes),
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

fn verdict_bytes(verdict: Verdict) -> Vec<u8> {
    // A verdict is one small enum; encoding it into memory cannot fail.
    postcard::to_stdvec(&verdict).unwrap_or_default()
}

/// A small number that stands for an enum's value.
pub(super) fn coded<T>(
    fields: &mut RowReader,
    decode: impl Fn(u8) -> Option<T>,
) -> Result<T, StoreError> {
    let code: u8 = fields.int_as()?;
    decode(code).ok_or_else(|| fields.corrupt())
}

pub(super) fn region_of(fields: &mut RowReader) -> Result<Region, StoreError> {
    let text = fields.text()?;
    Region::parse(&text).map_err(|_| fields.corrupt())
}

const LINES: [LineType; 12] = [
    LineType::Unknown,
    LineType::Mobile,
    LineType::Fixed,
    LineType::FixedOrMobile,
    LineType::Voip,
    LineType::TollFree,
    LineType::PremiumRate,
    LineType::SharedCost,
    LineType::Personal,
    LineType::Pager,
    LineType::Uan,
    LineType::Voicemail,
];

pub(super) fn line_code(line: LineType) -> i64 {
    let at = LINES.iter().position(|known| *known == line).unwrap_or(0);
    i64::try_from(at).unwrap_or(0)
}

pub(super) fn line_of(fields: &mut RowReader) -> Result<LineType, StoreError> {
    let at: usize = fields.int_as()?;
    LINES.get(at).copied().ok_or_else(|| fields.corrupt())
}
