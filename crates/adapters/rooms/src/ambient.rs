//! The system's clock, randomness and log: what a room's `main` hands to everything else as
//! arguments.

use std::{
    io::IsTerminal,
    time::{SystemTime, UNIX_EPOCH},
};

use model::{Clock, Entropy, EntropyError, Timestamp};

/// The system's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a room reads the time"
    )]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// The system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where a room draws randomness"
    )]
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        aws_lc_rs::rand::fill(out).map_err(|_| EntropyError)
    }
}

/// Whether the terminal's owner wants no colours: `NO_COLOR` is set and not empty (no-color.org).
#[expect(
    clippy::disallowed_methods,
    reason = "how a terminal looks is its owner's, and no configuration of ours"
)]
fn without_colours() -> bool {
    std::env::var_os("NO_COLOR").is_some_and(|asked| !asked.is_empty())
}

/// Sends log lines to standard error: readable on a terminal, JSON elsewhere when `json`.
///
/// No line ever holds a number, a code, a token or message text: types that carry them say
/// nothing in `Debug`, and a test reads everything the system wrote.
pub fn log_to_stderr(room: &'static str, json: bool) {
    use tracing_subscriber::{filter::LevelFilter, fmt, prelude::*};
    let colours = std::io::stderr().is_terminal() && !without_colours();
    let plain = (!json).then(|| {
        fmt::layer()
            .with_writer(std::io::stderr)
            .with_target(false)
            .with_ansi(colours)
    });
    let lines = json.then(|| fmt::layer().json().with_writer(std::io::stderr));
    let registry = tracing_subscriber::registry()
        .with(LevelFilter::INFO)
        .with(plain)
        .with(lines);
    // A second subscriber in one process is refused; the first one stays, which is what we want.
    if registry.try_init().is_ok() {
        tracing::debug!(room, "log");
    }
}

/// SHA-256 (FIPS 180-4), for comparing what was copied.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
    out.copy_from_slice(digest.as_ref());
    out
}
