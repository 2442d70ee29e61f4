//! Every flow, by API and by pages; then everything that the system wrote or said is searched for
//! every number and code in every form. Only the simulator, which is the phones, may show them.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do"
)]

mod needles;
mod recorder;

use std::fs;
use std::path::Path;

use e2e::{Code, Phones, Room, System};
use needles::{Kind, Needles};
use recorder::{Person, Product, Recorder};
use serde_json::{Value, json};

/// A sample number in the ways it is written.
struct Sample {
    e164: &'static str,
    /// As its owner types it, with the country beside the field.
    typed: &'static str,
    country: &'static str,
    calling: &'static str,
    groups: &'static [&'static str],
}

const fn sample(
    e164: &'static str,
    (typed, country): (&'static str, &'static str),
    calling: &'static str,
    groups: &'static [&'static str],
) -> Sample {
    Sample {
        e164,
        typed,
        country,
        calling,
        groups,
    }
}

const API: Sample = sample(
    "+447700900381",
    ("+44 7700 900 381", "GB"),
    "44",
    &["7700", "900", "381"],
);
const NATIONAL: Sample = sample(
    "+12015550157",
    ("(201) 555-0157", "US"),
    "1",
    &["201", "555", "0157"],
);
const LANDLINE: Sample = sample(
    "+442079460729",
    ("020 7946 0729", "GB"),
    "44",
    &["20", "7946", "0729"],
);
const PAGES: Sample = sample(
    "+447700900642",
    ("07700 900642", "GB"),
    "44",
    &["7700", "900", "642"],
);
const SECOND: Sample = sample(
    "+12155550173",
    ("215-555-0173", "US"),
    "1",
    &["215", "555", "0173"],
);
/// Only ever refused.
const REFUSED: Sample = sample(
    "+447700900518",
    ("07700 900518", "GB"),
    "44",
    &["7700", "900", "518"],
);
const ALL: [&Sample; 6] = [&API, &NATIONAL, &LANDLINE, &PAGES, &SECOND, &REFUSED];

/// A demonstration in which a code may be sent again at once.
fn system() -> System {
    let mut system = System::start();
    assert_eq!(system.stop(), Some(0));
    let text = fs::read_to_string(system.config()).unwrap();
    let sooner = "[vault.limits]\nresend_waits_seconds = [0, 0, 0, 0]\n";
    fs::write(system.config(), text.replace("[vault.limits]\n", sooner)).unwrap();
    system.serve();
    system
}

fn wrong(code: &str) -> &'static str {
    if code == "000000" { "000001" } else { "000000" }
}

/// Asks for a code by the API; the verification's path and the code.
fn ask(
    product: &mut Product<'_>,
    phones: &mut Phones,
    who: &Sample,
    purpose: &str,
) -> (String, Code) {
    let known = phones.newest(who.e164, None, 0).unwrap();
    let body = json!({ "to": who.typed, "region": who.country, "purpose": purpose });
    let path = product.start(&body);
    let code = match known {
        Some(known) => phones.code_after(who.e164, &known),
        None => phones.code(who.e164),
    };
    (path, code)
}

/// Guesses wrong, then right; the last answer.
fn guess(product: &mut Product<'_>, path: &str, code: &Code) -> Value {
    let check = format!("{path}/check");
    let judged = product.post(&check, &json!({ "code": wrong(&code.digits) }));
    assert_eq!(judged.expect(200).json()["status"], "pending");
    let judged = product.post(&check, &json!({ "code": code.digits }));
    let judged = judged.expect(200).json();
    assert_eq!(judged["status"], "approved");
    judged
}

/// Proves a number by the API for a purpose.
fn prove(
    product: &mut Product<'_>,
    phones: &mut Phones,
    who: &Sample,
    purpose: &str,
) -> (String, Value) {
    let (path, code) = ask(product, phones, who, purpose);
    let judged = guess(product, &path, &code);
    (path, judged)
}

/// An account's whole life by the API.
fn live_by_api(product: &mut Product<'_>, phones: &mut Phones) {
    let (path, created) = prove(product, phones, &API, "signup");
    let _ = product.call("GET", &path, "").expect(200);
    let subject = format!("/v1/subjects/{}", created["subject"].as_str().unwrap());
    let _ = product.call("GET", &subject, "").expect(200);
    prove(product, phones, &API, "login");
    let (again, _) = prove(product, phones, &API, "signup");
    let refused = product
        .post(&format!("{again}/reclaim"), &json!({}))
        .expect(409);
    assert_eq!(refused.problem(), "reclaim_too_recent");
    let (login, code) = ask(product, phones, &API, "login");
    let _ = product
        .post(&format!("{subject}/lock"), &json!({}))
        .expect(200);
    let locked = guess(product, &login, &code);
    assert_eq!(locked["verdict"], "locked_account");
    let _ = product
        .post(&format!("{subject}/unlock"), &json!({}))
        .expect(200);
    let _ = product
        .post(&format!("{subject}/sessions/revoke"), &json!({}))
        .expect(200);
    let until = json!({ "until": "2040-01-31T00:00:00Z" });
    let _ = product.post(&format!("{subject}/ban"), &until).expect(200);
    let _ = product.call("DELETE", &subject, "");
    let _ = product.call("GET", &subject, "");
    let _ = product.post(&format!("{subject}/restore"), &json!({}));
}

