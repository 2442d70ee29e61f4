//! The demo's side-by-side page: what is stored for one account, as ciphertext.

use std::sync::Arc;

use model::{ApplicationId, Subject};
use peers::vault::StoredView;
use seal::record::RecordContext;
use store::{Scan, Tx, Value};
use translog::ViewKey;

use crate::{
    Core,
    accounts::by_handle,
    fault::Fault,
    rows::{LEAF, LeafRow, ShareRow, TagRow},
    shares::Shares,
};

/// Newest leaves looked through for those of the account.
const LEAVES: usize = 200;

impl Core {
    /// The verb `stored`: nothing here is plain text of anything.
    pub(crate) async fn stored(
        &self,
        application: ApplicationId,
        handle: Subject,
    ) -> Result<Option<StoredView>, Fault> {
        let keys = Arc::clone(&self.keys);
        self.store
            .read(
                "vault.demo.stored",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let Some(account) = by_handle(tx, &keys, application, handle).await? else {
                        return Ok(None);
                    };
                    let key = [Value::from(account.subject)];
                    let (Some(row), Some(tag)) = (
                        tx.get::<ShareRow>(&key).await?,
                        tx.get_by::<TagRow>("tag_subject", &key).await?,
                    ) else {
                        return Ok(None);
                    };
                    let shares = Shares::open(&row, keys.epochs().key(row.epoch)?)?;
                    let labels: Vec<[u8; 32]> = (1..=account.leaves)
                        .map(|n| ViewKey::from_bytes(*shares.view_key).label(&keys.deployment, n))
                        .collect();
                    let newest = Scan::new(&LEAF, LEAVES).reverse();
                    let leaves = tx
                        .scan::<LeafRow>(newest)
                        .await?
                        .into_iter()
                        .map(|leaf| leaf.body);
                    let ct = account.ct.unwrap_or_default();
                    let commit = account.commit.unwrap_or_default();
                    let context = RecordContext {
                        deployment: keys.deployment,
                        subject: account.subject,
                        generation: account.generation,
                    };
                    Ok(Some(StoredView {
                        record_hash: context.hash(&ct, &commit).to_vec(),
                        ciphertext: ct,
                        commitment: commit.to_vec(),
                        wraps: shares
                            .wraps
                            .iter()
                            .map(|wrap| (wrap.class.name().to_owned(), wrap.bytes.clone()))
                            .collect(),
                        tag: tag.lookup.to_vec(),
                        leaves: leaves.filter(|body| mentions(body, &labels)).collect(),
                    }))
                },
            )
            .await
    }
}

fn mentions(body: &[u8], labels: &[[u8; 32]]) -> bool {
    body.windows(32)
        .any(|window| labels.iter().any(|label| label == window))
}
