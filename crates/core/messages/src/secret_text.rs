//! Text that may hold a code.

use std::fmt;

use zeroize::Zeroizing;

/// Room, in bytes, that covers the longest text this crate can render. Reserving it once
/// means that a growing string never leaves an unwiped copy behind.
pub(crate) const ROOM_BYTES: usize = 1024;

/// Text that may hold a code: wiped when dropped, and silent in `Debug`.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Builds a text inside memory that is reserved once.
    pub(crate) fn build(write: impl FnOnce(&mut String)) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(ROOM_BYTES));
        write(&mut text);
        Self(text)
    }

    /// The text itself, to hand to a carrier or a simulator and nowhere else.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}
