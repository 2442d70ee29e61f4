//! Authenticator apps: a secret that the vault keeps and codes that it judges (RFC 6238).

use model::{ApplicationId, FactorId, FactorSecret, TotpTerms, TypedCode};
use serde::{Deserialize, Serialize};

use super::Unavailable;

/// What the vault needs to keep a secret for an authenticator app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct MakeFactor {
    /// The application.
    pub application: ApplicationId,
    /// Drawn by the front.
    pub factor: FactorId,
    /// How codes are made.
    pub terms: TotpTerms,
    /// A secret that is in an app already; else the vault draws one.
    pub secret: Option<FactorSecret>,
}

/// Why nothing was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorRefusal {
    /// Not base32, or not 16 to 64 bytes.
    #[error("not a secret that can be kept")]
    Secret,
    /// The id was used for something else.
    #[error("this factor id was used before")]
    IdReused,
    /// The application has made as many in this hour as it may.
    #[error("too many were made within the hour")]
    TooMany,
    /// The vault does not know the application.
    #[error("unknown application")]
    UnknownApplication,
    /// The vault cannot answer now.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// One code of an authenticator app.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckFactor {
    /// The application.
    pub application: ApplicationId,
    /// Whose app.
    pub factor: FactorId,
    /// What the code is used for, by an id that the caller draws: the same call again after a lost
    /// answer gets the same answer, another one with the same code does not.
    pub used_for: [u8; 16],
    /// The first code, which shows that the app has the secret. Others are not taken before it.
    pub confirms: bool,
    /// What was typed.
    pub code: TypedCode,
}

/// The judgement on a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorChecked {
    /// It is right, and spent.
    Approved,
    /// It is wrong, or was used before.
    Wrong,
    /// Too many were wrong of late.
    Wait {
        /// When another is taken.
        after_seconds: u32,
    },
    /// So many were wrong in a row that none is taken any more.
    Locked,
    /// The app has not shown that it has the secret.
    Unconfirmed,
    /// There is no such factor at this application.
    NotFound,
}
