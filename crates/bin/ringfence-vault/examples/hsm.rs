//! How fast a vault works on keys in a PKCS#11 token, as it is or as one behind a network would
//! be: prints a line `NAME RATE MICROS` for each measure, calls in a second and processor time of
//! the whole process for each. `cargo xtask bench hsm` runs it.
//!
//! Rows are in memory, so that the token is measured and not a disk. `lookups` are tags of numbers
//! (one HMAC). `starts` are codes to new numbers by the verb `begin` (one HMAC), `openings` codes
//! to numbers on file by the same verb (one ECDH).
//!
//! Usage: `hsm LIBRARY LABEL PIN_FILE as-is|slow SECONDS`
#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a benchmark measures real time, says so, and ends where it cannot go on"
)]

#[path = "../src/waiting.rs"]
mod waiting;

use std::{
    future::Future,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hsm_pkcs11::{Library, Options, Pkcs11Hsm, TokenOptions};
use hsm_software::{Pretend, SlowHsm};
use model::{CodePurpose, Subject, Timestamp, VerificationId};
use peers::vault::{Checked, Destination, NumberVault};
use rustix::time::{ClockId, clock_gettime};
use seal::Hsm;
use store::{Memory, Store};
use testkit::{APP, HandClock, Phones, SeededEntropy, app_terms, begin, guess};
use tokio::task::JoinSet;
use vault::{Parts, Vault, VaultConfig};

/// Requests under way at one time.
const TASKS: u64 = 64;
/// Accounts that codes are sent to. A number takes 250 codes.
const ACCOUNTS: u64 = 256;
const SLOW: Pretend = Pretend {
    latency: Duration::from_millis(1),
    per_second: 3_000,
};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [library, label, pin_file, how, seconds] = &words[..] else {
        panic!("usage: hsm LIBRARY LABEL PIN_FILE as-is|slow SECONDS");
    };
    let hsm = open(library.as_ref(), label, pin_file.as_ref(), how == "slow");
    let span = Duration::from_secs(seconds.parse().expect("SECONDS is a whole number"));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure(hsm, span));
}

fn open(library: &Path, label: &str, pin_file: &Path, slow: bool) -> Arc<dyn Hsm> {
    let options = Options {
        token: TokenOptions {
            label: label.to_owned(),
            pin_file: pin_file.to_owned(),
            make: None,
        },
        staff: None,
        sessions: 16,
        patience: Options::PATIENCE,
        refusals: None,
        clock: Arc::new(HandClock::at(START)),
    };
    let library = Library::load(library).expect("the library loads");
    let mut hsm: Arc<dyn Hsm> = Arc::new(Pkcs11Hsm::open(library, options).expect("opens"));
    if slow {
        hsm = Arc::new(SlowHsm::new(hsm, SLOW));
    }
    Arc::new(waiting::Waiting::new(hsm))
}

const START: Timestamp = Timestamp::from_millis(1_795_000_000_000);

/// A vault, and the courier's phones.
struct Bench {
    vault: Vault,
    phones: Arc<Phones>,
    /// Counts numbers, and names verifications.
    next: AtomicU64,
}

async fn measure(hsm: Arc<dyn Hsm>, span: Duration) {
    let bench = Arc::new(Bench::new(hsm).await);
    let accounts = Arc::new(bench.accounts().await);
    let keys = Arc::clone(bench.vault.keys());
    let number = seal::E164::parse("+447700900123").expect("a number");
    let lookups = rate(span, move |_| {
        let (keys, number) = (Arc::clone(&keys), number.clone());
        async move { drop(keys.tags(APP, &number).expect("a lookup")) }
    });
    say("lookups", lookups.await);
    let of = Arc::clone(&bench);
    let starts = rate(span, move |_| {
        let bench = Arc::clone(&of);
        async move { bench.start().await }
    });
    say("starts", starts.await);
    let openings = rate(span, move |count| {
        let (bench, accounts) = (Arc::clone(&bench), Arc::clone(&accounts));
        async move {
            let place = usize::try_from(count % ACCOUNTS).expect("small");
            bench.start_on_file(accounts[place]).await;
        }
    });
    say("openings", openings.await);
}

