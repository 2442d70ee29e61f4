//! Connections that come, go and stay away.

use std::time::Duration;

use peers::{
    front::FrontEvents,
    vault::{BeginRefusal, NumberVault, Unavailable},
};
use tokio::task::JoinSet;

use super::{
    fixture::{Links, Raw, Script, VERIFICATION, connect, front_and_vault, peer},
    verbs::begin,
};
use crate::{Ended, FrontClient, HelloError, Limits, Room, VaultClient, Verb};

/// Lets every other task run until it waits.
async fn settle() {
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_without_a_connection_waits_a_little_and_then_fails() {
    let (front, vault) = front_and_vault(&Script::open(), Limits::default());
    let start = tokio::time::Instant::now();
    assert_eq!(
        VaultClient::new(front.clone()).health().await,
        Err(Unavailable::Gone)
    );
    assert_eq!(
        FrontClient::new(vault).sends_changed(vec![]).await,
        Ok(()),
        "nothing to say"
    );
    assert_eq!(start.elapsed().as_secs(), 2);
    assert!(!front.is_up());
    assert_eq!(front.counters().of(Verb::Health).errors, 1);
}

#[tokio::test(start_paused = true)]
async fn a_call_made_before_the_connection_is_answered_over_it() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    let client = VaultClient::new(front.clone());
    let later = async {
        tokio::time::advance(Duration::from_secs(1)).await;
        connect(&front, &vault, &mut links).await;
    };
    let (answer, ()) = tokio::join!(client.health(), later);
    assert!(answer.is_ok());
    assert!(front.is_up() && vault.is_up());
}

#[tokio::test(start_paused = true)]
async fn a_call_in_flight_fails_when_the_connection_breaks_and_works_again_after_the_next() {
    let (script, mut links) = (Script::closed(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    let raw = Raw::attach(&front, Room::Vault, 4096, &mut links).await;
    let client = VaultClient::new(front.clone());
    let broken = async {
        settle().await;
        assert_eq!(front.calls_waiting(), 1);
        drop(raw);
    };
    let start = tokio::time::Instant::now();
    let (answer, ()) = tokio::join!(client.begin(begin(VERIFICATION, "1")), broken);
    assert_eq!(answer, Err(BeginRefusal::Unavailable(Unavailable::Gone)));
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(links.join_next().await.unwrap().unwrap(), Ok(Ended::Closed));
    assert!(!front.is_up());

    script.gate.add_permits(1);
    connect(&front, &vault, &mut links).await;
    assert!(client.begin(begin(VERIFICATION, "1")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_new_connection_takes_the_place_of_the_old_one() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    let _silent = Raw::attach(&front, Room::Vault, 4096, &mut links).await;
    let client = VaultClient::new(front.clone());
    let mut calls = JoinSet::new();
    calls.spawn({
        let client = client.clone();
        async move { client.health().await }
    });
    settle().await;
    connect(&front, &vault, &mut links).await;
    assert_eq!(
        calls.join_next().await.unwrap().unwrap(),
        Err(Unavailable::Gone)
    );
    assert_eq!(
        links.join_next().await.unwrap().unwrap(),
        Ok(Ended::Replaced)
    );
    assert!(client.health().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_impostor_does_not_displace_the_connection_that_stands() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let _raw = Raw::attach(&front, Room::Courier, 4096, &mut links).await;
    let (expected, found) = (Room::Vault, Some(Room::Courier));
    let error = HelloError::WrongRoom { expected, found };
    assert_eq!(links.join_next().await.unwrap().unwrap(), Err(error));
    assert!(VaultClient::new(front).health().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up_at_the_deadline() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, _) = front_and_vault(&script, Limits::default());
    let _silent = Raw::attach(&front, Room::Vault, 4096, &mut links).await;
    let start = tokio::time::Instant::now();
    assert_eq!(
        VaultClient::new(front.clone()).health().await,
        Err(Unavailable::Gone)
    );
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(front.calls_waiting(), 0);
    assert!(front.is_up());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_call_leaves_nothing_behind() {
    let (script, mut links) = (Script::closed(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front.clone());
    for _ in 0..100 {
        let call = client.seal_key();
        let dropped = tokio::time::timeout(Duration::from_millis(1), call).await;
        assert!(dropped.is_err());
    }
    assert_eq!(front.calls_waiting(), 0);
    script.gate.add_permits(1000);
    assert!(client.seal_key().await.is_ok());
    settle().await;
    assert_eq!(front.counters().stray_answers(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_room_that_finishes_answers_what_it_began() {
    let (script, mut links) = (Script::closed(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front);
    let end = async {
        settle().await;
        vault.finish();
        settle().await;
        assert_eq!(links.try_join_next().map(Result::unwrap), None);
        script.gate.add_permits(1);
    };
    let (answer, ()) = tokio::join!(client.health(), end);
    assert!(answer.is_ok());
    let mut ends = links.join_all().await;
    ends.sort_by_key(|ended| *ended != Ok(Ended::Finished));
    assert_eq!(ends, [Ok(Ended::Finished), Ok(Ended::Closed)]);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_driver_ends_the_connection() {
    let (script, mut links) = (Script::closed(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    links.shutdown().await;
    assert!(!front.is_up() && !vault.is_up());
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_room_fails_one_call_and_no_other() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, vault) = front_and_vault(&script, Limits::default());
    connect(&front, &vault, &mut links).await;
    let client = VaultClient::new(front);
    let failed = client.begin(begin(VERIFICATION, "panic")).await;
    assert_eq!(failed, Err(BeginRefusal::Unavailable(Unavailable::Gone)));
    assert!(client.begin(begin(VERIFICATION, "1")).await.is_ok());
    assert_eq!(vault.counters().of(Verb::Begin).errors, 1);
}

#[tokio::test(start_paused = true)]
async fn more_calls_than_allowed_are_refused_as_busy_on_either_side() {
    for (calls, serving) in [(2, 100), (100, 2)] {
        let (script, mut links) = (Script::closed(), Links::new());
        let front_limits = Limits {
            calls,
            ..Limits::default()
        };
        let front = peer(Room::Front, Room::Vault, &script, front_limits);
        let vault_limits = Limits {
            serving,
            ..Limits::default()
        };
        let vault = peer(Room::Vault, Room::Front, &script, vault_limits);
        connect(&front, &vault, &mut links).await;
        let client = VaultClient::new(front);
        let third = async {
            settle().await;
            let third = client.health().await;
            script.gate.add_permits(2);
            third
        };
        let (one, two, three) = tokio::join!(client.health(), client.health(), third);
        assert!(one.is_ok() && two.is_ok());
        assert_eq!(three, Err(Unavailable::Busy));
        script.gate.add_permits(1);
        assert!(client.health().await.is_ok());
    }
}
