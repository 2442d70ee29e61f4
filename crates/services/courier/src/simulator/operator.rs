//! A pretend mobile operator: SIM cards that were changed when a test says so, and devices that are
//! known by tokens. It answers as a real one would, in memory, for demo and tests.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    hash::Hash,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use aws_lc_rs::digest::{SHA256, digest};
use data_encoding::HEXLOWER;
use model::{Clock, Entropy, EntropyError, Millis, NetworkToken, Timestamp};
use numbers::E164;
use parking_lot::Mutex;
use peers::operator::{Claim, NoAnswer, Operator, OperatorAnswer, OperatorQuestion, SimQuestion};

/// The most numbers, and the most tokens, that are remembered; the oldest goes first.
const REMEMBERED_MAX: usize = 10_000;
/// How long a token is good (CAMARA `number-verification`: at most five minutes).
const TOKEN_LIFETIME: Millis = Millis::from_seconds(300);
/// When every SIM card that nobody says more about was first used: 3 July 2023.
const FIRST_USED: Timestamp = Timestamp::from_millis(1_688_342_400_000);

/// What the operator knows of one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sim {
    /// The card was never changed.
    Unchanged,
    /// It was changed then.
    ChangedAt(Timestamp),
    /// The operator may not say more than that it was not changed within so many days; without
    /// days the number has no card yet.
    Unsaid {
        /// How many days.
        monitored_days: Option<u32>,
    },
    /// The number's contract has no such service.
    NotOffered,
    /// The number is another operator's.
    Unknown,
}

/// How the operator behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mood {
    /// It answers at once.
    #[default]
    Answers,
    /// It cannot be reached.
    Away,
    /// It takes so many milliseconds.
    Slow {
        /// How many.
        millis: u32,
    },
}

/// A device that the network knows.
struct Device {
    number: E164,
    by_network: bool,
    ends_at: Timestamp,
}

/// A map that forgets what came first.
struct Newest<K, V> {
    all: HashMap<K, V>,
    order: VecDeque<K>,
}

impl<K: Hash + Eq + Clone, V> Newest<K, V> {
    fn new() -> Self {
        Self {
            all: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    fn insert(&mut self, key: K, value: V) {
        if self.all.insert(key.clone(), value).is_some() {
            return;
        }
        self.order.push_back(key);
        if self.order.len() > REMEMBERED_MAX
            && let Some(oldest) = self.order.pop_front()
        {
            self.all.remove(&oldest);
        }
    }
}

struct State {
    sims: Newest<E164, Sim>,
    devices: Newest<String, Option<Device>>,
    mood: Mood,
    asked: u64,
}

/// The operator. Cheap to share.
pub struct PretendOperator {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
}

impl PretendOperator {
    /// An operator whose SIM cards were never changed.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            clock,
            entropy,
            state: Mutex::new(State {
                sims: Newest::new(),
                devices: Newest::new(),
                mood: Mood::Answers,
                asked: 0,
            }),
        }
    }

    /// Says what the operator knows of a number from now on.
    pub fn set_sim(&self, number: &E164, sim: Sim) {
        self.state.lock().sims.insert(number.clone(), sim);
    }

    /// The SIM card of a number was changed so many hours ago.
    pub fn change_sim(&self, number: &E164, hours_ago: u32) {
        let ago = Millis::from_seconds(-3600 * i64::from(hours_ago));
        self.set_sim(number, Sim::ChangedAt(self.clock.now().plus(ago)));
    }

    /// How the operator behaves from now on.
    pub fn set_mood(&self, mood: Mood) {
        self.state.lock().mood = mood;
    }

    /// How often it was asked.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.state.lock().asked
    }

    /// What the device with this number is given to be known by, once. `by_network` says whether
    /// the network itself recognised it.
    ///
    /// # Errors
    /// [`EntropyError`].
    pub fn network_token(
        &self,
        number: &E164,
        by_network: bool,
    ) -> Result<NetworkToken, EntropyError> {
        let token = format!("net_{}", HEXLOWER.encode(&self.entropy.random_16()?));
        let device = Device {
            number: number.clone(),
            by_network,
            ends_at: self.clock.now().plus(TOKEN_LIFETIME),
        };
        self.state
            .lock()
            .devices
            .insert(token.clone(), Some(device));
        // 36 characters always fit.
        NetworkToken::new(token).ok_or(EntropyError)
    }

    fn about_sim(&self, number: &E164, question: SimQuestion) -> Result<OperatorAnswer, NoAnswer> {
        let known = self.state.lock().sims.all.get(number).copied();
        let (at, monitored_days) = match known.unwrap_or(Sim::Unchanged) {
            Sim::Unchanged => (Some(FIRST_USED), None),
            Sim::ChangedAt(at) => (Some(at), None),
            Sim::Unsaid { monitored_days } => (None, monitored_days),
            Sim::NotOffered => return Err(NoAnswer::NotOffered),
            Sim::Unknown => return Err(NoAnswer::UnknownNumber),
        };
        let SimQuestion::ChangedWithin { hours } = question else {
            return Ok(OperatorAnswer::ChangedAt { at, monitored_days });
        };
        if monitored_days.is_some_and(|days| u32::from(hours) > days.saturating_mul(24)) {
            return Err(NoAnswer::TooFarBack);
        }
        let span = Millis::from_seconds(i64::from(hours) * 3600);
        let now = self.clock.now();
        Ok(OperatorAnswer::Changed(
            at.is_some_and(|at| now.since(at) <= span),
        ))
    }

    fn about_device(&self, token: &str, claim: &Claim) -> Result<OperatorAnswer, NoAnswer> {
        // It stays as one that was used.
        let known = self
            .state
            .lock()
            .devices
            .all
            .get_mut(token)
            .map(Option::take);
        let device = known.flatten().ok_or(NoAnswer::TokenRefused)?;
        if device.ends_at <= self.clock.now() {
            return Err(NoAnswer::TokenRefused);
        }
        if !device.by_network {
            return Err(NoAnswer::NotByNetwork);
        }
        let same = match claim {
            Claim::Number(number) => *number == device.number,
            Claim::Hash(hash) => {
                digest(&SHA256, device.number.as_str().as_bytes()).as_ref() == hash
            }
        };
        Ok(OperatorAnswer::SameDevice(same))
    }
}

#[async_trait]
impl Operator for PretendOperator {
    async fn ask(&self, question: OperatorQuestion) -> Result<OperatorAnswer, NoAnswer> {
        let mood = {
            let mut state = self.state.lock();
            state.asked += 1;
            state.mood
        };
        match mood {
            Mood::Answers => {}
            Mood::Away => return Err(NoAnswer::Away),
            Mood::Slow { millis } => {
                tokio::time::sleep(Duration::from_millis(millis.into())).await;
            }
        }
        match &question {
            OperatorQuestion::Sim { number, question } => self.about_sim(number, *question),
            OperatorQuestion::Device { token, claim } => self.about_device(token.expose(), claim),
        }
    }
}

impl fmt::Debug for PretendOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PretendOperator")
            .field("asked", &self.asked())
            .finish_non_exhaustive()
    }
}
