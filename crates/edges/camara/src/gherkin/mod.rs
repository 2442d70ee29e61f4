//! The CAMARA project's own scenarios, run against the whole product as an independent suite.
//!
//! The files are read from `../shared/data/camara` beside the workspace when they are there, and
//! are never copied. A scenario that does not apply stands in [`NOT_APPLICABLE`] with its reason;
//! every other one must pass, and a step that is not understood is a failure.

mod feature;
mod operator;
mod steps;
mod world;

use std::path::{Path, PathBuf};

use feature::{Feature, Scenario};
use world::World;

/// Scenarios that are not run, by tag, and why.
const NOT_APPLICABLE: &[(&str, &str)] = &[
    (
        "@OTPvalidationAPI_06_send_code_phone_number_blocked",
        "only an operator knows which lines bar texts; carriers tell us after the sending, and a \
         reply that told it earlier would tell strangers something about the number",
    ),
    (
        "@OTPvalidationAPI_400.7_validate_code_verification_expired_scenario_2",
        "a second request does not end the first: whoever knows a number could otherwise keep its \
         owner from ever finishing. Each code has its own guesses, and wrong guesses are counted \
         for the number across all of them",
    ),
    (
        "@check_sim_swap_C02.03_unnecessary_phone_number",
        NAMES_NOBODY,
    ),
    (
        "@retrieve_sim_swap_date_C02.03_unnecessary_phone_number",
        NAMES_NOBODY,
    ),
    (
        "@phone_number_share_01_generic_success_scenario",
        GIVES_NONE,
    ),
    ("@phone_number_share_02_success_scenario", GIVES_NONE),
    (
        "@phoneNumberShare_403.2_not_authenticated_using_network_or_sim_based_authentication",
        GIVES_NONE,
    ),
];

const NAMES_NOBODY: &str = "a token for sim-swap is the client's own and names no number: the \
     front would have to know whose it is";
const GIVES_NONE: &str = "no number ever comes back from the vault, so this operation has no scope \
     and is refused before anybody looks at how a token was come by";

/// Files of which nothing applies, and why.
const NOT_OFFERED: &[(&str, &str, &str)] = &[(
    "SimSwap",
    "sim-swap-subscriptions.feature",
    "to report changes of a SIM card for months, a number would have to be kept that no account \
     stands under, and operators would have to reach the courier",
)];

fn folder(api: &str) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(3);
    let beside = workspace.and_then(Path::parent).unwrap();
    let folder = beside.join("shared/data/camara").join(api);
    folder.join("code/Test_definitions")
}

async fn passes(feature: &Feature, scenario: &Scenario) -> Result<(), String> {
    let mut world = World::new(scenario).await;
    let mut outcome = Ok(());
    for step in feature.background.iter().chain(&scenario.steps) {
        let taken = steps::take(&mut world, step).await;
        outcome = taken.map_err(|why| format!("{}: «{step}»: {why}", scenario.tag));
        if outcome.is_err() {
            break;
        }
    }
    world.h.finish().await;
    outcome
}

/// Runs all scenarios that apply and gives how many there were.
async fn run(text: &str) -> usize {
    let feature = Feature::parse(text);
    let skipped = |scenario: &&Scenario| {
        let mut known = NOT_APPLICABLE.iter();
        !known.any(|(tag, _)| *tag == scenario.tag)
    };
    let mut failures = Vec::new();
    let mut ran = 0;
    for scenario in feature.scenarios.iter().filter(skipped) {
        ran += 1;
        failures.extend(passes(&feature, scenario).await.err());
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    ran
}

#[expect(
    clippy::print_stderr,
    reason = "a test that runs less than it could says so"
)]
fn read(api: &str, name: &str) -> Option<String> {
    let path = folder(api).join(name);
    let text = std::fs::read_to_string(&path).ok();
    if text.is_none() {
        let path = path.display();
        eprintln!("{path} is not there: only our own sample is run");
    }
    text
}

async fn run_file(api: &str, name: &str, expected: usize) {
    if let Some(text) = read(api, name) {
        assert_eq!(run(&text).await, expected);
    }
}

#[tokio::test]
async fn the_contracts_scenarios_of_send_code_pass() {
    run_file(
        "OTPValidation",
        "one-time-password-sms-sendCode.feature",
        15,
    )
    .await;
}

#[tokio::test]
async fn the_contracts_scenarios_of_validate_code_pass() {
    run_file(
        "OTPValidation",
        "one-time-password-sms-validateCode.feature",
        15,
    )
    .await;
}

#[tokio::test]
async fn the_contracts_scenarios_of_sim_swap_pass() {
    run_file("SimSwap", "sim-swap-checkSimSwap.feature", 23).await;
    run_file("SimSwap", "sim-swap-retrieveSimSwapDate.feature", 12).await;
}

#[tokio::test]
async fn the_contracts_scenarios_of_number_verification_pass() {
    let verify = "number-verification-phoneNumberVerify.feature";
    run_file("NumberVerification", verify, 15).await;
    let share = "number-verification-phoneNumberShare.feature";
    run_file("NumberVerification", share, 4).await;
}

#[tokio::test]
async fn what_is_not_offered_is_not_there() {
    for (api, name, why) in NOT_OFFERED {
        let Some(text) = read(api, name) else {
            continue;
        };
        assert!(!Feature::parse(&text).scenarios.is_empty() && !why.is_empty());
        let h = crate::harness::Harness::new().await;
        let call = h.at("/sim-swap/v2/subscriptions");
        assert_eq!(h.send(call).await.code(), "NOT_FOUND");
        h.finish().await;
    }
}

/// Ours, in the contract's vocabulary.
const SAMPLE: &str = r#"
Feature: a sample

  Background:
    Given the resource "/one-time-password-sms/vwip/validate-code"
    And the header "Content-Type" is set to "application/json"
    And the header "Authorization" is set to a valid access token
    And the request body is set by default to a request body compliant with the schema

  # A comment between.
  @right
  Scenario: right
    Given an authenticationId has been retrieved from a send-code request
    And the request body property "$.code" is set to the value received in the SMS
    When the HTTP "POST" request is sent
    Then the response property "$.status" is 204

  @wrong
  Scenario: wrong
    Given an authenticationId has been retrieved from a send-code request
    And the request body property "$.code" is set to a value distinct from the value received in the SMS
    When the HTTP "POST" request is sent
    Then the response property "$.status" is 400
    And the response property "$.code" is "ONE_TIME_PASSWORD_SMS.INVALID_OTP"
"#;

#[tokio::test]
async fn our_own_sample_passes() {
    assert_eq!(run(SAMPLE).await, 2);
}

#[tokio::test]
async fn a_scenario_that_is_not_true_or_not_understood_fails() {
    for (from, to) in [("is 204", "is 200"), ("is sent", "is eaten")] {
        let feature = Feature::parse(&SAMPLE.replace(from, to));
        assert!(passes(&feature, &feature.scenarios[0]).await.is_err());
    }
}
