//! What is cleared away, a little at a time, once a minute.

use model::Millis;
use store::{Scan, StoreError, Table, Tx, Value, Write};

use crate::{
    Identity,
    authenticators::CHALLENGES_KEPT,
    error::OperationError,
    rows::{ACCOUNT, CHALLENGE, FACTOR, IDEMPOTENCY, SESSION, VERIFICATION},
};

const BATCH: usize = 500;
const ROUNDS: usize = 200;
/// The vault shreds at the time; the pseudonym's row follows a little later.
const AFTER_SHRED: Millis = Millis::from_seconds(3600);

impl Identity {
    /// Removes rows whose time is over.
    ///
    /// # Errors
    /// [`OperationError`]; what was removed stays removed.
    pub async fn housekeep(&self) -> Result<(), OperationError> {
        let config = &self.0.config;
        let ago = |span: Millis| self.0.clock.now().as_millis() - span.as_millis();
        self.clear(
            &VERIFICATION,
            "verification_expires_at",
            ago(config.verifications_kept),
        )
        .await?;
        self.clear(&IDEMPOTENCY, "idempotency_at", ago(config.idempotency_kept))
            .await?;
        self.clear(&SESSION, "session_expires_at", ago(Millis::from_millis(0)))
            .await?;
        self.clear(&FACTOR, "factor_ends_at", ago(Millis::from_millis(0)))
            .await?;
        self.clear(&CHALLENGE, "challenge_expires_at", ago(CHALLENGES_KEPT))
            .await?;
        self.clear(&ACCOUNT, "account_shred_at", ago(AFTER_SHRED))
            .await
    }

    async fn clear(
        &self,
        table: &'static Table,
        index: &'static str,
        before: i64,
    ) -> Result<(), OperationError> {
        for _ in 0..ROUNDS {
            let removed = self
                .0
                .store
                .transact("identity.clear", async move |tx: &mut dyn Tx| {
                    let scan = Scan::new(table, BATCH)
                        .index(index)
                        .below(Value::Int(before));
                    let rows = tx.scan_rows(scan).await?;
                    let writes = rows
                        .iter()
                        .map(|row| {
                            Ok(Write::Delete {
                                table,
                                key: table.pick(row, table.key)?,
                            })
                        })
                        .collect::<Result<Vec<_>, StoreError>>()?;
                    let removed = writes.len();
                    tx.write(writes).await?;
                    Ok::<_, StoreError>(removed)
                })
                .await?;
            if removed < BATCH {
                return Ok(());
            }
        }
        Ok(())
    }
}
