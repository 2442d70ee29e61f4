//! The simulator itself: takes messages as a carrier, and shows them as phones.

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use model::{Clock, Entropy, MessageId};
use numbers::E164;
use parking_lot::{Mutex, RwLock};
use peers::carrier::{Carrier, CarrierMessage, CarrierReports, Handover, Receipt, Rejection};
use tokio::{
    sync::{Notify, watch},
    time::Instant,
};

use crate::ReceiptQueue;

use super::{
    Code, Direction, Faults, FaultsRefused, Inbound, InboundText, Message, NoInbound, PhoneKey,
    PhoneSummary, PretendOperator, SimulatorPermit,
    carriers::AllFaults,
    faults::Fate,
    later::{Event, Later},
    phones::{Bounds, Phones},
};

/// The most requests that may wait for a code at once; more are answered at once.
pub const WAITERS_MAX: usize = 10_000;

/// Why a text back was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TextBackRefused {
    /// The receiver is empty or has more than 16 bytes.
    #[error("the receiver has 1 to 16 characters")]
    Receiver,
    /// The text is empty or longer than [`TEXT_MAX_BYTES`](super::TEXT_MAX_BYTES).
    #[error("the text is empty or too long")]
    Text,
    /// No randomness for an id.
    #[error("the system's random generator failed")]
    NoEntropy,
}

/// Requests that wait at one phone.
struct Waiters {
    bell: Arc<Notify>,
    count: usize,
}

struct State {
    phones: Phones,
    waiters: HashMap<E164, Waiters>,
    waiting: usize,
}

/// Pretend phones and the carrier that reaches them. Bounds: see
/// [`PHONES_MAX`](super::PHONES_MAX), [`MESSAGES_MAX`](super::MESSAGES_MAX) and
/// [`BYTES_MAX`](super::BYTES_MAX).
pub struct Simulator {
    permit: SimulatorPermit,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    reports: Arc<dyn CarrierReports>,
    inbound: Arc<dyn Inbound>,
    operator: Arc<PretendOperator>,
    state: Mutex<State>,
    pub(super) faults: RwLock<AllFaults>,
    later: Mutex<Later>,
    scheduled: Notify,
    changes: watch::Sender<u64>,
    closed: AtomicBool,
}

