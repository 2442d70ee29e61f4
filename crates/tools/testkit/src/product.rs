//! Front and vault wired in one process.

use std::sync::Arc;

use courier::simulator::PretendOperator;
use identity::{Approved, Begun, Client, Destination, Identity, IdentityConfig, Start, StartError};
use model::{
    ApplicationId, ChannelChoice, Clock, CodePurpose, Entropy, Millis, Timestamp, TypedCode,
    TypedNumber, VerificationId,
};
use numbers::Region;
use peers::vault::{Checked, NumberVault};
use seal::soft::SoftKeys;
use store::{
    Memory, Store, Tx,
    jobs::{self, Worker},
};
use tokio::{sync::Notify, task::JoinSet};
use vault::{Application, Parts, Vault, VaultConfig};

use crate::{HandClock, Phones, SeededEntropy};

/// The application of most tests.
pub const APP: ApplicationId = ApplicationId::from_bytes([0xA9; 16]);

/// What a test may choose.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Seed of all randomness.
    pub seed: u64,
    /// Limits of the vault.
    pub vault: VaultConfig,
    /// Limits of the front.
    pub front: IdentityConfig,
    /// Applications in the vault's register.
    pub apps: Vec<Application>,
}

impl Setup {
    /// The usual.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            seed,
            vault: VaultConfig {
                sandbox_allowed: true,
                outcome_wait: model::Millis::from_millis(0),
                ..VaultConfig::default()
            },
            front: IdentityConfig {
                copies_gather: model::Millis::from_millis(0),
                ..IdentityConfig::default()
            },
            apps: vec![app_terms(APP)],
        }
    }
}

/// Usual terms of an application.
#[must_use]
pub fn app_terms(id: ApplicationId) -> Application {
    Application {
        id,
        name: "Harbour Chat".to_owned(),
        host: "chat.harbour.example".to_owned(),
        sender: "HARBOUR".to_owned(),
        accounts_per_number: 1,
        countries: Vec::new(),
        refused_lines: vec!["premium_rate".to_owned()],
        voice: true,
        sms: true,
        sandbox: None,
        version: 0,
    }
}

/// The product. Call [`Product::finish`] at the end: it complains about jobs left undone.
pub struct Product {
    /// The front's service.
    pub identity: Identity,
    /// The vault.
    pub vault: Vault,
    /// The time.
    pub clock: Arc<HandClock>,
    /// All randomness.
    pub entropy: Arc<SeededEntropy>,
    /// The courier and every phone.
    pub phones: Arc<Phones>,
    /// The front's rows.
    pub front_store: Arc<dyn Store>,
    /// The vault's rows.
    pub vault_store: Arc<dyn Store>,
    /// The keys, which outlive a restart.
    pub hsm: Arc<SoftKeys>,
    workers: [Worker; 2],
    tasks: JoinSet<()>,
    stop_copying: Arc<Notify>,
    setup: Setup,
    finished: bool,
}

/// 18 November 2026, 11:06:40 UTC.
const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

impl Product {
    /// The usual product.
    pub async fn new(seed: u64) -> Self {
        Self::with(Setup::new(seed)).await
    }

    /// A product of one's own making.
    pub async fn with(setup: Setup) -> Self {
        let [front, vault] = Self::memory_stores();
        Self::over(setup, front, vault).await
    }

    /// Empty stores in memory: the front's and the vault's.
    #[must_use]
    pub fn memory_stores() -> [Arc<dyn Store>; 2] {
        [&identity::rows::SCHEMA, &vault::rows::SCHEMA].map(|schema| -> Arc<dyn Store> {
            Arc::new(Memory::open(schema).expect("the schema is well formed"))
        })
    }

    /// A product over stores of one's own, for example ones that fail.
    pub async fn over(
        setup: Setup,
        front_store: Arc<dyn Store>,
        vault_store: Arc<dyn Store>,
    ) -> Self {
        let clock = Arc::new(HandClock::at(START));
        let entropy = Arc::new(SeededEntropy::new(setup.seed));
        let random: Arc<dyn seal::Fill> = entropy.clone();
        let hsm = Arc::new(SoftKeys::new(random));
        let operator = PretendOperator::new(clock.clone(), entropy.clone());
        let phones = Arc::new(Phones::default().with_operator(operator));
        Self::wire(setup, clock, entropy, phones, front_store, vault_store, hsm).await
    }

    async fn wire(
        setup: Setup,
        clock: Arc<HandClock>,
        entropy: Arc<SeededEntropy>,
        phones: Arc<Phones>,
        front_store: Arc<dyn Store>,
        vault_store: Arc<dyn Store>,
        hsm: Arc<SoftKeys>,
    ) -> Self {
        let parts = Parts {
            store: Arc::clone(&vault_store),
            hsm: hsm.clone(),
            clock: clock.clone(),
            entropy: entropy.clone(),
            config: setup.vault.clone(),
        };
        let (vault, queue) = Vault::open(parts).await.expect("the vault opens");
        for app in &setup.apps {
            let app = app.clone();
            vault::register(app, vault.keys(), &*vault_store)
                .await
                .expect("registers");
        }
        vault.ask_through(phones.clone());
        vault.greet_courier(&*phones).await;
        let mut tasks = JoinSet::new();
        let (dispatcher, outbound) = (vault.clone(), phones.clone());
        tasks.spawn(async move {
            dispatcher
                .dispatch(outbound, queue)
                .await
                .expect("open messages can be read");
        });
        let front = identity::Parts {
            store: Arc::clone(&front_store),
            vault: Arc::new(vault.clone()),
            clock: clock.clone(),
            entropy: entropy.clone(),
            config: setup.front.clone(),
        };
        let identity = Identity::open(front).await.expect("the front opens");
        let copying = identity.clone();
        let stop_copying = Arc::new(Notify::new());
        let stop = Arc::clone(&stop_copying);
        tasks.spawn(async move { copying.run_copies(stop.notified()).await });
        let peers = vault.peers(Arc::new(identity.clone()));
        let workers = [
            vault::jobs_worker(peers, entropy.random_16().expect("seeded")),
            identity::worker(&identity, entropy.random_16().expect("seeded")),
        ];
        Self {
            identity,
            vault,
            clock,
            entropy,
            phones,
            front_store,
            vault_store,
            hsm,
            workers,
            tasks,
            stop_copying,
            setup,
            finished: false,
        }
    }

