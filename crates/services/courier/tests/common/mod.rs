//! A clock in the test's hand, repeatable randomness, and messages to send.
#![allow(dead_code, reason = "each test file uses its part of these")]
#![allow(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

use std::sync::Arc;

use courier::{ReceiptQueue, Simulator, SimulatorPermit};
use model::{Entropy, EntropyError, MessageId, Timestamp};
use numbers::E164;
use peers::carrier::{CarrierMessage, SpokenPart, Words};
use testkit::{HandClock, SeededEntropy};

/// A clock that shows so many milliseconds until it is moved.
pub fn clock_at(millis: i64) -> HandClock {
    HandClock::at(Timestamp::from_millis(millis))
}

/// The same bytes in each run.
pub fn seeded() -> SeededEntropy {
    SeededEntropy::new(0)
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
        Arc::new(clock_at(0)),
        Arc::new(seeded()),
        receipts.clone(),
    );
    (Arc::new(simulator), receipts)
}
