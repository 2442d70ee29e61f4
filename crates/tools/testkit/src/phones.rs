//! Phones that remember what they were sent, and a courier whose behaviour a test chooses.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use courier::simulator::PretendOperator;
use model::{Channel, MessageId};
use parking_lot::Mutex;
use peers::{
    carrier::{
        CarrierMessage, CourierRun, Handed, Handover, Outbound, RouteCount, RouteHandle,
        SpokenPart, Words,
    },
    front::PeerGone,
    operator::{NoAnswer, Operator, OperatorAnswer, OperatorQuestion},
};
use tokio::sync::Notify;

/// The route that every message of a test goes by.
pub const ROUTE: RouteHandle = RouteHandle(7);

/// One message that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrived {
    /// Its id.
    pub id: MessageId,
    /// Text or call.
    pub channel: Channel,
    /// The words; a call as its sentences and digits.
    pub text: String,
    /// The code in it.
    pub code: String,
}

/// What the courier does with the next message.
#[derive(Debug, Clone, Copy)]
enum Next {
    Answer(Handover),
    /// It goes out, but the answer is lost.
    LoseAnswer,
}

#[derive(Default)]
struct State {
    threads: HashMap<String, Vec<Arrived>>,
    answered: HashMap<MessageId, Handover>,
    script: VecDeque<Next>,
    run: u8,
    handed: usize,
    verified: Vec<RouteCount>,
}

/// The courier of a test and all phones of the world.
#[derive(Default)]
pub struct Phones {
    state: Mutex<State>,
    changed: Notify,
    operator: OnceLock<Arc<PretendOperator>>,
}

impl Phones {
    /// Gives the phones an operator that can be asked about them. The first one stays.
    #[must_use]
    pub fn with_operator(self, operator: PretendOperator) -> Self {
        self.operator.get_or_init(|| Arc::new(operator));
        self
    }

    /// The operator of all phones.
    pub fn operator(&self) -> &PretendOperator {
        self.operator.get().expect("these phones have an operator")
    }

    /// The next message is answered like this; a rejected one does not arrive.
    pub fn answer_next(&self, handover: Handover) {
        self.state.lock().script.push_back(Next::Answer(handover));
    }

    /// The next message arrives, and the answer is lost on the way back.
    pub fn lose_next_answer(&self) {
        self.state.lock().script.push_back(Next::LoseAnswer);
    }

    /// The courier dies and another takes its place: nothing is remembered but what arrived.
    pub fn restart(&self) {
        let mut state = self.state.lock();
        state.run += 1;
        state.answered.clear();
    }

    /// Everything that arrived at a phone, oldest first.
    pub fn thread(&self, number: &str) -> Vec<Arrived> {
        self.state
            .lock()
            .threads
            .get(number)
            .cloned()
            .unwrap_or_default()
    }

    /// The counts of proven codes that the vault told, oldest first.
    pub fn verified(&self) -> Vec<RouteCount> {
        self.state.lock().verified.clone()
    }

    /// Messages handed over so far, whether or not they arrived.
    pub fn handed(&self) -> usize {
        self.state.lock().handed
    }

    /// The newest code, as soon as at least one message has arrived.
    pub async fn code(&self, number: &str) -> String {
        self.arrived(number, 1).await.code
    }

    /// The newest message, as soon as at least `count` have arrived.
    pub async fn arrived(&self, number: &str, count: usize) -> Arrived {
        loop {
            let changed = self.changed.notified();
            if let Some(newest) = self.thread(number).get(count - 1..).and_then(<[_]>::last) {
                return newest.clone();
            }
            changed.await;
        }
    }

    /// Waits until `count` messages were handed over.
    pub async fn handed_over(&self, count: usize) {
        loop {
            let changed = self.changed.notified();
            if self.handed() >= count {
                return;
            }
            changed.await;
        }
    }
}

#[async_trait]
impl Outbound for Phones {
    async fn run(&self) -> Result<CourierRun, PeerGone> {
        Ok(CourierRun([self.state.lock().run; 8]))
    }

    async fn send(
        &self,
        run: CourierRun,
        message: CarrierMessage,
    ) -> Result<Option<Handed>, PeerGone> {
        let answer = {
            let mut state = self.state.lock();
            if run != CourierRun([state.run; 8]) {
                return Ok(None);
            }
            if let Some(known) = state.answered.get(&message.id) {
                return Ok(Some((*known).into()));
            }
            state.handed += 1;
            let next = state
                .script
                .pop_front()
                .unwrap_or(Next::Answer(Handover::Accepted));
            let handover = match next {
                Next::Answer(handover) => handover,
                Next::LoseAnswer => Handover::Accepted,
            };
            state.answered.insert(message.id, handover);
            if handover == Handover::Accepted {
                let number = message.to.as_str().to_owned();
                state
                    .threads
                    .entry(number)
                    .or_default()
                    .push(read(&message));
            }
            match next {
                Next::Answer(handover) => Ok(Some(Handed {
                    handover,
                    route: Some(ROUTE),
                })),
                Next::LoseAnswer => Err(PeerGone),
            }
        };
        self.changed.notify_waiters();
        answer
    }

    async fn verified(&self, _run: CourierRun, counts: Vec<RouteCount>) -> Result<(), PeerGone> {
        self.state.lock().verified.extend(counts);
        Ok(())
    }

    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        match self.operator.get() {
            Some(operator) => operator.ask(question).await,
            None => Err(NoAnswer::NoOperator),
        }
    }
}

fn read(message: &CarrierMessage) -> Arrived {
    let (text, code) = match &message.words {
        Words::Text(text) => {
            let code = text.rsplit_once('#').map_or("", |(_, code)| code);
            (text.clone(), code.to_owned())
        }
        Words::Spoken(parts) => (parts.iter().map(spoken).collect(), digits(parts)),
    };
    Arrived {
        id: message.id,
        channel: message.channel(),
        text,
        code,
    }
}

fn spoken(part: &SpokenPart) -> String {
    match part {
        SpokenPart::Say(text) | SpokenPart::Digits(text) | SpokenPart::AwaitKey(text) => {
            format!("{text}\n")
        }
        SpokenPart::Pause { .. } => String::new(),
    }
}

fn digits(parts: &[SpokenPart]) -> String {
    let digits = parts.iter().find_map(|part| match part {
        SpokenPart::Digits(digits) => Some(digits.clone()),
        _ => None,
    });
    digits.unwrap_or_default()
}