fn more_by_api(product: &mut Product<'_>, phones: &mut Phones) {
    prove(product, phones, &NATIONAL, "signup");
    prove(product, phones, &LANDLINE, "signup");
    let path = product.start(&json!({ "to": SECOND.e164, "purpose": "signup" }));
    phones.code(SECOND.e164);
    let again = product.post(&format!("{path}/resend"), &json!({ "channel": "voice" }));
    assert_eq!(again.status, 200, "{}", again.text());
    let _ = product.call("DELETE", &path, "");
}

/// Requests that are refused, with the number in every place that a program may put it.
fn refused_by_api(product: &mut Product<'_>) {
    let (e164, typed) = (REFUSED.e164, REFUSED.typed);
    for body in [
        json!({ "to": format!("{e164} ext 9"), "purpose": "signup" }),
        json!({ "to": format!("{e164}99"), "purpose": "signup" }),
        json!({ "to": [e164], "purpose": "signup" }),
        json!({ "to": { e164: e164 }, "purpose": "signup" }),
        json!({ "to": "x", "purpose": e164 }),
        json!({ "to": "x", "purpose": "signup", "channel": e164 }),
        json!({ "to": "x", "purpose": "signup", "locale": e164 }),
        json!({ "to": "x", "purpose": "signup", "region": typed }),
        json!({ "to": "x", "purpose": "signup", "subject": e164 }),
        json!({ "to": "x", "purpose": "signup", "client": { "address": typed } }),
        json!({ "to": "x", "purpose": "signup", "owner": e164 }),
        json!({ "sealed_to": e164, "purpose": "signup" }),
        json!({ "to": typed, "purpose": "signup" }),
        json!({ e164: e164 }),
        json!(e164),
        json!(447_700_900_518_u64),
    ] {
        let reply = product.post("/v1/verifications", &body);
        assert!((400..500).contains(&reply.status), "{}", reply.status);
    }
    let torn = format!("{{\"to\":\"{e164}\",\"purpose\":");
    let _ = product.call("POST", "/v1/verifications", &torn).expect(400);
    for path in ["/v1/subjects/", "/v1/verifications/", "/v1/", "/"] {
        let reply = product.call("GET", &format!("{path}{e164}?to={e164}"), "");
        assert_eq!(reply.status, 404);
    }
    let landline =
        json!({ "to": LANDLINE.typed, "region": "GB", "purpose": "signup", "channel": "sms" });
    let _ = product.post("/v1/verifications", &landline).expect(422);
}

/// The same person twice, by forms, with everything that can go wrong in between.
fn live_by_pages(person: &mut Person<'_>, phones: &mut Phones) {
    for path in ["/", "/signup/ways", "/login", "/signup?by=voice"] {
        let _ = person.look(path).expect(200);
    }
    let refused = person.give_number("/signup", "GB", "07700 9005");
    assert_eq!(refused.0, 422);
    let sent = person.give_number("/signup", PAGES.country, PAGES.typed);
    assert_eq!(sent, (303, "/signup/code".to_owned()));
    let code = phones.code(PAGES.e164);
    let guess = person.submit("/signup/code", &format!("code={}", wrong(&code.digits)));
    assert_eq!(guess.0, 422);
    let called = person.submit("/signup/resend", "channel=voice");
    assert_eq!(called.0, 303, "a call instead");
    let code = phones.code_after(PAGES.e164, &code);
    let _ = person.look("/signup/ways").expect(200);
    let done = person.submit("/signup/code", &format!("code={}", code.digits));
    assert_eq!(done, (303, "/signup/done".to_owned()));
    let _ = person.look("/demo/sides").expect(200);

    assert_eq!(
        person.give_number("/signup", PAGES.country, PAGES.typed).0,
        303
    );
    let code = phones.code_after(PAGES.e164, &code);
    let known = person.submit("/signup/code", &format!("code={}", code.digits));
    assert_eq!(known, (303, "/signup/known".to_owned()));
    assert_eq!(person.submit("/signup/known", "choice=reclaim").0, 422);
    assert_eq!(person.submit("/signup/known", "choice=signin").0, 303);
    let out = person.submit("/logout", "");
    assert_eq!(out, (303, "/logout".to_owned()));

    assert_eq!(
        person.give_number("/login", PAGES.country, PAGES.e164).0,
        303
    );
    let code = phones.code_after(PAGES.e164, &code);
    let done = person.submit("/login/code", &format!("code={}", code.digits));
    assert_eq!(done, (303, "/login/done".to_owned()));
    let _ = person.look("/demo/sides");
    let _ = person.look("/me").expect(200);
}

