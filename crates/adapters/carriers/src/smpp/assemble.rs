//! Texts of people that come in several parts, in any order. Parts are joined as octets: a phone
//! may cut between the two halves of a character.

use std::collections::{HashMap, VecDeque};

use model::{Millis, Timestamp};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::text::Part;

/// Texts that wait for parts, the newest.
const WAITING_MAX: usize = 1000;
/// The most parts of one text; longer ones are dropped.
const PARTS_MAX: u8 = 10;
/// The longest part, octets: what fits into one short message.
const PART_MAX_BYTES: usize = 254;
/// How long a text waits for its parts.
const PATIENCE: Millis = Millis::from_seconds(300);

/// Who wrote to whom, which text of theirs, in how many parts and which alphabet.
#[derive(Clone, PartialEq, Eq, Hash, Zeroize, ZeroizeOnDrop)]
struct Key {
    source: String,
    destination: String,
    reference: u16,
    total: u8,
    data_coding: u8,
}

/// One part as it came.
pub struct Octets<'a> {
    /// Which part of which text.
    pub part: Part,
    /// Its alphabet.
    pub data_coding: u8,
    /// The octets without header.
    pub octets: &'a [u8],
}

struct Waiting {
    since: Timestamp,
    parts: Vec<Option<Zeroizing<Vec<u8>>>>,
}

/// Texts whose parts have not all come. Nothing here has a `Debug`.
#[derive(Default)]
pub struct Assembler {
    waiting: HashMap<Key, Waiting>,
    order: VecDeque<Key>,
}

impl Assembler {
    /// Takes one part and gives the octets of the whole text once all are there. A part that comes
    /// twice counts once.
    pub fn take(
        &mut self,
        (source, destination): (&str, &str),
        came: &Octets<'_>,
        now: Timestamp,
    ) -> Option<Zeroizing<Vec<u8>>> {
        self.forget(now);
        let part = came.part;
        if part.total > PARTS_MAX || came.octets.len() > PART_MAX_BYTES {
            return None;
        }
        let key = Key {
            source: source.to_owned(),
            destination: destination.to_owned(),
            reference: part.reference,
            total: part.total,
            data_coding: came.data_coding,
        };
        let waiting = self.waiting.entry(key.clone()).or_insert_with(|| {
            self.order.push_back(key.clone());
            Waiting {
                since: now,
                parts: vec![None; usize::from(part.total)],
            }
        });
        if let Some(place) = waiting.parts.get_mut(usize::from(part.number) - 1) {
            *place = Some(Zeroizing::new(came.octets.to_vec()));
        }
        if waiting.parts.iter().any(Option::is_none) {
            return None;
        }
        let done = self.waiting.remove(&key)?;
        self.order.retain(|other| *other != key);
        // Room for everything, so that no copy is left behind when it grows.
        let mut whole = Zeroizing::new(Vec::with_capacity(PART_MAX_BYTES * done.parts.len()));
        let parts = done.parts.iter().flatten();
        parts.for_each(|part| whole.extend_from_slice(part));
        Some(whole)
    }

    /// Drops what waited too long, and the oldest when there is too much.
    fn forget(&mut self, now: Timestamp) {
        while let Some(oldest) = self.order.front() {
            let late = self
                .waiting
                .get(oldest)
                .is_none_or(|waiting| now.since(waiting.since) > PATIENCE);
            if !late && self.order.len() < WAITING_MAX {
                return;
            }
            self.waiting.remove(oldest);
            self.order.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(all: &mut Assembler, part: (u16, u8, u8), text: &str, at: i64) -> Option<String> {
        let part = Part::new(part.0, part.1, part.2).unwrap();
        let came = Octets {
            part,
            data_coding: 0,
            octets: text.as_bytes(),
        };
        let now = Timestamp::from_millis(at);
        let whole = all.take(("447700900123", "60777"), &came, now);
        whole.map(|whole| String::from_utf8(whole.to_vec()).unwrap())
    }

    #[test]
    fn parts_in_any_order_and_twice_make_one_text() {
        let mut all = Assembler::default();
        assert_eq!(take(&mut all, (7, 3, 3), "c", 0), None);
        assert_eq!(take(&mut all, (7, 3, 1), "a", 0), None);
        assert_eq!(take(&mut all, (7, 3, 1), "a", 0), None);
        assert_eq!(take(&mut all, (7, 3, 2), "b", 0), Some("abc".to_owned()));
        assert!(all.waiting.is_empty() && all.order.is_empty());
    }

    #[test]
    fn another_reference_is_another_text() {
        let mut all = Assembler::default();
        take(&mut all, (1, 2, 1), "a", 0);
        assert_eq!(take(&mut all, (2, 2, 2), "b", 0), None);
    }

    #[test]
    fn what_waits_too_long_is_forgotten() {
        let mut all = Assembler::default();
        take(&mut all, (1, 2, 1), "a", 0);
        assert_eq!(take(&mut all, (1, 2, 2), "b", 300_001), None);
    }

    #[test]
    fn a_flood_of_halves_stays_within_its_bound() {
        let mut all = Assembler::default();
        for reference in 0..5000 {
            take(&mut all, (reference, 2, 1), "a", 0);
        }
        assert!(all.waiting.len() <= WAITING_MAX);
        assert_eq!(all.waiting.len(), all.order.len());
        assert_eq!(take(&mut all, (1, 255, 1), "a", 0), None);
        assert_eq!(take(&mut all, (1, 2, 1), &"a".repeat(255), 0), None);
        assert!(all.waiting.len() <= WAITING_MAX);
    }
}
