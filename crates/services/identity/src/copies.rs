//! Read copies of new verifications on their way to the front's database.
//!
//! The vault is the judge of a verification and has committed it before a start is answered, so no
//! answer waits for the copy: copies gather for a moment and share one commit with the money that
//! their messages cost. A copy that is lost to a crash is made again from the vault's word. While
//! the database refuses copies, no verification is started.

use std::collections::{HashMap, HashSet};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use model::VerificationId;
use parking_lot::Mutex;
use store::{Store, StoreError, Tx};
use tokio::sync::Notify;

use crate::{
    Core, Identity,
    money::{Charge, Money},
    rows::{Spend, Verification},
    start::{IntoKey, copy_of},
};

/// Copies that may wait; reached only when the database stands still.
const MAX_WAITING: usize = 4096;
/// Most copies of one transaction, so that a backlog holds nobody up for long.
const BATCH: usize = 256;
/// Pause after a failed attempt.
const AFTER_FAILURE: Duration = Duration::from_millis(200);

/// Copies that wait.
#[derive(Default)]
pub struct Copies {
    state: Mutex<State>,
    /// Held while copies are written, so that they are written once and in order.
    pen: tokio::sync::Mutex<()>,
    wake: Notify,
}

#[derive(Default)]
struct State {
    waiting: HashMap<VerificationId, Verification>,
    writing: HashSet<VerificationId>,
    /// The last attempt to write failed.
    failing: bool,
}

impl Copies {
    /// Keeps the copy of a verification that has just begun.
    pub fn keep(&self, row: Verification) {
        let mut state = self.state.lock();
        let first = state.waiting.is_empty();
        state.waiting.insert(row.id, row);
        drop(state);
        if first {
            self.wake.notify_one();
        }
    }

    /// Whether new copies would be written.
    pub fn are_welcome(&self) -> bool {
        let state = self.state.lock();
        !state.failing && state.waiting.len() < MAX_WAITING
    }

    /// Takes a copy out, for a caller that is about to write it in its final form. One that is
    /// being written is waited for.
    pub async fn take(&self, id: VerificationId) -> Option<Verification> {
        let writing = {
            let mut state = self.state.lock();
            if let Some(row) = state.waiting.remove(&id) {
                return Some(row);
            }
            state.writing.contains(&id)
        };
        if !writing {
            return None;
        }
        drop(self.pen.lock().await);
        // Still there if it could not be written.
        self.state.lock().waiting.remove(&id)
    }

    /// Writes every copy that waits. A caller that is never given up also writes what is owed for
    /// messages; one that may be, a request, must not: nobody would note that it was paid.
    ///
    /// # Errors
    /// Any [`StoreError`]; the copies then wait for the next attempt.
    pub async fn write(&self, store: &dyn Store, money: Option<&Money>) -> Result<(), StoreError> {
        while !self.is_idle() || money.is_some_and(Money::is_owed) {
            let _pen = self.pen.lock().await;
            let writing = self.begin_writing();
            let owed = money.map_or_else(Vec::new, Money::owed);
            let result = write(store, Arc::clone(&writing.rows), owed.clone()).await;
            writing.end(result.is_ok());
            let spent = result?;
            if let Some(money) = money {
                money.paid(&owed, spent);
            }
        }
        Ok(())
    }

    /// Takes some of the copies that wait.
    fn begin_writing(&self) -> Writing<'_> {
        let mut state = self.state.lock();
        let ids: Vec<_> = state.waiting.keys().take(BATCH).copied().collect();
        let rows = ids
            .iter()
            .filter_map(|id| state.waiting.remove(id))
            .collect();
        state.writing = ids.into_iter().collect();
        Writing { copies: self, rows }
    }

    fn is_idle(&self) -> bool {
        let state = self.state.lock();
        state.waiting.is_empty() && state.writing.is_empty()
    }
}

/// Copies that are being written. Where that ends without a word, as in a request that is given
/// up, they wait again: to write one twice is the same as once.
struct Writing<'a> {
    copies: &'a Copies,
    rows: Arc<[Verification]>,
}

