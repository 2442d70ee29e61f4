//! One bound session: requests and their answers, the window, and keeping the link awake.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicBool, AtomicU32, Ordering},
    time::Duration,
};

use model::MessageId;
use parking_lot::Mutex;
use tokio::{
    io::{AsyncRead, AsyncWrite, AsyncWriteExt, BufReader, BufWriter},
    sync::{Notify, Semaphore, mpsc, oneshot, watch},
    time::{Instant, timeout, timeout_at},
};
use zeroize::Zeroizing;

use super::{
    body,
    pdu::{self, Pdu, ReadError, command},
    status,
};

/// Requests without an answer that are remembered for a late one; more end the session.
const UNANSWERED_MAX: usize = 10_000;
/// So many requests in a row without an answer end the session: whatever else the centre says, it
/// takes nothing.
const SILENCES_MAX: u32 = 8;
/// Packets that wait to be written. The window bounds ours; answers come on top.
const OUTGOING_MAX: usize = 4096;
/// The highest sequence number (SMPP 3.4, section 5.1.4).
const SEQUENCE_MAX: u32 = 0x7FFF_FFFF;
/// How long a centre that said goodbye may take to hang up.
const HANG_UP: Duration = Duration::from_secs(2);
/// How long the centre may take to answer our goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// Buffers of each direction, bytes.
const BUFFER_BYTES: usize = 16 * 1024;

/// Times and bounds of a session.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// Submits that may wait for their answer at once.
    pub window: usize,
    /// How long an answer may take.
    pub response: Duration,
    /// How long the link may be quiet before it is tested.
    pub enquire: Duration,
}

/// Why a request has no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// It was never written: nothing happened.
    NotSent,
    /// The window stayed full, so it was never written.
    NoRoom,
    /// It may have been read.
    Unanswered,
}

/// Why a session ended.
#[derive(Debug, thiserror::Error)]
pub enum Ended {
    /// We were told to stop, and said goodbye.
    #[error("stopped")]
    Stopped,
    /// The centre said goodbye.
    #[error("the centre ended the session")]
    Unbound,
    /// The centre does not answer.
    #[error("the centre does not answer")]
    Silent,
    /// The centre asks and does not read our answers.
    #[error("the centre does not read answers")]
    Deaf,
    /// The connection broke.
    #[error(transparent)]
    Broken(#[from] ReadError),
}

impl From<std::io::Error> for Ended {
    fn from(error: std::io::Error) -> Self {
        Self::Broken(error.into())
    }
}

/// What the session hands to its owner. It must not wait.
pub trait Events: Send + Sync {
    /// The centre took `message` and calls it `id`.
    fn taken(&self, id: &str, message: MessageId);
    /// A body of deliver_sm came; the status to answer with.
    fn delivered(&self, body: &[u8]) -> u32;
}

/// An answer. The body holds at most an id.
pub struct Answer {
    /// See [`status`].
    pub status: u32,
}

/// A packet as it is written.
type Packet = Zeroizing<Vec<u8>>;

struct Slot {
    tell: oneshot::Sender<Answer>,
    message: Option<MessageId>,
}

/// Requests by sequence number; none are taken once it is closed.
struct Slots {
    open: bool,
    by_sequence: HashMap<u32, Slot>,
}

/// A bound session.
pub struct Session {
    limits: SessionLimits,
    out: mpsc::Sender<Packet>,
    slots: Mutex<Slots>,
    window: Semaphore,
    sequence: AtomicU32,
    stopping: AtomicBool,
    /// Requests whose answer did not come in time since the last that did.
    silences: AtomicU32,
    hopeless: Notify,
}

/// The other half of a session, for [`Session::serve`].
pub struct Outgoing(mpsc::Receiver<Packet>);

impl Session {
    /// A session about to start, and what it writes.
    #[must_use]
    pub fn new(limits: SessionLimits) -> (Self, Outgoing) {
        let (out, outgoing) = mpsc::channel(OUTGOING_MAX);
        let session = Self {
            limits,
            out,
            slots: Mutex::new(Slots {
                open: true,
                by_sequence: HashMap::new(),
            }),
            window: Semaphore::new(limits.window),
            sequence: AtomicU32::new(1),
            stopping: AtomicBool::new(false),
            silences: AtomicU32::new(0),
            hopeless: Notify::new(),
        };
        (session, Outgoing(outgoing))
    }

