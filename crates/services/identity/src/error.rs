//! Why the front said no. One enum for each group of operations.

use peers::vault::{BeginRefusal, Unavailable};
use store::StoreError;

/// Which of the front's own limits was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FrontLimit {
    /// One address asked too often.
    Address,
    /// One device asked too often.
    Device,
    /// The application's money for today is spent.
    Money,
}

impl FrontLimit {
    /// The stable name in answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Address => "address",
            Self::Device => "device",
            Self::Money => "money",
        }
    }
}

/// Why a call that may name a number was refused: a start, a code that goes out again, a guess by
/// number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// A limit of the front.
    #[error("too many requests")]
    Limited {
        /// Which.
        limit: FrontLimit,
        /// When it opens again.
        retry_after_seconds: u32,
    },
    /// The vault refused.
    #[error(transparent)]
    Refused(#[from] BeginRefusal),
    /// The front cannot write.
    #[error("the front cannot write")]
    Storage,
}

/// Why another operation was not done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// A limit of the front.
    #[error("too many requests")]
    Limited {
        /// Which.
        limit: FrontLimit,
        /// When it opens again.
        retry_after_seconds: u32,
    },
    /// The vault cannot answer.
    #[error(transparent)]
    Vault(#[from] Unavailable),
    /// The front cannot write.
    #[error("the front cannot write")]
    Storage,
}

impl From<OperationError> for StartError {
    fn from(error: OperationError) -> Self {
        match error {
            OperationError::Limited {
                limit,
                retry_after_seconds,
            } => Self::Limited {
                limit,
                retry_after_seconds,
            },
            OperationError::Vault(trouble) => Self::Refused(trouble.into()),
            OperationError::Storage => Self::Storage,
        }
    }
}

/// Tells the log what the peer hears as a constant.
fn logged(error: &StoreError) {
    tracing::error!(error = %error, "identity.store");
}

impl From<StoreError> for StartError {
    fn from(error: StoreError) -> Self {
        logged(&error);
        Self::Storage
    }
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        logged(&error);
        Self::Storage
    }
}
