//! Randomness is an argument.

/// A source of random bytes. The real one lives in an adapter, so that simulations can repeat.
pub trait Fill: Send + Sync {
    /// Fills all of `out` with bytes nobody can predict.
    ///
    /// # Errors
    /// [`RandomError`] when the source has failed; `out` must then not be used.
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError>;
}

/// The source of randomness has failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the source of randomness failed")]
pub struct RandomError;
