//! Clients that send nonsense, too much, too slowly or nothing at all: always a typed refusal,
//! never a 5xx, and nobody else notices.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use e2e::http::{Client, Reply, connect};
use e2e::{Room, Setup, System, fresh_key, now};
use rustix::process::{Resource, getrlimit, setrlimit};
use serde_json::{Value, json};
use xtask::bench::harness::process::usage;

/// The front's limits for a head and for a whole request, with room for a busy machine.
const HEAD_MAX: Duration = Duration::from_secs(16);
const REQUEST_MAX: Duration = Duration::from_secs(24);
/// Others are served long before idle and slow connections are dropped.
const MEANWHILE: Duration = Duration::from_secs(8);

fn signup(number: &str) -> Value {
    json!({ "to": number, "purpose": "signup" })
}

/// Bodies that are wrong, with the code each is refused with; none where several are right.
const NUMBERS: &[(&str, Option<&str>)] = &[
    ("", Some("number_empty")),
    ("   ", Some("number_empty")),
    ("+44770090012", None),
    ("+4477009001234", None),
    ("+447", Some("number_too_short")),
    ("+4479111234567890123456789", Some("number_too_long")),
    ("07700900123", Some("number_needs_country")),
    ("+449098790123", Some("line_refused")),
    ("112", Some("number_emergency")),
    ("911", Some("number_emergency")),
    ("999", Some("number_emergency")),
    ("60606", None),
    ("+999123456789", Some("number_unknown_calling_code")),
    ("hello", Some("number_not_a_number")),
    ("+447700900123 ext 5", Some("number_has_extension")),
    ("+447700900123,+447700900124", Some("number_not_a_number")),
    ("+44\u{0}7700900123", None),
    ("+44\r\n7700900123\u{7}", None),
    ("\u{202e}+447700900123", None),
    ("+44 7700 900\u{1F600}123", Some("number_not_a_number")),
    ("' OR 1=1 --", Some("number_not_a_number")),
    ("++++", None),
];

#[test]
fn every_wrong_number_has_its_refusal() {
    let system = System::start();
    let mut api = system.api();
    for (number, code) in NUMBERS {
        let reply = api.try_start(&signup(number));
        let shown = format!("{number:?}: {} {}", reply.status, reply.text());
        match code {
            Some(code) => assert_eq!(reply.problem(), *code, "{shown}"),
            None if reply.status == 201 => {}
            None => assert!(!reply.problem().is_empty(), "{shown}"),
        }
        assert!(
            reply.status == 201 || (400..500).contains(&reply.status),
            "{shown}"
        );
    }
    let long = api.try_start(&signup(&"1".repeat(10_000)));
    assert_eq!(long.problem(), "number_too_long");
}

#[test]
fn digits_of_any_script_are_the_same_number() {
    let system = System::start();
    let (mut api, mut phones) = (system.api(), system.phones());
    let arabic =
        "+\u{664}\u{664}\u{667}\u{667}\u{660}\u{660}\u{669}\u{660}\u{660}\u{661}\u{662}\u{663}";
    let wide = "\u{ff0b}\u{ff14}\u{ff14}\u{ff17}\u{ff17}\u{ff10}\u{ff10}\u{ff19}\u{ff10}\u{ff10}\u{ff11}\u{ff12}\u{ff13}";
    let first = api.start(arabic);
    let code = phones.code("+447700900123");
    let created = api.check(&first.id, &code.digits);
    assert_eq!(created["verdict"], "created");
    let second = api.start_for(wide, "login");
    let code = phones.code_after("+447700900123", &code);
    let found = api.check(&second.id, &code.digits);
    assert_eq!(
        (&found["verdict"], &found["subject"]),
        (&json!("existing"), &created["subject"])
    );
}

/// Sends a body as it stands, on a connection of its own.
fn post(system: &System, path: &str, kind: &str, body: &[u8]) -> Reply {
    let key = format!("Bearer {}", system.told("api_key"));
    let mut client = Client::new(system.public());
    let headers = [("authorization", key.as_str()), ("content-type", kind)];
    client.send("POST", path, &headers, body).unwrap()
}

