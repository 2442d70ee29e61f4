//! A CAMARA client against the real programs: a token, a code, its check.
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
    let told: Value = {
        let text = std::fs::read(system.data().join("demo.json")).unwrap();
        serde_json::from_slice(&text).unwrap()
    };
    let [id, secret] =
        ["client_id", "client_secret"].map(|name| told["camara"][name].as_str().unwrap());
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}"
    );
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