    /// Both rooms stop at once, as by `kill -9`, and start again over the same rows.
    pub async fn crash(mut self) -> Self {
        self.tasks.abort_all();
        while self.tasks.join_next().await.is_some() {}
        self.finished = true;
        Self::wire(
            self.setup.clone(),
            self.clock.clone(),
            self.entropy.clone(),
            self.phones.clone(),
            self.front_store.clone(),
            self.vault_store.clone(),
            self.hsm.clone(),
        )
        .await
    }

    /// Starts a verification at [`APP`].
    pub async fn start(
        &self,
        number: &str,
        purpose: CodePurpose,
    ) -> Result<(VerificationId, Begun), StartError> {
        self.identity.start(self.request(number, purpose)).await
    }

    /// A request at [`APP`] for a number as typed in Britain.
    pub fn request(&self, number: &str, purpose: CodePurpose) -> Start {
        Start {
            application: APP,
            purpose,
            destination: Destination::Typed {
                text: TypedNumber::new(number.to_owned()).expect("short"),
                region: Region::parse("GB").ok(),
            },
            channel: ChannelChoice::Auto,
            subject: None,
            locale: None,
            owner: None,
            client: Client::default(),
            verification: None,
            idempotency_key: None,
        }
    }

    /// Starts a sign-up.
    pub async fn sign_up(&self, number: &str) -> Result<(VerificationId, Begun), StartError> {
        self.start(number, CodePurpose::Signup).await
    }

    /// Passes a guess through the front.
    pub async fn check(&self, id: VerificationId, code: &str) -> Checked {
        let typed = TypedCode::new(code.to_owned()).expect("short");
        let answer = self
            .identity
            .check(APP, id, typed, &Client::default())
            .await;
        answer.expect("the vault answers").checked
    }

    /// Passes the right code through the front.
    pub async fn approve(&self, id: VerificationId, code: &str) -> Approved {
        match self.check(id, code).await {
            Checked::Approved(approved) => approved,
            other => panic!("not approved: {other:?}"),
        }
    }

    /// A whole flow: start, read the code, check.
    pub async fn prove(&self, number: &str, purpose: CodePurpose) -> Approved {
        let e164 = numbers::parse(number, Region::parse("GB").ok())
            .expect("a number")
            .number;
        let before = self.phones.thread(e164.as_str()).len();
        let (id, _) = self.start(number, purpose).await.expect("starts");
        let arrived = self.phones.arrived(e164.as_str(), before + 1).await;
        self.approve(id, &arrived.code).await
    }

    /// Moves the clock.
    pub fn wait(&self, span: Millis) {
        self.clock.advance(span);
    }

    /// Runs every job that is due, in both rooms, until none is.
    pub async fn run_jobs(&self) -> usize {
        let mut ran = 0;
        loop {
            let mut round = 0;
            for worker in &self.workers {
                let now = self.clock.now().as_millis();
                round += worker.run_due(now).await.expect("jobs can be claimed");
            }
            if round == 0 {
                return ran;
            }
            ran += round;
        }
    }

    /// Waits until every message in the queue has its outcome written.
    pub async fn drain(&mut self) {
        self.vault.close_outbox();
        self.stop_copying.notify_one();
        while let Some(done) = self.tasks.join_next().await {
            done.expect("the dispatcher does not panic");
        }
    }

    /// The vault as a front that lies would call it.
    #[must_use]
    pub fn as_vault(&self) -> &dyn NumberVault {
        &self.vault
    }

    /// Ends the product and complains about what was left undone.
    pub async fn finish(mut self) {
        self.drain().await;
        let copied = self.identity.finish_copies().await;
        copied.expect("read copies can be written");
        self.run_jobs().await;
        let now = self.clock.now().as_millis();
        for (name, store) in [("front", &self.front_store), ("vault", &self.vault_store)] {
            let dead = left(store, jobs::State::Dead).await;
            let leased = left(store, jobs::State::Leased).await;
            let mut due = left(store, jobs::State::Waiting).await;
            // A deletion waits for its time, which is not an end left open.
            due.retain(|job| job.due_ms.is_some_and(|due| due <= now) || job.attempts > 0);
            // What is said below is the complaint: dropping has nothing to add.
            self.finished = true;
            assert!(dead.is_empty(), "{name} left dead jobs: {dead:?}");
            assert!(
                leased.is_empty() && due.is_empty(),
                "{name} left unfinished jobs: {leased:?} {due:?}"
            );
        }
        self.finished = true;
    }
}

/// Jobs of a state, ten of them at most.
async fn left(store: &Arc<dyn Store>, state: jobs::State) -> Vec<jobs::Stored> {
    let listed = store.read("testkit.left", async move |tx: &mut dyn Tx| {
        jobs::list(tx, state, None, 10).await
    });
    listed.await.expect("jobs can be listed")
}

impl Drop for Product {
    fn drop(&mut self) {
        if !self.finished && !std::thread::panicking() {
            panic!("the product was dropped without Product::finish");
        }
    }
}
