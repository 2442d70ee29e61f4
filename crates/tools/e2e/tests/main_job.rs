//! The README's main job, by HTTP, against the real programs.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use e2e::http::Client;
use e2e::{Api, Code, Phones, System, fresh_key, now, sample, until};
use model::ApplicationId;
use rustix::process::Signal;
use seal::{
    ingest::{IngestContext, Typed, seal},
    note::{SealKeyNote, Verifier},
};
use serde_json::{Value, json};

const MOBILE: &str = "+447700900123";
const LANDLINE: &str = "+442079460123";
/// A stop ends within five seconds; the rest is for a machine that runs other tests too.
const STOP_MAX: Duration = Duration::from_secs(8);

/// Proves a number for a purpose.
fn prove(api: &mut Api, phones: &mut Phones, known: Option<&Code>, purpose: &str) -> (Value, Code) {
    let started = api.start_for(MOBILE, purpose);
    let code = match known {
        Some(known) => phones.code_after(MOBILE, known),
        None => phones.code(MOBILE),
    };
    (api.check(&started.id, &code.digits), code)
}

#[test]
fn a_person_signs_up_once_and_comes_back_as_the_same() {
    let mut system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let (first, code) = prove(&mut api, &mut phones, None, "signup");
    assert_eq!(
        (&first["status"], &first["verdict"], &first["new_account"]),
        (&json!("approved"), &json!("created"), &json!(true))
    );
    let subject = first["subject"].as_str().unwrap();
    assert!(subject.starts_with("sub_"));
    let (login, code) = prove(&mut api, &mut phones, Some(&code), "login");
    assert_eq!(
        (&login["verdict"], &login["subject"]),
        (&json!("existing"), &first["subject"])
    );
    let (again, _) = prove(&mut api, &mut phones, Some(&code), "signup");
    assert_eq!(again["verdict"], "number_in_use");
    assert_eq!(again["new_account"], false);
    let facts = api.get(&format!("/v1/subjects/{subject}")).expect(200);
    assert_eq!(facts.json()["status"], "active");
    assert!(!facts.text().contains("7700"));
    assert_eq!(system.stop(), Some(0));
    assert!(system.at_work().is_empty());
}

#[test]
fn a_landline_is_called_and_a_text_to_it_is_refused() {
    let system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let text = json!({ "to": LANDLINE, "purpose": "signup", "channel": "sms" });
    let refused = api.try_start(&text).expect(422);
    assert_eq!(refused.problem(), "channel_for_line");
    let started = api.start(LANDLINE);
    assert_eq!(started.answer["channel"], "voice");
    assert_eq!(started.answer["traits"]["line_type"], "fixed");
    let code = phones.code(LANDLINE);
    let calls = phones.messages(LANDLINE).unwrap();
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].channel, "voice");
    assert_eq!(api.check(&started.id, &code.digits)["status"], "approved");
}

/// Seals what a person typed, as the page does.
fn seal_in_page(api: &mut Api, application: ApplicationId, text: &str) -> String {
    let key = api.get("/v1/seal-key").expect(200).json();
    let verifier = Verifier::parse(key["verifier"].as_str().unwrap()).unwrap();
    let note = SealKeyNote::verify(key["note"].as_str().unwrap(), &verifier).unwrap();
    let context = IngestContext {
        deployment: note.deployment,
        application: *application.as_bytes(),
        purpose: "signup",
    };
    let typed = Typed::new(text, Some("GB")).unwrap();
    let sealed = seal(note.key_id, &note.public, &context, minute(), &typed).unwrap();
    sealed.encode()
}

#[expect(
    clippy::disallowed_methods,
    reason = "a page stamps the real time on what it seals"
)]
fn minute() -> u32 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u32::try_from(since.unwrap().as_secs() / 60).unwrap()
}

fn application(system: &System) -> ApplicationId {
    let listed = system.operate(&["apps", "list"]);
    let text = String::from_utf8(listed.stdout).unwrap();
    text.split_whitespace().next().unwrap().parse().unwrap()
}

#[test]
fn a_number_sealed_in_the_page_is_proven_and_works_once() {
    let system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let sealed = seal_in_page(&mut api, application(&system), "07700 900 123");
    let body = json!({ "sealed_to": sealed, "purpose": "signup" });
    let key = fresh_key();
    let started = api.post("/v1/verifications", &key, &body).unwrap();
    let started = started.expect(201);
    let again = api.post("/v1/verifications", &key, &body).unwrap();
    assert_eq!(again.expect(201).json(), started.json());
    let code = phones.code(MOBILE);
    let judged = api.check(started.json()["id"].as_str().unwrap(), &code.digits);
    assert_eq!(judged["verdict"], "created");
    let copied = api.try_start(&body).expect(422);
    assert_eq!(copied.problem(), "sealed_text");
    assert_eq!(phones.messages(MOBILE).unwrap().len(), 1);
}

