//! `facade`: the same flow in three tongues: start, read the code at the simulator, check.
//!
//! Each façade is put beside the native flow that leaves the same behind: Twilio's makes an account
//! (`signup`), CAMARA's proves control and makes none (`step_up`). The loops of a run follow each
//! other closely, so that a change of the machine meets all of them.

use std::sync::atomic::{AtomicU64, Ordering};

use data_encoding::BASE64;

use super::Options;
use super::flows::{Phone, between, find, number, plan};
use super::harness::connection::{Connection, write_request};
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

/// The loops of a run: each façade after the native flow it is compared with.
const LOOPS: [(&str, Tongue); 4] = [
    ("native signup", Tongue::Native("signup")),
    ("twilio", Tongue::Twilio),
    ("native step_up", Tongue::Native("step_up")),
    ("camara", Tongue::Camara),
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
    let mut native = f64::NAN;
    for (name, tongue) in LOOPS {
        let plan = plan(product, options)?;
        let outcome = load::run(&plan, |_| Speaker::new(product, tongue, next))?;
        measures.extend(told(name, &outcome));
        if matches!(tongue, Tongue::Native(_)) {
            native = outcome.rate();
        } else {
            let ratio = outcome.rate() / native;
            measures.push(Measure::new(format!("{name} against native"), "", ratio));
            let overhead = 100.0 * (native / outcome.rate() - 1.0);
            measures.push(Measure::new(format!("{name} overhead"), "%", overhead));
        }
    }
    Ok(measures)
}

/// The rate, and what start and check took in the middle.
fn told(name: &str, outcome: &Outcome) -> Measures {
    let mut measures = vec![Measure::new(name, "1/s", outcome.rate())];
    for (step, times) in outcome.steps.iter().filter(|(step, _)| *step != "read") {
        let middle = times.percentile(50).as_secs_f64() * 1e3;
        measures.push(Measure::new(format!("{name}, {step} p50"), "ms", middle));
    }
    measures
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
