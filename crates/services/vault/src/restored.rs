//! What must not come back with a copy of the rows.

use store::{Scan, Store, StoreError, Tx};

use crate::{
    housekeeping::{BATCH, deletions},
    rows::{INGEST_KEY, VERIFICATION},
};

/// Ends every verification of a copy that is being restored, and every key to seal to. Guesses that
/// were made since the copy are not in it: a code of it could be guessed at anew, and a number that
/// was sealed then be used again. Call it before a vault opens the copy.
///
/// # Errors
/// Any [`StoreError`] of the backend. What was ended until then stays so.
pub async fn end_open(store: &dyn Store) -> Result<(), StoreError> {
    for table in [&VERIFICATION, &INGEST_KEY] {
        loop {
            let ended = store.transact("vault.end_open", async move |tx: &mut dyn Tx| {
                let rows = tx.scan_rows(Scan::new(table, BATCH)).await?;
                let ended = rows.len();
                tx.write(deletions(table, &rows)?).await?;
                Ok::<usize, StoreError>(ended)
            });
            if ended.await? < BATCH {
                break;
            }
        }
    }
    Ok(())
}
