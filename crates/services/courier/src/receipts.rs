//! Receipts on their way from carriers to the vault.

use std::{collections::VecDeque, convert::Infallible, fmt, time::Duration};

use parking_lot::Mutex;
use peers::carrier::{CarrierReports, CourierEvents, InboundText, Receipt};
use tokio::sync::Notify;

/// The most receipts that wait. When the vault stays away longer, the oldest are dropped: the
/// message then stays `accepted`, which is true. About 3 MB.
pub const QUEUED_MAX: usize = 100_000;

/// The most receipts handed over at once.
pub const BATCH_MAX: usize = 256;

/// How long receipts are gathered before they are handed over.
const GATHER: Duration = Duration::from_millis(20);

/// The first pause after the vault did not answer; it doubles up to [`PAUSE_MAX`].
const PAUSE_MIN: Duration = Duration::from_millis(50);
const PAUSE_MAX: Duration = Duration::from_secs(2);

#[derive(Default)]
struct Waiting {
    receipts: VecDeque<Receipt>,
    /// How many ever left the front of the queue, so that a batch under way is recognised even
    /// if the queue overflowed meanwhile.
    gone: u64,
    dropped: u64,
}

/// Receipts that carriers pushed and the vault has not taken yet. Bounded by [`QUEUED_MAX`].
#[derive(Default)]
pub struct ReceiptQueue {
    waiting: Mutex<Waiting>,
    pushed: Notify,
    taken: Notify,
}

impl ReceiptQueue {
    /// An empty queue.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Queues one receipt; the oldest makes room when the queue is full.
    pub fn push(&self, receipt: Receipt) {
        let mut waiting = self.waiting.lock();
        if waiting.receipts.len() >= QUEUED_MAX {
            waiting.receipts.pop_front();
            waiting.gone += 1;
            waiting.dropped += 1;
        }
        waiting.receipts.push_back(receipt);
        drop(waiting);
        self.pushed.notify_one();
    }

    /// How many receipts wait.
    #[must_use]
    pub fn len(&self) -> usize {
        self.waiting.lock().receipts.len()
    }

    /// Whether none wait.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many were dropped because the vault was away for too long.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.waiting.lock().dropped
    }

    /// Hands receipts to the vault in order, in batches of at most [`BATCH_MAX`], for ever. A
    /// batch the vault did not take is handed over again after a pause of 50 ms to 2 s. Dropping
    /// the future loses nothing; run only one at a time.
    pub async fn forward(&self, vault: &dyn CourierEvents) -> Infallible {
        let mut pause = PAUSE_MIN;
        loop {
            self.some().await;
            // Many receipts in one call cost the vault one commit.
            tokio::time::sleep(GATHER).await;
            let (first, batch) = self.next_batch();
            let taken = first + batch.len() as u64;
            match vault.receipts(batch).await {
                Ok(()) => {
                    self.forget_before(taken);
                    pause = PAUSE_MIN;
                }
                Err(_) => {
                    tracing::debug!(waiting = self.len(), "courier.receipts.vault_away");
                    tokio::time::sleep(pause).await;
                    pause = (pause * 2).min(PAUSE_MAX);
                }
            }
        }
    }

    /// Waits until the vault has taken all of them; [`forward`](Self::forward) has to run meanwhile.
    pub async fn emptied(&self) {
        loop {
            // Made before looking: a batch taken in between is not missed.
            let taken = self.taken.notified();
            if self.is_empty() {
                return;
            }
            taken.await;
        }
    }

    /// Waits until there is a receipt.
    async fn some(&self) {
        loop {
            // Made before looking: a push in between is not missed.
            let pushed = self.pushed.notified();
            if !self.is_empty() {
                return;
            }
            pushed.await;
        }
    }

    /// The oldest receipts and the place of the first of them.
    fn next_batch(&self) -> (u64, Vec<Receipt>) {
        let waiting = self.waiting.lock();
        let batch = waiting.receipts.iter().take(BATCH_MAX).copied();
        (waiting.gone, batch.collect())
    }

    fn forget_before(&self, place: u64) {
        let mut waiting = self.waiting.lock();
        while waiting.gone < place && waiting.receipts.pop_front().is_some() {
            waiting.gone += 1;
        }
        drop(waiting);
        self.taken.notify_waiters();
    }
}

/// A queue alone takes receipts; texts of people it drops.
impl CarrierReports for ReceiptQueue {
    fn receipt(&self, receipt: Receipt) {
        self.push(receipt);
    }

    fn inbound(&self, _text: InboundText) {}
}

impl fmt::Debug for ReceiptQueue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiptQueue")
            .field("waiting", &self.len())
            .field("dropped", &self.dropped())
            .finish()
    }
}
