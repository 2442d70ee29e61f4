//! Leaves, as writes of the transaction that acts.

use model::{CodePurpose, Timestamp};
use seal::Class;
use store::Write;
use translog::{Commitment, Day, Event, Leaf, Purpose, Salt, Subject, ViewKey};
use zeroize::Zeroizing;

use crate::{fault::Fault, keys::Keys, rows::LeafRow};

/// Whose leaf it is: the person's view key, and the how-manieth of theirs.
pub struct Labelled {
    /// Labels the leaf so that only that person finds it.
    pub view_key: Zeroizing<[u8; 32]>,
    /// Counted from 1, without gaps.
    pub n: u64,
}

impl Labelled {
    fn subject(&self, keys: &Keys) -> Subject {
        let view_key = ViewKey::from_bytes(*self.view_key);
        Subject(view_key.label(&keys.deployment, self.n))
    }
}

/// A number is about to be used for a code the person asked for.
///
/// # Errors
/// [`Fault::Contradiction`] for a leaf that has no encoding.
pub fn used_leaf(
    whose: &Labelled,
    purpose: CodePurpose,
    keys: &Keys,
    id: [u8; 16],
    now: Timestamp,
) -> Result<Write, Fault> {
    let leaf = Leaf {
        class: Some(translog::Class(Class::Account.code())),
        purpose: Some(Purpose(purpose.code())),
        ..plain(Event::Used, whose, keys, now)
    };
    written(&leaf, id, &[])
}

/// A number is about to be used by the system, for nothing that the person asked for: shown to its
/// operator to learn about its SIM card or device (hygiene), or opened for its tags under a new
/// index key (account).
///
/// # Errors
/// [`Fault::Contradiction`] for a leaf that has no encoding.
pub fn unasked_leaf(
    class: Class,
    whose: &Labelled,
    keys: &Keys,
    id: [u8; 16],
    now: Timestamp,
) -> Result<Write, Fault> {
    let leaf = Leaf {
        class: Some(translog::Class(class.code())),
        ..plain(Event::Used, whose, keys, now)
    };
    written(&leaf, id, &[])
}

/// A number was sealed: the leaf commits to the record.
///
/// # Errors
/// [`Fault::Contradiction`] for a leaf that has no encoding.
pub fn sealed_leaf(
    whose: &Labelled,
    record_hash: &[u8; 32],
    keys: &Keys,
    id: [u8; 16],
    salt: &[u8; 32],
    now: Timestamp,
) -> Result<Write, Fault> {
    let commitment = Commitment::new("record", &Salt::from_bytes(*salt), record_hash);
    let leaf = Leaf {
        commitments: vec![commitment],
        ..plain(Event::Sealed, whose, keys, now)
    };
    written(&leaf, id, salt)
}

/// What opened a number is gone.
///
/// # Errors
/// [`Fault::Contradiction`] for a leaf that has no encoding.
pub fn deleted_leaf(
    whose: &Labelled,
    keys: &Keys,
    id: [u8; 16],
    now: Timestamp,
) -> Result<Write, Fault> {
    written(&plain(Event::Deleted, whose, keys, now), id, &[])
}

/// An opening key of a class, or the index key, was made or destroyed.
///
/// # Errors
/// [`Fault::Contradiction`] for a leaf that has no encoding.
pub fn key_leaf(class: Option<Class>, id: [u8; 16], now: Timestamp) -> Result<Write, Fault> {
    let leaf = Leaf {
        event: Event::Key,
        day: Day(now.day()),
        class: class.map(|class| translog::Class(class.code())),
        purpose: None,
        level: None,
        subject: None,
        commitments: Vec::new(),
    };
    written(&leaf, id, &[])
}

fn plain(event: Event, whose: &Labelled, keys: &Keys, now: Timestamp) -> Leaf {
    Leaf {
        event,
        day: Day(now.day()),
        class: None,
        purpose: None,
        level: None,
        subject: Some(whose.subject(keys)),
        commitments: Vec::new(),
    }
}

/// Without its leaf nothing happens: log before use.
fn written(leaf: &Leaf, id: [u8; 16], salts: &[u8]) -> Result<Write, Fault> {
    let body = leaf.encode();
    let body = body.map_err(|_| Fault::Contradiction("a leaf that must not be written"))?;
    let salts = (!salts.is_empty()).then(|| salts.to_vec());
    Ok(store::insert(&LeafRow { id, body, salts }))
}
