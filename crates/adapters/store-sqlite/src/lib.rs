//! The storage door on SQLite, with group commit.
//!
//! One thread writes. It runs waiting transactions one after another, each in savepoints inside
//! one `BEGIN IMMEDIATE` per database, commits each database that was touched once with
//! `synchronous=FULL`, in the schema's order, and then answers them all. A database that a group
//! does not touch costs nothing. Reads run on the calling thread, on read-only connections.

mod care;
mod dialect;
mod error;
mod files;
mod group;
mod migrate;
mod options;
mod reader;
mod session;
mod store;
mod writer;

pub use care::{backup_file, check_file};
pub use migrate::migrate;
pub use options::Options;
pub use store::Sqlite;
#[cfg(test)]
mod tests;
