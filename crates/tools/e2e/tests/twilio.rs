//! Twilio's Verify API against the real programs.

use std::sync::Barrier;
use std::thread;

use e2e::http::Reply;
use e2e::{System, sample};

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
