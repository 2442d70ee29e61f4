//! The storage door on PostgreSQL and what speaks its protocol.
//!
//! A thread of its own runs every transaction of a store, many at a time, each on a pooled
//! connection to each database it touches. The closures of the door make futures that may not
//! move between threads, so the thread has a runtime of its own.
//!
//! What keeps round trips few: statements are prepared once for each connection; `BEGIN` goes out
//! with the first reads; reads named by [`store::Tx::prefetch`] are fetched together; writes are
//! kept back and go out with `COMMIT`, unless a scan over their table needs them before.
//!
//! Transactions that conflict are run again. A name whose transactions met conflicts gets a
//! lane for a while: they queue, and those that wait share one transaction and one commit.
//!
//! Nothing here needs more than the floor that PostgreSQL, CockroachDB and YugabyteDB share: no
//! locks by name, no notifications, no serial ids, no enums, no triggers.

mod attempt;
mod connection;
mod convert;
mod dialect;
mod engine;
mod error;
mod lane;
mod migrate;
mod options;
mod pending;
mod pool;
#[cfg(feature = "server")]
pub mod server;
mod store;

pub use dialect::DIALECT;
pub use options::{Options, OptionsError, Place};
pub use store::{Figures, Postgres, migrate};
