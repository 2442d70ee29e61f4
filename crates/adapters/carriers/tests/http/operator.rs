//! What an operator is asked, as whom, and what its answers mean.

use std::{collections::HashMap, time::Duration};

use carriers::operator::{Address, CamaraOperator, ClientSettings, OperatorSettings};
use data_encoding::BASE64;
use model::{NetworkToken, Timestamp};
use numbers::{E164, Region};
use peers::operator::{Claim, NoAnswer, Operator, OperatorAnswer, OperatorQuestion, SimQuestion};
use serde_json::json;
use tokio::{task::JoinSet, time::timeout};
use zeroize::Zeroizing;

use crate::{
    gateway::{Gateway, Got},
    support::here,
};

const TOKEN: &str = r#"{"access_token":"first","token_type":"Bearer","expires_in":300}"#;

/// An operator with every address on one port.
fn operator(port: u16) -> CamaraOperator {
    let at = |path: &str| Address {
        endpoint: here(port),
        path: path.to_owned(),
    };
    CamaraOperator::new(OperatorSettings {
        sim_swap: Some(at("/open/sim-swap/v2")),
        number_verification: Some(at("/open/number-verification/v2")),
        client: ClientSettings {
            token: at("/oauth2/token"),
            id: "ring fence".into(),
            secret: Zeroizing::new("se:cret".into()),
            purpose: Some("dpv:FraudPreventionAndDetection".into()),
        },
        countries: vec![Region::parse("GB").unwrap()],
    })
}

fn number(text: &str) -> E164 {
    E164::from_canonical(text).unwrap()
}

fn about_sim(question: SimQuestion) -> OperatorQuestion {
    let number = number("+447700900123");
    OperatorQuestion::Sim { number, question }
}

const WITHIN_72: SimQuestion = SimQuestion::ChangedWithin { hours: 72 };

type Asking = JoinSet<(CamaraOperator, Result<OperatorAnswer, NoAnswer>)>;

fn ask(operator: CamaraOperator, question: OperatorQuestion) -> Asking {
    let mut asking = JoinSet::new();
    asking.spawn(async move {
        let answer = operator.ask(question).await;
        (operator, answer)
    });
    asking
}

async fn told(mut asking: Asking) -> Result<OperatorAnswer, NoAnswer> {
    asking.join_next().await.unwrap().unwrap().1
}

/// What a question comes to whose token is granted and whose answer is this.
async fn outcome(
    question: SimQuestion,
    status: u16,
    body: &str,
) -> Result<OperatorAnswer, NoAnswer> {
    let gateway = Gateway::new().await;
    let asking = ask(operator(gateway.port()), about_sim(question));
    let _token = gateway.next().await.answer(200, TOKEN).await;
    let _api = gateway.next().await.answer(status, body).await;
    told(asking).await
}

