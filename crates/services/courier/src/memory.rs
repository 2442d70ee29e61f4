//! Which messages this run was handed, and what it answered.

use std::collections::{HashMap, VecDeque};

use model::MessageId;
use peers::carrier::Handed;
use tokio::sync::watch;

/// How many answered ids are remembered, the newest. At 35 to 45 bytes each about 8 MB when full,
/// which is 40 seconds of 5,000 messages a second: a vault repeats a handover within its own
/// deadline, far earlier.
pub const REMEMBERED_MAX: usize = 200_000;

/// What is known of an id.
pub(crate) enum Known {
    /// Never seen in this run, or too long ago.
    New,
    /// Being sent; the answer comes here. A closed channel means that it never will.
    InFlight(watch::Receiver<Option<Handed>>),
    /// Answered.
    Answered(Handed),
}

/// Ids and answers of one run, bounded.
pub(crate) struct Memory {
    in_flight: HashMap<MessageId, watch::Receiver<Option<Handed>>>,
    answered: HashMap<MessageId, Handed>,
    order: VecDeque<MessageId>,
    remembered_max: usize,
}

impl Memory {
    pub(crate) fn new(remembered_max: usize) -> Self {
        Self {
            in_flight: HashMap::new(),
            answered: HashMap::new(),
            order: VecDeque::new(),
            remembered_max,
        }
    }

    pub(crate) fn look_up(&self, id: &MessageId) -> Known {
        if let Some(answer) = self.answered.get(id) {
            return Known::Answered(*answer);
        }
        match self.in_flight.get(id) {
            Some(waiting) => Known::InFlight(waiting.clone()),
            None => Known::New,
        }
    }

    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.len()
    }

    /// Notes that `id` is being sent; its answer goes to the returned channel.
    pub(crate) fn begin(&mut self, id: MessageId) -> watch::Sender<Option<Handed>> {
        let (tell, hear) = watch::channel(None);
        self.in_flight.insert(id, hear);
        tell
    }

    /// Notes the answer of `id`, and forgets the oldest answer when there are too many.
    pub(crate) fn end(&mut self, id: MessageId, answer: Handed) {
        self.in_flight.remove(&id);
        if self.order.len() >= self.remembered_max
            && let Some(oldest) = self.order.pop_front()
        {
            self.answered.remove(&oldest);
        }
        if self.answered.insert(id, answer).is_none() {
            self.order.push_back(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use peers::carrier::Handover;

    use super::*;

    fn id(n: u8) -> MessageId {
        MessageId::from_bytes([n; 16])
    }

    #[test]
    fn only_the_newest_answers_are_remembered() {
        let mut memory = Memory::new(2);
        for n in 1..=3 {
            drop(memory.begin(id(n)));
            memory.end(id(n), Handover::Accepted.into());
        }
        assert!(matches!(memory.look_up(&id(1)), Known::New));
        for n in 2..=3 {
            assert!(matches!(
                memory.look_up(&id(n)),
                Known::Answered(Handed {
                    handover: Handover::Accepted,
                    ..
                })
            ));
        }
        assert_eq!(memory.order.len(), memory.answered.len());
        assert_eq!(memory.in_flight(), 0);
    }
}