    /// Whether it still takes messages: not once it was told to stop.
    #[must_use]
    pub fn takes_messages(&self) -> bool {
        !self.stopping.load(Ordering::Acquire)
    }

    /// Submits one segment, once there is room in the window, which it waits for until `until`.
    ///
    /// # Errors
    /// [`Lost`].
    pub async fn submit(
        &self,
        body: Zeroizing<Vec<u8>>,
        message: MessageId,
        until: Instant,
    ) -> Result<Answer, Lost> {
        if !self.takes_messages() {
            return Err(Lost::NotSent);
        }
        let room = timeout_at(until, self.window.acquire()).await;
        let _room = room.map_err(|_| Lost::NoRoom)?.map_err(|_| Lost::NotSent)?;
        let place = timeout_at(until, self.out.reserve()).await;
        let place = place
            .map_err(|_| Lost::NoRoom)?
            .map_err(|_| Lost::NotSent)?;
        self.ask(place, command::SUBMIT_SM, body, Some(message))
            .await
    }

    /// Asks something without a body and waits for the answer.
    async fn ask_plainly(&self, command: u32) -> Result<Answer, Lost> {
        let place = self.out.try_reserve().map_err(|_| Lost::NotSent)?;
        self.ask(place, command, Zeroizing::default(), None).await
    }

