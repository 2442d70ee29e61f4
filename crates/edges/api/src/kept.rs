//! An answer of the vault that is believed for a moment, so that callers without a key cannot
//! make work for the vault.

use model::{Millis, Timestamp};
use parking_lot::Mutex;

/// The last value and when it was read.
pub(crate) struct Kept<T>(Mutex<Option<(Timestamp, T)>>);

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T: Clone> Kept<T> {
    /// The value, if it was read less than `age` ago. A clock that went back forgets it.
    pub(crate) fn younger_than(&self, age: Millis, now: Timestamp) -> Option<T> {
        let kept = self.0.lock();
        let (read_at, value) = kept.as_ref()?;
        let fresh = *read_at <= now && now.since(*read_at) < age;
        fresh.then(|| value.clone())
    }

    /// Keeps a value read at `now`.
    pub(crate) fn keep(&self, value: T, now: Timestamp) {
        *self.0.lock() = Some((now, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_believed_for_its_age_and_no_longer() {
        let (kept, at) = (Kept::default(), Timestamp::from_millis);
        let age = Millis::from_seconds(1);
        assert_eq!(kept.younger_than(age, at(0)), None);
        kept.keep(7, at(5_000));
        assert_eq!(kept.younger_than(age, at(5_999)), Some(7));
        assert_eq!(kept.younger_than(age, at(6_000)), None);
        assert_eq!(kept.younger_than(age, at(4_999)), None);
    }
}
