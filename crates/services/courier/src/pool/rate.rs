//! No more messages in a second than a contract allows.

use model::Timestamp;

/// Messages of the present second.
#[derive(Debug, Default)]
pub struct Rate {
    second: i64,
    taken: u32,
}

impl Rate {
    /// Takes one of `most` places in the present second, if one is left.
    pub fn take(&mut self, most: Option<u32>, now: Timestamp) -> bool {
        let Some(most) = most else {
            return true;
        };
        let second = now.as_millis().div_euclid(1000);
        if self.second != second {
            (self.second, self.taken) = (second, 0);
        }
        let free = self.taken < most;
        self.taken += u32::from(free);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_has_so_many_places() {
        let mut rate = Rate::default();
        let at = Timestamp::from_millis;
        let taken: Vec<_> = [0, 1, 2, 999, 1000]
            .map(|ms| rate.take(Some(2), at(ms)))
            .into();
        assert_eq!(taken, [true, true, false, false, true]);
        assert!((0..9).all(|_| rate.take(None, at(0))));
    }
}
