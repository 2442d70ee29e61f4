//! Whole flows as a product's backend and a person make them: start, read the code on the phone,
//! check.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::Options;
use super::harness::connection::{Connection, write_request};
use super::harness::load::{self, Outcome, Plan, Recorder, Worker};
use super::product::{Product, Storage};
use super::report::{Measure, Measures};
use super::sealing;
use crate::error::{Error, Result};
use crate::host;

const WARM_UP: Duration = Duration::from_secs(1);
/// Accounts that `login` signs in to, one after another.
const KNOWN: u64 = 20_000;
/// Accounts of the large database.
const MILLION: u64 = 1_000_000;

/// The message each phone showed last: a phone that gets a second code shows the first one until
/// it arrives.
pub(super) type Seen = Mutex<HashMap<String, String>>;

/// What one loop does.
pub(super) struct Load<'a> {
    pub(super) purpose: &'static str,
    pub(super) next: &'a (dyn Fn() -> u64 + Sync),
    /// Absent where no phone gets two codes.
    pub(super) seen: Option<&'a Seen>,
}

/// `signup`: a new number each time.
pub fn signup(options: &Options) -> Result<Vec<Measures>> {
    sign_up_on(options, Storage::Files)
}

/// `signup-postgres`: the same, with the rows on a server on this machine.
pub fn signup_postgres(options: &Options) -> Result<Vec<Measures>> {
    sign_up_on(options, Storage::Server)
}

fn sign_up_on(options: &Options, storage: Storage) -> Result<Vec<Measures>> {
    let product = Product::start_on(options.built, storage)?;
    let empty_bytes = product.disk_bytes()?;
    let idle = product.memory_bytes()?;
    let numbers = AtomicU64::new(0);
    let mut runs = Vec::new();
    for _ in 0..options.runs {
        let next = || numbers.fetch_add(1, Ordering::Relaxed);
        let load = Load {
            purpose: "signup",
            next: &next,
            seen: None,
        };
        let yardstick = sealing::yardstick(options)?;
        let outcome = drive(&product, options, &load)?;
        let mut measures = outcome.measures("flow");
        measures.extend(against(yardstick, outcome.rate()));
        measures.extend(costs(&product, &outcome)?);
        measures.push(mebibytes("memory of all rooms, idle", idle));
        let ready = product.ready_after.as_secs_f64() * 1e3;
        measures.push(Measure::new("ready after start", "ms", ready));
        if storage == Storage::Server {
            let made = numbers.load(Ordering::Relaxed);
            measures.push(server_bytes(&product, empty_bytes, made)?);
        }
        runs.push(measures);
    }
    Ok(runs)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, far below 2^53"
)]
fn server_bytes(product: &Product, empty: u64, accounts: u64) -> Result<Measure> {
    let bytes = product.disk_bytes()?.saturating_sub(empty) as f64;
    let each = bytes / accounts.max(1) as f64;
    Ok(Measure::new("databases, for each account", "bytes", each))
}

/// `login`: accounts that exist.
pub fn login(options: &Options) -> Result<Vec<Measures>> {
    let product = Product::start(options.built)?;
    host::note(format!("making {KNOWN} accounts"));
    let seen = Seen::default();
    fill(&product, options, 0, KNOWN, Some(&seen))?;
    let next = AtomicU64::new(0);
    let known = || next.fetch_add(1, Ordering::Relaxed) % KNOWN;
    let load = Load {
        purpose: "login",
        next: &known,
        seen: Some(&seen),
    };
    let mut runs = Vec::new();
    for _ in 0..options.runs {
        let yardstick = sealing::yardstick(options)?;
        let outcome = drive(&product, options, &load)?;
        let mut measures = outcome.measures("flow");
        measures.extend(against(yardstick, outcome.rate()));
        measures.extend(costs(&product, &outcome)?);
        runs.push(measures);
    }
    Ok(runs)
}

/// A rate beside what one core of this machine sealed a moment before.
fn against(yardstick: f64, rate: f64) -> [Measure; 2] {
    [
        Measure::new("sealing on one core, two wraps", "1/s", yardstick),
        Measure::new("flows for each 100 of it", "", 100.0 * rate / yardstick),
    ]
}

