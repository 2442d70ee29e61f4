//! CAMARA against the real programs: a client with its code, questions to the pretend operator, and
//! what that operator's word does to a proof.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

use e2e::System;
use e2e::http::{Client, Reply};
use serde_json::{Value, json};

const MOBILE: &str = "+447700900126";
const JSON: (&str, &str) = ("content-type", "application/json");
const CORRELATOR: &str = "e2e;one.two/3";

/// A client with the id and the secret that the demonstration wrote down.
struct Caller {
    http: Client,
    bearer: String,
}

impl Caller {
    fn with_scope(system: &System, scope: &str) -> Self {
        let mut http = Client::new(system.public());
        let reply = ask_token(&mut http, system, scope).expect(200);
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        Self {
            http,
            bearer: format!("Bearer {token}"),
        }
    }

    fn post(&mut self, path: &str, body: &Value) -> Reply {
        let headers = [
            JSON,
            ("authorization", &self.bearer),
            ("x-correlator", CORRELATOR),
        ];
        let sent = self
            .http
            .send("POST", path, &headers, body.to_string().as_bytes());
        let reply = sent.unwrap();
        assert_eq!(reply.header("x-correlator").as_deref(), Some(CORRELATOR));
        assert!(!reply.text().contains("7700"), "{}", reply.text());
        reply
    }
}

fn ask_token(http: &mut Client, system: &System, scope: &str) -> Reply {
    ask(
        http,
        system,
        &format!("grant_type=client_credentials&scope={scope}"),
    )
}

fn ask(http: &mut Client, system: &System, grant: &str) -> Reply {
    let told: Value = {
        let text = std::fs::read(system.data().join("demo.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    let [id, secret] =
        ["client_id", "client_secret"].map(|name| told["camara"][name].as_str().unwrap());
    let form = format!("{grant}&client_id={id}&client_secret={secret}");
    let kind = ("content-type", "application/x-www-form-urlencoded");
    http.send("POST", "/oauth2/token", &[kind], form.as_bytes())
        .unwrap()
}

#[test]
fn a_client_sends_a_code_and_validates_it_once() {
    let mut system = System::start();
    let mut caller = Caller::with_scope(&system, "one-time-password-sms:send-validate");
    let body = json!({ "phoneNumber": MOBILE, "message": "{{code}} is your code" });
    let sent = caller.post("/one-time-password-sms/v1/send-code", &body);
    let id = sent.expect(200).json()["authenticationId"].clone();
    let code = system.phones().code(MOBILE);
    let guess = json!({ "authenticationId": id, "code": code.digits });
    let path = "/one-time-password-sms/v1/validate-code";
    let right = caller.post(path, &guess).expect(204);
    assert!(right.body.is_empty());
    let again = caller.post(path, &guess).expect(400).json();
    assert_eq!(again["code"], "ONE_TIME_PASSWORD_SMS.VERIFICATION_EXPIRED");
    assert_eq!(again.as_object().unwrap().len(), 3);
    assert_eq!(system.stop(), Some(0));
    assert!(!system.written().contains("7700900126"));
}

/// Tells the simulator something; what it answers.
fn simulate(system: &System, path: &str, body: &Value) -> Reply {
    let mut http = Client::new(system.courier());
    let body = body.to_string();
    http.send("POST", path, &[JSON], body.as_bytes()).unwrap()
}

fn change_sim(system: &System, hours_ago: u32) {
    let path = format!("/sim/phones/{MOBILE}/sim");
    let changed = json!({ "changed_hours_ago": hours_ago });
    let _ = simulate(system, &path, &changed).expect(204);
}

#[test]
fn a_client_asks_the_operator_about_a_sim_card() {
    let mut system = System::start();
    let mut caller = Caller::with_scope(&system, "sim-swap");
    let (check, date) = ("/sim-swap/v2/check", "/sim-swap/v2/retrieve-date");
    let number = json!({ "phoneNumber": MOBILE });
    let before = caller.post(check, &number).expect(200);
    assert_eq!(before.json(), json!({ "swapped": false }));
    change_sim(&system, 30);
    for (hours, swapped) in [(29, false), (31, true)] {
        let body = json!({ "phoneNumber": MOBILE, "maxAge": hours });
        assert_eq!(
            caller.post(check, &body).expect(200).json()["swapped"],
            swapped
        );
    }
    let at = caller.post(date, &number).expect(200).json();
    assert!(
        at["latestSimChange"].as_str().unwrap().ends_with('Z'),
        "{at}"
    );
    let _ = simulate(&system, "/sim/operator", &json!("away")).expect(204);
    assert_eq!(
        caller.post(check, &number).expect(503).json()["code"],
        "UNAVAILABLE"
    );
    assert_eq!(system.stop(), Some(0));
    assert!(!system.written().contains("7700900126"));
}

#[test]
fn a_client_compares_a_number_with_the_operators_word_once() {
    let system = System::start();
    let path = format!("/sim/phones/{MOBILE}/network-token");
    let network = simulate(&system, &path, &json!({ "by_network": true })).expect(201);
    let kind = "urn:ietf:params:oauth:token-type:access_token";
    let grant = "urn:ietf:params:oauth:grant-type:token-exchange";
    let form = format!(
        "grant_type={grant}&subject_token={}&subject_token_type={kind}",
        network.text()
    );
    let mut http = Client::new(system.public());
    let granted = ask(&mut http, &system, &form).expect(200).json();
    let bearer = format!("Bearer {}", granted["access_token"].as_str().unwrap());
    let mut caller = Caller { http, bearer };
    let path = "/number-verification/v2/verify";
    let body = json!({ "phoneNumber": MOBILE });
    let same = caller.post(path, &body).expect(200).json();
    assert_eq!(same, json!({ "devicePhoneNumberVerified": true }));
    assert_eq!(
        caller.post(path, &body).expect(401).json()["code"],
        "UNAUTHENTICATED"
    );
}

#[test]
fn a_code_alone_proves_nothing_after_a_change_of_the_sim_card() {
    let mut system = System::start();
    assert_eq!(system.stop(), Some(0));
    let mut config = std::fs::read_to_string(system.config()).unwrap();
    config.push_str("\n[vault.sim_check]\npurposes = [\"signup\", \"login\"]\n");
    std::fs::write(system.config(), config).unwrap();
    system.serve();
    change_sim(&system, 5);
    let (mut api, mut phones) = (system.api(), system.phones());
    let started = api.start(MOBILE);
    let code = phones.code(MOBILE);
    let path = format!("/v1/verifications/{}/check", started.id);
    let guess = json!({ "code": code.digits });
    let held = api
        .post(&path, &e2e::fresh_key(), &guess)
        .unwrap()
        .expect(403);
    assert_eq!(held.problem(), "sim_changed");
    assert!(held.json()["retry_after_seconds"].as_u64() > Some(71 * 3600));
    // A card that was changed long enough ago is as good as an old one.
    change_sim(&system, 100);
    let again = api.start(MOBILE);
    let code = phones.code_after(MOBILE, &code);
    assert_eq!(api.check(&again.id, &code.digits)["verdict"], "created");
    let log = system.written();
    assert!(log.contains("vault.sim.held"), "{log}");
    assert!(!log.contains("7700900126"));
}
