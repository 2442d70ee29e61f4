//! The pretend operator behaves as it is told.

use courier::operator::{Claim, NoAnswer, Operator, OperatorAnswer, OperatorQuestion, SimQuestion};
use model::NetworkToken;
use numbers::E164;

use crate::{PHONE, World};

const SIM: &str = "/sim/phones/%2B447700900123/sim";
const TOKEN: &str = "/sim/phones/%2B447700900123/network-token";

fn phone() -> E164 {
    E164::from_canonical(PHONE).unwrap()
}

async fn within(world: &World, hours: u16) -> Result<OperatorAnswer, NoAnswer> {
    let (number, question) = (phone(), SimQuestion::ChangedWithin { hours });
    let operator = world.simulator.operator();
    operator
        .ask(OperatorQuestion::Sim { number, question })
        .await
}

#[tokio::test]
async fn a_phone_can_be_told_that_its_sim_was_changed() {
    let world = World::new();
    for (body, told) in [
        (
            r#"{"changed_hours_ago":5}"#,
            Ok(OperatorAnswer::Changed(true)),
        ),
        (
            r#"{"changed_hours_ago":73}"#,
            Ok(OperatorAnswer::Changed(false)),
        ),
        (r#""unchanged""#, Ok(OperatorAnswer::Changed(false))),
        (r#"{"monitored_days":2}"#, Err(NoAnswer::TooFarBack)),
        (
            r#"{"monitored_days":null}"#,
            Ok(OperatorAnswer::Changed(false)),
        ),
        (r#""not_offered""#, Err(NoAnswer::NotOffered)),
        (r#""unknown""#, Err(NoAnswer::UnknownNumber)),
    ] {
        let set = world.post_json(SIM, body).await;
        assert_eq!(set.status.as_u16(), 204, "{body}");
        assert_eq!(within(&world, 72).await, told, "{body}");
    }
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let world = World::new();
    for (path, body) in [
        (SIM, r#"{"changed_hours_ago":876001}"#),
        (SIM, r#"{"changed_hours_ago":-1}"#),
        (SIM, r#""stolen""#),
        ("/sim/phones/07700900123/sim", r#""unknown""#),
        (TOKEN, "{}"),
        ("/sim/operator", r#""asleep""#),
    ] {
        let refused = world.post_json(path, body).await;
        assert!(refused.status.is_client_error(), "{path} {body}");
    }
    assert_eq!(within(&world, 72).await, Ok(OperatorAnswer::Changed(false)));
}

#[tokio::test]
async fn a_device_gets_what_the_network_knows_it_by() {
    let world = World::new();
    for (body, told) in [
        (
            r#"{"by_network":true}"#,
            Ok(OperatorAnswer::SameDevice(true)),
        ),
        (r#"{"by_network":false}"#, Err(NoAnswer::NotByNetwork)),
    ] {
        let made = world.post_json(TOKEN, body).await;
        assert_eq!(made.status.as_u16(), 201);
        let token = NetworkToken::new(made.body).unwrap();
        let claim = Claim::Number(phone());
        let question = OperatorQuestion::Device { token, claim };
        assert_eq!(world.simulator.operator().ask(question).await, told);
    }
}

#[tokio::test]
async fn an_operator_can_be_away() {
    let world = World::new();
    let away = world.post_json("/sim/operator", r#""away""#).await;
    assert_eq!(away.status.as_u16(), 204);
    assert_eq!(within(&world, 72).await, Err(NoAnswer::Away));
    world.post_json("/sim/operator", r#"{"slow_ms":1}"#).await;
    assert_eq!(within(&world, 72).await, Ok(OperatorAnswer::Changed(false)));
    world.post_json("/sim/operator", r#""answers""#).await;
    assert_eq!(within(&world, 72).await, Ok(OperatorAnswer::Changed(false)));
}
