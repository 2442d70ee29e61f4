//! All pretend phones, the newest first to look at and the oldest first to go.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use model::MessageId;
use numbers::E164;

use super::{
    code::Code,
    thread::{Direction, Message, PHONE_BYTES, Phone},
};

/// The most phones. The one that was quiet for longest goes first.
pub const PHONES_MAX: usize = 50_000;
/// The most messages on one phone; the oldest goes first.
pub const MESSAGES_MAX: usize = 50;
/// The most memory of all phones together, bytes: 50,000 phones with one code each fit.
pub const BYTES_MAX: usize = 24_000_000;

/// Names a phone in a page's address, where its number must not stand. Unique in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PhoneKey(pub u32);

/// One line of the list of phones.
#[derive(Clone)]
pub struct PhoneSummary {
    /// The name in page addresses.
    pub key: PhoneKey,
    /// The number.
    pub number: E164,
    /// Received messages that nobody has looked at.
    pub unread: u16,
    /// The newest message, received or sent.
    pub newest: Option<Message>,
}

impl fmt::Debug for PhoneSummary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PhoneSummary")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// What phones may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) phones: usize,
    pub(super) messages: usize,
    pub(super) bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            phones: PHONES_MAX,
            messages: MESSAGES_MAX,
            bytes: BYTES_MAX,
        }
    }
}

/// All phones.
pub(super) struct Phones {
    bounds: Bounds,
    by_number: HashMap<E164, Phone>,
    by_stamp: BTreeMap<u64, E164>,
    last_stamp: u64,
    last_key: u32,
    bytes: usize,
    unread: u64,
}

impl Phones {
    pub(super) fn new(bounds: Bounds) -> Self {
        Self {
            bounds,
            by_number: HashMap::new(),
            by_stamp: BTreeMap::new(),
            last_stamp: 0,
            last_key: 0,
            bytes: 0,
            unread: 0,
        }
    }

    /// Puts a message on a phone, which appears if it is new. Gives back the newest stamp.
    pub(super) fn push(&mut self, number: &E164, message: Message) -> u64 {
        let received = message.direction() == Direction::Received;
        let max = self.bounds.messages;
        let grown = self.touch(number).push(message, max);
        self.bytes = self.bytes.saturating_add_signed(grown);
        self.unread += u64::from(received);
        self.make_room();
        self.last_stamp
    }

    /// Adds a phone without messages, or brings the one that is there to the top.
    pub(super) fn add(&mut self, number: &E164) -> PhoneKey {
        let key = PhoneKey(self.touch(number).key);
        self.make_room();
        key
    }

    pub(super) fn get(&self, number: &E164) -> Option<&Phone> {
        self.by_number.get(number)
    }

    /// The number behind a page's key. Looks through all phones: only pages ask.
    pub(super) fn number_of(&self, key: PhoneKey) -> Option<E164> {
        let mut phones = self.by_number.iter();
        phones.find_map(|(number, phone)| (phone.key == key.0).then(|| number.clone()))
    }

    pub(super) fn mark_read(&mut self, number: &E164) {
        if let Some(phone) = self.by_number.get_mut(number) {
            self.unread = self.unread.saturating_sub(u64::from(phone.unread));
            phone.unread = 0;
        }
    }

    pub(super) fn newest_code(&self, number: &E164) -> Option<(MessageId, Code)> {
        self.by_number.get(number)?.newest_code()
    }

    /// The newest phones, newest first.
    pub(super) fn newest(&self, most: usize) -> Vec<PhoneSummary> {
        let numbers = self.by_stamp.values().rev().take(most);
        let summaries = numbers.filter_map(|number| {
            let phone = self.by_number.get(number)?;
            Some(PhoneSummary {
                key: PhoneKey(phone.key),
                number: number.clone(),
                unread: phone.unread,
                newest: phone.messages.last().cloned(),
            })
        });
        summaries.collect()
    }

    pub(super) fn len(&self) -> usize {
        self.by_number.len()
    }

