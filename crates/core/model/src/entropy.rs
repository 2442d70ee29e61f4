//! Randomness as an argument.

use crate::Timestamp;

/// The system could not give random bytes. Nothing may go on without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system's random generator failed")]
pub struct EntropyError;

/// A source of unpredictable bytes: the operating system in production, a seed in simulations.
pub trait Entropy: Send + Sync {
    /// Fills `out` whole, or fails and leaves it unusable.
    ///
    /// # Errors
    /// [`EntropyError`] when the source has nothing to give.
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError>;

    /// Sixteen random bytes, for public ids.
    ///
    /// # Errors
    /// As [`Entropy::fill`].
    fn random_16(&self) -> Result<[u8; 16], EntropyError> {
        let mut out = [0; 16];
        self.fill(&mut out)?;
        Ok(out)
    }

    /// Sixteen bytes for a row's internal key: six of milliseconds, ten random. Keys made one
    /// after another sort one after another, so that a table grows at its end; they never leave
    /// the room that made them, because they tell the time.
    ///
    /// # Errors
    /// As [`Entropy::fill`].
    fn row_key(&self, now: Timestamp) -> Result<[u8; 16], EntropyError> {
        let mut out = self.random_16()?;
        out[..6].copy_from_slice(&now.as_millis().to_be_bytes()[2..]);
        Ok(out)
    }
}

impl<T: Entropy + ?Sized> Entropy for std::sync::Arc<T> {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        (**self).fill(out)
    }
}
