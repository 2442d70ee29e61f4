//! A peer that means harm, or cannot keep up.

use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::fixture::{Links, Raw, Script, connect, front_and_vault, peer};
use crate::{
    Ended, FrameError, HelloError, Limits, Room, VaultClient, Verb,
    frame::{Batch, Kind},
    hello,
    limits::MAX_FRAME_BYTES,
};
use peers::vault::{NumberVault, Unavailable};
use tokio::task::JoinSet;

async fn end_of(links: &mut Links) -> Result<Ended, HelloError> {
    links.join_next().await.unwrap().unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_room_of_another_version_is_told_apart() {
    let (script, mut links) = (Script::open(), Links::new());
    let (front, _) = front_and_vault(&script, Limits::default());
    let (near, mut far) = tokio::io::duplex(64);
    let (reader, writer) = tokio::io::split(near);
    links.spawn(front.attach_halves(reader, writer));
    let mut other = hello::encode(Room::Vault);
    other[4] = 77;
    far.write_all(&other).await.unwrap();
    assert_eq!(
        end_of(&mut links).await,
        Err(HelloError::Version { theirs: 77 })
    );
    assert!(!front.is_up());
}

#[tokio::test(start_paused = true)]
async fn a_frame_longer_than_allowed_ends_the_connection() {
    let (script, mut links) = (Script::open(), Links::new());
    let (_, vault) = front_and_vault(&script, Limits::default());
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    let length = u32::try_from(MAX_FRAME_BYTES + 1).unwrap();
    raw.0.write_all(&length.to_le_bytes()).await.unwrap();
    assert_eq!(
        end_of(&mut links).await,
        Ok(Ended::Violation(FrameError::Oversize))
    );
    assert_eq!(raw.0.read(&mut [0; 8]).await.unwrap(), 0);
}

#[tokio::test(start_paused = true)]
async fn an_entry_that_lies_about_its_length_ends_the_connection() {
    let (script, mut links) = (Script::open(), Links::new());
    let (_, vault) = front_and_vault(&script, Limits::default());
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    let mut frame = 14_u32.to_le_bytes().to_vec();
    frame.extend([0; 10]);
    frame.extend(1_u32.to_le_bytes());
    raw.0.write_all(&frame).await.unwrap();
    assert_eq!(
        end_of(&mut links).await,
        Ok(Ended::Violation(FrameError::CutShort))
    );
}

#[tokio::test(start_paused = true)]
async fn answers_nobody_asked_for_are_ignored() {
    let (script, mut links) = (Script::open(), Links::new());
    let (_, vault) = front_and_vault(&script, Limits::default());
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    let mut batch = Batch::new(4096);
    batch.push(7, Kind::Answer, "x").unwrap();
    batch.push(7, Kind::Refusal, "x").unwrap();
    batch
        .push(8, Kind::Request(Verb::Health.number()), &())
        .unwrap();
    raw.0.write_all(batch.frame()).await.unwrap();
    let (id, kind, _) = raw.receive().await;
    assert_eq!((id, kind), (8, Kind::Answer));
    assert_eq!(vault.counters().stray_answers(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_makes_no_sense_fails_the_call() {
    for kind in [Kind::Answer, Kind::Refusal] {
        let (script, mut links) = (Script::open(), Links::new());
        let (front, _) = front_and_vault(&script, Limits::default());
        let mut raw = Raw::attach(&front, Room::Vault, 4096, &mut links).await;
        let nonsense = async {
            let (id, _, _) = raw.receive().await;
            let mut batch = Batch::new(4096);
            batch.push(id, kind, "no such answer").unwrap();
            raw.0.write_all(batch.frame()).await.unwrap();
        };
        let client = VaultClient::new(front);
        let (answer, ()) = tokio::join!(client.health(), nonsense);
        assert_eq!(answer, Err(Unavailable::Protocol));
    }
}

#[tokio::test(start_paused = true)]
async fn who_asks_without_reading_is_not_read_and_then_cut_off() {
    let (script, mut links) = (Script::open(), Links::new());
    let vault = peer(Room::Vault, Room::Front, &script, Limits::default());
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    let mut batch = Batch::new(2048);
    while batch.push(1, Kind::Request(0x7777), &()).is_ok() {}
    let frame = batch.frame().to_vec();
    let mut taken: usize = 0;
    while raw.0.write_all(&frame).await.is_ok() {
        taken += frame.len();
        assert!(
            taken < 2 * 1024 * 1024,
            "the vault reads no further than its own buffers"
        );
    }
    assert_eq!(end_of(&mut links).await, Ok(Ended::Stalled));
}

#[tokio::test(start_paused = true)]
async fn calls_to_a_room_that_does_not_read_wait_without_taking_memory() {
    let (script, mut links) = (Script::open(), Links::new());
    let limits = Limits {
        calls: 500,
        ..Limits::default()
    };
    let (front, _) = front_and_vault(&script, limits);
    let _deaf = Raw::attach(&front, Room::Vault, 64, &mut links).await;
    let mut calls = JoinSet::new();
    for _ in 0..600 {
        let client = VaultClient::new(front.clone());
        calls.spawn(async move { client.health().await });
    }
    let answers = calls.join_all().await;
    let busy = answers
        .iter()
        .filter(|a| **a == Err(Unavailable::Busy))
        .count();
    let gone = answers
        .iter()
        .filter(|a| **a == Err(Unavailable::Gone))
        .count();
    assert_eq!((busy, gone), (100, 500));
    assert_eq!(end_of(&mut links).await, Ok(Ended::Stalled));
}

#[tokio::test(start_paused = true)]
async fn more_than_a_batch_waits_for_the_next_one() {
    let (script, mut links) = (Script::open(), Links::new());
    let vault = peer(Room::Vault, Room::Courier, &script, Limits::default());
    let courier = peer(Room::Courier, Room::Vault, &script, Limits::default());
    connect(&vault, &courier, &mut links).await;
    let receipt = peers::carrier::Receipt {
        id: model::MessageId::from_bytes([1; 16]),
        delivered: true,
        at: model::Timestamp::from_millis(1_800_000_000_000),
    };
    let mut calls = JoinSet::new();
    for _ in 0..40 {
        let client = crate::EventsClient::new(courier.clone());
        let receipts = vec![receipt; 1000];
        calls
            .spawn(async move { peers::carrier::CourierEvents::receipts(&client, receipts).await });
    }
    assert!(calls.join_all().await.iter().all(Result::is_ok));
    assert!(courier.counters().frames_out() > 1);
}

#[test]
fn no_bytes_make_a_room_panic() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let byte = prop_oneof![Just(0_u8), Just(1), any::<u8>()];
    let verb = prop_oneof![
        prop::sample::select(Verb::ALL).prop_map(Verb::number),
        any::<u16>()
    ];
    let entry = (verb, prop::collection::vec(byte.clone(), 0..120));
    let entries = prop::collection::vec(entry, 0..6);
    let tail = prop::collection::vec(byte, 0..60);
    proptest!(|(entries in entries, tail in tail)| {
        runtime.block_on(async {
            let (script, mut links) = (Script::open(), Links::new());
            let vault = peer(Room::Vault, Room::Front, &script, Limits::default());
            let mut raw = Raw::attach(&vault, Room::Front, 1 << 16, &mut links).await;
            let mut bytes = Vec::new();
            for (verb, body) in &entries {
                let length = u32::try_from(body.len()).unwrap();
                bytes.extend((14 + length).to_le_bytes());
                bytes.extend(9_u64.to_le_bytes());
                bytes.extend(verb.to_le_bytes());
                bytes.extend(length.to_le_bytes());
                bytes.extend(body);
            }
            bytes.extend(&tail);
            // The room may have hung up before the last byte.
            let _ = raw.0.write_all(&bytes).await;
            drop(raw);
            let ended = end_of(&mut links).await;
            assert!(!matches!(ended, Ok(Ended::Stalled | Ended::Finished) | Err(_)), "{ended:?}");
        });
    });
}
