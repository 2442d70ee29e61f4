//! Numbers in a text that comes in pieces.

use std::fmt;

use zeroize::Zeroizing;

use super::{CONTEXT_CHARS, Come, Hints, Lengths, Match, Step, Walk, count_chars};

/// A piece of the text, in order and without loss. `Debug` shows nothing of the text.
#[derive(PartialEq, Eq)]
pub enum Piece<'p> {
    /// Text without a number.
    Text(&'p str),
    /// A number as it was written, and what it is; its place is that in the whole text so far.
    Number(&'p str, Match),
}

impl fmt::Debug for Piece<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Number(..) => "Number(..)",
        })
    }
}

/// Finds numbers in a text that comes in chunks of any size, cut anywhere, even within a
/// character.
///
/// Text is handed on as soon as no number can still grow out of it; at most 250 characters are
/// held back, and memory is bounded by that, whatever the chunks are. The pieces are the same
/// however the text is cut, but that text without a number may be cut in other places. Bytes that
/// are no UTF-8 come out as U+FFFD.
pub struct Finder<'h> {
    hints: Hints<'h>,
    /// Some of the text handed on, for context, then what is held back.
    buffer: Zeroizing<String>,
    /// How much of the buffer was handed on.
    done: usize,
    /// How far the searches have come in the buffer.
    come: Come,
    /// How much of the whole text was dropped from the buffer's front: bytes and characters.
    dropped: (usize, usize),
    /// The beginning of a character whose end is missing, and its length.
    cut: Zeroizing<[u8; 3]>,
    cut_len: usize,
    /// What the hints say of lengths, once it was asked for.
    lengths: Option<Lengths>,
}

/// How much of a chunk is looked at together, in bytes.
const PART: usize = 32 * 1024;

/// Room for a part in which no byte is UTF-8, and for what is kept before it.
const ROOM: usize = 3 * PART + 4 * 1024;

impl<'h> Finder<'h> {
    /// A finder at the beginning of a text.
    pub fn new(hints: Hints<'h>) -> Self {
        Self {
            hints,
            buffer: Zeroizing::default(),
            done: 0,
            come: Come::default(),
            dropped: (0, 0),
            cut: Zeroizing::default(),
            cut_len: 0,
            lengths: None,
        }
    }

    /// Takes the next chunk and hands on what is decided.
    pub fn push(&mut self, chunk: &[u8], mut out: impl FnMut(Piece<'_>)) {
        for part in chunk.chunks(PART) {
            let rest = self.take_cut(part);
            let (now, later) = rest.split_at(whole_characters(rest));
            self.take_in(now);
            for &byte in later {
                self.keep(byte);
            }
            self.hand_on(false, &mut out);
        }
    }

    /// Ends the text and hands on the rest.
    pub fn finish(mut self, mut out: impl FnMut(Piece<'_>)) {
        let (cut, length) = (self.cut.clone(), self.cut_len);
        self.take_in(cut.get(..length).unwrap_or_default());
        self.hand_on(true, &mut out);
    }

    /// Completes the character that the last chunk cut, byte by byte; returns what follows it.
    fn take_cut<'c>(&mut self, chunk: &'c [u8]) -> &'c [u8] {
        let mut rest = chunk;
        while self.cut_len > 0 {
            let Some((&byte, behind)) = rest.split_first() else {
                break;
            };
            let mut bytes = Zeroizing::new([0; 4]);
            bytes[..self.cut_len].copy_from_slice(&self.cut[..self.cut_len]);
            bytes[self.cut_len] = byte;
            let joined = bytes.get(..=self.cut_len).unwrap_or_default();
            let whole = whole_characters(joined);
            if whole == 0 {
                self.keep(byte);
                rest = behind;
                continue;
            }
            // What completes no character begins the next, or stands alone.
            let broken = std::str::from_utf8(joined).is_err();
            let taken = if broken { self.cut_len } else { joined.len() };
            self.cut_len = 0;
            self.take_in(joined.get(..taken).unwrap_or_default());
            rest = if broken { rest } else { behind };
        }
        rest
    }

    fn keep(&mut self, byte: u8) {
        if let Some(place) = self.cut.get_mut(self.cut_len) {
            *place = byte;
            self.cut_len += 1;
        }
    }

    fn take_in(&mut self, bytes: &[u8]) {
        // Room is made once, so that growing leaves no copy behind.
        if self.buffer.capacity() < self.buffer.len() + 3 * bytes.len() {
            let mut wider = String::with_capacity(ROOM.max(self.buffer.len() + 3 * bytes.len()));
            wider.push_str(&self.buffer);
            self.buffer = Zeroizing::new(wider);
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            self.buffer.push_str(text);
            return;
        }
        for part in bytes.utf8_chunks() {
            self.buffer.push_str(part.valid());
            if !part.invalid().is_empty() {
                self.buffer.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    fn hand_on(&mut self, ended: bool, out: &mut impl FnMut(Piece<'_>)) {
        let buffer = std::mem::take(&mut self.buffer);
        let text = buffer.as_str();
        let hints = self.hints;
        let mut walk = Walk::new(text, &hints, ended, self.lengths.take()).go_on(self.come);
        let (mut counted, mut chars) = (0, self.dropped.1);
        loop {
            let (start, found) = match walk.next(self.done) {
                Step::Found(found) => (found.bytes.start, Some(found)),
                Step::Clear(place) => (place, None),
            };
            let between = text.get(self.done..start).unwrap_or_default();
            if !between.is_empty() {
                out(Piece::Text(between));
                self.done = start;
            }
            let Some(found) = found else {
                break;
            };
            let place = found.bytes.clone();
            chars += count_chars(text.get(counted..place.start).unwrap_or_default());
            let mut found = found.counted(text, chars);
            (counted, chars) = (place.end, found.chars.end);
            found.bytes = place.start + self.dropped.0..place.end + self.dropped.0;
            out(Piece::Number(
                text.get(place.clone()).unwrap_or_default(),
                found,
            ));
            self.done = place.end;
        }
        (self.come, self.lengths) = walk.learnt();
        self.buffer = buffer;
        self.forget();
    }

    /// Drops what was handed on, but for the context of what follows.
    fn forget(&mut self) {
        let handed_on = self.buffer.get(..self.done).unwrap_or_default();
        let kept = handed_on.char_indices().rev().take(CONTEXT_CHARS + 1);
        let drop = kept.last().map_or(0, |(at, _)| at);
        self.dropped.0 += drop;
        self.dropped.1 += count_chars(self.buffer.get(..drop).unwrap_or_default());
        self.buffer.drain(..drop);
        self.done -= drop;
        self.come = self.come.behind(drop);
    }
}

/// How many of the bytes are whole characters, or can no longer become one.
fn whole_characters(bytes: &[u8]) -> usize {
    let back = bytes.iter().rev().take(3).position(|&byte| byte >= 0xC0);
    let Some(tail) = back.map(|back| back + 1) else {
        return bytes.len();
    };
    let start = bytes.len() - tail;
    match std::str::from_utf8(bytes.get(start..).unwrap_or_default()) {
        // An error without a length: the character could still be completed.
        Err(error) if error.error_len().is_none() => start,
        _ => bytes.len(),
    }
}
