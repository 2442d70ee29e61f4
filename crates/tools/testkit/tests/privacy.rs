//! After every flow: no row, no log line and no answer holds a number or a code in any spelling.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail by panicking")]

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use identity::{Client, Start};
use model::{ChannelChoice, CodePurpose, Entropy as _, Millis, SealedText, VerificationId};
use peers::{
    carrier::{Handover, Rejection},
    vault::{Destination, NumberVault},
};
use seal::{
    ingest::{IngestContext, Typed, seal},
    note::{SealKeyNote, Verifier},
};
use store::{Row, Store, Value};
use testkit::{APP, Break, Breaking, Product, Setup, parse_e164, scan_all, wrong_code};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Keeps everything that is logged, at every level, spans and their fields included.
#[derive(Clone, Default)]
struct Captured(Arc<Mutex<String>>);

impl Visit for Captured {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0.lock().unwrap(), " {}={value:?}", field.name());
    }
}

impl Subscriber for Captured {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }
    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let _ = writeln!(self.0.lock().unwrap(), "\n{metadata:?}");
        event.record(&mut self.clone());
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Every way in which a number might stand in bytes.
fn spellings(number: &str) -> Vec<Vec<u8>> {
    let digits = number.trim_start_matches('+');
    let national = digits.strip_prefix("44").unwrap_or(digits);
    let reversed: String = digits.chars().rev().collect();
    let mut texts = vec![
        digits.to_owned(),
        reversed,
        national.to_owned(),
        format!("0{national}"),
        format!("00{digits}"),
    ];
    let (area, rest) = national.split_at(4);
    for gap in [" ", "-", ".", "\u{a0}", "%20"] {
        texts.push(format!("{area}{gap}{rest}"));
        texts.push(format!("{area}{gap}{}{gap}{}", &rest[..3], &rest[3..]));
    }
    let mut found: Vec<Vec<u8>> = texts.iter().map(|text| text.clone().into_bytes()).collect();
    for text in texts.iter().take(5).chain([&number.to_owned()]) {
        found.extend(encoded(text.as_bytes()));
    }
    let nibbles: Vec<u8> = digits.bytes().map(|b| b - b'0').collect();
    let pairs = |swap: bool| -> Vec<u8> {
        let pair = |p: &[u8]| match (p, swap) {
            ([a, b], false) => a << 4 | b,
            ([a, b], true) => b << 4 | a,
            ([a], _) => 0xF0 | a,
            _ => 0,
        };
        nibbles.chunks(2).map(pair).collect()
    };
    found.extend([pairs(false), pairs(true), nibbles.clone()]);
    let value: u64 = digits.parse().unwrap();
    found.push(value.to_be_bytes()[2..].to_vec());
    found.push(value.to_le_bytes()[..6].to_vec());
    found
}

