//! Frames and entries, as bytes.
//!
//! ```text
//! frame = length u32 ‖ entry…            length of all entries, at most MAX_FRAME_BYTES
//! entry = id u64 ‖ kind u16 ‖ length u32 ‖ body
//! kind  = a verb's number, or 0x8000 for an answer, or 0x8001 for a refusal (body: one byte)
//! ```
//! Integers are little endian, bodies postcard. Ids are drawn by the caller; each direction has
//! its own.

use serde::Serialize;
use zeroize::Zeroize;

use crate::limits::MAX_FRAME_BYTES;

/// Bytes of the length field before each frame.
pub(crate) const LENGTH_BYTES: usize = 4;
/// Bytes before an entry's body.
pub(crate) const HEADER_BYTES: usize = 14;

const ANSWER: u16 = 0x8000;
const REFUSAL: u16 = 0x8001;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A question; the verb's number, known or not.
    Request(u16),
    /// The answer to one of our questions.
    Answer,
    /// The other room's link turned one of our questions away.
    Refusal,
}

impl Kind {
    const fn code(self) -> u16 {
        match self {
            Self::Request(number) => number,
            Self::Answer => ANSWER,
            Self::Refusal => REFUSAL,
        }
    }

    const fn from_code(code: u16) -> Self {
        match code {
            ANSWER => Self::Answer,
            REFUSAL => Self::Refusal,
            number => Self::Request(number),
        }
    }
}

/// Why a link turned a request away without its room having seen it, except for the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// This peer may not call this verb, or this room does not serve it.
    NotAllowed,
    /// No such verb in this build.
    UnknownVerb,
    /// The body is longer than the verb allows.
    TooLarge,
    /// The body is not the verb's shape, or bytes are left over.
    Malformed,
    /// As many requests as allowed are being worked on.
    Busy,
    /// The room began and could not answer.
    Failed,
}

impl Refusal {
    const ALL: [Self; 6] = [
        Self::NotAllowed,
        Self::UnknownVerb,
        Self::TooLarge,
        Self::Malformed,
        Self::Busy,
        Self::Failed,
    ];

    pub(crate) const fn code(self) -> u8 {
        match self {
            Self::NotAllowed => 1,
            Self::UnknownVerb => 2,
            Self::TooLarge => 3,
            Self::Malformed => 4,
            Self::Busy => 5,
            Self::Failed => 6,
        }
    }

    /// Reads a refusal's body.
    pub(crate) fn from_body(body: &[u8]) -> Option<Self> {
        let [code] = body else { return None };
        Self::ALL
            .into_iter()
            .find(|refusal| refusal.code() == *code)
    }
}

/// One entry inside a received frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    pub id: u64,
    pub kind: Kind,
    pub body: &'a [u8],
}

/// The bytes do not follow the protocol. The connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A frame is longer than [`MAX_FRAME_BYTES`].
    #[error("a frame is longer than allowed")]
    Oversize,
    /// A frame without an entry.
    #[error("a frame is empty")]
    Empty,
    /// An entry reaches beyond the end of its frame.
    #[error("an entry reaches beyond its frame")]
    CutShort,
}

/// The length of a frame, from its length field.
pub(crate) fn frame_length(field: [u8; LENGTH_BYTES]) -> Result<usize, FrameError> {
    match usize::try_from(u32::from_le_bytes(field)) {
        Ok(0) => Err(FrameError::Empty),
        Ok(length) if length <= MAX_FRAME_BYTES => Ok(length),
        _ => Err(FrameError::Oversize),
    }
}

/// Takes the first entry off `rest`.
pub(crate) fn split_entry(rest: &[u8]) -> Result<(Entry<'_>, &[u8]), FrameError> {
    let (id, rest) = rest.split_first_chunk().ok_or(FrameError::CutShort)?;
    let (kind, rest) = rest.split_first_chunk().ok_or(FrameError::CutShort)?;
    let (length, rest) = rest.split_first_chunk().ok_or(FrameError::CutShort)?;
    let length = usize::try_from(u32::from_le_bytes(*length));
    let length = length.map_err(|_| FrameError::CutShort)?;
    let (body, rest) = rest.split_at_checked(length).ok_or(FrameError::CutShort)?;
    let kind = Kind::from_code(u16::from_le_bytes(*kind));
    Ok((
        Entry {
            id: u64::from_le_bytes(*id),
            kind,
            body,
        },
        rest,
    ))
}

/// The entry does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRoom {
    /// It will once the batch was taken.
    Now,
    /// Not even in an empty batch.
    Ever,
}

/// A frame being filled. Its memory never moves, and is wiped after use, since what a person
/// typed passes through it.
pub(crate) struct Batch {
    bytes: Box<[u8]>,
    end: usize,
}

impl Batch {
    /// An empty batch of `capacity` bytes, length field included.
    pub(crate) fn new(capacity: usize) -> Self {
        let bytes = vec![0; capacity.max(LENGTH_BYTES)].into_boxed_slice();
        Self {
            bytes,
            end: LENGTH_BYTES,
        }
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.end == LENGTH_BYTES
    }

