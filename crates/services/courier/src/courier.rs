//! One id, one send, one answer.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_trait::async_trait;
use model::{Entropy, EntropyError, MessageId};
use parking_lot::Mutex;
use peers::{
    carrier::{
        Carrier, CarrierMessage, CourierRun, Handed, Handover, Outbound, Rejection, RouteCount,
    },
    front::PeerGone,
    operator::{NoAnswer, Operator, OperatorAnswer, OperatorQuestion},
};
use tokio::sync::{Notify, watch};

use crate::{
    Counts, Pool,
    counters::Counters,
    memory::{Known, Memory, REMEMBERED_MAX},
};

/// How many messages may be at carriers at once. More are answered with
/// [`Rejection::Throttled`]: a carrier that hangs must not fill the memory with texts. Less than a
/// link serves at once (1024), so that the vault hears this and not that the link is busy.
pub const IN_FLIGHT_MAX: usize = 1000;

/// The carriers of one instance.
#[derive(Clone, Default)]
pub struct Carriers {
    /// Takes every message of a demo, and those of sandbox applications elsewhere.
    pub simulator: Option<Arc<dyn Carrier>>,
    /// Whether the whole instance is a demo.
    pub demo: bool,
    /// Real carriers, and in a demo the pretend ones when there are several.
    pub pool: Option<Arc<Pool>>,
    /// Who is asked about numbers.
    pub operator: Option<Arc<dyn Operator>>,
}

impl Carriers {
    /// Hands a message to its carrier. One of a sandbox application never gets another than the
    /// simulator, and only a demo's pool has the simulator in it.
    async fn send(&self, message: CarrierMessage) -> Handed {
        match (&self.pool, &self.simulator) {
            (Some(pool), _) if self.demo || !message.sandbox => pool.send(message).await,
            (_, Some(simulator)) if self.demo || message.sandbox => {
                tracing::debug!(id = %message.id, carrier = simulator.name(), "courier.message.send");
                simulator.send(message).await.into()
            }
            _ => Handover::Rejected(Rejection::NoCarrier).into(),
        }
    }
}

impl fmt::Debug for Carriers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Carriers")
            .field("simulator", &self.simulator.is_some())
            .field("demo", &self.demo)
            .field("pool", &self.pool)
            .field("operator", &self.operator.is_some())
            .finish()
    }
}

/// Hands messages to carriers. Remembers the newest [`REMEMBERED_MAX`] ids of its run.
pub struct Courier {
    run: CourierRun,
    carriers: Carriers,
    memory: Mutex<Memory>,
    counters: Counters,
    closed: AtomicBool,
    answered: Notify,
}

impl Courier {
    /// A courier with a run of its own, which remembers nothing yet.
    ///
    /// # Errors
    /// [`EntropyError`] when the run cannot be named.
    pub fn new(carriers: Carriers, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut run = [0; 8];
        entropy.fill(&mut run)?;
        Ok(Self {
            run: CourierRun(run),
            carriers,
            memory: Mutex::new(Memory::new(REMEMBERED_MAX)),
            counters: Counters::default(),
            closed: AtomicBool::new(false),
            answered: Notify::new(),
        })
    }

    /// Takes no more messages: those that come are answered with [`Rejection::Down`], because
    /// nothing is done with them. What was begun goes on, and what is known is still answered.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Release);
    }

    /// Waits until no message is at a carrier.
    pub async fn idle(&self) {
        loop {
            // Made before looking: an answer in between is not missed.
            let answered = self.answered.notified();
            if self.memory.lock().in_flight() == 0 {
                return;
            }
            answered.await;
        }
    }

    /// What became of the messages of this run.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counters.read()
    }

    /// Either the answer that is known or under way, or the duty to send.
    fn begin(&self, id: MessageId) -> Begin<'_> {
        let mut memory = self.memory.lock();
        match memory.look_up(&id) {
            Known::Answered(answer) => Begin::Answered(answer),
            Known::InFlight(waiting) => Begin::Wait(waiting),
            Known::New if self.closed.load(Ordering::Acquire) => Begin::Refuse(Rejection::Down),
            Known::New if memory.in_flight() >= IN_FLIGHT_MAX => {
                Begin::Refuse(Rejection::Throttled)
            }
            Known::New => {
                let tell = memory.begin(id);
                Begin::Send(Duty {
                    courier: self,
                    id,
                    tell,
                    answer: Handover::Unknown.into(),
                })
            }
        }
    }

    async fn hand_over(&self, message: CarrierMessage, mut duty: Duty<'_>) -> Handed {
        duty.answer = self.carriers.send(message).await;
        duty.answer
    }
}

enum Begin<'a> {
    Answered(Handed),
    Wait(watch::Receiver<Option<Handed>>),
    Refuse(Rejection),
    Send(Duty<'a>),
}

/// The duty to answer for one id, exactly once. A send that is given up half way (the link broke
/// and its futures were dropped) may have gone out: it ends as [`Handover::Unknown`].
struct Duty<'a> {
    courier: &'a Courier,
    id: MessageId,
    tell: watch::Sender<Option<Handed>>,
    answer: Handed,
}

impl Drop for Duty<'_> {
    fn drop(&mut self) {
        self.courier.memory.lock().end(self.id, self.answer);
        self.courier.counters.answered(self.answer.handover);
        self.tell.send_replace(Some(self.answer));
        self.courier.answered.notify_waiters();
    }
}

#[async_trait]
impl Outbound for Courier {
    async fn run(&self) -> Result<CourierRun, PeerGone> {
        Ok(self.run)
    }

    async fn send(
        &self,
        run: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone> {
        if run != self.run {
            return Ok(None);
        }
        let mut waiting = match self.begin(message.id) {
            Begin::Send(duty) => return Ok(Some(self.hand_over(message, duty).await)),
            Begin::Refuse(why) => return Ok(Some(Handover::Rejected(why).into())),
            Begin::Answered(answer) => {
                self.counters.repeated();
                return Ok(Some(answer));
            }
            Begin::Wait(waiting) => waiting,
        };
        drop(message);
        self.counters.repeated();
        let answer = waiting.wait_for(Option::is_some).await;
        // The sender always answers before it is gone, so the fallback is never taken.
        let answer = answer.ok().and_then(|answer| *answer);
        Ok(Some(answer.unwrap_or(Handover::Unknown.into())))
    }

    async fn verified(&self, run: CourierRun, counts: Vec<RouteCount>) -> Result<(), PeerGone> {
        if let (true, Some(pool)) = (run == self.run, &self.carriers.pool) {
            pool.verified(&counts);
        }
        Ok(())
    }

    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        match &self.carriers.operator {
            Some(operator) => operator.ask(question).await,
            None => Err(NoAnswer::NoOperator),
        }
    }
}

impl fmt::Debug for Courier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Courier")
            .field("run", &self.run)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
