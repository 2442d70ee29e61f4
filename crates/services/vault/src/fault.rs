//! What goes wrong inside the vault, and the one word a peer hears about it.

use model::EntropyError;
use peers::vault::Unavailable;
use seal::{HsmError, OpenFailed, RandomError, SealFailed};
use store::StoreError;

/// An internal fault. Carries no number, code, key or row content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The key store.
    #[error(transparent)]
    Hsm(#[from] HsmError),
    /// Sealing failed.
    #[error(transparent)]
    Seal(#[from] SealFailed),
    /// Something that we sealed does not open: damage or forgery.
    #[error(transparent)]
    Open(#[from] OpenFailed),
    /// The random generator.
    #[error("randomness failed")]
    Random,
    /// The clock went back by more than a minute.
    #[error("the clock went back")]
    Clock,
    /// The index key was rotated since the tags of a request were made.
    #[error("the index key was rotated meanwhile")]
    IndexTurned,
    /// A stored row contradicts another: a defect, or somebody wrote into the database.
    #[error("stored rows contradict each other: {0}")]
    Contradiction(&'static str),
}

impl From<EntropyError> for Fault {
    fn from(_: EntropyError) -> Self {
        Self::Random
    }
}

impl From<RandomError> for Fault {
    fn from(_: RandomError) -> Self {
        Self::Random
    }
}

impl From<Fault> for Unavailable {
    /// The chain goes to the log here, once; the peer hears a constant.
    fn from(fault: Fault) -> Self {
        tracing::error!(fault = %fault, "vault.fault");
        match fault {
            Fault::Store(StoreError::Busy) | Fault::IndexTurned => Self::Busy,
            Fault::Store(_) | Fault::Contradiction(_) => Self::Storage,
            Fault::Clock => Self::Clock,
            Fault::Hsm(_) | Fault::Seal(_) | Fault::Open(_) | Fault::Random => Self::Keys,
        }
    }
}