impl Simulator {
    /// A simulator without phones and without faults. Receipts go to `receipts`; texts that
    /// people send back stay on the phone until [`with_inbound`](Self::with_inbound).
    #[must_use]
    pub fn new(
        permit: SimulatorPermit,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        receipts: Arc<ReceiptQueue>,
    ) -> Self {
        let operator = PretendOperator::new(Arc::clone(&clock), Arc::clone(&entropy));
        Self {
            permit,
            clock,
            entropy,
            reports: receipts,
            inbound: Arc::new(NoInbound),
            operator: Arc::new(operator),
            state: Mutex::new(State {
                phones: Phones::new(Bounds::default()),
                waiters: HashMap::new(),
                waiting: 0,
            }),
            faults: RwLock::default(),
            later: Mutex::new(Later::default()),
            scheduled: Notify::new(),
            changes: watch::Sender::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// The same simulator, handing what people text back to `inbound`.
    #[must_use]
    pub fn with_inbound(mut self, inbound: Arc<dyn Inbound>) -> Self {
        self.inbound = inbound;
        self
    }

    /// The same simulator, reporting receipts to `reports` instead of the queue.
    #[must_use]
    pub fn with_reports(mut self, reports: Arc<dyn CarrierReports>) -> Self {
        self.reports = reports;
        self
    }

    /// The operator of all phones.
    #[must_use]
    pub const fn operator(&self) -> &Arc<PretendOperator> {
        &self.operator
    }

    /// Lets late texts arrive and late receipts go out, until [`close`](Self::close). Without it,
    /// what is delayed never comes.
    pub async fn run(&self) {
        loop {
            // Made before looking: what is scheduled in between is not missed.
            let scheduled = self.scheduled.notified();
            if self.is_closed() {
                return;
            }
            let next = self.do_what_is_due();
            match next {
                Some(at) => tokio::select! {
                    () = scheduled => {}
                    () = tokio::time::sleep_until(at) => {}
                },
                None => scheduled.await,
            }
        }
    }

    /// Ends [`run`](Self::run) and every wait, now and from now on: the room is stopping.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.scheduled.notify_one();
        for waiters in self.state.lock().waiters.values() {
            waiters.bell.notify_waiters();
        }
        self.changes.send_modify(|stamp| *stamp += 1);
    }

    /// Whether [`close`](Self::close) was called.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    /// Changes whenever a message arrives or is sent, or the simulator closes.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Makes a phone appear before its first message.
    pub fn add_phone(&self, number: &E164) -> PhoneKey {
        self.state.lock().phones.add(number)
    }

    /// The number behind a page's key, if that phone is still there.
    #[must_use]
    pub fn number_of(&self, key: PhoneKey) -> Option<E164> {
        self.state.lock().phones.number_of(key)
    }

    /// The phones with the newest messages, at most `most`, newest first.
    #[must_use]
    pub fn phones(&self, most: usize) -> Vec<PhoneSummary> {
        self.state.lock().phones.newest(most)
    }

    /// How many phones there are.
    #[must_use]
    pub fn phone_count(&self) -> usize {
        self.state.lock().phones.len()
    }

    /// Received messages that nobody has looked at, on all phones.
    #[must_use]
    pub fn unread(&self) -> u64 {
        self.state.lock().phones.unread()
    }

    /// Notes that somebody looked at this phone.
    pub fn mark_read(&self, number: &E164) {
        self.state.lock().phones.mark_read(number);
    }

    /// The messages of a phone, newest first; none for a phone that is not there.
    #[must_use]
    pub fn messages(&self, number: &E164) -> Vec<Message> {
        let state = self.state.lock();
        let phone = state.phones.get(number);
        phone.map_or_else(Vec::new, |phone| {
            phone.messages.iter().rev().cloned().collect()
        })
    }

    /// The newest code on a phone and the message that brought it.
    #[must_use]
    pub fn newest_code(&self, number: &E164) -> Option<(MessageId, Code)> {
        self.state.lock().phones.newest_code(number)
    }

    /// Waits until the newest code of a phone came with another message than `after`, at most
    /// `longest`. Answers at once when it already has, when [`WAITERS_MAX`] others wait, or when
    /// the simulator closes.
    pub async fn wait_for_code(
        &self,
        number: &E164,
        after: Option<MessageId>,
        longest: Duration,
    ) -> Option<(MessageId, Code)> {
        let deadline = Instant::now() + longest;
        let waiting = self.begin_waiting(number);
        loop {
            let arrived = waiting.as_ref().map(|waiting| waiting.bell.notified());
            let newest = self.newest_code(number);
            let found = newest.filter(|(id, _)| Some(*id) != after);
            let (None, Some(arrived), false) = (&found, arrived, self.is_closed()) else {
                return found;
            };
            if tokio::time::timeout_at(deadline, arrived).await.is_err() {
                return None;
            }
        }
    }

    /// The person texts `text` to `to`: it stands in the phone's thread, and the inbound hook
    /// takes it.
    ///
    /// # Errors
    /// [`TextBackRefused`].
    pub fn text_back(
        &self,
        from: &E164,
        to: &str,
        text: &str,
    ) -> Result<MessageId, TextBackRefused> {
        if to.is_empty() || to.len() > 16 {
            return Err(TextBackRefused::Receiver);
        }
        if text.trim().is_empty() {
            return Err(TextBackRefused::Text);
        }
        let id = self.entropy.random_16();
        let id = MessageId::from_bytes(id.map_err(|_| TextBackRefused::NoEntropy)?);
        let at = self.clock.now();
        let message = Message::sent(id, to, text, at).ok_or(TextBackRefused::Text)?;
        self.put(from, message);
        self.inbound.take(InboundText {
            from: from.clone(),
            to: to.to_owned(),
            text: text.to_owned(),
            at,
        });
        Ok(id)
    }

    /// The faults that are on.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.faults.read().everywhere
    }

    /// Replaces all faults, of every carrier. What was already decided for a message stays.
    ///
    /// # Errors
    /// [`FaultsRefused`]; the faults stay as they were.
    pub fn set_faults(&self, faults: Faults) -> Result<(), FaultsRefused> {
        faults.check()?;
        let mut all = self.faults.write();
        all.everywhere = faults;
        all.carriers.iter_mut().for_each(|(_, own)| *own = faults);
        Ok(())
    }