fn say(name: &str, (rate, cost): (f64, f64)) {
    println!("{name} {rate} {cost}");
}

/// Processor time of this process so far.
fn worked() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::try_from(time).expect("it does not run backwards")
}

/// Calls in a second, so many at one time, and microseconds of processor time for each.
async fn rate<F: Future<Output = ()> + Send + 'static>(
    span: Duration,
    call: impl Fn(u64) -> F + Clone + Send + Sync + 'static,
) -> (f64, f64) {
    let done = Arc::new(AtomicU64::new(0));
    let (begun, before) = (Instant::now(), worked());
    let mut tasks = JoinSet::new();
    for _ in 0..TASKS {
        let (call, done) = (call.clone(), Arc::clone(&done));
        tasks.spawn(async move {
            while begun.elapsed() < span {
                call(done.fetch_add(1, Ordering::Relaxed)).await;
                tokio::task::yield_now().await;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a call");
    }
    let calls = u32::try_from(done.load(Ordering::Relaxed)).expect("fewer");
    let (calls, cost) = (f64::from(calls), worked() - before);
    (
        calls / begun.elapsed().as_secs_f64(),
        cost.as_secs_f64() * 1e6 / calls,
    )
}

impl Bench {
    async fn new(hsm: Arc<dyn Hsm>) -> Self {
        const MANY: u32 = 1_000_000_000;
        let store: Arc<dyn Store> =
            Arc::new(Memory::open(&vault::rows::SCHEMA).expect("the schema is well formed"));
        let config = VaultConfig {
            number_sends_per_hour: 250,
            number_sends_per_day: 250,
            application_sends_per_hour: MANY,
            overall_sends_per_hour: MANY,
            application_lookups_per_hour: MANY,
            overall_lookups_per_hour: MANY,
            // A thousand times the accounts, every day.
            openings_per_day_basis_points: 10_000_000,
            ..VaultConfig::default()
        };
        let parts = Parts {
            store: Arc::clone(&store),
            hsm,
            clock: Arc::new(HandClock::at(START)),
            entropy: Arc::new(SeededEntropy::new(7)),
            config,
        };
        let (vault, queue) = Vault::open(parts).await.expect("the vault opens");
        vault::register(app_terms(APP), vault.keys(), &*store)
            .await
            .expect("registers");
        let phones = Arc::new(Phones::default());
        vault.greet_courier(&*phones).await;
        let (dispatcher, outbound) = (vault.clone(), phones.clone());
        // It ends with the process.
        drop(tokio::spawn(async move {
            dispatcher.dispatch(outbound, queue).await
        }));
        let next = AtomicU64::new(0);
        Self {
            vault,
            phones,
            next,
        }
    }

    fn verification(&self) -> (u64, VerificationId) {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        (
            count,
            VerificationId::from_bytes(u128::from(count).to_be_bytes()),
        )
    }

    /// A code to a number that nobody has asked about before.
    async fn start(&self) {
        let (count, id) = self.verification();
        self.begin(id, &number(count)).await;
    }

    async fn begin(&self, id: VerificationId, number: &str) {
        let request = begin(id, APP, CodePurpose::Signup, number);
        self.vault.begin(request).await.expect("a code is sent");
    }

    /// A code to the number of an account.
    async fn start_on_file(&self, subject: Subject) {
        let (_, id) = self.verification();
        let mut request = begin(id, APP, CodePurpose::Login, "");
        request.destination = Destination::OnFile(subject);
        self.vault.begin(request).await.expect("a code is sent");
    }

    async fn accounts(&self) -> Vec<Subject> {
        let mut accounts = Vec::new();
        for _ in 0..ACCOUNTS {
            let (count, id) = self.verification();
            let number = number(count);
            self.begin(id, &number).await;
            let code = self.phones.code(&number).await;
            let checked = self.vault.check(guess(APP, id, &code)).await;
            let Ok(Checked::Approved(approved)) = checked else {
                panic!("the code that was sent is approved");
            };
            accounts.extend(approved.subject);
        }
        accounts
    }
}

/// Unassigned numbers of the right length for a mobile line.
fn number(count: u64) -> String {
    format!("+4479{:08}", count % 100_000_000)
}
