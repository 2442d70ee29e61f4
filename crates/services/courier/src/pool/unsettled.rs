//! Messages whose outcome nobody knows, until a receipt comes or we stop waiting.

use std::collections::VecDeque;

use model::{MessageId, Millis, Timestamp};

/// The most that are waited for; the oldest are given up first.
const WAITING_MAX: usize = 100_000;

/// Messages with an unknown outcome, oldest first.
#[derive(Debug, Default)]
pub struct Unsettled(VecDeque<(Timestamp, MessageId)>);

impl Unsettled {
    /// Waits for one more.
    pub fn push(&mut self, id: MessageId, now: Timestamp) {
        if self.0.len() >= WAITING_MAX {
            self.0.pop_front();
        }
        self.0.push_back((now, id));
    }

    /// A receipt came.
    pub fn settled(&mut self, id: MessageId) {
        self.0.retain(|(_, other)| *other != id);
    }

    /// Those that waited longer than `wait`.
    pub fn overdue(&mut self, wait: Millis, now: Timestamp) -> Vec<MessageId> {
        let late = self
            .0
            .iter()
            .take_while(|(since, _)| now.since(*since) > wait);
        let late = late.count();
        self.0.drain(..late).map(|(_, id)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_receipt_settled_is_overdue_once() {
        let mut unsettled = Unsettled::default();
        let id = |n| MessageId::from_bytes([n; 16]);
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000);
        unsettled.push(id(1), at(0));
        unsettled.push(id(2), at(1));
        unsettled.push(id(3), at(20));
        unsettled.settled(id(1));
        let wait = Millis::from_seconds(30);
        assert_eq!(unsettled.overdue(wait, at(30)), []);
        assert_eq!(unsettled.overdue(wait, at(40)), [id(2)]);
        assert_eq!(unsettled.overdue(wait, at(40)), []);
    }
}