#[tokio::test]
async fn a_question_brings_a_token_of_our_own_client() {
    let gateway = Gateway::new().await;
    let asking = ask(operator(gateway.port()), about_sim(WITHIN_72));
    let token = gateway.next().await;
    assert_eq!(token.path, "/oauth2/token");
    let basic = format!("Basic {}", BASE64.encode(b"ring+fence:se%3Acret"));
    assert_eq!(token.headers["authorization"], basic);
    let scope = "dpv%3AFraudPreventionAndDetection+sim-swap%3Acheck";
    assert_eq!(
        token.body,
        format!("grant_type=client_credentials&scope={scope}")
    );
    let _token = token.answer(200, TOKEN).await;
    let question = gateway.next().await;
    assert_eq!(question.path, "/open/sim-swap/v2/check");
    assert_eq!(question.headers["authorization"], "Bearer first");
    let body = json!({ "phoneNumber": "+447700900123", "maxAge": 72 });
    assert_eq!(question.json(), body);
    let _api = question.answer(200, r#"{"swapped":true}"#).await;
    assert_eq!(told(asking).await, Ok(OperatorAnswer::Changed(true)));
}

#[tokio::test]
async fn answers_mean_what_the_contract_says() {
    for (status, body, means) in [
        (
            200,
            r#"{"swapped":false}"#,
            Ok(OperatorAnswer::Changed(false)),
        ),
        (200, r#"{"swapped":"no"}"#, Err(NoAnswer::Senseless)),
        (200, "", Err(NoAnswer::Senseless)),
        (400, r#"{"code":"OUT_OF_RANGE"}"#, Err(NoAnswer::TooFarBack)),
        (
            400,
            r#"{"code":"INVALID_ARGUMENT"}"#,
            Err(NoAnswer::Senseless),
        ),
        (
            403,
            r#"{"code":"PERMISSION_DENIED"}"#,
            Err(NoAnswer::NotPermitted),
        ),
        (
            404,
            r#"{"code":"IDENTIFIER_NOT_FOUND"}"#,
            Err(NoAnswer::UnknownNumber),
        ),
        (404, "not here", Err(NoAnswer::Senseless)),
        (
            422,
            r#"{"code":"SERVICE_NOT_APPLICABLE"}"#,
            Err(NoAnswer::NotOffered),
        ),
        (429, "", Err(NoAnswer::Busy)),
        (503, r#"{"code":"UNAVAILABLE"}"#, Err(NoAnswer::Away)),
        (302, "", Err(NoAnswer::Senseless)),
    ] {
        assert_eq!(
            outcome(WITHIN_72, status, body).await,
            means,
            "{status} {body}"
        );
    }
}

#[tokio::test]
async fn dates_are_read_with_their_offset_and_may_be_unsaid() {
    let at = Some(Timestamp::from_millis(1_795_000_000_123));
    for (body, means) in [
        (
            r#"{"latestSimChange":"2026-11-18T13:06:40.123456789+02:00"}"#,
            Ok((at, None)),
        ),
        (
            r#"{"latestSimChange":null,"monitoredPeriod":120}"#,
            Ok((None, Some(120))),
        ),
        (r#"{"monitoredPeriod":120}"#, Err(NoAnswer::Senseless)),
        (r#"{"latestSimChange":"lately"}"#, Err(NoAnswer::Senseless)),
    ] {
        let told = outcome(SimQuestion::ChangedAt, 200, body).await;
        let means =
            means.map(|(at, monitored_days)| OperatorAnswer::ChangedAt { at, monitored_days });
        assert_eq!(told, means, "{body}");
    }
}

#[tokio::test]
async fn a_token_is_kept_until_it_is_refused() {
    let gateway = Gateway::new().await;
    let mut asking = ask(operator(gateway.port()), about_sim(WITHIN_72));
    let tokens = gateway.next().await.answer(200, TOKEN).await;
    let api = gateway.next().await;
    let api = api.answer(200, r#"{"swapped":false}"#).await;
    let (operator, first) = asking.join_next().await.unwrap().unwrap();
    assert!(first.is_ok());
    let asking = ask(operator, about_sim(WITHIN_72));
    let again = Got::on(api).await;
    assert_eq!(again.headers["authorization"], "Bearer first");
    let api = again.answer(401, r#"{"code":"UNAUTHENTICATED"}"#).await;
    let second = TOKEN.replace("first", "second");
    let _tokens = Got::on(tokens).await.answer(200, &second).await;
    let last = Got::on(api).await;
    assert_eq!(last.headers["authorization"], "Bearer second");
    let _api = last.answer(401, "").await;
    assert_eq!(
        told(asking).await,
        Err(NoAnswer::NotPermitted),
        "not a third time"
    );
}

#[tokio::test]
async fn without_a_token_the_number_is_shown_to_nobody() {
    for (status, body, why) in [
        (401, r#"{"error":"invalid_client"}"#, NoAnswer::NotPermitted),
        (400, r#"{"error":"invalid_scope"}"#, NoAnswer::NotPermitted),
        (200, r#"{"token":"x"}"#, NoAnswer::Senseless),
        (503, "", NoAnswer::Away),
    ] {
        let gateway = Gateway::new().await;
        let asking = ask(operator(gateway.port()), about_sim(WITHIN_72));
        let token: Got = gateway.next().await;
        assert!(!token.body.contains("7700900123"));
        let _token = token.answer(status, body).await;
        assert_eq!(told(asking).await, Err(why), "{status} {body}");
        let none = timeout(Duration::from_millis(50), gateway.next()).await;
        assert!(none.is_err(), "no other request");
    }
}

#[tokio::test]
async fn numbers_of_other_countries_are_not_shown_to_it() {
    let gateway = Gateway::new().await;
    let number = number("+12125550123");
    let question = WITHIN_72;
    let asked = OperatorQuestion::Sim { number, question };
    let told = operator(gateway.port()).ask(asked).await;
    assert_eq!(told, Err(NoAnswer::NoOperator));
}

fn about_device(claim: Claim) -> OperatorQuestion {
    let token = NetworkToken::new("net_abc".into()).unwrap();
    OperatorQuestion::Device { token, claim }
}

#[tokio::test]
async fn a_device_is_shown_with_its_own_token_only() {
    for (claim, body) in [
        (
            Claim::Number(number("+447700900123")),
            json!({ "phoneNumber": "+447700900123" }),
        ),
        (
            Claim::Hash([0xAB; 32]),
            json!({ "hashedPhoneNumber": "ab".repeat(32) }),
        ),
    ] {
        let gateway = Gateway::new().await;
        let asking = ask(operator(gateway.port()), about_device(claim));
        let question = gateway.next().await;
        assert_eq!(question.path, "/open/number-verification/v2/verify");
        assert_eq!(question.headers["authorization"], "Bearer net_abc");
        assert_eq!(question.json(), body);
        let answer = r#"{"devicePhoneNumberVerified":true}"#;
        let _api = question.answer(200, answer).await;
        assert_eq!(told(asking).await, Ok(OperatorAnswer::SameDevice(true)));
    }
}

#[tokio::test]
async fn refusals_of_a_network_token_are_told_apart() {
    let by_network = "NUMBER_VERIFICATION.USER_NOT_AUTHENTICATED_BY_MOBILE_NETWORK";
    let codes: HashMap<_, _> = [
        ((401, "UNAUTHENTICATED"), NoAnswer::TokenRefused),
        ((403, by_network), NoAnswer::NotByNetwork),
        ((403, "PERMISSION_DENIED"), NoAnswer::NotPermitted),
    ]
    .into();
    for ((status, code), why) in codes {
        let gateway = Gateway::new().await;
        let claim = Claim::Number(number("+447700900123"));
        let asking = ask(operator(gateway.port()), about_device(claim));
        let body = json!({ "code": code }).to_string();
        let _api = gateway.next().await.answer(status, &body).await;
        assert_eq!(told(asking).await, Err(why), "{code}");
    }
}

#[tokio::test]
async fn an_operator_that_is_not_there_is_away() {
    let gateway = Gateway::new().await;
    let port = gateway.port();
    drop(gateway);
    let told = operator(port).ask(about_sim(WITHIN_72)).await;
    assert_eq!(told, Err(NoAnswer::Away));
}

#[tokio::test]
async fn an_answer_that_is_too_long_says_nothing() {
    let long = format!(r#"{{"swapped":false,"more":"{}"}}"#, "x".repeat(70_000));
    assert_eq!(
        outcome(WITHIN_72, 200, &long).await,
        Err(NoAnswer::Senseless)
    );
}
