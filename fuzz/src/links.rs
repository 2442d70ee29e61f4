//! One side of a link, and a peer that says anything.

use std::io::Cursor;

use link::{Limits, Peer, Room, Service};

use crate::block_on;

/// What a room says first.
fn greeting(me: Room, other: Room) -> Vec<u8> {
    let peer = Peer::new(me, other, Service::Nothing, Limits::default());
    let mut said = Vec::new();
    // Nobody answers: the greeting is said, then the link ends.
    let _ = block_on(peer.attach_halves(tokio::io::empty(), &mut said));
    said
}

/// Has `me` listen to a peer that greets like `other` and then says `data`. With an even first
/// byte the rest is the stream as it is; else it is cut into entries of well-formed frames, so
/// that bodies are reached: a verb, a length, a body, again and again.
pub fn talk(me: Room, other: Room, service: Service, data: &[u8]) {
    let mut stream = greeting(other, me);
    match data.split_first() {
        Some((kind, rest)) if kind % 2 == 1 => stream.extend(frames(rest)),
        Some((_, rest)) => stream.extend_from_slice(rest),
        None => {}
    }
    let peer = Peer::new(me, other, service, Limits::default());
    let _ = block_on(peer.attach_halves(Cursor::new(stream), tokio::io::sink()));
}

fn frames(mut data: &[u8]) -> Vec<u8> {
    let mut stream = Vec::new();
    let mut id = 0_u64;
    while let [low, high, length, rest @ ..] = data {
        let (body, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        let mut entry = id.to_le_bytes().to_vec();
        entry.extend([*low, *high]);
        entry.extend(u32::try_from(body.len()).unwrap_or(0).to_le_bytes());
        entry.extend_from_slice(body);
        stream.extend(u32::try_from(entry.len()).unwrap_or(0).to_le_bytes());
        stream.extend(entry);
        (id, data) = (id + 1, rest);
    }
    stream
}
