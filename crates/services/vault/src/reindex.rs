//! What stands under a number's older tags moves under its present ones, whenever both are known:
//! when the number is typed, and when a rotation opens it.

use store::{Tx, Value, Write};

use model::Timestamp;

use crate::{
    accounts::{Found, find_accounts},
    announce,
    begin::number_limit,
    fault::Fault,
    keys::Keys,
    rows::{BAN, Ban, NUMBER_LIMIT, NumberLimit, TAG_OF_SUBJECT, TagRow},
    shares::{Shares, open_ban, seal_ban, seal_tag},
    tags::{NumberTags, Use},
};

/// The write of a number's counters, which [`number_limit`] has read. Those under older index keys
/// go: else they would count again when these are cleared away.
pub(crate) fn limit_writes(limit: &NumberLimit, tags: &NumberTags, keys: &Keys) -> Vec<Write> {
    let older = tags.older_lookups(Use::Limit, keys);
    let gone = older.into_iter().map(|lookup| Write::Delete {
        table: &NUMBER_LIMIT,
        key: vec![Value::from(lookup)],
    });
    std::iter::once(keys.guard.put(limit)).chain(gone).collect()
}

/// The writes that bring the accounts and the ban of a number under its present tags. `found` is
/// what [`find_accounts`] found by these tags.
pub(crate) async fn carried(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
    found: &[Found],
) -> Result<Vec<Write>, Fault> {
    if tags.older().is_empty() {
        return Ok(Vec::new());
    }
    let mut writes = carried_ban(tx, keys, tags).await?;
    for found in found {
        if found.shares.generation != tags.generation() {
            writes.extend(carried_account(tx, keys, tags, found).await?);
        }
    }
    Ok(writes)
}

/// Moves all that stands under a number. Answers whether any account did.
pub(crate) async fn carry_number(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
    now: Timestamp,
) -> Result<bool, Fault> {
    let mut reads = announce::tags_of(keys, tags);
    reads.extend(announce::limit(keys, tags));
    reads.extend(announce::ban(keys, tags));
    tx.prefetch(reads).await?;
    let found = find_accounts(tx, keys, tags).await?;
    let older = |found: &Found| found.shares.generation != tags.generation();
    let moves = found.iter().any(older);
    let mut writes = carried(tx, keys, tags, &found).await?;
    writes.extend(carried_limit(tx, keys, tags, now).await?);
    tx.write(writes).await?;
    Ok(moves)
}

async fn carried_account(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
    found: &Found,
) -> Result<Vec<Write>, Fault> {
    let subject = found.account.subject;
    let key = [Value::from(subject)];
    let Some(old) = tx.get_by::<TagRow>(TAG_OF_SUBJECT, &key).await? else {
        return Err(Fault::Contradiction(
            "an account was found by a tag it has not",
        ));
    };
    let shares = Shares {
        limit: tags.present().limit.clone(),
        ban: tags.present().ban.clone(),
        generation: tags.generation(),
        ..found.shares.clone()
    };
    let (epochs, random) = (keys.epochs(), &keys.random);
    let tag = seal_tag(&tags.made(Use::Account), subject, &epochs.current, random)?;
    let old = [Value::from(old.lookup), Value::from(old.subject)];
    Ok(vec![
        store::delete::<TagRow>(&old),
        store::insert(&tag),
        store::put(&shares.seal(subject, &epochs.current, random)?),
    ])
}

/// A ban under an older tag; of two the later end holds.
async fn carried_ban(tx: &mut dyn Tx, keys: &Keys, tags: &NumberTags) -> Result<Vec<Write>, Fault> {
    let epochs = keys.epochs();
    let older = tags.older_lookups(Use::Ban, keys);
    let (mut until, mut writes) = (None, Vec::new());
    for lookup in older.iter().copied() {
        if let Some(end) = ban_end(tx, keys, lookup).await? {
            until = until.max(Some(end));
            writes.push(store::delete::<Ban>(&[Value::from(lookup)]));
        }
    }
    let Some(mut until) = until else {
        return Ok(Vec::new());
    };
    for lookup in epochs.lookups(&tags.present().ban) {
        until = until.max(ban_end(tx, keys, lookup).await?.unwrap_or(until));
    }
    let ban = seal_ban(&tags.made(Use::Ban), until, &epochs.current, &keys.random)?;
    writes.push(store::put(&ban));
    Ok(writes)
}

/// The end of the ban with this lookup value, if one is there that opens.
async fn ban_end(tx: &mut dyn Tx, keys: &Keys, lookup: [u8; 16]) -> Result<Option<i64>, Fault> {
    let Some(row) = tx.get::<Ban>(&[Value::from(lookup)]).await? else {
        return Ok(None);
    };
    let epochs = keys.epochs();
    let opened = epochs
        .key(row.epoch)
        .and_then(|epoch| open_ban(&row, epoch));
    if opened.is_err() {
        keys.guard.alarm(BAN.name);
    }
    Ok(opened.ok().map(|(_, until)| until))
}

/// Counters under an older tag.
async fn carried_limit(
    tx: &mut dyn Tx,
    keys: &Keys,
    tags: &NumberTags,
    now: Timestamp,
) -> Result<Vec<Write>, Fault> {
    for lookup in tags.older_lookups(Use::Limit, keys) {
        let key = [Value::from(lookup)];
        if keys.guard.get::<NumberLimit>(tx, &key).await?.is_some() {
            let limit = number_limit(tx, keys, tags, now).await?;
            return Ok(limit_writes(&limit, tags, keys));
        }
    }
    Ok(Vec::new())
}
