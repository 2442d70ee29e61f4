//! One phone's messages, stored compactly: a benchmark leaves one on each of very many phones.

use std::fmt;

use model::{Channel, MessageId, Timestamp};
use numbers::E164;
use peers::carrier::{CarrierMessage, SpokenPart, Words};
use zeroize::Zeroizing;

use super::code::{Code, Short, find};

/// The longest text a phone takes, in bytes: ten segments of the longest alphabet a network
/// joins (3GPP TS 23.040, 9.2.3.24.1), and more than any of ours.
pub const TEXT_MAX_BYTES: usize = 1600;

/// Who sent a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The system, to the person.
    Received,
    /// The person, to the system.
    Sent,
}

/// One text or call on a phone. Wiped on drop; `Debug` shows the id only.
#[derive(Clone)]
pub struct Message {
    id: MessageId,
    at: Timestamp,
    text: Zeroizing<Box<str>>,
    party: Short,
    code: Short,
    channel: Channel,
    direction: Direction,
}

impl Message {
    /// What arrives on the phone when the carrier delivers `message` at `at`; nothing when it
    /// is longer than [`TEXT_MAX_BYTES`] or its sender than 16 bytes.
    pub(super) fn received(message: &CarrierMessage, at: Timestamp) -> Option<Self> {
        let text = match &message.words {
            Words::Text(text) => Zeroizing::new(text.as_str().into()),
            Words::Spoken(parts) => spoken(parts),
        };
        Some(Self {
            id: message.id,
            at,
            party: Short::new(&message.from)?,
            code: find(&message.words),
            channel: message.channel(),
            direction: Direction::Received,
            text: bounded(text)?,
        })
    }

    /// What the person texts to `to`; bounded as [`Message::received`].
    pub(super) fn sent(id: MessageId, to: &str, text: &str, at: Timestamp) -> Option<Self> {
        Some(Self {
            id,
            at,
            party: Short::new(to)?,
            code: Short::EMPTY,
            channel: Channel::Sms,
            direction: Direction::Sent,
            text: bounded(Zeroizing::new(text.into()))?,
        })
    }

    /// The same message arriving at another time.
    pub(super) fn arriving(mut self, at: Timestamp) -> Self {
        self.at = at;
        self
    }

    /// The vault's id of a received message, one of our own for a sent one. A message that was
    /// doubled arrives twice under the same id.
    #[must_use]
    pub const fn id(&self) -> MessageId {
        self.id
    }

    /// When it arrived or was sent.
    #[must_use]
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Text or call.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        self.channel
    }

    /// Who sent it.
    #[must_use]
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// The other side: the sender shown, or whom the person texts.
    #[must_use]
    pub fn party(&self) -> &str {
        self.party.as_str()
    }

    /// The words. Of a call: one line for each thing said, digits apart by comma and space.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The code in it, if there is one.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        Code::from_short(&self.code)
    }

    /// What it takes in memory, with what the allocator adds.
    pub(super) fn bytes(&self) -> usize {
        size_of::<Self>() + self.text.len() + 16
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

fn bounded(text: Zeroizing<Box<str>>) -> Option<Zeroizing<Box<str>>> {
    (text.len() <= TEXT_MAX_BYTES).then_some(text)
}

/// A call as text: one line for each thing said, digits apart by comma and space.
fn spoken(parts: &[SpokenPart]) -> Zeroizing<Box<str>> {
    let mut out = Zeroizing::new(String::new());
    for part in parts {
        match part {
            SpokenPart::Say(sentence) | SpokenPart::AwaitKey(sentence) => out.push_str(sentence),
            SpokenPart::Digits(digits) => {
                for (index, digit) in digits.chars().enumerate() {
                    out.push_str(if index == 0 { "" } else { ", " });
                    out.push(digit);
                }
            }
            SpokenPart::Pause { .. } => continue,
        }
        out.push('\n');
    }
    Zeroizing::new(out.trim_end().into())
}

/// One phone.
pub(super) struct Phone {
    /// A small number that names the phone in page addresses, where its number must not stand.
    pub(super) key: u32,
    /// Grows with everything that happens on any phone; the newest has the highest.
    pub(super) stamp: u64,
    /// Received messages that nobody has looked at.
    pub(super) unread: u16,
    /// Oldest first.
    pub(super) messages: Vec<Message>,
}

impl Phone {
    pub(super) const fn new(key: u32) -> Self {
        Self {
            key,
            stamp: 0,
            unread: 0,
            messages: Vec::new(),
        }
    }

    /// Appends a message and gives back how much memory that took; the oldest goes when there
    /// are more than `max`.
    pub(super) fn push(&mut self, message: Message, max: usize) -> isize {
        let mut bytes = message.bytes().cast_signed();
        if self.messages.len() >= max {
            bytes -= self.messages.remove(0).bytes().cast_signed();
        }
        if self.messages.len() == self.messages.capacity() {
            // A plain push would make room for four at once, and most phones get one.
            self.messages.reserve_exact(1 + self.messages.len() / 2);
        }
        if message.direction == Direction::Received {
            self.unread = self.unread.saturating_add(1);
        }
        self.messages.push(message);
        bytes
    }

    /// The newest message that holds a code.
    pub(super) fn newest_code(&self) -> Option<(MessageId, Code)> {
        let mut newest = self.messages.iter().rev();
        newest.find_map(|message| Some((message.id, message.code()?)))
    }

    pub(super) fn bytes(&self) -> usize {
        PHONE_BYTES + self.messages.iter().map(Message::bytes).sum::<usize>()
    }
}

/// What a phone takes beside its messages: its place in the map at the map's worst filling, in
/// the order of use, and its vector. Measured, see `tests/memory.rs`.
pub(super) const PHONE_BYTES: usize = 2 * (size_of::<E164>() + size_of::<Phone>() + 1) + 48;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_reads_as_lines_with_its_digits_apart() {
        let parts = [
            SpokenPart::Say("Your code is:".into()),
            SpokenPart::Pause { millis: 1 },
            SpokenPart::Digits("4829".into()),
            SpokenPart::Pause { millis: 1 },
        ];
        assert_eq!(&**spoken(&parts), "Your code is:\n4, 8, 2, 9");
    }

    #[test]
    fn a_message_stays_small() {
        assert!(size_of::<Message>() <= 80, "{}", size_of::<Message>());
    }
}
