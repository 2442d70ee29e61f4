//! Numbers in a text that comes in pieces.

use std::fmt;

use zeroize::Zeroizing;

use super::{CONTEXT_CHARS, Hints, Match, Step, next};

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
/// held back. The pieces are the same however the text is cut, but that text without a number may
/// be cut in other places. Bytes that are no UTF-8 come out as U+FFFD.
pub struct Finder<'h> {
    hints: Hints<'h>,
    /// Some of the text handed on, for context, then what is held back.
    buffer: Zeroizing<String>,
    /// How much of the buffer was handed on.
    done: usize,
    /// How much of the whole text was dropped from the buffer's front.
    dropped: usize,
    /// The beginning of a character whose end is missing.
    cut: Zeroizing<Vec<u8>>,
}

impl<'h> Finder<'h> {
    /// A finder at the beginning of a text.
    pub fn new(hints: Hints<'h>) -> Self {
        Self {
            hints,
            buffer: Zeroizing::default(),
            done: 0,
            dropped: 0,
            cut: Zeroizing::default(),
        }
    }

    /// Takes the next chunk and hands on what is decided.
    pub fn push(&mut self, chunk: &[u8], mut out: impl FnMut(Piece<'_>)) {
        let mut bytes = std::mem::take(&mut self.cut);
        bytes.extend_from_slice(chunk);
        let whole = whole_characters(&bytes);
        let (now, later) = bytes.split_at(whole);
        self.cut = Zeroizing::new(later.to_vec());
        self.take_in(now);
        self.hand_on(false, &mut out);
    }

    /// Ends the text and hands on the rest.
    pub fn finish(mut self, mut out: impl FnMut(Piece<'_>)) {
        let rest = std::mem::take(&mut self.cut);
        self.take_in(&rest);
        self.hand_on(true, &mut out);
    }

    fn take_in(&mut self, bytes: &[u8]) {
        for part in bytes.utf8_chunks() {
            self.buffer.push_str(part.valid());
            if !part.invalid().is_empty() {
                self.buffer.push(char::REPLACEMENT_CHARACTER);
            }
        }
    }

    fn hand_on(&mut self, ended: bool, out: &mut impl FnMut(Piece<'_>)) {
        loop {
            match next(&self.buffer, self.done, ended, &self.hints) {
                Step::Found(mut found) => {
                    let place = found.bytes.clone();
                    self.hand_on_text(place.start, out);
                    found.bytes = place.start + self.dropped..place.end + self.dropped;
                    let text = self.buffer.get(place.clone()).unwrap_or_default();
                    out(Piece::Number(text, found));
                    self.done = place.end;
                }
                Step::Clear(place) => {
                    self.hand_on_text(place, out);
                    break;
                }
            }
        }
        self.forget();
    }

    fn hand_on_text(&mut self, end: usize, out: &mut impl FnMut(Piece<'_>)) {
        let text = self.buffer.get(self.done..end).unwrap_or_default();
        if !text.is_empty() {
            out(Piece::Text(text));
            self.done = end;
        }
    }

    /// Drops what was handed on, but for the context of what follows.
    fn forget(&mut self) {
        let handed_on = self.buffer.get(..self.done).unwrap_or_default();
        let kept = handed_on.char_indices().rev().take(CONTEXT_CHARS + 1);
        let drop = kept.last().map_or(0, |(at, _)| at);
        self.buffer.drain(..drop);
        self.done -= drop;
        self.dropped += drop;
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
