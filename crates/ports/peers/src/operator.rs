//! What a mobile operator knows of a number, and how it is asked.
//!
//! Only the courier speaks to an operator. The vault hands it the number, as with a message, and
//! gets back an answer without one. The shapes are those of the CAMARA project's `sim-swap` and
//! `number-verification`.

use std::fmt;

use async_trait::async_trait;
use model::{NetworkToken, Timestamp};
use numbers::E164;
use serde::{Deserialize, Serialize};

/// The longest time back that may be asked about, hours (`CreateCheckSimSwap`).
pub const HOURS_MAX: u16 = 2400;

/// What is asked about the SIM card of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SimQuestion {
    /// Was it changed within so many hours, 1 to [`HOURS_MAX`]?
    ChangedWithin {
        /// How many.
        hours: u16,
    },
    /// When was it changed last?
    ChangedAt,
}

/// The number that a device claims to have.
#[derive(Clone)]
pub enum Claim {
    /// The number.
    Number(E164),
    /// The SHA-256 hash of its E.164 text, as the caller sent it. It is as telling as the number.
    Hash([u8; 32]),
}

/// One question to an operator. `Debug` shows no number, hash or token.
#[derive(Clone)]
pub enum OperatorQuestion {
    /// About the SIM card of a number.
    Sim {
        /// Whose.
        number: E164,
        /// What.
        question: SimQuestion,
    },
    /// Whether the device that a network token was given to has this number.
    Device {
        /// The operator's own token.
        token: NetworkToken,
        /// The number that is claimed.
        claim: Claim,
    },
}

impl fmt::Debug for OperatorQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sim { .. } => "Sim(..)",
            Self::Device { .. } => "Device(..)",
        })
    }
}

/// What an operator answered. Holds no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperatorAnswer {
    /// Whether the SIM card was changed within the hours asked about.
    Changed(bool),
    /// When it was changed last.
    ChangedAt {
        /// The last change, or the first use where there was none; nothing where the operator may
        /// not say.
        at: Option<Timestamp>,
        /// How many days back the operator looks, where it says so.
        monitored_days: Option<u32>,
    },
    /// Whether the device has the number.
    SameDevice(bool),
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// No operator is configured for this number.
    #[error("no operator is configured for it")]
    NoOperator,
    /// The operator does not know the number.
    #[error("the operator does not know the number")]
    UnknownNumber,
    /// The operator does not offer this for the number's kind of contract.
    #[error("the operator does not offer it for this number")]
    NotOffered,
    /// The operator does not look back as far.
    #[error("the operator does not look back as far")]
    TooFarBack,
    /// The network token is wrong, used or too old.
    #[error("the operator does not take the network token")]
    TokenRefused,
    /// The network token was not given on the word of network or SIM card.
    #[error("the network token is not the network's own word")]
    NotByNetwork,
    /// The operator does not let us ask, or not for this.
    #[error("the operator does not let us ask")]
    NotPermitted,
    /// The operator wants us to ask less often.
    #[error("the operator is asked too often")]
    Busy,
    /// The operator, or the courier, does not answer in time.
    #[error("the operator does not answer")]
    Away,
    /// What the operator answered makes no sense.
    #[error("the operator's answer makes no sense")]
    Senseless,
}

impl NoAnswer {
    /// The stable name in logs.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoOperator => "no_operator",
            Self::UnknownNumber => "unknown_number",
            Self::NotOffered => "not_offered",
            Self::TooFarBack => "too_far_back",
            Self::TokenRefused => "token_refused",
            Self::NotByNetwork => "not_by_network",
            Self::NotPermitted => "not_permitted",
            Self::Busy => "busy",
            Self::Away => "away",
            Self::Senseless => "senseless",
        }
    }
}

/// One operator, or somebody who asks operators for us.
#[async_trait]
pub trait Operator: Send + Sync {
    /// Asks one question and waits for the answer, for a bounded time.
    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_shows_no_number_hash_or_token() {
        let number = E164::from_canonical("+447700900123").unwrap();
        let token = NetworkToken::new("net_abcdef".to_owned()).unwrap();
        let question = SimQuestion::ChangedAt;
        let about_sim = OperatorQuestion::Sim { number, question };
        assert_eq!(format!("{about_sim:?}"), "Sim(..)");
        let claim = Claim::Hash([7; 32]);
        let about_device = OperatorQuestion::Device { token, claim };
        assert_eq!(format!("{about_device:?}"), "Device(..)");
    }
}
