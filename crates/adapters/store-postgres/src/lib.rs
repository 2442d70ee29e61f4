//! The storage door on PostgreSQL and what speaks its protocol.
//!
//! A thread of its own runs every transaction of a store on pooled connections: those that only
//! read side by side, those that write in groups. The closures of the door make futures that may not
//! move between threads, so the thread has a runtime of its own.
//!
//! What keeps round trips few: statements are prepared once for each connection; `BEGIN` goes out
//! with the first reads; reads named by [`store::Tx::prefetch`] are fetched together; writes are
//! kept back and go out with `COMMIT`, unless a scan over their table needs them before.
//!
//! Transactions that write queue, and those that wait share one transaction and one commit: what
//! they read first is asked for together, then they run one after another, and their writes go
//! out together, rows of one table in one statement. Transactions of several processes may still
//! conflict; they are run again.
//!
//! Nothing here needs more than the floor that PostgreSQL, CockroachDB and YugabyteDB share: no
//! locks by name, no notifications, no serial ids, no enums, no triggers.

mod attempt;
mod batch;
mod connection;
mod convert;
mod dialect;
mod engine;
mod error;
mod lane;
mod member;
mod migrate;
mod options;
mod pool;
#[cfg(feature = "server")]
pub mod server;
mod store;
mod view;

pub use dialect::DIALECT;
pub use options::{Options, OptionsError, Place};
pub use store::{Figures, Postgres, migrate};