impl Writing<'_> {
    fn end(mut self, written: bool) {
        if written {
            self.rows = Arc::default();
        }
        self.copies.state.lock().failing = !written;
    }
}

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        let mut state = self.copies.state.lock();
        state.writing.clear();
        for row in self.rows.iter() {
            state.waiting.entry(row.id).or_insert_with(|| row.clone());
        }
    }
}

async fn write(
    store: &dyn Store,
    rows: Arc<[Verification]>,
    owed: Vec<Charge>,
) -> Result<Vec<Spend>, StoreError> {
    store
        .transact("identity.copies", async move |tx: &mut dyn Tx| {
            let copies = rows.iter().map(|row| copy_of(row.id));
            let reads = copies.chain(owed.iter().map(Charge::announced));
            tx.prefetch(reads.collect()).await?;
            let mut writes = Vec::with_capacity(rows.len() + owed.len());
            for row in rows.iter() {
                // An attempt whose outcome was unknown may have written it after all, and what
                // was written later is newer.
                let known = tx.get::<Verification>(&[row.id.into_key()]).await?;
                if known.is_none() {
                    writes.push(store::insert(row));
                }
            }
            let mut spent = Vec::with_capacity(owed.len());
            for charge in &owed {
                let (spend, write) = charge.apply(tx).await?;
                spent.push(spend);
                writes.push(write);
            }
            tx.write(writes).await?;
            Ok(spent)
        })
        .await
}

impl Core {
    /// Writes the copies that wait, for a request that needs them all.
    pub(crate) async fn write_copies(&self) -> Result<(), StoreError> {
        self.copies.write(&*self.store, None).await
    }

    /// Writes the copies that wait and what is owed, for a task that is never given up.
    async fn settle_copies(&self) -> Result<(), StoreError> {
        self.copies.write(&*self.store, Some(&self.money)).await
    }
}

impl Identity {
    /// Writes copies as they come, a few at a time, until `stop`. Requests that end after it leave
    /// copies too: [`Identity::finish_copies`] writes those.
    pub async fn run_copies(&self, stop: impl Future<Output = ()>) {
        let core = &self.0;
        let gather = u64::try_from(core.config.copies_gather.as_millis()).unwrap_or(0);
        let gather = Duration::from_millis(gather);
        let mut stop = pin!(stop);
        loop {
            tokio::select! {
                () = core.copies.wake.notified() => {}
                () = &mut stop => return,
            }
            tokio::select! {
                () = tokio::time::sleep(gather) => {}
                () = &mut stop => return,
            }
            if let Err(error) = core.settle_copies().await {
                tracing::error!(error = %error, "identity.copies");
                tokio::time::sleep(AFTER_FAILURE).await;
                core.copies.wake.notify_one();
            }
        }
    }

