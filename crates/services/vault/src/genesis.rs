//! A deployment's beginning: its keys and its one row.

use std::sync::Arc;

use model::{Clock, Entropy};
use seal::{Class, Hsm, HsmError, KeyId, KeySpec, keys::RowKey};
use store::{Scan, Store, Tx, Value};

use crate::{
    fault::Fault,
    guard::Guard,
    keys::{INDEX, LOG, ROOT, opening},
    rows::{ACCOUNT, APPLICATION, Deployment, LEAF, SHARE, TAG},
};

/// The first shred epoch.
const FIRST_EPOCH: u32 = 1;

/// The guard of this key store's rows.
///
/// # Errors
/// [`Fault::Hsm`] when the root key is missing.
pub fn guard(hsm: &dyn Hsm) -> Result<Guard, Fault> {
    Ok(Guard::new(RowKey::derive(hsm, &ROOT, 1)?))
}

/// Reads the deployment row, or makes keys and row when neither exists yet. A database without
/// its keys, or keys without their database, are left alone.
///
/// # Errors
/// [`Fault::Contradiction`] when only one half is there; [`Fault`] of store or key store.
pub async fn open_or_create(
    store: &dyn Store,
    hsm: &Arc<dyn Hsm>,
    entropy: &dyn Entropy,
    clock: &dyn Clock,
) -> Result<Deployment, Fault> {
    let stored = stored_row_exists(store).await?;
    let keyed = hsm.list()?.iter().any(|key| key.id == ROOT);
    match (stored, keyed) {
        (true, true) => read(store, hsm).await,
        (true, false) => Err(Fault::Contradiction(
            "the database's keys are not in this key store",
        )),
        (false, true) if has_rows(store).await? => Err(Fault::Contradiction(
            "the deployment row is missing from a database that is in use",
        )),
        // A crash between making the keys and writing the row lands here: the keys are new and
        // nothing was ever sealed under them.
        (false, _) => {
            create_keys(&**hsm)?;
            create_row(store, hsm, entropy, clock).await
        }
    }
}

async fn stored_row_exists(store: &dyn Store) -> Result<bool, Fault> {
    store
        .read(
            "vault.deployment",
            async |tx: &mut dyn Tx| -> Result<bool, Fault> {
                let key = [Value::Int(Deployment::KEY)];
                Ok(tx.get_row(&crate::rows::DEPLOYMENT, &key).await?.is_some())
            },
        )
        .await
}

/// Whether anything was ever done in this database.
async fn has_rows(store: &dyn Store) -> Result<bool, Fault> {
    store
        .read(
            "vault.in_use",
            async |tx: &mut dyn Tx| -> Result<_, Fault> {
                for table in [&APPLICATION, &ACCOUNT, &LEAF, &SHARE, &TAG] {
                    if !tx.scan_rows(Scan::new(table, 1)).await?.is_empty() {
                        return Ok(true);
                    }
                }
                Ok(false)
            },
        )
        .await
}

/// Reads the deployment row.
///
/// # Errors
/// [`Fault::Contradiction`] when it is missing or forged.
pub async fn read(store: &dyn Store, hsm: &Arc<dyn Hsm>) -> Result<Deployment, Fault> {
    let guard = guard(&**hsm)?;
    let row = store
        .read(
            "vault.deployment",
            async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                Ok(guard
                    .get::<Deployment>(tx, &[Value::Int(Deployment::KEY)])
                    .await?)
            },
        )
        .await?;
    row.ok_or(Fault::Contradiction(
        "the deployment row is not genuine under this key store",
    ))
}

fn create_keys(hsm: &dyn Hsm) -> Result<(), Fault> {
    let opening = Class::ALL.map(opening);
    let others = [ROOT, INDEX, LOG, KeyId::shred(FIRST_EPOCH)];
    for id in others.into_iter().chain(opening) {
        match hsm.create(KeySpec::of(id)) {
            Ok(()) | Err(HsmError::Exists) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn create_row(
    store: &dyn Store,
    hsm: &Arc<dyn Hsm>,
    entropy: &dyn Entropy,
    clock: &dyn Clock,
) -> Result<Deployment, Fault> {
    let now = clock.now();
    let row = Deployment {
        id: entropy.random_16()?,
        created_at: now,
        epoch: FIRST_EPOCH,
        previous_epoch: None,
        epoch_began_at: now,
        version: 0,
    };
    let (guard, first) = (guard(&**hsm)?, row.clone());
    store
        .transact(
            "vault.genesis",
            async move |tx: &mut dyn Tx| -> Result<(), Fault> {
                tx.write(vec![guard.insert(&first)]).await?;
                Ok(())
            },
        )
        .await?;
    Ok(row)
}