/// `million`: the rate of sign-ups over a database of a million accounts, and what they take.
#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, far below 2^53"
)]
pub fn million(options: &Options) -> Result<Vec<Measures>> {
    let product = Product::start(options.built)?;
    let next = AtomicU64::new(0);
    let number = || next.fetch_add(1, Ordering::Relaxed);
    let load = Load {
        purpose: "signup",
        next: &number,
        seen: None,
    };
    let empty = drive(&product, options, &load)?;
    let made = next.load(Ordering::Relaxed);
    host::note(format!(
        "empty: {:.0} flows/s; loading {MILLION} accounts",
        empty.rate()
    ));
    let reached = fill(&product, options, made, MILLION, None)?;
    next.store(reached, Ordering::Relaxed);
    let bytes = product.disk_bytes()?;
    let full = drive(&product, options, &load)?;
    let mut measures = full.measures("flow");
    measures.push(Measure::new("empty rate", "1/s", empty.rate()));
    let share = 100.0 * full.rate() / empty.rate();
    measures.push(Measure::new("share of the empty rate", "%", share));
    let each = bytes as f64 / reached as f64;
    measures.push(Measure::new(
        "disk per account, all databases",
        "bytes",
        each,
    ));
    measures.push(mebibytes("memory of all rooms", product.memory_bytes()?));
    Ok(vec![measures])
}

/// Makes the accounts `from..to` and some more, in the same way as everybody. Returns the first
/// that is not made: the last step does not stop at once.
pub(super) fn fill(
    product: &Product,
    options: &Options,
    from: u64,
    to: u64,
    seen: Option<&Seen>,
) -> Result<u64> {
    let next = AtomicU64::new(from);
    let step = Options {
        duration: Duration::from_secs(4),
        ..options.clone()
    };
    while next.load(Ordering::Relaxed) < to {
        let number = || next.fetch_add(1, Ordering::Relaxed);
        let load = Load {
            purpose: "signup",
            next: &number,
            seen,
        };
        let step = drive(product, &step, &load)?;
        let done = next.load(Ordering::Relaxed);
        host::show_activity(&format!("{done} of {to}, {:.0}/s", step.rate()));
    }
    host::clear_activity();
    Ok(next.into_inner())
}

fn drive(product: &Product, options: &Options, load: &Load<'_>) -> Result<Outcome> {
    load::run(&plan(product, options)?, |_| Person::new(product, load))
}

/// The usual loop.
pub(super) fn plan(product: &Product, options: &Options) -> Result<Plan> {
    Ok(Plan {
        workers: options.connections,
        warm_up: WARM_UP,
        measured: options.duration,
        watched: product.pids()?,
    })
}

fn costs(product: &Product, outcome: &Outcome) -> Result<Measures> {
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures for people, far below 2^53"
    )]
    let flows = outcome.whole.count().max(1) as f64;
    let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / flows;
    let mut measures = vec![Measure::new(
        "generator cpu per flow",
        "µs",
        each(outcome.own.cpu),
    )];
    for cost in &outcome.watched {
        let name = std::fs::read_to_string(format!("/proc/{}/cmdline", cost.pid))?;
        let words: Vec<&str> = name.split('\0').collect();
        let program = words
            .first()
            .and_then(|path| path.rsplit('/').next())
            .unwrap_or_default();
        let command = words.get(1).copied().unwrap_or_default();
        measures.push(Measure::new(
            format!("{program} {command} cpu per flow"),
            "µs",
            each(cost.cpu),
        ));
    }
    measures.push(mebibytes(
        "memory of all rooms, under load",
        product.memory_bytes()?,
    ));
    Ok(measures)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "figures for people, far below 2^53"
)]
fn mebibytes(name: &str, bytes: u64) -> Measure {
    Measure::new(name, "MiB", bytes as f64 / f64::from(1 << 20))
}

/// One backend with its connection, and the phone beside it.
pub(super) struct Person<'a> {
    front: Connection,
    phone: Phone,
    authorization: String,
    load: &'a Load<'a>,
    request: Vec<u8>,
}

impl<'a> Person<'a> {
    pub(super) fn new(product: &Product, load: &'a Load<'a>) -> Result<Self> {
        Ok(Self {
            front: Connection::open(product.public)?,
            phone: Phone::new(product)?,
            authorization: format!("Bearer {}", product.api_key),
            load,
            request: Vec::with_capacity(1024),
        })
    }

