//! Received bytes, cut into frames. One buffer per connection, wiped as it is used up.

use std::{io, ops::Range};

use tokio::io::{AsyncRead, AsyncReadExt};
use zeroize::Zeroize;

use crate::{
    driver::Ended,
    frame::{self, FrameError, LENGTH_BYTES},
};

/// Holds the frames of a busy second without growing; longer frames make it grow to their size.
const FIRST_BYTES: usize = 64 * 1024;

pub(crate) struct Inbox {
    bytes: Vec<u8>,
    start: usize,
    end: usize,
}

impl Inbox {
    pub(crate) fn new() -> Self {
        Self {
            bytes: vec![0; FIRST_BYTES],
            start: 0,
            end: 0,
        }
    }

    /// Reads until one whole frame is there and says where; [`Inbox::used`] must follow.
    ///
    /// # Errors
    /// Why the connection must end.
    pub(crate) async fn frame<R>(&mut self, reader: &mut R) -> Result<Range<usize>, Ended>
    where
        R: AsyncRead + Unpin,
    {
        loop {
            let needed = self.needed().map_err(Ended::Violation)?;
            if self.end - self.start >= needed {
                return Ok(self.start + LENGTH_BYTES..self.start + needed);
            }
            self.make_space(needed);
            match reader.read(&mut self.bytes[self.end..]).await {
                Ok(0) if self.start == self.end => return Err(Ended::Closed),
                Ok(0) => return Err(Ended::Broken(io::ErrorKind::UnexpectedEof)),
                Ok(count) => self.end += count,
                Err(error) => return Err(Ended::Broken(error.kind())),
            }
        }
    }

    /// The bytes of a frame that [`Inbox::frame`] found.
    pub(crate) fn bytes(&self, frame: Range<usize>) -> &[u8] {
        self.bytes.get(frame).unwrap_or_default()
    }

    /// Wipes a frame after its last use.
    pub(crate) fn used(&mut self, frame: Range<usize>) {
        self.bytes[self.start..frame.end].zeroize();
        self.start = frame.end;
        if self.start == self.end {
            (self.start, self.end) = (0, 0);
        }
    }

    /// How long the next frame is, its length field included, as far as is known yet. One byte
    /// more than a bare length field, so that a frame is never empty.
    fn needed(&self) -> Result<usize, FrameError> {
        match self.bytes[self.start..self.end].first_chunk() {
            Some(field) => Ok(LENGTH_BYTES + frame::frame_length(*field)?),
            None => Ok(LENGTH_BYTES + 1),
        }
    }

    /// Makes `needed` bytes from `start` on fit.
    fn make_space(&mut self, needed: usize) {
        if self.start + needed <= self.bytes.len() {
            return;
        }
        let held = self.start..self.end;
        if needed <= self.bytes.len() {
            self.bytes.copy_within(held.clone(), 0);
            self.bytes[held.len()..held.end].zeroize();
        } else {
            let mut larger = vec![0; needed];
            larger[..held.len()].copy_from_slice(&self.bytes[held.clone()]);
            self.bytes.zeroize();
            self.bytes = larger;
        }
        (self.start, self.end) = (0, held.len());
    }
}

impl Drop for Inbox {
    fn drop(&mut self) {
        self.bytes[self.start..self.end].zeroize();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn run<T>(future: impl Future<Output = T>) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(future)
    }

    /// Gives its bytes in pieces of the sizes told.
    struct Dribble<'a>(&'a [u8], std::iter::Cycle<std::slice::Iter<'a, usize>>);

    impl AsyncRead for Dribble<'_> {
        fn poll_read(
            mut self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
            into: &mut tokio::io::ReadBuf<'_>,
        ) -> std::task::Poll<io::Result<()>> {
            let most = self.1.next().copied().unwrap_or(1);
            let (now, later) = self
                .0
                .split_at(most.min(self.0.len()).min(into.remaining()));
            into.put_slice(now);
            self.0 = later;
            std::task::Poll::Ready(Ok(()))
        }
    }

    async fn read_all(bytes: &[u8], pieces: &[usize]) -> (Vec<Vec<u8>>, Ended) {
        let (mut inbox, mut found) = (Inbox::new(), Vec::new());
        let mut reader = Dribble(bytes, pieces.iter().cycle());
        loop {
            match inbox.frame(&mut reader).await {
                Ok(frame) => {
                    found.push(inbox.bytes(frame.clone()).to_vec());
                    inbox.used(frame);
                }
                Err(ended) => {
                    let unread = inbox.bytes[..inbox.start]
                        .iter()
                        .chain(&inbox.bytes[inbox.end..]);
                    assert!(
                        unread.copied().all(|byte| byte == 0),
                        "used bytes are wiped"
                    );
                    return (found, ended);
                }
            }
        }
    }

    fn framed(frames: &[Vec<u8>]) -> Vec<u8> {
        let with_length = |frame: &Vec<u8>| {
            let length = u32::try_from(frame.len()).unwrap().to_le_bytes();
            [&length[..], frame].concat()
        };
        frames.iter().flat_map(with_length).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn frames_come_out_whole_however_the_bytes_arrive(
            sizes in prop::collection::vec(prop_oneof![1_usize..100, 30_000_usize..150_000], 1..6),
            pieces in prop::collection::vec(1_usize..70_000, 1..8),
        ) {
            let frames: Vec<Vec<u8>> = sizes.iter().map(|size| vec![0xa5; *size]).collect();
            let (found, ended) = run(read_all(&framed(&frames), &pieces));
            prop_assert_eq!(found, frames);
            prop_assert_eq!(ended, Ended::Closed);
        }

        #[test]
        fn no_bytes_make_the_inbox_panic_or_grow(
            bytes in prop::collection::vec(prop_oneof![Just(0_u8), any::<u8>()], 0..200),
            pieces in prop::collection::vec(1_usize..50, 1..4),
        ) {
            let (found, _) = run(read_all(&bytes, &pieces));
            prop_assert!(found.iter().map(Vec::len).sum::<usize>() <= bytes.len());
        }
    }

    #[test]
    fn a_frame_beyond_the_bound_ends_the_connection_before_any_memory_is_taken() {
        let length = u32::try_from(frame::frame_length([0, 0, 16, 0]).unwrap()).unwrap() + 1;
        let (_, ended) = run(read_all(&length.to_le_bytes(), &[4]));
        assert_eq!(ended, Ended::Violation(FrameError::Oversize));
    }

    #[test]
    fn a_connection_that_ends_inside_a_frame_is_broken() {
        let (_, ended) = run(read_all(&[9, 0, 0, 0, 1], &[3]));
        assert_eq!(ended, Ended::Broken(io::ErrorKind::UnexpectedEof));
    }
}
