//! The table of verbs, enforced.

use serde::Serialize;

use super::fixture::{Links, Raw, Script, peer};
use crate::{Limits, Peer, Room, Service, Verb, frame::Kind, frame::Refusal};

/// What the link says to one request, if it refuses it.
async fn refusal<T: Serialize + ?Sized>(raw: &mut Raw, verb: u16, body: &T) -> Option<Refusal> {
    raw.send(9, verb, body).await;
    let (id, kind, body) = raw.receive().await;
    assert_eq!(id, 9);
    (kind == Kind::Refusal).then(|| Refusal::from_body(&body).unwrap())
}

#[tokio::test]
async fn a_verb_is_served_to_the_peers_of_the_table_and_refused_to_all_others() {
    for me in Room::ALL {
        for other in Room::ALL {
            let (script, mut links) = (Script::open(), Links::new());
            let peer = peer(me, other, &script, Limits::default());
            let mut raw = Raw::attach(&peer, other, 1 << 17, &mut links).await;
            for verb in Verb::ALL {
                let allowed = verb.server() == me && verb.callers().contains(&other);
                // Longer than any verb allows: whoever measures or reads it first gives another
                // answer than the one about rights.
                let long = "x".repeat(70_000);
                let said = refusal(&mut raw, verb.number(), &long).await;
                let expected = if allowed {
                    Refusal::TooLarge
                } else {
                    Refusal::NotAllowed
                };
                assert_eq!(
                    said,
                    Some(expected),
                    "{other:?} asks {me:?} for {}",
                    verb.name()
                );
            }
            assert!(script.seen.lock().is_empty(), "no room heard of any of it");
        }
    }
}

#[tokio::test]
async fn every_verb_refuses_a_body_that_is_not_its_own() {
    for verb in Verb::ALL {
        let (script, mut links) = (Script::open(), Links::new());
        let other = verb.callers()[0];
        let peer = peer(verb.server(), other, &script, Limits::default());
        let mut raw = Raw::attach(&peer, other, 1 << 17, &mut links).await;
        // Thirteen bytes: too few for any id, and for the verbs without a body too many.
        let expected = match verb.rule().max_bytes {
            0 => Refusal::TooLarge,
            _ => Refusal::Malformed,
        };
        let said = refusal(&mut raw, verb.number(), &[0xff_u8; 13]).await;
        assert_eq!(said, Some(expected), "{}", verb.name());
        let counted = peer.counters().of(*verb);
        assert_eq!((counted.calls, counted.refusals, counted.errors), (1, 1, 0));
    }
}

#[tokio::test]
async fn an_unknown_verb_is_refused_and_the_connection_lives() {
    let (script, mut links) = (Script::open(), Links::new());
    let vault = peer(Room::Vault, Room::Front, &script, Limits::default());
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    assert_eq!(
        refusal(&mut raw, 0x7777, "x").await,
        Some(Refusal::UnknownVerb)
    );
    assert_eq!(refusal(&mut raw, Verb::Health.number(), &()).await, None);
    assert_eq!(vault.counters().unknown_verbs(), 1);
}

#[tokio::test]
async fn a_room_that_offers_nothing_serves_nothing() {
    let mut links = Links::new();
    let vault = Peer::new(
        Room::Vault,
        Room::Front,
        Service::Nothing,
        Limits::default(),
    );
    let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
    let said = refusal(&mut raw, Verb::Health.number(), &()).await;
    assert_eq!(said, Some(Refusal::NotAllowed));
}

#[tokio::test]
async fn the_wrong_service_does_not_answer_for_another() {
    let (script, mut links) = (Script::open(), Links::new());
    for wrong in [
        Service::Receipts(script.clone()),
        Service::Front(script.clone()),
        Service::Courier(script.clone()),
    ] {
        let vault = Peer::new(Room::Vault, Room::Front, wrong, Limits::default());
        let mut raw = Raw::attach(&vault, Room::Front, 4096, &mut links).await;
        let said = refusal(&mut raw, Verb::Health.number(), &()).await;
        assert_eq!(said, Some(Refusal::NotAllowed));
    }
}
