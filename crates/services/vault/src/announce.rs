//! Reads that a transaction is about to make, named before it makes them: a database server is then
//! asked once. What is read, and what it means, stands where it is read.

use model::{MessageId, VerificationId};
use store::{Read, Scan, Table, Value};

use crate::{
    accounts::MAX_FOUND,
    keys::Keys,
    rows::{
        ACCOUNT, BAN, MESSAGE, NUMBER_LIMIT, SHARE, SIM_SIGNAL, TAG, TAG_OF_SUBJECT, VERIFICATION,
    },
    tags::{NumberTags, Use},
};

/// What `number_limit` reads first.
pub fn limit(keys: &Keys, tags: &NumberTags) -> Vec<Read> {
    lookups(keys, tags, Use::Limit, &NUMBER_LIMIT)
}

/// What `ban_until` reads.
pub fn ban(keys: &Keys, tags: &NumberTags) -> Vec<Read> {
    lookups(keys, tags, Use::Ban, &BAN)
}

/// What `find_accounts` reads first.
pub fn tags_of(keys: &Keys, tags: &NumberTags) -> Vec<Read> {
    let lookups = tags.lookups(Use::Account, keys).into_iter();
    lookups.map(|lookup| Read::Scan(tag_scan(lookup))).collect()
}

/// What `find_accounts` reads for each tag row.
pub fn account(subject: [u8; 16]) -> [Read; 2] {
    [get(&ACCOUNT, subject), get(&SHARE, subject)]
}

/// What opening the number of a subject reads.
pub fn opening(subject: [u8; 16]) -> Vec<Read> {
    let tag = Scan::new(&TAG, 1)
        .index(TAG_OF_SUBJECT)
        .prefix([Value::from(subject)]);
    account(subject)
        .into_iter()
        .chain([Read::Scan(tag)])
        .collect()
}

/// What the share store holds for a subject.
pub fn share(subject: [u8; 16]) -> Read {
    get(&SHARE, subject)
}

/// A verification.
pub fn verification(id: VerificationId) -> Read {
    get(&VERIFICATION, *id.as_bytes())
}

/// What a number's operator said for a verification.
pub fn sim_signal(id: VerificationId) -> Read {
    get(&SIM_SIGNAL, *id.as_bytes())
}

/// A message.
pub fn message(id: MessageId) -> Read {
    get(&MESSAGE, *id.as_bytes())
}

/// The tag rows under a lookup value.
pub fn tag_scan(lookup: [u8; 16]) -> Scan {
    Scan::new(&TAG, MAX_FOUND).prefix([Value::from(lookup)])
}

fn lookups(keys: &Keys, tags: &NumberTags, which: Use, table: &'static Table) -> Vec<Read> {
    let lookups = tags.lookups(which, keys).into_iter();
    lookups.map(|lookup| get(table, lookup)).collect()
}

fn get(table: &'static Table, key: impl Into<Value>) -> Read {
    let key = vec![key.into()];
    Read::Get { table, key }
}
