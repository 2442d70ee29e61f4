//! Receipts reach the vault in order, and wait for it while it is away.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod common;

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use common::id;
use courier::{BATCH_MAX, QUEUED_MAX, ReceiptQueue};
use model::Timestamp;
use parking_lot::Mutex;
use peers::{
    carrier::{CourierEvents, Receipt},
    front::PeerGone,
};
use tokio::sync::Notify;

/// A vault that is away for its first `away` calls, and rings when it has all it waits for.
struct Vault {
    away: AtomicUsize,
    taken: Mutex<Vec<Vec<Receipt>>>,
    expected: usize,
    complete: Notify,
}

impl Vault {
    fn new(away: usize, expected: usize) -> Self {
        Self {
            away: AtomicUsize::new(away),
            taken: Mutex::default(),
            expected,
            complete: Notify::new(),
        }
    }
}

#[async_trait]
impl CourierEvents for Vault {
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
        let less = |left: usize| left.checked_sub(1);
        if self
            .away
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, less)
            .is_ok()
        {
            return Err(PeerGone);
        }
        let mut taken = self.taken.lock();
        taken.push(receipts);
        if taken.iter().map(Vec::len).sum::<usize>() >= self.expected {
            self.complete.notify_one();
        }
        Ok(())
    }
}

fn receipt(n: usize) -> Receipt {
    Receipt {
        id: id(u32::try_from(n).unwrap()),
        delivered: true,
        at: Timestamp::from_millis(0),
    }
}

async fn forward_all(queue: &ReceiptQueue, vault: &Vault) {
    tokio::select! {
        never = queue.forward(vault) => match never {},
        () = vault.complete.notified() => {}
    }
}

#[tokio::test(start_paused = true)]
async fn receipts_wait_until_the_vault_is_back_and_keep_their_order() {
    let (queue, count) = (ReceiptQueue::new(), BATCH_MAX * 2 + 7);
    let vault = Vault::new(12, count);
    for n in 0..count {
        queue.push(receipt(n));
    }
    forward_all(&queue, &vault).await;
    let taken = vault.taken.lock();
    assert!(taken.iter().all(|batch| batch.len() <= BATCH_MAX));
    let all: Vec<_> = taken.iter().flatten().copied().collect();
    assert_eq!(all, (0..count).map(receipt).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn a_receipt_pushed_while_waiting_is_forwarded() {
    let (queue, vault) = (ReceiptQueue::new(), Vault::new(0, 1));
    tokio::join!(forward_all(&queue, &vault), async {
        tokio::task::yield_now().await;
        queue.push(receipt(1));
    });
    assert_eq!(*vault.taken.lock(), [vec![receipt(1)]]);
}

#[test]
fn when_the_vault_stays_away_the_oldest_receipts_go() {
    let queue = ReceiptQueue::new();
    for n in 0..QUEUED_MAX + 3 {
        queue.push(receipt(n));
    }
    assert_eq!((queue.len(), queue.dropped()), (QUEUED_MAX, 3));
}

/// Overflows the queue while it holds a batch, as a vault that takes very long would see it.
struct Overflowing<'a>(&'a ReceiptQueue, Notify);

#[async_trait]
impl CourierEvents for Overflowing<'_> {
    async fn receipts(&self, receipts: Vec<Receipt>) -> Result<(), PeerGone> {
        if receipts[0] == receipt(0) {
            for n in 2..QUEUED_MAX + 2 {
                self.0.push(receipt(n));
            }
        } else {
            assert_eq!(receipts[0], receipt(2), "nothing is skipped");
            self.1.notify_one();
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_overflow_under_way_takes_no_receipt_twice() {
    let queue = ReceiptQueue::new();
    queue.push(receipt(0));
    queue.push(receipt(1));
    let vault = Overflowing(&queue, Notify::new());
    tokio::select! {
        never = queue.forward(&vault) => match never {},
        () = vault.1.notified() => {}
    }
    assert_eq!(queue.dropped(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_queue_is_empty_once_the_vault_took_the_last_batch() {
    let (queue, count) = (ReceiptQueue::new(), BATCH_MAX * 2 + 7);
    queue.emptied().await;
    let vault = Vault::new(3, usize::MAX);
    for n in 0..count {
        queue.push(receipt(n));
    }
    tokio::select! {
        never = queue.forward(&vault) => match never {},
        () = queue.emptied() => {}
    }
    let taken: usize = vault.taken.lock().iter().map(Vec::len).sum();
    assert_eq!(taken, count);
}