    /// Asks and waits for the answer.
    async fn ask(
        &self,
        place: mpsc::Permit<'_, Packet>,
        command: u32,
        body: Zeroizing<Vec<u8>>,
        message: Option<MessageId>,
    ) -> Result<Answer, Lost> {
        let (tell, hear) = oneshot::channel();
        let sequence = self.next_sequence();
        {
            let mut slots = self.slots.lock();
            if slots.by_sequence.len() >= UNANSWERED_MAX {
                self.hopeless.notify_one();
                return Err(Lost::NotSent);
            }
            if !slots.open {
                return Err(Lost::NotSent);
            }
            slots.by_sequence.insert(sequence, Slot { tell, message });
        }
        place.send(Pdu::request(command, sequence, body).to_bytes());
        // After this the slot stays: a late answer still brings the centre's id.
        match timeout(self.limits.response, hear).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(_)) => Err(Lost::Unanswered),
            Err(_) => {
                if self.silences.fetch_add(1, Ordering::Relaxed) + 1 >= SILENCES_MAX {
                    self.hopeless.notify_one();
                }
                Err(Lost::Unanswered)
            }
        }
    }

    fn next_sequence(&self) -> u32 {
        let next = self.sequence.fetch_add(1, Ordering::Relaxed) % SEQUENCE_MAX;
        next + 1
    }

    /// Takes no more requests; those under way may still be answered.
    fn shut(&self) {
        self.window.close();
        self.slots.lock().open = false;
    }

    /// Those that wait learn that no answer comes.
    fn close(&self) {
        self.shut();
        self.slots.lock().by_sequence.clear();
    }

    /// Runs the session over a bound stream until it ends or `stop` says so.
    pub async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite,
        outgoing: Outgoing,
        events: &dyn Events,
        stop: &mut watch::Receiver<bool>,
    ) -> Ended {
        let (reader, writer) = tokio::io::split(stream);
        let heard = watch::Sender::new(());
        let ended = tokio::select! {
            ended = self.read(BufReader::with_capacity(BUFFER_BYTES, reader), events, &heard) => ended,
            ended = write(BufWriter::with_capacity(BUFFER_BYTES, writer), outgoing) => ended,
            ended = self.keep_awake(heard.subscribe()) => ended,
            ended = self.stop(stop) => ended,
            () = self.hopeless.notified() => Ended::Silent,
        };
        self.close();
        ended
    }

    async fn read(
        &self,
        mut reader: impl AsyncRead + Unpin,
        events: &dyn Events,
        heard: &watch::Sender<()>,
    ) -> Ended {
        loop {
            match pdu::read(&mut reader).await {
                Ok(pdu) => {
                    heard.send_replace(());
                    if pdu.command == command::UNBIND {
                        return self.unbound(&pdu, reader, events).await;
                    }
                    if let Err(ended) = self.take(&pdu, events).await {
                        return ended;
                    }
                }
                Err(error) => return error.into(),
            }
        }
    }

    /// Answers the goodbye and waits for the centre to hang up, so that it gets the answer, and we
    /// get those that it still owes.
    async fn unbound(
        &self,
        pdu: &Pdu,
        mut reader: impl AsyncRead + Unpin,
        events: &dyn Events,
    ) -> Ended {
        self.shut();
        let answer = Pdu::answer(pdu.command, pdu.sequence, status::OK, &[]);
        if let Err(ended) = self.send(&answer).await {
            return ended;
        }
        let hung_up = async {
            while let Ok(pdu) = pdu::read(&mut reader).await {
                if pdu.is_answer() {
                    self.answered(&pdu, events);
                }
            }
        };
        let _ = timeout(HANG_UP, hung_up).await;
        Ended::Unbound
    }

    /// Handles one packet.
    async fn take(&self, pdu: &Pdu, events: &dyn Events) -> Result<(), Ended> {
        if pdu.is_answer() {
            self.answered(pdu, events);
            return Ok(());
        }
        let (status, body): (u32, &[u8]) = match pdu.command {
            command::ENQUIRE_LINK => (status::OK, &[]),
            // Its answer carries an empty message id.
            command::DELIVER_SM => (events.delivered(&pdu.body), &[0]),
            command::ALERT_NOTIFICATION => return Ok(()),
            _ => {
                let nack = command::GENERIC_NACK;
                let status = status::INVALID_COMMAND;
                let answer = Pdu::answer(nack, pdu.sequence, status, &[]);
                return self.send(&answer).await;
            }
        };
        let answer = Pdu::answer(pdu.command, pdu.sequence, status, body);
        self.send(&answer).await
    }

    fn answered(&self, pdu: &Pdu, events: &dyn Events) {
        let Some(slot) = self.slots.lock().by_sequence.remove(&pdu.sequence) else {
            return;
        };
        self.silences.store(0, Ordering::Relaxed);
        // An error without a status would pass as success.
        let nack = pdu.command == command::GENERIC_NACK && pdu.status == status::OK;
        let status = if nack {
            status::INVALID_COMMAND
        } else {
            pdu.status
        };
        if let (Some(message), status::OK) = (slot.message, status)
            && let Ok(id) = body::message_id(&pdu.body)
        {
            events.taken(id, message);
        }
        // Whoever asked may have stopped waiting.
        let _ = slot.tell.send(Answer { status });
    }

    /// Queues an answer. Nothing more is read while there is no room; a queue that stays full ends
    /// the session.
    async fn send(&self, pdu: &Pdu) -> Result<(), Ended> {
        match timeout(self.limits.response, self.out.send(pdu.to_bytes())).await {
            // The writer is gone only when the session has ended.
            Ok(_) => Ok(()),
            Err(_) => Err(Ended::Deaf),
        }
    }

    /// Tests a quiet link. Ends when the centre does not answer.
    async fn keep_awake(&self, mut heard: watch::Receiver<()>) -> Ended {
        loop {
            match timeout(self.limits.enquire, heard.changed()).await {
                Ok(_) => continue,
                Err(_) => {
                    if self.ask_plainly(command::ENQUIRE_LINK).await.is_err() {
                        return Ended::Silent;
                    }
                }
            }
        }
    }

    /// Waits for the word to stop; takes nothing new, lets requests be answered, then says goodbye.
    async fn stop(&self, stop: &mut watch::Receiver<bool>) -> Ended {
        // A sender that is gone means the same.
        let _ = stop.wait_for(|stop| *stop).await;
        self.stopping.store(true, Ordering::Release);
        let window = u32::try_from(self.limits.window).unwrap_or(u32::MAX);
        // Held to the end: whoever gets room while we say goodbye would submit behind it.
        // Whoever has no answer by then is told that the outcome is unknown.
        let _all = timeout(self.limits.response, self.window.acquire_many(window)).await;
        self.window.close();
        let _ = timeout(GOODBYE, self.ask_plainly(command::UNBIND)).await;
        Ended::Stopped
    }
}

/// Writes packets as they come, many at once when many wait.
async fn write(mut writer: impl AsyncWrite + Unpin, Outgoing(mut packets): Outgoing) -> Ended {
    while let Some(packet) = packets.recv().await {
        let mut next = Some(packet);
        while let Some(packet) = next {
            if let Err(error) = writer.write_all(&packet).await {
                return error.into();
            }
            next = packets.try_recv().ok();
        }
        if let Err(error) = writer.flush().await {
            return error.into();
        }
    }
    Ended::Stopped
}

#[cfg(test)]
mod tests;
