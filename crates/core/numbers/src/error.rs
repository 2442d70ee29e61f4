//! Why an input is not a number we can use.

use serde::{Deserialize, Serialize};

use crate::Region;

/// Why [`parse`](fn@crate::parse) refused an input.
///
/// It holds no digit of the input, so it may be logged and may cross between processes. The serde
/// form is the variant's snake_case name with its fields; [`code`](ParseError::code) is stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum ParseError {
    /// Nothing was typed, or only spaces and invisible characters.
    #[error("no number was given")]
    Empty,
    /// Fewer digits than any number of the region, or the area code is missing.
    #[error("the number has too few digits")]
    TooShort {
        /// The region whose plan was applied, where one is known.
        region: Option<Region>,
    },
    /// More digits than any number of the region, than E.164 allows (15), or an input longer than
    /// [`INPUT_MAX_BYTES`](crate::INPUT_MAX_BYTES).
    #[error("the number has too many digits")]
    TooLong {
        /// The region whose plan was applied, where one is known.
        region: Option<Region>,
    },
    /// Not the text of one phone number: no digits, letters among them, or two numbers.
    #[error("this is not a phone number")]
    NotANumber,
    /// A national number, and no default region to read it in.
    #[error("the country is missing")]
    NeedsCountry,
    /// The digits after `+` begin with no assigned calling code.
    #[error("the country calling code is not in use")]
    UnknownCallingCode,
    /// A possible length, but not a range in use in the region's numbering plan.
    #[error("no such number is in use in this region")]
    NotInUse {
        /// The region whose plan was applied; the main one where a calling code is shared.
        region: Region,
    },
    /// An emergency number. It is never a number to send to.
    #[error("this is an emergency number")]
    Emergency,
    /// A short code or service number, which no code can be sent to.
    #[error("this is a short code, not a subscriber's number")]
    ShortCode,
    /// A number with an extension. A text never reaches an extension, and an automatic call
    /// reaches a switchboard whose menu we cannot follow, so a code would go to a stranger.
    #[error("numbers with an extension cannot be verified")]
    HasExtension,
}

impl ParseError {
    /// A stable name in snake_case, for replies, metrics and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooShort { .. } => "too_short",
            Self::TooLong { .. } => "too_long",
            Self::NotANumber => "not_a_number",
            Self::NeedsCountry => "needs_country",
            Self::UnknownCallingCode => "unknown_calling_code",
            Self::NotInUse { .. } => "not_in_use",
            Self::Emergency => "emergency",
            Self::ShortCode => "short_code",
            Self::HasExtension => "has_extension",
        }
    }

    /// The region whose plan refused the number, where one is known.
    pub fn region(&self) -> Option<Region> {
        match *self {
            Self::TooShort { region } | Self::TooLong { region } => region,
            Self::NotInUse { region } => Some(region),
            _ => None,
        }
    }
}
