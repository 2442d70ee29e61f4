//! What an application may ask a number's operator, through the vault.

use model::{ApplicationId, NetworkToken, Timestamp, TypedNumber};
use numbers::{ParseError, Region};
use serde::{Deserialize, Serialize};

use super::{LimitKind, Unavailable};
use crate::operator::{NoAnswer, SimQuestion};

/// The number that a device claims to have, as it was typed.
#[derive(Clone, Serialize, Deserialize)]
pub enum TypedClaim {
    /// The number.
    Number(TypedNumber),
    /// The SHA-256 hash of its E.164 text.
    Hash([u8; 32]),
}

impl std::fmt::Debug for TypedClaim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedClaim(..)")
    }
}

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Asked {
    /// About the SIM card of a number.
    Sim {
        /// The number with its `+`, as it was typed.
        text: TypedNumber,
        /// What.
        question: SimQuestion,
    },
    /// Whether a device has a number.
    Device {
        /// The operator's own token.
        token: NetworkToken,
        /// The number.
        claim: TypedClaim,
    },
}

/// One question of an application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskOperator {
    /// Who asks.
    pub application: ApplicationId,
    /// What.
    pub asked: Asked,
    /// When the caller stops waiting: what is found later is not asked.
    pub until: Timestamp,
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskRefusal {
    /// The text is not a number that can be in use.
    #[error("not a number that can be in use: {0:?}")]
    Number(ParseError),
    /// The application does not serve this country.
    #[error("the application does not serve this country")]
    Country {
        /// The country.
        region: Region,
    },
    /// A hard limit.
    #[error("a limit was reached")]
    Limit {
        /// Which one.
        kind: LimitKind,
    },
    /// The vault does not know the application, or it may not ask operators.
    #[error("this application may not ask operators")]
    NotAllowed,
    /// The operator gave no answer.
    #[error(transparent)]
    NoAnswer(#[from] NoAnswer),
    /// The vault cannot answer now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}
