//! The state of one connection, shared by callers, request handlers and the driver.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicU16, Ordering},
};

use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::{Notify, oneshot};

use crate::{
    Verb,
    frame::{Batch, Kind, NoRoom, Refusal},
    limits::MAX_BATCH_BYTES,
};

/// What came back for one call.
#[derive(Debug)]
pub(crate) enum Reply {
    /// The other room's answer, not yet read.
    Answer(Vec<u8>),
    /// Turned away; `None` when the reason makes no sense.
    Refusal(Option<Refusal>),
}

/// Why an entry was not queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotQueued {
    /// The connection has ended.
    Ended,
    /// Longer than a whole batch.
    TooLarge,
}

/// What the writer finds to do.
pub(crate) enum Work {
    /// The batch it brought now holds what to write.
    Write,
    /// Nothing yet.
    Wait,
    /// Nothing any more.
    Stop,
}

struct State {
    batch: Batch,
    waiting: HashMap<u64, oneshot::Sender<Reply>>,
    next_id: u64,
    finishing: bool,
    closed: bool,
}

/// One connection. Entries are encoded straight into the frame that is written next: no buffer
/// per call, so nothing else to bound and to wipe.
pub(crate) struct Line {
    state: Mutex<State>,
    open: AtomicBool,
    /// For the writer: the batch is no longer empty, or the line is finishing.
    filled: Notify,
    /// For callers and handlers: the batch was taken.
    taken: Notify,
    /// For the driver: another connection took this one's place.
    pub(crate) replaced: Notify,
    /// For the driver: end after what was begun.
    pub(crate) ending: Notify,
    serving: [AtomicU16; Verb::ALL.len()],
}

impl Line {
    pub(crate) fn new() -> Self {
        let state = State {
            batch: Batch::new(MAX_BATCH_BYTES),
            waiting: HashMap::new(),
            next_id: 0,
            finishing: false,
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            open: AtomicBool::new(true),
            filled: Notify::new(),
            taken: Notify::new(),
            replaced: Notify::new(),
            ending: Notify::new(),
            serving: [const { AtomicU16::new(0) }; Verb::ALL.len()],
        }
    }