    pub(super) fn start(&mut self, number: &str) -> Result<String> {
        let body = format!(
            "{{\"to\":\"{number}\",\"purpose\":\"{}\"}}",
            self.load.purpose
        );
        self.post("/v1/verifications", body.as_bytes());
        let response = self.front.exchange(&self.request)?;
        response.expect_status(201)?;
        between(response.body, b"\"id\":\"", b"\"")
    }

    fn check(&mut self, id: &str, code: &str) -> Result<()> {
        let body = format!("{{\"code\":\"{code}\"}}");
        self.post(&format!("/v1/verifications/{id}/check"), body.as_bytes());
        let response = self.front.exchange(&self.request)?;
        response.expect_status(200)?;
        if find(response.body, b"\"approved\"").is_none() {
            return Err(Error::failed("a right code was not approved"));
        }
        Ok(())
    }

    fn post(&mut self, path: &str, body: &[u8]) {
        self.request.clear();
        let headers = [
            ("host", "localhost"),
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/json"),
        ];
        write_request(&mut self.request, "POST", path, &headers, body);
    }
}

/// All phones, over one connection.
pub(super) struct Phone {
    connection: Connection,
    request: Vec<u8>,
}

impl Phone {
    pub(super) fn new(product: &Product) -> Result<Self> {
        Ok(Self {
            connection: Connection::open(product.phones)?,
            request: Vec::with_capacity(256),
        })
    }

    /// The newest code on a phone, of a message that was not `seen` before.
    pub(super) fn code(&mut self, number: &str, seen: Option<&Seen>) -> Result<String> {
        let digits = number.trim_start_matches('+');
        let known = seen.and_then(|seen| lock(seen).get(number).cloned());
        let after = known.map_or_else(String::new, |id| format!("&after={id}"));
        let path = format!("/sim/phones/%2B{digits}/code?wait_ms=5000{after}");
        let headers = [("host", "localhost")];
        write_request(&mut self.request, "GET", &path, &headers, b"");
        let response = self.connection.exchange(&self.request)?;
        response.expect_status(200)?;
        if let Some(seen) = seen {
            let id = response.headers("x-message-id").next().unwrap_or_default();
            let id = String::from_utf8_lossy(id).into_owned();
            lock(seen).insert(number.to_owned(), id);
        }
        let text = std::str::from_utf8(response.body).unwrap_or_default();
        Ok(text.trim().to_owned())
    }
}

impl Worker for Person<'_> {
    fn iterate(&mut self, recorder: &mut Recorder) -> Result<()> {
        let number = number((self.load.next)());
        let id = recorder.step("start", || self.start(&number))?;
        let code = recorder.step("read", || self.phone.code(&number, self.load.seen))?;
        recorder.step("check", || self.check(&id, &code))
    }
}

fn lock(seen: &Seen) -> std::sync::MutexGuard<'_, HashMap<String, String>> {
    seen.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// What stands in an answer between two texts.
///
/// # Errors
/// Where it does not.
pub(super) fn between(body: &[u8], before: &[u8], after: &[u8]) -> Result<String> {
    let missing = || Error::failed("an answer without the expected field");
    let from = find(body, before).ok_or_else(missing)? + before.len();
    let rest = body.get(from..).ok_or_else(missing)?;
    let length = find(rest, after).ok_or_else(missing)?;
    Ok(String::from_utf8_lossy(&rest[..length]).into_owned())
}

/// Where a text begins in an answer.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .position(|window| window == needle)
}

/// Mobile numbers of four plans in turn. They stay on this machine: the carrier is a simulator.
pub(super) fn number(n: u64) -> String {
    let in_plan = n / 4;
    match n % 4 {
        0 => format!("+4474{:08}", in_plan % 100_000_000),
        1 => format!("+49151{:08}", in_plan % 100_000_000),
        2 => format!("+336{:08}", in_plan % 100_000_000),
        _ => format!(
            "+1212{:03}{:04}",
            200 + in_plan / 10_000 % 300,
            in_plan % 10_000
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_do_not_repeat() {
        let first: std::collections::HashSet<String> = (0..100_000).map(number).collect();
        assert_eq!(first.len(), 100_000);
    }

    #[test]
    fn a_field_is_found_in_an_answer() {
        let body = b"{\"id\":\"ver_a\",\"status\":\"pending\"}";
        assert_eq!(
            between(body, b"\"id\":\"", b"\"").ok().as_deref(),
            Some("ver_a")
        );
        assert!(between(b"{}", b"\"id\":\"", b"\"").is_err());
    }
}
