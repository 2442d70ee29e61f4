//! Table: Durable sends: one row for each message, written with the thing that caused it.

use model::{Channel, MessageId, Timestamp, VerificationId};
use peers::carrier::CourierRun;
use store::{Column, Kind, Record, Row, RowReader, StoreError, Table, Value};

use super::verification::coded;

/// Messages by their time-ordered id, so that old ones are a range.
pub static MESSAGE: Table = Table {
    name: "message",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("verification", Kind::Bytes),
        Column::new("channel", Kind::Int),
        Column::new("state", Kind::Int),
        Column::nullable("courier_run", Kind::Bytes),
        Column::new("at", Kind::Int),
    ],
    key: &["id"],
    indexes: &[],
};

/// Where a message stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageState {
    /// Committed; being handed to the courier run named in the row, if one was known.
    Handing,
    /// The carrier took it.
    Accepted,
    /// The carrier says the phone has it.
    Delivered,
    /// Definitely not sent or not delivered.
    Failed,
    /// Nobody knows whether it went out; never repeated by itself.
    Unknown,
    /// Not sent, on purpose: a sandbox, or an account that is locked.
    Withheld,
}

impl MessageState {
    const fn code(self) -> u8 {
        match self {
            Self::Handing => 1,
            Self::Accepted => 2,
            Self::Delivered => 3,
            Self::Failed => 4,
            Self::Unknown => 5,
            Self::Withheld => 6,
        }
    }

    const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Handing),
            2 => Some(Self::Accepted),
            3 => Some(Self::Delivered),
            4 => Some(Self::Failed),
            5 => Some(Self::Unknown),
            6 => Some(Self::Withheld),
            _ => None,
        }
    }

    /// Whether news may still change it. A receipt may come before the handover's answer, and an
    /// unknown outcome may become known; a delivered message stays delivered.
    #[must_use]
    pub fn may_become(self, next: Self) -> bool {
        match self {
            Self::Handing => true,
            Self::Accepted | Self::Unknown => {
                matches!(next, Self::Delivered | Self::Failed | Self::Accepted) && self != next
            }
            Self::Delivered | Self::Failed | Self::Withheld => false,
        }
    }
}

/// One row of [`MESSAGE`].
#[derive(Debug, Clone)]
pub struct Message {
    /// Time-ordered id, the same on every attempt to hand it over.
    pub id: MessageId,
    /// The verification it carries the code of.
    pub verification: VerificationId,
    /// Text or call.
    pub channel: Channel,
    /// Where it stands.
    pub state: MessageState,
    /// The courier's run it was meant for: only that run can say whether it ever got it.
    pub courier_run: Option<CourierRun>,
    /// Since when.
    pub at: Timestamp,
}

impl Record for Message {
    const TABLE: &'static Table = &MESSAGE;

    fn to_row(&self) -> Row {
        vec![
            Value::from(*self.id.as_bytes()),
            Value::from(*self.verification.as_bytes()),
            Value::Int(self.channel.code().into()),
            Value::Int(self.state.code().into()),
            self.courier_run
                .map_or(Value::Null, |run| Value::from(run.0)),
            Value::Int(self.at.as_millis()),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(&MESSAGE, row);
        Ok(Self {
            id: MessageId::from_bytes(row.array()?),
            verification: VerificationId::from_bytes(row.array()?),
            channel: coded(&mut row, Channel::from_code)?,
            state: coded(&mut row, MessageState::from_code)?,
            courier_run: row.opt_array()?.map(CourierRun),
            at: Timestamp::from_millis(row.int()?),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivered_message_stays_delivered() {
        assert!(MessageState::Accepted.may_become(MessageState::Delivered));
        assert!(MessageState::Handing.may_become(MessageState::Delivered));
        assert!(!MessageState::Delivered.may_become(MessageState::Accepted));
        assert!(!MessageState::Delivered.may_become(MessageState::Failed));
    }

    #[test]
    fn an_unknown_outcome_may_become_known() {
        assert!(MessageState::Unknown.may_become(MessageState::Delivered));
        assert!(!MessageState::Unknown.may_become(MessageState::Unknown));
    }
}
