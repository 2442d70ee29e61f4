//! The other room, as this room holds on to it while processes and sockets come and go.

use std::{fmt, sync::Arc};

use peers::{
    front::PeerGone,
    vault::{BeginRefusal, Unavailable},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::UnixStream,
    sync::{Semaphore, watch},
    time::timeout,
};

use crate::{
    Counters, Ended, HelloError, Limits, Room, Service, Verb, body, driver,
    frame::Refusal,
    line::{Line, NotQueued, Reply},
};

/// One other room. Clones are the same peer.
#[derive(Clone)]
pub struct Peer {
    shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub me: Room,
    pub other: Room,
    pub service: Service,
    pub limits: Limits,
    pub counters: Arc<Counters>,
    current: watch::Sender<Option<Arc<Line>>>,
    calls: Semaphore,
}

/// Why a call has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CallError {
    /// No connection, or it broke, or the other room failed over this request.
    Gone,
    /// No answer in time.
    Late,
    /// Too many calls here, or too many requests there.
    Busy,
    /// Turned away, or the answer makes no sense.
    Protocol,
}

impl From<CallError> for Unavailable {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Gone | CallError::Late => Self::Gone,
            CallError::Busy => Self::Busy,
            CallError::Protocol => Self::Protocol,
        }
    }
}

impl From<CallError> for BeginRefusal {
    fn from(error: CallError) -> Self {
        Self::Unavailable(error.into())
    }
}

impl From<CallError> for PeerGone {
    fn from(_: CallError) -> Self {
        Self
    }
}

impl Peer {
    /// The link from the room `me` to the room `other`, without a connection yet.
    #[must_use]
    pub fn new(me: Room, other: Room, service: Service, limits: Limits) -> Self {
        let shared = Shared {
            me,
            other,
            service,
            limits,
            counters: Arc::default(),
            current: watch::Sender::new(None),
            calls: Semaphore::new(limits.calls.min(Semaphore::MAX_PERMITS)),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Takes `stream` as the connection to the other room, in place of the one before. The
    /// future greets and then runs the connection until it ends and every request that was begun
    /// is done; the room spawns it into a task set of its own. Dropping it breaks the connection.
    ///
    /// # Errors
    /// [`HelloError`] when the rooms do not fit; the connection before stays then.
    pub fn attach(
        &self,
        stream: UnixStream,
    ) -> impl Future<Output = Result<Ended, HelloError>> + Send + use<> {
        let (reader, writer) = stream.into_split();
        self.attach_halves(reader, writer)
    }

    /// As [`Peer::attach`], over any transport that keeps bytes in order and secret, such as TLS
    /// between hosts.
    ///
    /// # Errors
    /// As [`Peer::attach`].
    pub fn attach_halves<R, W>(
        &self,
        reader: R,
        writer: W,
    ) -> impl Future<Output = Result<Ended, HelloError>> + Send + use<R, W>
    where
        R: AsyncRead + Send + Unpin,
        W: AsyncWrite + Send + Unpin,
    {
        driver::drive(Arc::clone(&self.shared), reader, writer)
    }

    /// Whether a connection stands.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.shared.standing().is_some()
    }

    /// Waits until a connection stands.
    pub async fn up(&self) {
        let mut current = self.shared.current.subscribe();
        // An error would mean that the sender is gone; we hold it.
        let _ = current.wait_for(is_open).await;
    }

    /// Ends the connection softly: no request is taken any more, what was begun is finished and
    /// its answers are written. Calls still in flight fail. The attached future then returns
    /// [`Ended::Finished`].
    pub fn finish(&self) {
        if let Some(line) = self.shared.standing() {
            line.ending.notify_one();
        }
    }

    /// What went over this link, in numbers.
    #[must_use]
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.shared.counters)
    }

    /// Asks over whatever connection stands, waiting a little for one.
    pub(crate) async fn ask<Q, T>(&self, verb: Verb, question: &Q) -> Result<T, CallError>
    where
        Q: Serialize + Sync + ?Sized,
        T: DeserializeOwned,
    {
        let call = async {
            let _slot = self
                .shared
                .calls
                .try_acquire()
                .map_err(|_| CallError::Busy)?;
            let line = self.shared.line().await?;
            timeout(self.shared.limits.deadline, exchange(&line, verb, question))
                .await
                .unwrap_or(Err(CallError::Late))
        };
        let answer = call
            .await
            .and_then(|bytes: Vec<u8>| body::decode(&bytes).map_err(|_| CallError::Protocol));
        self.shared.count(verb, answer.as_ref().err().copied());
        answer
    }

    #[cfg(test)]
    pub(crate) fn calls_waiting(&self) -> usize {
        self.shared
            .standing()
            .map_or(0, |line| line.calls_waiting())
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { me, other, .. } = &*self.shared;
        f.debug_struct("Peer")
            .field("me", me)
            .field("other", other)
            .finish_non_exhaustive()
    }
}

async fn exchange<Q>(line: &Line, verb: Verb, question: &Q) -> Result<Vec<u8>, CallError>
where
    Q: Serialize + Sync + ?Sized,
{
    let mut waiting = line
        .ask(verb, question)
        .await
        .map_err(|error| match error {
            NotQueued::Ended => CallError::Gone,
            NotQueued::TooLarge => CallError::Protocol,
        })?;
    tracing::debug!(verb = verb.name(), id = waiting.id, "call to another room");
    match waiting.reply().await {
        Some(Reply::Answer(bytes)) => Ok(bytes),
        Some(Reply::Refusal(Some(Refusal::Busy))) => Err(CallError::Busy),
        Some(Reply::Refusal(Some(Refusal::Failed))) | None => Err(CallError::Gone),
        Some(Reply::Refusal(_)) => Err(CallError::Protocol),
    }
}

fn is_open(line: &Option<Arc<Line>>) -> bool {
    line.as_ref().is_some_and(|line| line.is_open())
}

impl Shared {
    fn standing(&self) -> Option<Arc<Line>> {
        self.current.borrow().clone().filter(|line| line.is_open())
    }

    async fn line(&self) -> Result<Arc<Line>, CallError> {
        if let Some(line) = self.standing() {
            return Ok(line);
        }
        let mut current = self.current.subscribe();
        let line = timeout(self.limits.attach_wait, current.wait_for(is_open)).await;
        match line {
            Ok(Ok(line)) => line.clone().ok_or(CallError::Gone),
            _ => Err(CallError::Gone),
        }
    }

    fn count(&self, verb: Verb, error: Option<CallError>) {
        self.counters.call(verb);
        match error {
            None => {}
            Some(CallError::Busy | CallError::Protocol) => self.counters.refusal(verb),
            Some(CallError::Gone | CallError::Late) => self.counters.error(verb),
        }
    }
}

/// The place of one connection as the current one; given up on drop, whatever ends the driver.
pub(crate) struct Standing {
    shared: Arc<Shared>,
    line: Arc<Line>,
}

impl Standing {
    /// Makes a new line the current one and ends the one before.
    pub(crate) fn begin(shared: &Arc<Shared>) -> Self {
        let line = Arc::new(Line::new());
        if let Some(before) = shared.current.send_replace(Some(Arc::clone(&line))) {
            before.close();
            before.replaced.notify_one();
        }
        Self {
            shared: Arc::clone(shared),
            line,
        }
    }

    pub(crate) fn line(&self) -> &Arc<Line> {
        &self.line
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        self.line.close();
        self.shared.current.send_if_modified(|current| {
            let ours = current
                .as_ref()
                .is_some_and(|line| Arc::ptr_eq(line, &self.line));
            if ours {
                *current = None;
            }
            ours
        });
    }
}