#[test]
fn every_wrong_body_has_its_refusal() {
    let system = System::start();
    let json = "application/json";
    let deep = format!("{{\"to\":{}", "[".repeat(5_000));
    let list = [b'['].repeat(5_000);
    let huge = format!("{{\"to\":\"{}\"}}", "1".repeat(200_000));
    let cases: &[(&str, &[u8], &str)] = &[
        (json, b"", "malformed_json"),
        (json, b"{", "malformed_json"),
        (json, b"\xff\xfe", "invalid_utf8"),
        (
            json,
            b"{\"to\":\"\xc3\x28\",\"purpose\":\"signup\"}",
            "invalid_utf8",
        ),
        (
            json,
            b"{\"to\":\"\\ud800\",\"purpose\":\"signup\"}",
            "malformed_json",
        ),
        (json, deep.as_bytes(), "invalid_request"),
        (json, &list, "invalid_request"),
        (json, b"[]", "invalid_request"),
        (json, b"null", "invalid_request"),
        (json, b"{}", "invalid_request"),
        (json, br#"{"to":5,"purpose":"signup"}"#, "invalid_request"),
        (
            json,
            br#"{"to":"+447700900123","purpose":"other"}"#,
            "invalid_request",
        ),
        (
            json,
            br#"{"to":"+447700900123","purpose":"signup","x":1}"#,
            "invalid_request",
        ),
        (json, br#"{"purpose":"signup"}"#, "destination_missing"),
        (json, huge.as_bytes(), "body_too_large"),
        ("text/plain", b"{}", "unsupported_media_type"),
        ("", b"{}", "unsupported_media_type"),
    ];
    for (kind, body, code) in cases {
        let reply = post(&system, "/v1/verifications", kind, body);
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        assert_eq!(reply.problem(), *code, "{shown}: {}", reply.text());
        assert!((400..500).contains(&reply.status), "{shown}");
    }
}

#[test]
fn every_wrong_code_has_its_refusal() {
    let system = System::start();
    let mut api = system.api();
    let started = api.start("+447700900123");
    let codes = [
        "\u{0}",
        "12 34 56",
        "١٢٣٤٥٦",
        "999999999999999999",
        "",
        "😀",
    ];
    for code in codes {
        let reply = api.try_check(&started.id, code);
        let status = reply.status;
        assert!(
            status == 200 || (400..500).contains(&status),
            "{code:?}: {}",
            reply.text()
        );
    }
    for path in [
        "/v1/verifications/ver_x/check",
        "/v1/verifications/%ff/check",
        "/v1/nothing",
    ] {
        let reply = post(&system, path, "application/json", br#"{"code":"123456"}"#);
        assert_eq!(reply.status, 404, "{path}: {}", reply.text());
        assert!(!reply.problem().is_empty());
    }
}

#[test]
fn a_huge_body_is_refused_before_it_is_read() {
    let system = System::start();
    let front = system.room(Room::Front);
    let used = usage(front.pid).unwrap().resident_bytes;
    let huge = vec![b' '; 8 << 20];
    for _ in 0..10 {
        let reply = post(&system, "/v1/verifications", "application/json", &huge);
        assert_eq!(
            (reply.status, reply.problem().as_str()),
            (413, "body_too_large")
        );
    }
    let more = usage(front.pid)
        .unwrap()
        .resident_bytes
        .saturating_sub(used);
    assert!(more < 4 << 20, "the front grew by {more} bytes");
}

#[test]
fn every_wrong_form_gets_a_page_that_says_so() {
    let system = System::start();
    let origin = system.told("public_url").to_owned();
    let headers = [
        ("origin", origin.as_str()),
        ("content-type", "application/x-www-form-urlencoded"),
    ];
    let long = format!("number={}", "1".repeat(100_000));
    let bodies: &[&[u8]] = &[
        b"",
        b"number=%ff%fe&country=GB",
        b"number=%00&country=GB",
        b"number=112&country=GB",
        b"number=07700900123&country=ZZ&key=nonsense",
        b"\xff\xff",
        b"a=b&a=c&number=1&number=2",
        long.as_bytes(),
    ];
    for path in [
        "/signup",
        "/login",
        "/signup/code",
        "/signup/resend",
        "/signup/ways",
        "/signup/known",
    ] {
        for body in bodies {
            // A new one each time: a refusal before the body's end closes the connection.
            let mut client = Client::new(system.public());
            let reply = client.send("POST", path, &headers, body).unwrap();
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            assert!(
                (300..500).contains(&reply.status),
                "{path} {shown}: {}",
                reply.status
            );
        }
    }
    let mut client = Client::new(system.public());
    let foreign = [("origin", "https://elsewhere.example"), headers[1]];
    let reply = client
        .send("POST", "/signup", &foreign, b"number=1")
        .unwrap();
    assert_eq!(reply.status, 403);
}

const NO_HTTP: &[&[u8]] = &[
    b"\x16\x03\x01\x02\x00\x01\x00",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET  /\r\n\r\n",
    b"\r\n\r\n\r\n\r\n",
    b"POST /v1/verifications HTTP/1.1\r\nhost: a\r\ncontent-length: -5\r\n\r\n",
    b"POST /v1/verifications HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello!",
];

#[test]
fn bytes_that_are_no_http_end_only_their_own_connection() {
    let system = System::start();
    let refused = |address, bytes: &[u8]| {
        let reply = Client::new(address).patience(REQUEST_MAX).raw(bytes);
        let status = reply.map(|reply| reply.status);
        let fine = status
            .as_ref()
            .map_or(true, |status| (400..500).contains(status));
        assert!(fine, "{bytes:?}: {status:?}");
    };
    thread::scope(|scope| {
        for address in [system.public(), system.console(), system.courier()] {
            for bytes in NO_HTTP {
                scope.spawn(move || refused(address, bytes));
            }
        }
    });
    let _ = system.api().start("+447700900123");
}

#[test]
fn clients_that_leave_in_the_middle_harm_nobody() {
    let system = System::start();
    let key = system.told("api_key");
    let body = signup("+447700900123").to_string();
    let request = format!(
        "POST /v1/verifications HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\nidempotency-key: {}\r\ncontent-length: {}\r\n\r\n{body}",
        fresh_key(),
        body.len()
    );
    for end in (1..=request.len()).step_by(7).chain([request.len()]) {
        let mut stream = connect(system.public(), REQUEST_MAX).unwrap();
        stream.write_all(&request.as_bytes()[..end]).unwrap();
    }
    let (mut api, mut phones) = (system.api(), system.phones());
    // Whatever was done of it was done once: it is the same key all the time.
    let same = Client::new(system.public())
        .raw(request.as_bytes())
        .unwrap();
    let id = same.expect(201).json()["id"].as_str().unwrap().to_owned();
    let code = phones.code("+447700900123");
    assert_eq!(api.check(&id, &code.digits)["verdict"], "created");
    assert_eq!(phones.messages("+447700900123").unwrap().len(), 1);
}

/// Reads until the server closes the connection; whatever it said before.
fn wait_dropped(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    let ended = stream.read_to_end(&mut said);
    let timed_out = matches!(&ended, Err(e) if e.kind() == ErrorKind::WouldBlock);
    assert!(!timed_out, "still open");
    String::from_utf8_lossy(&said).into_owned()
}

#[test]
fn slow_clients_are_dropped_while_others_are_served() {
    let system = System::start();
    let key = system.told("api_key");
    let half_head = b"POST /v1/verifications HTTP/1.1\r\nhost: a\r\nauthoriz".as_slice();
    let half_body = format!(
        "POST /v1/verifications HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ncontent-length: 100\r\n\r\n{{\"to\":"
    );
    let open = |bytes: &[u8]| {
        let mut stream = connect(system.public(), REQUEST_MAX).unwrap();
        stream.write_all(bytes).unwrap();
        stream
    };
    let begun = now();
    let heads: Vec<_> = (0..30).map(|_| open(half_head)).collect();
    let bodies: Vec<_> = (0..30).map(|_| open(half_body.as_bytes())).collect();
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start("+447700900123");
    let code = phones.code("+447700900123");
    assert_eq!(api.check(&started.id, &code.digits)["status"], "approved");
    assert!(begun.elapsed() < MEANWHILE, "others had to wait");
    for stream in heads {
        let said = wait_dropped(stream);
        assert!(
            !said.starts_with("HTTP/1.1 2") && !said.starts_with("HTTP/1.1 5"),
            "{said}"
        );
    }
    assert!(begun.elapsed() < HEAD_MAX, "{:?}", begun.elapsed());
    for stream in bodies {
        let said = wait_dropped(stream);
        let typed = ["408", "503"]
            .iter()
            .any(|s| said.starts_with(&format!("HTTP/1.1 {s}")));
        assert!(typed || said.is_empty(), "{said}");
    }
    assert!(begun.elapsed() < REQUEST_MAX, "{:?}", begun.elapsed());
}

/// Lets this test open as many connections as it may at all.
fn raise_own_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

#[test]
fn a_thousand_idle_connections_do_not_stop_the_service() {
    raise_own_limit();
    // What a shell or a service manager usually gives: 1,024 descriptors, more when asked for.
    let system = Setup::new()
        .through(&["prlimit", "--nofile=1024:8192"])
        .start();
    let idle: Vec<_> = (0..1_100)
        .map(|_| connect(system.public(), REQUEST_MAX).unwrap())
        .collect();
    let begun = now();
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start("+447700900123");
    let code = phones.code("+447700900123");
    assert_eq!(api.check(&started.id, &code.digits)["status"], "approved");
    assert!(begun.elapsed() < MEANWHILE, "{:?}", begun.elapsed());
    assert_eq!(idle.len(), 1_100);
}