/// Rooms that die with a number in their hands.
fn die_with_it(system: &System, product: &mut Product<'_>) {
    for room in [Room::Vault, Room::Courier, Room::Front] {
        let victim = system.room(room);
        let _ = product.post(
            "/v1/verifications",
            &json!({ "to": SECOND.e164, "purpose": "login" }),
        );
        victim.kill();
        let _ = product.post(
            "/v1/verifications",
            &json!({ "to": SECOND.e164, "purpose": "signup" }),
        );
    }
}

/// Every code on a phone, texts and calls.
fn codes_on(phones: &mut Phones, who: &Sample) -> Vec<String> {
    let messages = phones.messages(who.e164).unwrap();
    let code = |text: &str| {
        let run = text
            .split(|c: char| !c.is_ascii_digit())
            .find(|run| run.len() == 6);
        let spoken: String = text.chars().filter(char::is_ascii_digit).take(6).collect();
        run.map_or(spoken, str::to_owned)
    };
    let all: Vec<String> = messages.iter().map(|message| code(&message.text)).collect();
    let newest = phones.newest(who.e164, None, 0).unwrap();
    assert_eq!(
        newest.map(|code| code.digits).as_ref(),
        all.first(),
        "codes are read wrong"
    );
    all
}

/// Everything in a folder, however deep.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if let Ok(bytes) = fs::read(&path) {
            all.push((path.display().to_string(), bytes));
        }
    }
    all
}

/// What operators read, and what they copy.
fn operate(system: &System) -> String {
    let backup = system.data().join("copied").display().to_string();
    let share = system.data().join("copied-share").display().to_string();
    let commands = [
        ["check-config"].as_slice(),
        &["check-data"],
        &["check-data", "--repair"],
        &["apps", "list"],
        &["jobs", "list"],
        &["backup", &backup],
        &["backup", &share, "--share"],
    ];
    let mut said = String::new();
    for args in commands {
        let output = system.operate(args);
        said += &String::from_utf8_lossy(&output.stdout);
        said += &String::from_utf8_lossy(&output.stderr);
    }
    said
}

#[test]
fn no_number_and_no_code_is_anywhere_but_on_the_phones() {
    let mut system = system();
    let (mut recorder, mut phones) = (Recorder::default(), system.phones());
    live_by_pages(&mut Person::new(&system, &mut recorder), &mut phones);
    let mut product = Product::new(&system, &mut recorder);
    live_by_api(&mut product, &mut phones);
    more_by_api(&mut product, &mut phones);
    refused_by_api(&mut product);
    let mut needles = Needles::default();
    for (n, who) in ALL.iter().enumerate() {
        needles.number(&format!("number {n}"), who.calling, who.groups);
        for (m, code) in codes_on(&mut phones, who).iter().enumerate() {
            needles.code(&format!("code {m} of number {n}"), code);
        }
    }
    let while_running = files(system.data());
    die_with_it(&system, &mut product);
    let after_kills = files(system.data());
    for path in ["/healthz", "/openapi.json", "/v1/seal-key"] {
        let _ = product.call("GET", path, "");
    }
    assert_eq!(system.stop(), Some(0));
    let said = operate(&system);
    let stopped = files(system.data());
    let mut leaks = recorder.leaks(&needles);
    for (path, bytes) in while_running.iter().chain(&after_kills).chain(&stopped) {
        for needle in needles.find(bytes, Kind::File) {
            leaks.push(format!("{} as {} in {path}", needle.secret, needle.form));
        }
    }
    for (what, text) in [("the log", system.written()), ("a command", said)] {
        for needle in needles.find(text.as_bytes(), Kind::Text) {
            leaks.push(format!(
                "{} as {} in what {what} says",
                needle.secret, needle.form
            ));
        }
    }
    let bytes: usize = stopped.iter().map(|(_, bytes)| bytes.len()).sum();
    eprintln!(
        "{} answers, {} files with {bytes} bytes at the end",
        recorder.len(),
        stopped.len()
    );
    assert!(
        leaks.is_empty(),
        "{} leaks:\n{}",
        leaks.len(),
        leaks.join("\n")
    );
}

/// The search above finds nothing; this shows that it would.
#[test]
fn the_simulator_shows_what_the_search_looks_for() {
    let system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    api.start(API.e164);
    let code = phones.code(API.e164);
    let mut needles = Needles::default();
    needles.number("number", API.calling, API.groups);
    needles.code("code", &code.digits);
    let page = e2e::http::Client::new(system.courier())
        .get("/sim")
        .unwrap();
    let found = needles.find(&page.body, Kind::Text);
    for secret in ["number", "code"] {
        assert!(
            found.iter().any(|needle| needle.secret == secret),
            "{secret}"
        );
    }
    let files = files(system.data());
    let product = b"Harbour Chat";
    let readable = |(_, bytes): &&(String, Vec<u8>)| bytes.windows(12).any(|w| w == product);
    assert!(
        files.iter().filter(readable).count() > 0,
        "the files were not read"
    );
}