    /// Takes a message as a carrier with these faults.
    pub(super) async fn take(&self, message: CarrierMessage, faults: Faults) -> Handover {
        if !self.permit.covers(&message) {
            return Handover::Rejected(Rejection::NoCarrier);
        }
        let Some(arriving) = Message::received(&message, self.clock.now()) else {
            return Handover::Rejected(Rejection::Content);
        };
        if faults.are_off() {
            self.put(&message.to, arriving);
            return Handover::Accepted;
        }
        let fate = faults.decide(&*self.entropy);
        let events = usize::from(fate.arrivals) + usize::from(fate.receipts);
        if !self.later.lock().has_room_for(events) {
            return Handover::Rejected(Rejection::Throttled);
        }
        self.fulfil(&fate, &message.to, &arriving);
        if fate.answer_delay_ms > 0 {
            tokio::time::sleep(Duration::from_millis(fate.answer_delay_ms.into())).await;
        }
        fate.answer
    }

    fn put(&self, number: &E164, message: Message) {
        let received = message.direction() == Direction::Received;
        let mut state = self.state.lock();
        let stamp = state.phones.push(number, message);
        if received && let Some(waiters) = state.waiters.get(number) {
            waiters.bell.notify_waiters();
        }
        drop(state);
        self.changes
            .send_modify(|newest| *newest = stamp.max(*newest + 1));
    }

    fn do_what_is_due(&self) -> Option<Instant> {
        let now = Instant::now();
        loop {
            let mut later = self.later.lock();
            let Some(event) = later.take_due(now) else {
                return later.next_due();
            };
            drop(later);
            self.happen(event);
        }
    }

    fn happen(&self, event: Event) {
        match event {
            Event::Arrival(number, message) => {
                self.put(&number, message.arriving(self.clock.now()));
            }
            Event::Receipt(receipt) => self.reports.receipt(Receipt {
                at: self.clock.now(),
                ..receipt
            }),
        }
    }

    /// Lets `event` happen now, or later.
    fn schedule(&self, after_ms: u32, event: Event) {
        if after_ms == 0 {
            return self.happen(event);
        }
        self.later.lock().schedule(Instant::now(), after_ms, event);
        self.scheduled.notify_one();
    }

    fn fulfil(&self, fate: &Fate, number: &E164, message: &Message) {
        for _ in 0..fate.arrivals {
            let arrival = Event::Arrival(number.clone(), Box::new(message.clone()));
            self.schedule(fate.arrival_delay_ms, arrival);
        }
        for _ in 0..fate.receipts {
            let receipt = Receipt {
                id: message.id(),
                delivered: fate.says_delivered,
                at: message.at(),
            };
            self.schedule(fate.receipt_delay_ms, Event::Receipt(receipt));
        }
    }

    /// A place among those who wait at a phone; none when too many wait.
    fn begin_waiting(&self, number: &E164) -> Option<Waiting<'_>> {
        let mut state = self.state.lock();
        if state.waiting >= WAITERS_MAX {
            return None;
        }
        state.waiting += 1;
        let waiters = state
            .waiters
            .entry(number.clone())
            .or_insert_with(|| Waiters {
                bell: Arc::new(Notify::new()),
                count: 0,
            });
        waiters.count += 1;
        Some(Waiting {
            simulator: self,
            bell: Arc::clone(&waiters.bell),
            number: number.clone(),
        })
    }
}

/// A place among those who wait at a phone; given up on drop.
struct Waiting<'a> {
    simulator: &'a Simulator,
    bell: Arc<Notify>,
    number: E164,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.simulator.state.lock();
        state.waiting = state.waiting.saturating_sub(1);
        if let Some(waiters) = state.waiters.get_mut(&self.number) {
            waiters.count -= 1;
            if waiters.count == 0 {
                state.waiters.remove(&self.number);
            }
        }
    }
}

#[async_trait]
impl Carrier for Simulator {
    async fn send(&self, message: CarrierMessage) -> Handover {
        self.take(message, self.faults()).await
    }

    fn name(&self) -> &'static str {
        "simulator"
    }
}

impl fmt::Debug for Simulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulator")
            .field("phones", &self.phone_count())
            .finish_non_exhaustive()
    }
}
