//! The pretend operator answers as a real one would.

mod common;

use std::sync::Arc;

use common::{clock_at, number, seeded};
use courier::{
    operator::{Claim, NoAnswer, Operator, OperatorAnswer, OperatorQuestion, SimQuestion},
    simulator::{Mood, PretendOperator, Sim},
};
use model::{Millis, NetworkToken};
use testkit::HandClock;

const NOON: i64 = 1_795_003_200_000;
const HOUR: i64 = 3_600_000;

fn operator() -> (Arc<HandClock>, PretendOperator) {
    let clock = Arc::new(clock_at(NOON));
    let operator = PretendOperator::new(clock.clone(), Arc::new(seeded()));
    (clock, operator)
}

async fn within(operator: &PretendOperator, hours: u16) -> Result<OperatorAnswer, NoAnswer> {
    let question = SimQuestion::ChangedWithin { hours };
    let number = number(123);
    operator
        .ask(OperatorQuestion::Sim { number, question })
        .await
}

async fn device(
    operator: &PretendOperator,
    token: &NetworkToken,
    claim: Claim,
) -> Result<OperatorAnswer, NoAnswer> {
    let token = token.clone();
    operator
        .ask(OperatorQuestion::Device { token, claim })
        .await
}

#[tokio::test]
async fn a_change_counts_for_as_many_hours_as_are_asked_about() {
    let (clock, operator) = operator();
    assert_eq!(
        within(&operator, 2400).await,
        Ok(OperatorAnswer::Changed(false))
    );
    operator.change_sim(&number(123), 24);
    assert_eq!(
        within(&operator, 23).await,
        Ok(OperatorAnswer::Changed(false))
    );
    assert_eq!(
        within(&operator, 24).await,
        Ok(OperatorAnswer::Changed(true))
    );
    clock.advance(Millis::from_millis(HOUR));
    assert_eq!(
        within(&operator, 24).await,
        Ok(OperatorAnswer::Changed(false))
    );
    assert_eq!(operator.asked(), 4);
}

#[tokio::test]
async fn what_an_operator_may_not_say_is_not_said() {
    let (_, operator) = operator();
    let monitored_days = Some(120);
    operator.set_sim(&number(123), Sim::Unsaid { monitored_days });
    let (number, question) = (number(123), SimQuestion::ChangedAt);
    let asked = operator.ask(OperatorQuestion::Sim { number, question });
    let told = OperatorAnswer::ChangedAt {
        at: None,
        monitored_days,
    };
    assert_eq!(asked.await, Ok(told));
    assert_eq!(
        within(&operator, 2400).await,
        Ok(OperatorAnswer::Changed(false))
    );
    let monitored_days = Some(10);
    operator.set_sim(&common::number(123), Sim::Unsaid { monitored_days });
    assert_eq!(within(&operator, 241).await, Err(NoAnswer::TooFarBack));
}

#[tokio::test]
async fn a_number_of_another_operator_or_contract_has_no_answer() {
    let (_, operator) = operator();
    for (sim, why) in [
        (Sim::Unknown, NoAnswer::UnknownNumber),
        (Sim::NotOffered, NoAnswer::NotOffered),
    ] {
        operator.set_sim(&number(123), sim);
        assert_eq!(within(&operator, 24).await, Err(why));
    }
    operator.set_mood(Mood::Away);
    assert_eq!(within(&operator, 24).await, Err(NoAnswer::Away));
}

#[tokio::test]
async fn a_device_is_known_by_its_token_once_and_for_five_minutes() {
    let (clock, operator) = operator();
    let own = || operator.network_token(&number(123), true).unwrap();
    let token = own();
    let same = device(&operator, &token, Claim::Number(number(123))).await;
    assert_eq!(same, Ok(OperatorAnswer::SameDevice(true)));
    let again = device(&operator, &token, Claim::Number(number(123))).await;
    assert_eq!(again, Err(NoAnswer::TokenRefused));
    let other = device(&operator, &own(), Claim::Number(number(124))).await;
    assert_eq!(other, Ok(OperatorAnswer::SameDevice(false)));
    let late = own();
    clock.advance(Millis::from_millis(300_000));
    let late = device(&operator, &late, Claim::Number(number(123))).await;
    assert_eq!(late, Err(NoAnswer::TokenRefused));
    let by_text = operator.network_token(&number(123), false).unwrap();
    let by_text = device(&operator, &by_text, Claim::Number(number(123))).await;
    assert_eq!(by_text, Err(NoAnswer::NotByNetwork));
}

#[tokio::test]
async fn a_hash_is_compared_with_the_hash_of_the_number() {
    let (_, operator) = operator();
    for (nth, same) in [(123, true), (124, false)] {
        let token = operator.network_token(&number(123), true).unwrap();
        let hash =
            aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, number(nth).as_str().as_bytes());
        let claim = Claim::Hash(hash.as_ref().try_into().unwrap());
        let told = device(&operator, &token, claim).await;
        assert_eq!(told, Ok(OperatorAnswer::SameDevice(same)));
    }
}