#[test]
fn a_code_sent_before_a_restart_is_approved_after_it() {
    let mut system = System::start();
    let started = system.api().start(MOBILE);
    let code = system.phones().code(MOBILE);
    assert_eq!(system.stop(), Some(0));
    system.start_again();
    let mut api = system.api();
    let judged = api.check(&started.id, &code.digits);
    assert_eq!(judged["verdict"], "created");
    assert_eq!(system.stop(), Some(0));
    system.start_again();
    let path = format!("/v1/subjects/{}", judged["subject"].as_str().unwrap());
    assert_eq!(
        system.api().get(&path).expect(200).json()["status"],
        "active"
    );
    assert_eq!(system.api().check(&started.id, &code.digits), judged);
}

#[test]
fn a_lock_outlives_a_repeated_check() {
    let system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start(MOBILE);
    let code = phones.code(MOBILE);
    let judged = api.check(&started.id, &code.digits);
    let subject = format!("/v1/subjects/{}", judged["subject"].as_str().unwrap());
    let lock = api.post(&format!("{subject}/lock"), &fresh_key(), &json!({}));
    assert_eq!(lock.unwrap().expect(200).json()["status"], "locked");
    assert_eq!(
        api.check(&started.id, &code.digits)["subject"],
        judged["subject"]
    );
    assert_eq!(api.get(&subject).expect(200).json()["status"], "locked");
}

/// What a client holds that was told 201: the id, and the code if it arrived in time.
struct Accepted {
    id: String,
    code: Option<String>,
}

/// Starts verifications until the server is gone.
fn start_until_gone(system: &System, next: &AtomicUsize, gone: &AtomicBool) -> Vec<Accepted> {
    let (mut api, mut phones) = (system.api(), system.phones());
    let mut accepted = Vec::new();
    while !gone.load(Ordering::Relaxed) {
        let number = sample::number(next.fetch_add(1, Ordering::Relaxed));
        let body = json!({ "to": number, "purpose": "signup" });
        match api.post("/v1/verifications", &fresh_key(), &body) {
            Ok(reply) if reply.status == 201 => {
                let id = reply.json()["id"].as_str().unwrap().to_owned();
                let code = phones.try_code(&number).ok().flatten();
                let code = code.map(|code| code.digits);
                accepted.push(Accepted { id, code });
            }
            Ok(reply) => assert_eq!(reply.status, 503, "{}", reply.text()),
            Err(_) => gone.store(true, Ordering::Relaxed),
        }
    }
    accepted
}

#[test]
fn a_stop_under_load_loses_no_accepted_request() {
    let mut system = System::start();
    let (next, gone) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (accepted, asked) = thread::scope(|scope| {
        let work = || start_until_gone(&system, &next, &gone);
        let workers: Vec<_> = (0..6).map(|_| scope.spawn(work)).collect();
        until("some load", Duration::from_secs(30), || {
            (next.load(Ordering::Relaxed) > 60).then_some(())
        });
        let asked = now();
        system.supervisor().signal(Signal::INT);
        let all = workers.into_iter().flat_map(|w| w.join().unwrap());
        (all.collect::<Vec<_>>(), asked)
    });
    assert_eq!(system.ended(), Some(0), "{}", system.written());
    let took = asked.elapsed();
    assert!(took < STOP_MAX, "the stop took {took:?}");
    assert!(system.at_work().is_empty());
    system.start_again();
    let mut api = system.api();
    let mut approved = 0;
    for Accepted { id, code } in &accepted {
        let judged = api.check(id, code.as_deref().unwrap_or("000000"));
        match code {
            Some(_) => assert_eq!(judged["status"], "approved"),
            None => assert!(judged["attempts_left"].as_u64() >= Some(4), "{judged}"),
        }
        approved += usize::from(code.is_some());
    }
    assert!(approved > 30, "{approved} of {} had a code", accepted.len());
    eprintln!(
        "{} accepted, {approved} approved after, stop {took:?}",
        accepted.len()
    );
}

#[test]
fn what_is_written_to_a_file_has_no_colours() {
    let mut system = System::start();
    assert_eq!(system.stop(), Some(0));
    let written = system.written();
    assert!(written.contains("all rooms are ready"), "{written}");
    assert!(!written.contains('\u{1b}'), "{written}");
}

#[test]
fn every_listener_says_that_it_is_ready() {
    let system = System::start();
    for address in [system.public(), system.console(), system.courier()] {
        let _ = Client::new(address)
            .get("/healthz")
            .expect("an answer")
            .expect(200);
    }
}
