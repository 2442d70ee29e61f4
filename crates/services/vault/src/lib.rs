//! Proof of control, sealing, limits and the log: the only judge and the only holder of numbers.
//!
//! One file for each verb, one for each concern below them:
//!
//! | file | concern |
//! |---|---|
//! | `begin`, `again`, `resend`, `check`, `find`, `approve`, `reclaim`, `accounts`, `seal_key` | the verbs of [`peers::vault::NumberVault`] |
//! | `factors` | authenticator apps: secrets kept, codes judged |
//! | `told` | what may be told of a verification |
//! | `sim`, `ask` | what a number's operator says: before a code proves anything; for an application |
//! | `outbox`, `handover` | handing messages to the courier, once |
//! | `recent` | rows just begun, so that their first check reads nothing |
//! | `limits`, `budgets` | hard limits of a number; of an application and the instance |
//! | `keys`, `tags`, `secrets`, `shares`, `guard` | which key for what; tags by index key; sealed rows; row MACs |
//! | `log` | leaves, written in the transaction that acts |
//! | `rows` | the tables |
//! | `jobs`, `housekeeping`, `epochs`, `rotation`, `reindex` | what happens later, and what is cleared away |
//!
//! What holds against a lying front is a row here, never process memory.

mod accounts;
mod again;
mod announce;
mod applications;
mod approve;
mod ask;
mod begin;
mod budgets;
mod check;
mod check_data;
mod config;
#[cfg(feature = "demo")]
mod demo;
mod epochs;
mod factors;
mod fault;
mod find;
mod forgetting;
pub mod genesis;
mod guard;
mod handover;
mod housekeeping;
mod intake;
mod jobs;
mod keys;
mod limits;
mod log;
mod new_accounts;
mod outbox;
mod recent;
mod reclaim;
mod reindex;
mod render;
mod resend;
mod restored;
pub mod rotation;
mod routes;
pub mod rows;
mod seal_key;
mod secrets;
mod shares;
mod sim;
mod tags;
mod told;
mod verbs;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
};

use model::{Clock, Entropy, Millis, Timestamp};
use parking_lot::RwLock;
use peers::{
    carrier::Outbound,
    front::FrontEvents,
    vault::{BeginRefusal, SealKey, Unavailable, Verdict},
};
use seal::{Hsm, ingest::IngestKey};
use store::Store;
use tokio::sync::{Notify, mpsc};

pub use applications::{TermsRefused, register};
pub use check_data::{Findings, check_data};
pub use config::{SimCheck, SimPolicy, VaultConfig};
pub use fault::Fault;
pub use jobs::{Peers, jobs_worker};
pub use keys::Keys;
pub use restored::end_open;
pub use rows::{Application, SandboxNumber};
pub use tags::{FIRST_RESERVED, NumberTags};

use applications::Applications;
use budgets::{Budgets, Measure};
use outbox::{Outbox, Outgoing};
use recent::Recent;
use rows::Verification;

/// Everything a vault is made of.
pub struct Parts {
    /// Its databases: `share` first, then `main`.
    pub store: Arc<dyn Store>,
    /// Its key store.
    pub hsm: Arc<dyn Hsm>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// Limits.
    pub config: VaultConfig,
}

/// What every verb works with.
pub(crate) struct Core {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) keys: Arc<Keys>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) config: Arc<VaultConfig>,
    pub(crate) budgets: Budgets,
    pub(crate) applications: Applications,
    pub(crate) outbox: Outbox,
    /// Whoever asks operators for us.
    pub(crate) courier: OnceLock<Arc<dyn Outbound>>,
    pub(crate) recent: Recent,
    pub(crate) routes: routes::Routes,
    pub(crate) ingest: RwLock<BTreeMap<u32, Arc<IngestKey>>>,
    pub(crate) seal_note: RwLock<Option<(u32, SealKey)>>,
    pub(crate) jobs_wake: Arc<Notify>,
    accounts: AtomicI64,
    shredded: AtomicBool,
    latest: AtomicI64,
    /// The day on which counters of numbers were cleared last.
    pub(crate) limits_cleared: AtomicI64,
    /// The day on which rows under older index keys were looked for last.
    pub(crate) index_looked: AtomicI64,
}

/// The vault: the verbs are on [`peers::vault::NumberVault`] and
/// [`peers::carrier::CourierEvents`].
#[derive(Clone)]
pub struct Vault(Arc<Core>);

/// The vault's other end of the message queue: hand it to [`Vault::dispatch`], once.
pub struct Queue(mpsc::Receiver<Outgoing>);

/// How far the clock may go back before nothing opens any more.
const CLOCK_TOLERANCE: Millis = Millis::from_seconds(60);