    /// Writes what still waits.
    ///
    /// # Errors
    /// [`StoreError`] when the database does not take it.
    pub async fn finish_copies(&self) -> Result<(), StoreError> {
        self.0.settle_copies().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{ApplicationId, Channel, CodePurpose, Lifecycle, Timestamp};
    use numbers::{LineType, Region};
    use peers::vault::Traits;
    use store::Memory;

    const AT: Timestamp = Timestamp::from_millis(1_000);

    fn row(id: u8) -> Verification {
        Verification {
            id: VerificationId::from_bytes([id; 16]),
            application: ApplicationId::from_bytes([1; 16]),
            purpose: CodePurpose::Signup,
            channel: Channel::Sms,
            auto: true,
            fallbacks: 0,
            lifecycle: Lifecycle::started(AT),
            expires_at: AT,
            code_length: 6,
            traits: Traits {
                country: Region::parse("GB").unwrap(),
                line_type: LineType::Mobile,
            },
            begun_at: AT,
        }
    }

    fn memory() -> Memory {
        Memory::open(&crate::rows::SCHEMA).unwrap()
    }

    async fn stored(store: &dyn Store, id: u8) -> Option<Verification> {
        let key = [VerificationId::from_bytes([id; 16]).into_key()];
        store
            .read("test", async move |tx: &mut dyn Tx| {
                tx.get::<Verification>(&key).await
            })
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn a_copy_that_was_taken_is_not_written_in_its_first_form() {
        let (copies, store, money) = (Copies::default(), memory(), Money::default());
        copies.keep(row(1));
        copies.keep(row(2));
        assert_eq!(copies.take(row(1).id).await, Some(row(1)));
        copies.write(&store, Some(&money)).await.unwrap();
        assert_eq!(stored(&store, 1).await, None);
        assert_eq!(stored(&store, 2).await, Some(row(2)));
        assert_eq!(copies.take(row(2).id).await, None);
    }

    #[tokio::test]
    async fn a_copy_does_not_replace_what_was_written_later() {
        let (copies, store, money) = (Copies::default(), memory(), Money::default());
        let mut newer = row(1);
        newer.fallbacks = 1;
        let put = newer.clone();
        let write: Result<(), StoreError> = store_of(&store)
            .transact("test", async move |tx: &mut dyn Tx| tx.put(&put).await)
            .await;
        write.unwrap();
        copies.keep(row(1));
        copies.write(&store, Some(&money)).await.unwrap();
        assert_eq!(stored(&store, 1).await, Some(newer));
    }

    #[tokio::test]
    async fn copies_and_charges_that_could_not_be_written_wait_and_are_written_once() {
        let (copies, store, money) = (Copies::default(), memory(), Money::default());
        let charge = Charge::of(&row(1), AT, &crate::IdentityConfig::default());
        copies.keep(row(1));
        money.owe(charge);
        let closed = memory();
        closed.close().await;
        copies.write(&closed, Some(&money)).await.unwrap_err();
        assert!(!copies.are_welcome());
        copies.write(&store, Some(&money)).await.unwrap();
        copies.write(&store, Some(&money)).await.unwrap();
        assert!(copies.are_welcome());
        assert_eq!(stored(&store, 1).await, Some(row(1)));
        let spent: Result<Vec<Spend>, StoreError> = store_of(&store)
            .read("test", async |tx: &mut dyn Tx| {
                tx.scan::<Spend>(store::Scan::of::<Spend>(10)).await
            })
            .await;
        let messages: Vec<u64> = spent.unwrap().iter().map(|spend| spend.messages).collect();
        assert_eq!(messages, [1]);
    }

    #[tokio::test]
    async fn a_request_that_is_given_up_loses_no_copy_and_pays_for_nothing() {
        let (copies, store, money) = (Copies::default(), memory(), Money::default());
        money.owe(Charge::of(&row(1), AT, &crate::IdentityConfig::default()));
        copies.keep(row(1));
        {
            let mut request = pin!(copies.write(&store, None));
            let once = std::future::poll_fn(|cx| {
                let _ = request.as_mut().poll(cx);
                std::task::Poll::Ready(())
            });
            once.await;
        }
        assert!(money.is_owed());
        copies.write(&store, Some(&money)).await.unwrap();
        assert!(!money.is_owed());
        assert_eq!(stored(&store, 1).await, Some(row(1)));
        assert_eq!(copies.take(row(1).id).await, None);
    }

    #[tokio::test]
    async fn a_backlog_is_written_in_several_transactions() {
        let (copies, store, money) = (Copies::default(), memory(), Money::default());
        for id in 0..=u8::MAX {
            copies.keep(row(id));
            let mut other = row(id);
            other.id =
                VerificationId::from_bytes([id, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
            copies.keep(other);
        }
        copies.write(&store, Some(&money)).await.unwrap();
        for id in 0..=u8::MAX {
            assert_eq!(stored(&store, id).await, Some(row(id)));
        }
        assert!(copies.is_idle());
    }

    fn store_of(store: &Memory) -> &dyn Store {
        store
    }
}
