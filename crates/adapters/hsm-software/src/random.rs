//! Randomness of the operating system, for the processes that run for real.

use seal::{Fill, RandomError};

/// The operating system's random source, through the cryptographic library.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Fill for SystemRandom {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one real source behind `Fill`"
    )]
    fn fill(&self, out: &mut [u8]) -> Result<(), RandomError> {
        aws_lc_rs::rand::fill(out).map_err(|_| RandomError)
    }
}