impl Vault {
    /// Opens the vault over migrated databases; at the very first start makes its keys.
    ///
    /// # Errors
    /// [`Fault`] of the store or the key store, or when the two do not belong together.
    pub async fn open(parts: Parts) -> Result<(Self, Queue), Fault> {
        let Parts {
            store,
            hsm,
            clock,
            entropy,
            config,
        } = parts;
        let deployment = genesis::open_or_create(&*store, &hsm, &*entropy, &*clock).await?;
        let guard = Arc::new(genesis::guard(&*hsm)?);
        let rotations = rotation::rotations(&*store, Arc::clone(&guard)).await?;
        let keys = Keys::load(
            hsm,
            guard,
            &deployment,
            (&config.base_classes, &rotations),
            Arc::clone(&entropy),
        )?;
        let (outbox, queue) = Outbox::new();
        let core = Core {
            store,
            keys: Arc::new(keys),
            clock,
            entropy,
            config: Arc::new(config),
            budgets: Budgets::default(),
            applications: Applications::default(),
            outbox,
            courier: OnceLock::new(),
            recent: Recent::default(),
            routes: routes::Routes::default(),
            ingest: RwLock::default(),
            seal_note: RwLock::default(),
            jobs_wake: Arc::new(Notify::new()),
            accounts: AtomicI64::new(0),
            shredded: AtomicBool::new(false),
            latest: AtomicI64::new(0),
            limits_cleared: AtomicI64::new(0),
            index_looked: AtomicI64::new(0),
        };
        core.recall().await?;
        Ok((Self(Arc::new(core)), Queue(queue)))
    }

    /// The keys, for operator's commands that run beside the verbs.
    #[must_use]
    pub fn keys(&self) -> &Arc<Keys> {
        &self.0.keys
    }

    /// Hands queued messages to the courier until the vault is dropped everywhere else; first
    /// asks about those that a crash left open.
    ///
    /// # Errors
    /// [`Fault`] when the open messages cannot be read.
    pub async fn dispatch(&self, outbound: Arc<dyn Outbound>, queue: Queue) -> Result<(), Fault> {
        let core = Arc::clone(&self.0);
        let (recovered, ()) = tokio::join!(
            core.recover_messages(),
            outbox::dispatch(Arc::clone(&self.0), outbound, queue.0)
        );
        recovered.map(|_| ())
    }

    /// Names the courier through which operators are asked; the first one stays, whichever run of it
    /// is there. Before that nobody is asked.
    pub fn ask_through(&self, courier: Arc<dyn Outbound>) {
        self.0.courier.get_or_init(|| courier);
    }

    /// Learns which run of the courier is there, so that new messages can be meant for it. Called
    /// whenever a courier was connected.
    pub async fn greet_courier(&self, outbound: &dyn Outbound) {
        if let Ok(run) = outbound.run().await {
            self.0.outbox.heard(Some(run));
        }
    }

    /// Closes the message queue: what is in it is still handed over, then
    /// [`Vault::dispatch`] returns.
    pub fn close_outbox(&self) {
        self.0.outbox.close();
    }

    /// Clears away what has ended and starts a new epoch when it is time. Meant for once a
    /// minute.
    ///
    /// # Errors
    /// [`Fault`] of the store or key store; what was cleared stays cleared.
    pub async fn housekeep(&self) -> Result<(), Fault> {
        self.0.housekeep().await
    }

    /// Writes down the count of accounts, for the next start.
    ///
    /// # Errors
    /// [`Fault`] of the store.
    pub async fn keep_tally(&self) -> Result<(), Fault> {
        self.0.keep_tally().await
    }

    /// Says that leftovers of something shredded are still to be scrubbed.
    pub fn note_shredded(&self) {
        self.0.shredded();
    }

    /// Whether something was shredded since the last call, so that the database's own leftovers
    /// should be scrubbed.
    #[must_use]
    pub fn take_shredded(&self) -> bool {
        self.0.shredded.swap(false, Ordering::AcqRel)
    }

    /// The peers that jobs talk to, and what wakes their worker.
    #[must_use]
    pub fn peers(&self, front: Arc<dyn FrontEvents>) -> Peers {
        Peers {
            core: Arc::clone(&self.0),
            front,
        }
    }

    /// Wakes the jobs' worker.
    #[must_use]
    pub fn jobs_wake(&self) -> Arc<Notify> {
        Arc::clone(&self.0.jobs_wake)
    }
}

impl Core {
    /// The time, unless the clock went back by more than a minute since it was last read.
    pub(crate) fn now_or_fault(&self) -> Result<Timestamp, Fault> {
        let now = self.clock.now();
        let latest = self.latest.fetch_max(now.as_millis(), Ordering::AcqRel);
        if Timestamp::from_millis(latest).since(now) > CLOCK_TOLERANCE {
            return Err(Fault::Clock);
        }
        Ok(now)
    }

    pub(crate) fn trusted_now(&self) -> Result<Timestamp, BeginRefusal> {
        let now = self.now_or_fault();
        now.map_err(|fault| BeginRefusal::Unavailable(Unavailable::from(fault)))
    }

    pub(crate) fn measure(&self, now: Timestamp) -> Measure {
        Measure {
            config: Arc::clone(&self.config),
            accounts: self.account_count(),
            now,
        }
    }

    pub(crate) fn account_count(&self) -> u64 {
        u64::try_from(self.accounts.load(Ordering::Relaxed)).unwrap_or(0)
    }

    /// Counts an account that a verification just made.
    pub(crate) fn count_created(&self, row: &Verification) {
        if row.verdict == Some(Verdict::Created) {
            self.accounts.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn count_shredded(&self) {
        self.accounts.fetch_sub(1, Ordering::Relaxed);
        self.shredded();
    }

    pub(crate) fn shredded(&self) {
        self.shredded.store(true, Ordering::Release);
    }
}