    /// Appends one entry, or leaves the batch as it was.
    pub(crate) fn push<T>(&mut self, id: u64, kind: Kind, body: &T) -> Result<(), NoRoom>
    where
        T: Serialize + ?Sized,
    {
        let room = self.bytes.get_mut(self.end..).unwrap_or_default();
        if let Some(used) = write_entry(room, id, kind, body) {
            self.end += used;
            return Ok(());
        }
        room.zeroize();
        Err(if self.is_empty() {
            NoRoom::Ever
        } else {
            NoRoom::Now
        })
    }

    /// The whole frame with its length.
    pub(crate) fn frame(&mut self) -> &[u8] {
        let length = u32::try_from(self.end - LENGTH_BYTES).unwrap_or(u32::MAX);
        self.bytes[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
        &self.bytes[..self.end]
    }

    /// Wipes what was written and starts anew.
    pub(crate) fn wipe(&mut self) {
        self.bytes[..self.end].zeroize();
        self.end = LENGTH_BYTES;
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.wipe();
    }
}

fn write_entry<T>(room: &mut [u8], id: u64, kind: Kind, body: &T) -> Option<usize>
where
    T: Serialize + ?Sized,
{
    let (header, room) = room.split_first_chunk_mut::<HEADER_BYTES>()?;
    let length = postcard::to_slice(body, room).ok()?.len();
    header[..8].copy_from_slice(&id.to_le_bytes());
    header[8..10].copy_from_slice(&kind.code().to_le_bytes());
    header[10..].copy_from_slice(&u32::try_from(length).ok()?.to_le_bytes());
    Some(HEADER_BYTES + length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn entries(mut rest: &[u8]) -> Result<Vec<Entry<'_>>, FrameError> {
        let mut found = Vec::new();
        while !rest.is_empty() {
            let (entry, after) = split_entry(rest)?;
            found.push(entry);
            rest = after;
        }
        Ok(found)
    }

    proptest! {
        #[test]
        fn what_is_batched_is_read_back(
            sent in prop::collection::vec((any::<u64>(), any::<u16>(), ".{0,40}"), 1..20)
        ) {
            let mut batch = Batch::new(8192);
            for (id, code, text) in &sent {
                batch.push(*id, Kind::from_code(*code), text).unwrap();
            }
            let frame = batch.frame();
            let (field, rest) = frame.split_first_chunk().unwrap();
            prop_assert_eq!(frame_length(*field), Ok(rest.len()));
            let found = entries(rest).unwrap();
            prop_assert_eq!(found.len(), sent.len());
            for (entry, (id, code, text)) in found.iter().zip(&sent) {
                prop_assert_eq!((entry.id, entry.kind.code()), (*id, *code));
                prop_assert_eq!(postcard::from_bytes::<String>(entry.body).unwrap(), text.as_str());
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(found) = entries(&bytes) {
                let told: usize = found.iter().map(|e| HEADER_BYTES + e.body.len()).sum();
                prop_assert_eq!(told, bytes.len());
            }
        }

        #[test]
        fn a_cut_frame_is_never_taken_whole(cut in 1_usize..60) {
            let mut batch = Batch::new(8192);
            batch.push(1, Kind::Answer, &[7_u8; 32]).unwrap();
            batch.push(2, Kind::Answer, &[7_u8; 32]).unwrap();
            let bytes = &batch.frame()[LENGTH_BYTES..];
            let kept = entries(&bytes[..bytes.len().saturating_sub(cut)]);
            prop_assert!(kept.is_err() || kept.unwrap().len() < 2);
        }
    }

    #[test]
    fn an_entry_that_does_not_fit_leaves_the_batch_as_it_was() {
        let mut batch = Batch::new(64);
        assert_eq!(
            batch.push(1, Kind::Answer, &[9_u8; 64][..]),
            Err(NoRoom::Ever)
        );
        batch.push(1, Kind::Answer, &[9_u8; 16]).unwrap();
        assert_eq!(batch.push(2, Kind::Answer, &[9_u8; 32]), Err(NoRoom::Now));
        assert_eq!(entries(&batch.frame()[LENGTH_BYTES..]).unwrap().len(), 1);
        assert!(batch.bytes[batch.end..].iter().all(|byte| *byte == 0));
    }

    #[test]
    fn a_used_batch_holds_nothing() {
        let mut batch = Batch::new(128);
        batch
            .push(u64::MAX, Kind::Request(0x0101), &[9_u8; 32])
            .unwrap();
        batch.frame();
        batch.wipe();
        assert!(batch.bytes.iter().all(|byte| *byte == 0));
        assert!(batch.is_empty());
    }

    #[test]
    fn frames_have_a_longest_and_a_shortest_length() {
        let most = u32::try_from(MAX_FRAME_BYTES).unwrap();
        assert_eq!(frame_length(most.to_le_bytes()), Ok(MAX_FRAME_BYTES));
        assert_eq!(
            frame_length((most + 1).to_le_bytes()),
            Err(FrameError::Oversize)
        );
        assert_eq!(frame_length([0; 4]), Err(FrameError::Empty));
    }

    #[test]
    fn a_refusal_is_one_known_byte() {
        for refusal in Refusal::ALL {
            assert_eq!(Refusal::from_body(&[refusal.code()]), Some(refusal));
        }
        assert_eq!(Refusal::from_body(&[]), None);
        assert_eq!(Refusal::from_body(&[0]), None);
        assert_eq!(Refusal::from_body(&[1, 1]), None);
    }
}
