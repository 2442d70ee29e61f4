//! Hands messages to carriers, once.
//!
//! | module | what it decides |
//! |---|---|
//! | [`Courier`] | which carrier takes a message, and that one id is sent once within a run |
//! | [`pool`] | which route of several takes a message, and what is learnt from it |
//! | [`ReceiptQueue`] | how receipts wait for the vault and reach it in batches |
//! | [`simulator`] | the carrier of demo and sandbox: phones in memory, and faults on demand |
//!
//! A courier has no database. What it remembers, it remembers for one run, named by
//! [`CourierRun`](carrier::CourierRun): the vault sees a new run and knows that nothing before it is remembered.
//!
//! No task is started here. [`ReceiptQueue::forward`] and [`Simulator::run`] are futures that the
//! binary runs in a task set of its own.
//!
//! [`Simulator::run`]: simulator::Simulator::run

mod counters;
mod courier;
mod memory;
pub mod pool;
mod receipts;
pub mod simulator;

pub use counters::Counts;
pub use courier::{Carriers, Courier, IN_FLIGHT_MAX};
pub use memory::REMEMBERED_MAX;
pub use peers::{carrier, operator};
pub use pool::{Ledger, Pool, PoolRules, Route};
pub use receipts::{BATCH_MAX, QUEUED_MAX, ReceiptQueue};
pub use simulator::{Simulator, SimulatorPermit};