    /// Whether calls can still be made.
    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire)
    }

    /// Ends calls: those waiting hear that the other room is gone, none is made any more. Answers
    /// of this room are still written.
    pub(crate) fn end_calls(&self) {
        self.open.store(false, Ordering::Release);
        // Dropped after the lock: each wakes a caller.
        let orphans = std::mem::take(&mut self.state.lock().waiting);
        drop(orphans);
    }

    /// Ends the line: calls end, and nothing is queued any more.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.closed = true;
        state.batch.wipe();
        drop(state);
        self.end_calls();
        self.taken.notify_waiters();
    }

    /// The writer stops when everything queued is written.
    pub(crate) fn finish(&self) {
        self.state.lock().finishing = true;
        self.filled.notify_one();
    }

    /// Queues a question and returns its id and where its reply will arrive.
    pub(crate) async fn ask<T>(&self, verb: Verb, body: &T) -> Result<Waiting<'_>, NotQueued>
    where
        T: Serialize + ?Sized,
    {
        if !self.is_open() {
            return Err(NotQueued::Ended);
        }
        let queue = |state: &mut State| {
            let id = state.next_id;
            state.batch.push(id, Kind::Request(verb.number()), body)?;
            state.next_id = id.wrapping_add(1);
            let (sender, receiver) = oneshot::channel();
            state.waiting.insert(id, sender);
            Ok((id, receiver))
        };
        let (id, receiver) = self.queue(queue).await?;
        Ok(Waiting {
            line: self,
            id,
            receiver,
        })
    }

    /// Queues an answer or a refusal.
    pub(crate) async fn reply<T>(&self, id: u64, kind: Kind, body: &T) -> Result<(), NotQueued>
    where
        T: Serialize + ?Sized,
    {
        self.queue(|state| state.batch.push(id, kind, body)).await
    }

    /// Queues a refusal if there is space at this moment, for those who cannot wait.
    pub(crate) fn refuse_now(&self, id: u64, refusal: Refusal) {
        let _ = self.try_queue(&mut |s| s.batch.push(id, Kind::Refusal, &refusal.code()));
    }

    /// Hands a reply to the call that waits for it; false when none does.
    pub(crate) fn deliver(&self, id: u64, reply: Reply) -> bool {
        let waiting = self.state.lock().waiting.remove(&id);
        waiting.is_some_and(|sender| sender.send(reply).is_ok())
    }

    /// Swaps the filled batch for the writer's empty one.
    pub(crate) fn take(&self, empty: &mut Batch) -> Work {
        let mut state = self.state.lock();
        if state.batch.is_empty() {
            return if state.finishing {
                Work::Stop
            } else {
                Work::Wait
            };
        }
        std::mem::swap(&mut state.batch, empty);
        drop(state);
        self.taken.notify_waiters();
        Work::Write
    }

    /// Waits until [`Line::take`] may find something.
    pub(crate) async fn filled(&self) {
        self.filled.notified().await;
    }

    /// Counts one more request of `verb` as being served, unless its budget is used up.
    pub(crate) fn admit(&self, verb: Verb) -> bool {
        let most = verb.rule().at_once;
        let one_more = |now: u16| (now < most).then_some(now + 1);
        let serving = &self.serving[verb.index()];
        serving
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more)
            .is_ok()
    }

    /// Takes back what [`Line::admit`] counted.
    pub(crate) fn release(&self, verb: Verb) {
        self.serving[verb.index()].fetch_sub(1, Ordering::Relaxed);
    }

    /// Whether more than one call or request is under way.
    pub(crate) fn is_shared(&self) -> bool {
        let serving = self
            .serving
            .iter()
            .map(|verb| usize::from(verb.load(Ordering::Relaxed)));
        serving.sum::<usize>() + self.state.lock().waiting.len() > 1
    }

    #[cfg(test)]
    pub(crate) fn calls_waiting(&self) -> usize {
        self.state.lock().waiting.len()
    }

    async fn queue<T>(
        &self,
        mut push: impl FnMut(&mut State) -> Result<T, NoRoom>,
    ) -> Result<T, NotQueued> {
        loop {
            // Made before looking: a batch taken in between wakes it all the same.
            let taken = self.taken.notified();
            if let Some(done) = self.try_queue(&mut push) {
                return done;
            }
            taken.await;
        }
    }

    /// `None` when there is no space at this moment.
    fn try_queue<T>(
        &self,
        push: &mut impl FnMut(&mut State) -> Result<T, NoRoom>,
    ) -> Option<Result<T, NotQueued>> {
        let mut state = self.state.lock();
        if state.closed {
            return Some(Err(NotQueued::Ended));
        }
        let first = state.batch.is_empty();
        let pushed = push(&mut state);
        drop(state);
        match pushed {
            Ok(done) => {
                // The writer only sleeps on an empty batch.
                if first {
                    self.filled.notify_one();
                }
                Some(Ok(done))
            }
            Err(NoRoom::Now) => None,
            Err(NoRoom::Ever) => Some(Err(NotQueued::TooLarge)),
        }
    }
}

/// A call in flight. Dropping it forgets its id; the answer, should it come, is ignored.
pub(crate) struct Waiting<'a> {
    line: &'a Line,
    pub(crate) id: u64,
    receiver: oneshot::Receiver<Reply>,
}

impl Waiting<'_> {
    /// The reply, or nothing when the connection ended first.
    pub(crate) async fn reply(&mut self) -> Option<Reply> {
        (&mut self.receiver).await.ok()
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        // After a reply the entry is gone already and the lock can be spared.
        if !self.receiver.is_terminated() {
            self.line.state.lock().waiting.remove(&self.id);
        }
    }
}
