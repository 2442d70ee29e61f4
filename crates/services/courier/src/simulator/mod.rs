//! The carrier of demo and sandbox: pretend phones in memory, and faults on demand.
//!
//! | module | what it holds |
//! |---|---|
//! | [`thread`] | one phone's messages, stored compactly |
//! | [`phones`] | all phones, bounded in number and bytes |
//! | [`code`] | how a code is found in a text or a call |
//! | [`faults`] | which faults there are, and how one message's fate is drawn |
//! | [`later`] | arrivals and receipts that come after a while |
//! | [`operator`] | what a mobile operator knows of the phones |
//!
//! Nothing is kept on disk. Numbers and texts are wiped when they are dropped, and no `Debug`
//! shows one.

mod carriers;
mod code;
mod faults;
mod inbound;
mod later;
mod operator;
mod permit;
mod phones;
mod simulate;
mod thread;

pub use carriers::SimulatedCarrier;
pub use code::Code;
pub use faults::{Faults, FaultsRefused, ReceiptMode};
pub use inbound::{Inbound, InboundText, NoInbound};
pub use later::SCHEDULED_MAX;
pub use operator::{Mood, PretendOperator, Sim};
pub use permit::{NotPermitted, SimulatorPermit};
pub use phones::{BYTES_MAX, MESSAGES_MAX, PHONES_MAX, PhoneKey, PhoneSummary};
pub use simulate::{Simulator, TextBackRefused, WAITERS_MAX};
pub use thread::{Direction, Message, TEXT_MAX_BYTES};
