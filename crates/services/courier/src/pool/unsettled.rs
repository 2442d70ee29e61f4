//! Messages whose outcome nobody knows, until a receipt comes or we stop waiting.

use std::collections::{BTreeMap, HashMap};

use model::{MessageId, Millis, Timestamp};

/// The most that are waited for; the oldest are given up first.
const WAITING_MAX: usize = 100_000;

/// Messages with an unknown outcome, oldest first, found by id. About 10 MB when full.
#[derive(Debug, Default)]
pub struct Unsettled {
    by_age: BTreeMap<u64, (Timestamp, MessageId)>,
    place: HashMap<MessageId, u64>,
    next: u64,
}

impl Unsettled {
    /// Waits for one more. Gives the oldest that has to make room: it is to be given up.
    #[must_use]
    pub fn push(&mut self, id: MessageId, now: Timestamp) -> Option<MessageId> {
        if self.place.contains_key(&id) {
            return None;
        }
        let oldest = if self.place.len() >= WAITING_MAX {
            self.pop_oldest()
        } else {
            None
        };
        self.by_age.insert(self.next, (now, id));
        self.place.insert(id, self.next);
        self.next += 1;
        oldest
    }

    /// A receipt came.
    pub fn settled(&mut self, id: MessageId) {
        if let Some(place) = self.place.remove(&id) {
            self.by_age.remove(&place);
        }
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.place.len()
    }

    /// Those that waited longer than `wait`.
    pub fn overdue(&mut self, wait: Millis, now: Timestamp) -> Vec<MessageId> {
        let mut late = Vec::new();
        while let Some((since, _)) = self.by_age.values().next()
            && now.since(*since) > wait
        {
            late.extend(self.pop_oldest());
        }
        late
    }

    fn pop_oldest(&mut self) -> Option<MessageId> {
        let (_, (_, id)) = self.by_age.pop_first()?;
        self.place.remove(&id);
        Some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_receipt_settled_is_overdue_once() {
        let mut unsettled = Unsettled::default();
        let id = |n: u8| MessageId::from_bytes([n; 16]);
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        for (n, since) in [(1, 0), (2, 1), (3, 20)] {
            assert_eq!(unsettled.push(id(n), at(since)), None);
        }
        unsettled.settled(id(1));
        let wait = Millis::from_seconds(30);
        assert_eq!(unsettled.overdue(wait, at(30)), []);
        assert_eq!(unsettled.overdue(wait, at(40)), [id(2)]);
        assert_eq!(unsettled.overdue(wait, at(40)), []);
    }

    #[test]
    fn what_has_to_make_room_is_handed_back_the_oldest_first() {
        let mut unsettled = Unsettled::default();
        let id = |n: usize| {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&n.to_le_bytes());
            MessageId::from_bytes(bytes)
        };
        let at = Timestamp::from_millis(0);
        for n in 0..WAITING_MAX {
            assert_eq!(unsettled.push(id(n), at), None);
        }
        unsettled.settled(id(0));
        assert_eq!(unsettled.push(id(WAITING_MAX), at), None);
        assert_eq!(unsettled.push(id(WAITING_MAX + 1), at), Some(id(1)));
        assert_eq!(unsettled.place.len(), WAITING_MAX);
        assert_eq!(unsettled.by_age.len(), WAITING_MAX);
    }
}