    /// Unread messages on all phones.
    pub(super) const fn unread(&self) -> u64 {
        self.unread
    }

    /// The phone, as the most recently used one.
    fn touch(&mut self, number: &E164) -> &mut Phone {
        self.last_stamp += 1;
        let stamp = self.last_stamp;
        let phone = self.by_number.entry(number.clone()).or_insert_with(|| {
            self.last_key = self.last_key.wrapping_add(1);
            self.bytes += PHONE_BYTES;
            Phone::new(self.last_key)
        });
        self.by_stamp.remove(&phone.stamp);
        self.by_stamp.insert(stamp, number.clone());
        phone.stamp = stamp;
        phone
    }

    /// Forgets the phones that were quiet for longest until the bounds hold; the newest stays.
    fn make_room(&mut self) {
        while self.by_number.len() > 1
            && (self.by_number.len() > self.bounds.phones || self.bytes > self.bounds.bytes)
        {
            let Some((_, number)) = self.by_stamp.pop_first() else {
                return;
            };
            if let Some(phone) = self.by_number.remove(&number) {
                self.bytes = self.bytes.saturating_sub(phone.bytes());
                self.unread = self.unread.saturating_sub(u64::from(phone.unread));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Timestamp;

    fn number(n: u16) -> E164 {
        E164::from_canonical(&format!("+447700900{n:03}")).unwrap()
    }

    fn message(n: u8, text: &str) -> Message {
        let id = MessageId::from_bytes([n; 16]);
        Message::sent(id, "HARBOUR", text, Timestamp::from_millis(0)).unwrap()
    }

    fn phones(phones: usize, messages: usize, bytes: usize) -> Phones {
        Phones::new(Bounds {
            phones,
            messages,
            bytes,
        })
    }

    #[test]
    fn the_phone_that_was_quiet_for_longest_goes_first() {
        let mut all = phones(2, 9, usize::MAX);
        all.push(&number(1), message(1, "a"));
        all.push(&number(2), message(2, "b"));
        all.push(&number(1), message(3, "c"));
        all.push(&number(3), message(4, "d"));
        assert!(all.get(&number(2)).is_none());
        assert_eq!(all.len(), 2);
        let newest: Vec<_> = all
            .newest(9)
            .into_iter()
            .map(|phone| phone.number)
            .collect();
        assert_eq!(newest, [number(3), number(1)]);
    }

    #[test]
    fn a_phone_keeps_its_newest_messages() {
        let mut all = phones(9, 2, usize::MAX);
        for n in 1..=4 {
            all.push(&number(1), message(n, "text"));
        }
        let kept = &all.get(&number(1)).unwrap().messages;
        let ids: Vec<_> = kept
            .iter()
            .map(|message| message.id().as_bytes()[0])
            .collect();
        assert_eq!(ids, [3, 4]);
    }

    #[test]
    fn all_phones_together_stay_within_their_bytes() {
        let mut all = phones(1000, 50, 20_000);
        for n in 0..500 {
            all.push(&number(n), message(1, &"x".repeat(500)));
            assert!(all.bytes <= 20_000);
        }
        let counted: usize = all.by_number.values().map(Phone::bytes).sum();
        assert_eq!(counted, all.bytes);
        assert_eq!(all.by_number.len(), all.by_stamp.len());
    }

    #[test]
    fn one_phone_alone_always_stays() {
        let mut all = phones(9, 50, 1);
        all.push(&number(1), message(1, "text"));
        assert_eq!(all.len(), 1);
    }

    #[test]
    fn a_key_names_one_phone_and_no_number() {
        let mut all = phones(9, 9, usize::MAX);
        let (one, two) = (all.add(&number(1)), all.add(&number(2)));
        assert_eq!(all.add(&number(1)), one);
        assert_eq!(all.number_of(two), Some(number(2)));
        assert_eq!(all.number_of(PhoneKey(99)), None);
    }
}
