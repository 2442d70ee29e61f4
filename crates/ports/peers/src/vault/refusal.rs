//! Why the vault said no, in types that a page can explain.

use model::{Channel, NextChannels};
use numbers::{LineType, ParseError, Region};
use serde::{Deserialize, Serialize};

/// The vault cannot answer now. Nothing was done, or what was done will be found again by
/// repeating the call with the same ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unavailable {
    /// The room is down or restarting.
    #[error("the vault does not answer")]
    Gone,
    /// The keys cannot be used: token missing, session lost, PIN refused.
    #[error("the vault cannot use its keys")]
    Keys,
    /// The database cannot take writes: full, read-only or broken.
    #[error("the vault cannot write")]
    Storage,
    /// The clock went back; nothing opens until it is right again.
    #[error("the vault does not trust its clock")]
    Clock,
    /// More requests wait than the vault allows.
    #[error("the vault has too many requests waiting")]
    Busy,
    /// The other room speaks another version of the protocol, or made no sense.
    #[error("the rooms do not understand each other")]
    Protocol,
}

impl Unavailable {
    /// The stable name in logs and rows.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.told().0
    }

    /// After how many seconds it is worth asking again.
    #[must_use]
    pub const fn retry_after_seconds(self) -> u32 {
        self.told().1
    }

    const fn told(self) -> (&'static str, u32) {
        match self {
            Self::Gone => ("gone", 2),
            Self::Keys => ("keys", 10),
            Self::Storage => ("storage", 10),
            Self::Clock => ("clock", 30),
            Self::Busy => ("busy", 1),
            Self::Protocol => ("protocol", 30),
        }
    }
}

/// Which hard limit was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Messages to this number.
    NumberSends,
    /// Wrong guesses for this number.
    NumberGuesses,
    /// Messages of this application.
    ApplicationSends,
    /// Messages of the instance.
    OverallSends,
    /// Look-ups of this application or the instance.
    Lookups,
}

/// Why no message was sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BeginRefusal {
    /// The text is not a number that can be verified.
    #[error("not a number that can be verified: {0:?}")]
    Number(ParseError),
    /// The number cannot be reached on the channel asked for; `open` can.
    #[error("this line cannot take this channel")]
    ChannelForLine {
        /// The kind of line.
        line_type: LineType,
        /// The channels that would work.
        open: Vec<Channel>,
    },
    /// The application does not accept this kind of line.
    #[error("the application does not accept this kind of line")]
    LineRefused {
        /// The kind of line.
        line_type: LineType,
    },
    /// The application does not serve this country.
    #[error("the application does not serve this country")]
    CountryRefused {
        /// The country.
        region: Region,
    },
    /// A hard limit. `next` says when each channel opens again.
    #[error("a limit was reached")]
    Limit {
        /// Which one.
        kind: LimitKind,
        /// When each channel opens again.
        next: NextChannels,
    },
    /// The verification has ended; there is nothing to send again.
    #[error("the verification has ended")]
    Finished,
    /// There is no such verification at this application.
    #[error("no such verification")]
    NotFound,
    /// The id was used for something else.
    #[error("this verification id was used before")]
    IdReused,
    /// A sandbox application takes only its own test numbers.
    #[error("a sandbox application takes only its own test numbers")]
    SandboxNumber,
    /// The vault does not know the application.
    #[error("unknown application")]
    UnknownApplication,
    /// No account with a number is behind this subject.
    #[error("no number on file")]
    NoNumberOnFile,
    /// The sealed number could not be opened, is too old, or was seen before.
    #[error("the sealed number cannot be used; seal it again")]
    SealedText,
    /// The vault cannot answer now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
