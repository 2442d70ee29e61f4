//! `facade`: the same flow in three tongues: start, read the code at the simulator, check.
//!
//! Each façade is put beside the native flow that leaves the same behind: Twilio's makes an account
//! (`signup`), CAMARA's proves control and makes none (`step_up`). A pair runs in four loops: native,
//! façade, façade, native. So the machine's changes, and the growth of the database, meet both alike.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use data_encoding::BASE64;

use super::Options;
use super::flows::{Phone, between, find, number, plan};
use super::harness::connection::{Connection, write_request};
use super::harness::histogram::Histogram;
use super::harness::load::{self, Outcome, Recorder, Worker};
use super::product::Product;
use super::report::{Measure, Measures};
use crate::error::{Error, Result};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Which API is spoken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tongue {
    /// The native one, for a purpose.
    Native(&'static str),
    Twilio,
    Camara,
}

/// A façade, and the native flow it is compared with.
const PAIRS: [(&str, Tongue, &str, Tongue); 2] = [
    (
        "native signup",
        Tongue::Native("signup"),
        "twilio",
        Tongue::Twilio,
    ),
    (
        "native step_up",
        Tongue::Native("step_up"),
        "camara",
        Tongue::Camara,
    ),
];

/// Compares them.
pub fn run(options: &Options) -> Result<Vec<Measures>> {
    let product = Product::start(options.built)?;
    let next = AtomicU64::new(0);
    (0..options.runs)
        .map(|_| run_once(&product, options, &next))
        .collect()
}

fn run_once(product: &Product, options: &Options, next: &AtomicU64) -> Result<Measures> {
    let mut measures = Vec::new();
    for (native_name, native, name, tongue) in PAIRS {
        let mut all = [Loops::default(), Loops::default()];
        for (which, tongue) in [(0, native), (1, tongue), (1, tongue), (0, native)] {
            let plan = plan(product, options)?;
            all[which].add(&load::run(&plan, |_| Speaker::new(product, tongue, next))?);
        }
        let [native, other] = &all;
        measures.extend(native.told(native_name));
        measures.extend(other.told(name));
        let more = |ratio: f64| 100.0 * (ratio - 1.0);
        let rate = more(native.rate() / other.rate());
        measures.push(Measure::new(format!("{name} overhead, rate"), "%", rate));
        let cost = more(other.cost() / native.cost());
        let title = format!("{name} overhead, processor time");
        measures.push(Measure::new(title, "%", cost));
    }
    Ok(measures)
}

/// What the loops in one tongue found together.
#[derive(Default)]
struct Loops {
    measured: Duration,
    /// Processor time of all rooms.
    cpu: Duration,
    flows: u64,
    steps: Vec<(&'static str, Histogram)>,
}

impl Loops {
    fn add(&mut self, outcome: &Outcome) {
        self.measured += outcome.measured;
        self.cpu += outcome.watched.iter().map(|cost| cost.cpu).sum();
        self.flows += outcome.whole.count();
        for (step, times) in &outcome.steps {
            match self.steps.iter_mut().find(|(known, _)| known == step) {
                Some((_, all)) => all.merge(times),
                None => self.steps.push((step, times.clone())),
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate needs no 53 bits")]
    fn flows(&self) -> f64 {
        self.flows.max(1) as f64
    }

    fn rate(&self) -> f64 {
        self.flows() / self.measured.as_secs_f64()
    }

    /// Microseconds of processor time of all rooms for each flow.
    fn cost(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.flows()
    }

    /// The rate, what a flow cost, and what start and check took in the middle.
    fn told(&self, name: &str) -> Measures {
        let title = format!("{name}, processor time of all rooms");
        let mut measures = vec![
            Measure::new(name, "1/s", self.rate()),
            Measure::new(title, "µs", self.cost()),
        ];
        for (step, times) in self.steps.iter().filter(|(step, _)| *step != "read") {
            let middle = times.percentile(50).as_secs_f64() * 1e3;
            measures.push(Measure::new(format!("{name}, {step} p50"), "ms", middle));
        }
        measures
    }
}

/// One backend that speaks one of them, and the phone beside it.
struct Speaker<'a> {
    front: Connection,
    phone: Phone,
    tongue: Tongue,
    authorization: String,
    /// Path of the start, and of a check where its path has no id.
    paths: [String; 2],
    next: &'a AtomicU64,
    request: Vec<u8>,
}

impl<'a> Speaker<'a> {
    fn new(product: &Product, tongue: Tongue, next: &'a AtomicU64) -> Result<Self> {
        let mut front = Connection::open(product.public)?;
        let (authorization, paths) = match tongue {
            Tongue::Native(_) => {
                let start = "/v1/verifications".to_owned();
                (
                    format!("Bearer {}", product.api_key),
                    [start, String::new()],
                )
            }
            Tongue::Twilio => twilio(product)?,
            Tongue::Camara => camara(product, &mut front)?,
        };
        Ok(Self {
            front,
            phone: Phone::new(product)?,
            tongue,
            authorization,
            paths,
            next,
            request: Vec::with_capacity(1024),
        })
    }

    /// Starts; what a check names it by.
    fn start(&mut self, number: &str) -> Result<String> {
        let digits = number.trim_start_matches('+');
        let (kind, body) = match self.tongue {
            Tongue::Native(purpose) => (
                JSON,
                format!("{{\"to\":\"{number}\",\"purpose\":\"{purpose}\"}}"),
            ),
            Tongue::Twilio => (FORM, format!("To=%2B{digits}&Channel=sms")),
            Tongue::Camara => (
                JSON,
                format!("{{\"phoneNumber\":\"{number}\",\"message\":\"{{{{code}}}}\"}}"),
            ),
        };
        let path = self.paths[0].clone();
        self.post(&path, kind, body.as_bytes());
        let response = self.front.exchange(&self.request)?;
        match self.tongue {
            Tongue::Native(_) => {
                response.expect_status(201)?;
                between(response.body, b"\"id\":\"", b"\"")
            }
            // Its clients know people by their number.
            Tongue::Twilio => response.expect_status(201).map(|()| digits.to_owned()),
            Tongue::Camara => {
                response.expect_status(200)?;
                between(response.body, b"\"authenticationId\":\"", b"\"")
            }
        }
    }

    fn check(&mut self, name: &str, code: &str) -> Result<()> {
        let (path, kind, body) = match self.tongue {
            Tongue::Native(_) => (
                format!("{}/{name}/check", self.paths[0]),
                JSON,
                format!("{{\"code\":\"{code}\"}}"),
            ),
            Tongue::Twilio => (
                self.paths[1].clone(),
                FORM,
                format!("To=%2B{name}&Code={code}"),
            ),
            Tongue::Camara => (
                self.paths[1].clone(),
                JSON,
                format!("{{\"authenticationId\":\"{name}\",\"code\":\"{code}\"}}"),
            ),
        };
        self.post(&path, kind, body.as_bytes());
        let response = self.front.exchange(&self.request)?;
        if self.tongue == Tongue::Camara {
            return response.expect_status(204);
        }
        response.expect_status(200)?;
        if find(response.body, b"\"approved\"").is_none() {
            return Err(Error::failed("a right code was not approved"));
        }
        Ok(())
    }

    fn post(&mut self, path: &str, kind: &str, body: &[u8]) {
        let headers = [
            ("host", "localhost"),
            ("authorization", self.authorization.as_str()),
            ("content-type", kind),
        ];
        write_request(&mut self.request, "POST", path, &headers, body);
    }
}

/// Credentials and paths.
type Terms = (String, [String; 2]);

fn basic(user: &str, password: &str) -> String {
    let pair = BASE64.encode(format!("{user}:{password}").as_bytes());
    format!("Basic {pair}")
}

fn twilio(product: &Product) -> Result<Terms> {
    let told = |name: &str| product.told(&format!("/twilio/{name}"));
    let service = format!("/v2/Services/{}", told("service_sid")?);
    let paths = ["Verifications", "VerificationCheck"].map(|path| format!("{service}/{path}"));
    Ok((basic(&told("account_sid")?, &told("auth_token")?), paths))
}

/// A token lives longer than a loop.
fn camara(product: &Product, front: &mut Connection) -> Result<Terms> {
    let told = |name: &str| product.told(&format!("/camara/{name}"));
    let authorization = basic(&told("client_id")?, &told("client_secret")?);
    let headers = [
        ("host", "localhost"),
        ("authorization", authorization.as_str()),
        ("content-type", FORM),
    ];
    let mut request = Vec::new();
    let body = b"grant_type=client_credentials";
    write_request(&mut request, "POST", "/oauth2/token", &headers, body);
    let response = front.exchange(&request)?;
    response.expect_status(200)?;
    let token = between(response.body, b"\"access_token\":\"", b"\"")?;
    let paths = ["send-code", "validate-code"];
    let paths = paths.map(|path| format!("/one-time-password-sms/v1/{path}"));
    Ok((format!("Bearer {token}"), paths))
}

impl Worker for Speaker<'_> {
    fn iterate(&mut self, recorder: &mut Recorder) -> Result<()> {
        let number = number(self.next.fetch_add(1, Ordering::Relaxed));
        let name = recorder.step("start", || self.start(&number))?;
        let code = recorder.step("read", || self.phone.code(&number, None))?;
        recorder.step("check", || self.check(&name, &code))
    }
}
