//! The storage door: typed tables, transactions, jobs, the memory backend and the conformance
//! suite.
//!
//! A service writes its tables as `'static` values beside its aggregates, implements [`Record`]
//! for them, and does all its work through [`transact`](trait@Store) and `read`. A backend knows
//! rows and columns, never an aggregate, so memory, SQLite and PostgreSQL need no code for each.
//!
//! Rules that hold on every backend:
//! - Transactions are serialisable. A closure may run more than once: it must have no effect
//!   outside its transaction. Follow-up work is a [job](jobs) enqueued in the same transaction.
//! - A closure awaits nothing but its transaction.
//! - Any error of a write dooms the transaction: it can only be rolled back, whatever the closure
//!   answers. The error itself comes with the next read, with [`Tx::settle`] or at the end, so
//!   that a backend behind a network can send writes together with the commit.
//! - A store may span several databases in a fixed order. A transaction commits in that order; a
//!   crash between two commits may leave the half in the earlier one, and the caller cleans it up.
//!   Each database is serialisable for itself; one that a transaction only reads gives it a
//!   consistent snapshot.
//! - Time is an `i64` of milliseconds since the Unix epoch, and always an argument.

#[cfg(feature = "conformance")]
pub mod conformance;
mod door;
mod error;
mod faulty;
pub mod id;
pub mod jobs;
mod memory;
mod observed;
mod record;
mod schema;
pub mod sql;
mod table;
pub mod transfer;
mod tx;
mod value;
mod watch;
mod work;

pub use door::{FLUSH, MAX_ATTEMPTS, SendFut, Store};
pub use error::StoreError;
pub use faulty::{FaultRates, Faulty};
pub use memory::Memory;
pub use observed::{Measure, Observed, Observer, Outcome};
pub use record::{Record, RowReader};
pub use schema::{Fill, Migration, Schema, Step};
pub use table::{Column, Index, Table};
pub use tx::{
    Fut, MAX_BATCH, MAX_KEY_BYTES, MAX_LIMIT, MAX_VALUE_BYTES, Read, Scan, Tx, Write, delete,
    insert, put,
};
pub use value::{Kind, Row, Value, encode};
pub use work::{Mode, Unit, Verdict, Work, answer_safely, run_to_verdict};
