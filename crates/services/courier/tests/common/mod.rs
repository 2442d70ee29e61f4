//! A clock in the test's hand, repeatable randomness, and messages to send.
#![allow(dead_code, reason = "each test file uses its part of these")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use courier::{ReceiptQueue, Simulator, SimulatorPermit};
use model::{Clock, Entropy, EntropyError, MessageId, Timestamp};
use numbers::E164;
use peers::carrier::{CarrierMessage, SpokenPart, Words};

#[derive(Default)]
pub struct HandClock(pub AtomicI64);

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::Relaxed))
    }
}

/// A small repeatable generator (splitmix64).
#[derive(Default)]
pub struct Seeded(AtomicU64);

impl Entropy for Seeded {
    fn fill(&self, out: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in out.chunks_mut(8) {
            let step = 0x9E37_79B9_7F4A_7C15_u64;
            let mut z = self.0.fetch_add(step, Ordering::Relaxed).wrapping_add(step);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

pub struct Fails;

impl Entropy for Fails {
    fn fill(&self, _out: &mut [u8]) -> Result<(), EntropyError> {
        Err(EntropyError)
    }
}

pub fn number(n: u32) -> E164 {
    E164::from_canonical(&format!("+447700900{n:03}")).unwrap()
}

pub fn id(n: u32) -> MessageId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&n.to_le_bytes());
    MessageId::from_bytes(bytes)
}

pub fn code_text(code: &str) -> Words {
    Words::Text(format!(
        "{code} is your Harbour Chat code to create your account. Give it to nobody, not even us.\n\n@chat.harbour.example #{code}"
    ))
}

pub fn message(n: u32, words: Words) -> CarrierMessage {
    CarrierMessage {
        id: id(n),
        to: number(123),
        from: "HARBOUR".into(),
        language: "en".into(),
        words,
        sandbox: false,
    }
}

pub fn text(n: u32, code: &str) -> CarrierMessage {
    message(n, code_text(code))
}

pub fn call(n: u32, code: &str) -> CarrierMessage {
    let parts = vec![
        SpokenPart::Say("Your code is:".into()),
        SpokenPart::Pause { millis: 700 },
        SpokenPart::Digits(code.into()),
        SpokenPart::Say("Not you? Hang up.".into()),
    ];
    message(n, Words::Spoken(parts))
}

/// A demo's simulator and its receipts.
pub fn simulator() -> (Arc<Simulator>, Arc<ReceiptQueue>) {
    let receipts = Arc::new(ReceiptQueue::new());
    let simulator = Simulator::new(
        SimulatorPermit::from_config(true, false).unwrap(),
        Arc::new(HandClock::default()),
        Arc::new(Seeded::default()),
        receipts.clone(),
    );
    (Arc::new(simulator), receipts)
}
