//! Writing a start although the answer of the store was lost.

use std::sync::Arc;

use model::Timestamp;
use store::{StoreError, Tx, Value};

use super::{Draft, Written, number_limit};
use crate::{
    Core,
    fault::Fault,
    rows::{Application, Message, Verification},
};

/// Lost answers of one call after which its transaction is run again.
pub(crate) const LOST_ANSWERS: u32 = 8;

impl Core {
    /// Writes a draft, once more after a lost answer. If the first run was committed, or the
    /// server is still about to commit it, the second one waits for it and is refused as a
    /// duplicate: looking alone could look too early.
    pub(super) async fn write_surely(
        &self,
        draft: Draft,
        app: &Arc<Application>,
        now: Timestamp,
    ) -> Result<Written, Fault> {
        let mut written = self.write(draft.clone(), app, now).await;
        for _ in 0..LOST_ANSWERS {
            if !matches!(written, Err(Fault::Store(StoreError::OutcomeUnknown))) {
                return written;
            }
            written = self.write(draft.clone(), app, now).await;
            if let Err(Fault::Store(StoreError::Duplicate { .. })) = &written {
                let own = self.committed(&draft, now).await?;
                return own.map_or(written, Ok);
            }
        }
        written
    }

    /// What an earlier run of this call has written, if it was this call.
    async fn committed(&self, draft: &Draft, now: Timestamp) -> Result<Option<Written>, Fault> {
        let (keys, tags) = (Arc::clone(&self.keys), draft.secrets.tags.clone());
        let (id, message) = (draft.row.id, draft.message.id);
        self.store
            .read(
                "vault.committed",
                async move |tx: &mut dyn Tx| -> Result<_, Fault> {
                    let key = [Value::from(*message.as_bytes())];
                    let Some(message) = tx.get::<Message>(&key).await? else {
                        return Ok(None);
                    };
                    let key = [Value::from(*id.as_bytes())];
                    let Some(row) = keys.guard.get::<Verification>(tx, &key).await? else {
                        return Ok(None);
                    };
                    let limit = number_limit(tx, &keys, &tags, now).await?;
                    Ok(Some(Written::Begun {
                        row: Box::new(row),
                        message,
                        limit,
                    }))
                },
            )
            .await
    }
}