fn encoded(bytes: &[u8]) -> Vec<Vec<u8>> {
    let whole = bytes.len() / 3 * 3;
    let texts = [
        HEXLOWER.encode(bytes),
        HEXUPPER.encode(bytes),
        BASE64.encode(&bytes[..whole]),
        BASE64URL_NOPAD.encode(&bytes[..whole]),
        BASE32_NOPAD.encode(&bytes[..bytes.len() / 5 * 5]),
    ];
    texts.into_iter().map(String::into_bytes).collect()
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

/// The six digits standing alone, or encoded.
fn contains_code(hay: &[u8], code: &str) -> bool {
    let digit = |at: Option<usize>| {
        at.and_then(|at| hay.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let alone = hay
        .windows(code.len())
        .enumerate()
        .any(|(at, w)| w == code.as_bytes() && !digit(at.checked_sub(1)) && !digit(Some(at + 6)));
    alone
        || encoded(code.as_bytes())[..4]
            .iter()
            .any(|e| contains(hay, e))
}

fn bytes_of(row: &Row) -> Vec<u8> {
    let mut out = Vec::new();
    for value in row {
        match value {
            Value::Null => {}
            // As a figure and as text: a number could be kept in an integer.
            Value::Int(int) => {
                out.extend_from_slice(&int.to_be_bytes());
                out.extend_from_slice(format!("|{int}|").as_bytes());
            }
            Value::Bytes(bytes) => out.extend_from_slice(bytes),
            Value::Text(text) => out.extend_from_slice(text.as_bytes()),
        }
        out.push(0xFF);
    }
    out
}

/// Numbers and codes used so far, and everything that was answered.
#[derive(Default)]
struct Watch {
    numbers: Vec<String>,
    codes: Vec<String>,
    said: String,
}

impl Watch {
    fn hear(&mut self, answer: &impl Debug) {
        let _ = writeln!(self.said, "{answer:?}\n{answer:#?}");
    }

    fn look(&self, hay: &[u8], what: &str) {
        for number in &self.numbers {
            for spelling in spellings(number) {
                assert!(!contains(hay, &spelling), "a number in {what}");
            }
        }
        for code in &self.codes {
            assert!(!contains_code(hay, code), "a code in {what}");
        }
    }

    async fn look_everywhere(&self, product: &Product, log: &Captured) {
        for (store, schema) in [
            (&product.front_store, &identity::rows::SCHEMA),
            (&product.vault_store, &vault::rows::SCHEMA),
        ] {
            for (table, row) in scan_all(&**store, schema).await {
                self.look(&bytes_of(&row), table.name);
            }
        }
        self.look(log.0.lock().unwrap().as_bytes(), "the log");
        self.look(self.said.as_bytes(), "an answer");
    }

    /// Starts, learns the code, guesses wrong once, then right.
    async fn prove(&mut self, product: &Product, request: Start, e164: &str) -> identity::Approved {
        self.numbers.push(e164.to_owned());
        self.hear(&request);
        let (id, begun) = product.identity.start(request).await.unwrap();
        self.hear(&begun);
        let code = product.code_of(e164, id).await.unwrap();
        self.codes.push(code.clone());
        let wrong = wrong_code(&code, 0);
        self.hear(&product.check(id, &wrong).await);
        self.hear(&product.check(id, "12").await);
        let approved = product.approve(id, &code).await;
        self.hear(&approved);
        self.hear(&product.identity.verification(APP, id).await.unwrap());
        approved
    }
}

fn sealed(note: &SealKeyNote, product: &Product) -> Destination {
    let minute = u32::try_from(product.identity.now().as_millis() / 60_000).unwrap();
    let context = IngestContext {
        deployment: note.deployment,
        application: *APP.as_bytes(),
        purpose: CodePurpose::Signup.as_str(),
    };
    let typed = Typed::new("07700 900 444", Some("GB")).unwrap();
    let sealed = seal(note.key_id, &note.public, &context, minute, &typed).unwrap();
    Destination::Sealed(SealedText::new(sealed.encode()).unwrap())
}

/// Every way to begin that leads to an account.
async fn begin_in_every_way(watch: &mut Watch, product: &Product) -> model::Subject {
    let mut typed = product.request("07700 900-123", CodePurpose::Signup);
    typed.idempotency_key = Some("order-1".to_owned());
    let first = watch.prove(product, typed, "+447700900123").await;
    let key = product.vault.seal_key().await.unwrap();
    watch.hear(&key);
    let note = SealKeyNote::verify(&key.note, &Verifier::parse(&key.verifier).unwrap()).unwrap();
    let mut request = product.request("", CodePurpose::Signup);
    request.destination = sealed(&note, product);
    watch.prove(product, request, "+447700900444").await;
    let mut on_file = product.request("", CodePurpose::Login);
    on_file.destination = Destination::OnFile(first.subject.unwrap());
    on_file.owner = first.owner;
    watch.prove(product, on_file, "+447700900123").await;
    let abroad = product.request("+1 212 555 0142", CodePurpose::Signup);
    watch.prove(product, abroad, "+12125550142").await;
    first.subject.unwrap()
}

async fn refusals_and_faults(watch: &mut Watch, product: &Product, breaking: &Breaking) {
    for text in [
        "07700 900 12",
        "+447700900123456",
        "+44 20 7946 0018",
        "hello",
        "999",
    ] {
        let answer = product.sign_up(text).await;
        watch.hear(&answer);
    }
    watch.numbers.push("+442079460018".to_owned());
    for name in [
        "vault.begin",
        "vault.check.wrong",
        "vault.approve",
        "vault.budget",
    ] {
        for how in [Break::Before, Break::After] {
            product.wait(Millis::from_seconds(3600));
            breaking.break_at(name, how);
            let id = VerificationId::from_bytes(product.entropy.random_16().unwrap());
            let number = "+447700900555";
            let request = testkit::begin(id, APP, CodePurpose::Signup, number);
            watch.hear(&request);
            watch.hear(&product.vault.begin(request.clone()).await);
            watch.hear(&product.vault.begin(request).await);
            let Some(code) = product.code_of(number, id).await else {
                continue;
            };
            watch.codes.push(code.clone());
            for code in [wrong_code(&code, 0), code] {
                let guess = testkit::guess(APP, id, &code);
                watch.hear(&guess);
                watch.hear(&product.vault.check(guess).await);
            }
        }
    }
    watch.numbers.push("+447700900555".to_owned());
}

async fn life_of_an_account(watch: &mut Watch, product: &Product, subject: model::Subject) {
    let later = product.identity.now().plus(Millis::from_seconds(864_000));
    let identity = &product.identity;
    watch.hear(&identity.set_locked(APP, subject, true).await.unwrap());
    watch.hear(&identity.set_locked(APP, subject, false).await.unwrap());
    watch.hear(&identity.ban(APP, subject, later).await.unwrap());
    watch.hear(&identity.subject(APP, subject).await.unwrap());
    watch.hear(&product.vault.forget_number(APP, subject).await.unwrap());
    watch.hear(&identity.delete(APP, subject).await.unwrap());
    watch.hear(&identity.undo_delete(APP, subject).await.unwrap());
    watch.hear(&identity.delete(APP, subject).await.unwrap());
}

/// A text that fails and is followed by a call, and a resend.
async fn fall_back(watch: &mut Watch, product: &Product) {
    let rejected = Handover::Rejected(Rejection::Unreachable);
    product.phones.answer_next(rejected);
    let (id, begun) = product.sign_up("+447700900666").await.unwrap();
    watch.numbers.push("+447700900666".to_owned());
    watch.hear(&begun);
    product.code_of("+447700900666", id).await;
    product.run_jobs().await;
    let call = product.phones.arrived("+447700900666", 1).await;
    watch.codes.push(call.code.clone());
    product.wait(Millis::from_seconds(120));
    let client = Client::default();
    let again = product
        .identity
        .resend(APP, id, ChannelChoice::Sms, &client);
    watch.hear(&again.await);
    watch.hear(&product.approve(id, &call.code).await);
}

#[tokio::test]
async fn no_row_log_line_or_answer_holds_a_number_or_a_code() {
    let log = Captured::default();
    tracing::subscriber::set_global_default(log.clone()).unwrap();
    let [front, rows] = Product::memory_stores();
    let breaking = Arc::new(Breaking::new(rows));
    let rows: Arc<dyn Store> = breaking.clone();
    let mut setup = Setup::new(1);
    setup.vault.number_sends_per_hour = 50;
    setup.vault.number_sends_per_day = 90;
    let mut product = Product::over(setup, front, rows).await;
    let mut watch = Watch::default();
    let subject = begin_in_every_way(&mut watch, &product).await;
    watch.look_everywhere(&product, &log).await;
    fall_back(&mut watch, &product).await;
    refusals_and_faults(&mut watch, &product, &breaking).await;
    watch.look_everywhere(&product, &log).await;
    product = product.crash().await;
    life_of_an_account(&mut watch, &product, subject).await;
    product.identity.catch_up().await.unwrap();
    watch.look_everywhere(&product, &log).await;
    product.quiet_days(35).await;
    product.run_jobs().await;
    product.identity.housekeep().await.unwrap();
    watch.look_everywhere(&product, &log).await;
    assert!(
        log.0.lock().unwrap().contains("vault.fault"),
        "the log is heard"
    );
    product.finish().await;
}

#[test]
fn what_is_looked_for_would_be_found() {
    let number = parse_e164("+447700900123");
    let mut watch = Watch::default();
    watch.numbers.push(number.as_str().to_owned());
    watch.codes.push("482913".to_owned());
    let hex = HEXLOWER.encode(b"+447700900123");
    let leaks: Vec<&[u8]> = vec![
        b"to +447700900123.",
        b"to 07700 900123.",
        b"07700-900-123",
        b"321009007744",
        hex.as_bytes(),
        &[0x44, 0x77, 0x00, 0x09, 0x10, 0x32],
        &[0x44, 0x77, 0x00, 0x90, 0x01, 0x23],
        b"code 482913 is",
        b"NDgyOTEz",
    ];
    for leak in leaks {
        let caught = std::panic::catch_unwind(|| watch.look(leak, "a test"));
        assert!(caught.is_err(), "{leak:?}");
    }
    watch.look(b"id 1482913 and 4829130", "a longer figure");
}
