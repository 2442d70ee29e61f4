//! Arrivals and receipts that come after a while.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
};

use numbers::E164;
use peers::carrier::Receipt;
use tokio::time::{Duration, Instant};

use super::thread::Message;

/// The most things that are yet to happen. With more, the simulator answers
/// [`Throttled`](peers::carrier::Rejection::Throttled).
pub const SCHEDULED_MAX: usize = 20_000;

/// One thing that is yet to happen.
pub(super) enum Event {
    /// A message reaches a phone.
    Arrival(E164, Box<Message>),
    /// The carrier says what became of a message.
    Receipt(Receipt),
}

/// Events by time; those of the same time in the order in which they were scheduled.
#[derive(Default)]
pub(super) struct Later {
    due: BinaryHeap<Reverse<(Instant, u64)>>,
    events: BTreeMap<u64, Event>,
    scheduled: u64,
}

impl Later {
    pub(super) fn schedule(&mut self, now: Instant, after_ms: u32, event: Event) {
        self.scheduled += 1;
        let at = now + Duration::from_millis(after_ms.into());
        self.due.push(Reverse((at, self.scheduled)));
        self.events.insert(self.scheduled, event);
    }

    pub(super) fn has_room_for(&self, more: usize) -> bool {
        self.events.len() + more <= SCHEDULED_MAX
    }

    /// When the next event is due.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.peek().map(|Reverse((at, _))| *at)
    }

    /// Takes the next event that is due at `now`.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<Event> {
        let Reverse((at, place)) = *self.due.peek()?;
        if at > now {
            return None;
        }
        self.due.pop();
        self.events.remove(&place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{MessageId, Timestamp};

    fn receipt(n: u8) -> Event {
        Event::Receipt(Receipt {
            id: MessageId::from_bytes([n; 16]),
            delivered: true,
            at: Timestamp::from_millis(0),
        })
    }

    #[tokio::test(start_paused = true)]
    async fn events_come_by_time_and_then_in_order() {
        let (now, mut later) = (Instant::now(), Later::default());
        for (n, after) in [(1, 20), (2, 10), (3, 10)] {
            later.schedule(now, after, receipt(n));
        }
        assert!(later.take_due(now).is_none());
        assert_eq!(later.next_due(), Some(now + Duration::from_millis(10)));
        let end = now + Duration::from_millis(20);
        let mut order = Vec::new();
        while let Some(Event::Receipt(receipt)) = later.take_due(end) {
            order.push(receipt.id.as_bytes()[0]);
        }
        assert_eq!(order, [2, 3, 1]);
        assert!(later.next_due().is_none() && later.events.is_empty());
    }
}
