//! Leaves of the transparency log and the commitments in them.
//!
//! A leaf says in clear what anybody may count (event, day, class, purpose, output level) and
//! hides whom it is about: the subject by a label only that person can recompute, everything else
//! behind salted commitments. Tree, tiles and checkpoints follow with the sequencer.
//!
//! `LP(a, b, …)` is each field preceded by its 4-byte big-endian length.

mod commitment;
mod event;
mod label;
mod leaf;
mod lp;

pub use commitment::{Commitment, SALT_BYTES, Salt};
pub use event::Event;
pub use label::{LABEL_BYTES, ViewKey};
pub use leaf::{
    Class, Day, Leaf, LeafRefused, Level, MAX_COMMITMENTS, MAX_LEAF_BYTES, Purpose, Subject,
    leaf_hash,
};
