//! Twilio's Verify API against the real programs.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::fs;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, SystemTime};

use e2e::http::Reply;
use e2e::{Room, System, sample, until};
use seal::totp::{Hash, Secret, Totp};

const MOBILE: &str = "+447700900123";
/// Numbers for which two clients ask at the same moment.
const PAIRS: usize = 20;

fn field(reply: &Reply, name: &str) -> String {
    reply.json()[name].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_number_is_proven_as_at_twilio() {
    // A code may be asked for again at once.
    let mut system = System::limited("resend_waits_seconds = [0]\n");
    let (mut twilio, mut phones) = (system.twilio(), system.phones());
    let service = twilio.get("").expect(200).json();
    assert_eq!(service["code_length"], 6);
    let started = twilio.start(MOBILE).expect(201);
    let sid = field(&started, "sid");
    assert!(sid.starts_with("VE"), "{sid}");
    assert_eq!(field(&started, "status"), "pending");
    let code = phones.code(MOBILE);
    let again = twilio.start(MOBILE).expect(201);
    assert_eq!(field(&again, "sid"), sid);
    assert_eq!(
        field(&again, "date_created"),
        field(&started, "date_created")
    );
    let second = phones.code_after(MOBILE, &code);
    assert_eq!(second.digits, code.digits);
    let fetched = twilio.get(&format!("/Verifications/{sid}")).expect(200);
    assert!(!fetched.text().contains("7700"), "{}", fetched.text());
    let proven = twilio.check(MOBILE, &code.digits).expect(200).json();
    assert_eq!(
        (&proven["status"], &proven["valid"]),
        (&"approved".into(), &true.into())
    );
    assert_eq!(proven["sid"], *sid);
    let late = twilio.check(MOBILE, &code.digits).expect(404).json();
    assert_eq!(
        (&late["code"], &late["status"]),
        (&20404.into(), &404.into())
    );
    // The same person, as the native API knows them.
    let path = format!("/v1/subjects/{}", proven["subject"].as_str().unwrap());
    assert_eq!(
        system.api().get(&path).expect(200).json()["status"],
        "active"
    );
    assert_eq!(system.stop(), Some(0));
    assert!(!system.written().contains("7700"), "numbers are not logged");
}

#[test]
fn two_starts_at_the_same_moment_send_one_code() {
    let system = System::start();
    let both = Barrier::new(2);
    let ask = || {
        let mut twilio = system.twilio();
        let numbers = (0..PAIRS).map(sample::number);
        let replies = numbers.map(|number| {
            both.wait();
            twilio.start(&number)
        });
        replies.collect::<Vec<_>>()
    };
    let (first, second) = thread::scope(|scope| {
        let other = scope.spawn(ask);
        (ask(), other.join().unwrap())
    });
    let mut phones = system.phones();
    for (n, (one, other)) in first.into_iter().zip(second).enumerate() {
        let (begun, late) = if one.status == 201 {
            (one, other)
        } else {
            (other, one)
        };
        let begun = begun.expect(201);
        assert_eq!(late.expect(429).json()["code"], 60212);
        let number = sample::number(n);
        let code = phones.code(&number);
        let mut twilio = system.twilio();
        let proven = twilio.check(&number, &code.digits).expect(200).json();
        assert_eq!(proven["sid"], *field(&begun, "sid"));
        assert_eq!(phones.messages(&number).unwrap().len(), 1);
    }
}

/// What an app shows `ahead` half minutes from now.
#[expect(
    clippy::disallowed_methods,
    reason = "an app and the real programs go by the real clock"
)]
fn shown(secret: &Secret, ahead: u64) -> String {
    let app = Totp {
        hash: Hash::Sha1,
        digits: 6,
        period: 30,
        skew: 0,
    };
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let step = app.step_at(since.unwrap().as_secs()) + ahead;
    app.code(secret, step).to_string()
}

/// Whether a file of a folder holds these bytes.
fn is_in_a_file(folder: &Path, bytes: &[u8]) -> bool {
    fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return is_in_a_file(&path, bytes);
        }
        let read = fs::read(&path).unwrap_or_default();
        read.windows(bytes.len()).any(|window| window == bytes)
    })
}

#[test]
fn an_authenticator_app_proves_its_owner_once_and_its_secret_is_nowhere_in_the_open() {
    let mut system = System::start();
    let mut twilio = system.twilio();
    let new = [("FriendlyName", "Anna"), ("FactorType", "totp")];
    let entity = "/Entities/ff483d1f-f591-898a";
    let made = twilio.post(&format!("{entity}/Factors"), &new).expect(201);
    let text = made.json()["binding"]["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let (secret, sid) = (Secret::parse(&text).unwrap(), field(&made, "sid"));
    let path = format!("{entity}/Factors/{sid}");
    let confirmed = twilio.post(&path, &[("AuthPayload", &shown(&secret, 0))]);
    assert_eq!(field(&confirmed.expect(200), "status"), "verified");

    system.room(Room::Vault).kill();
    until("the vault to be back", Duration::from_secs(30), || {
        (twilio.get("").status == 200).then_some(())
    });
    let code = shown(&secret, 1);
    let answers = [("FactorSid", sid.as_str()), ("AuthPayload", &code)];
    for status in ["approved", "pending"] {
        let asked = twilio.post(&format!("{entity}/Challenges"), &answers);
        assert_eq!(field(&asked.expect(201), "status"), status);
    }
    for bytes in [text.as_bytes(), secret.as_bytes()] {
        assert!(!is_in_a_file(system.data(), bytes));
    }
    assert_eq!(system.stop(), Some(0));
    assert!(!system.written().contains(&text), "secrets are not logged");
    assert!(!system.written().contains(&code), "codes are not logged");
}
