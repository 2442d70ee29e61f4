//! What the vault does later: shredding, and telling the front.

use std::sync::Arc;

use peers::front::{FrontEvents, SendReport};
use serde::{Deserialize, Serialize};
use store::jobs::{Job, Lease, Retry, Worker};

use crate::{Core, fault::Fault, forgetting::ClearShares};

/// Shred an account whose deletion was asked for.
#[derive(Debug, Serialize, Deserialize)]
pub struct ShredAccount {
    /// Internal subject.
    pub subject: [u8; 16],
}

impl Job for ShredAccount {
    const KIND: &'static str = "ShredAccount";
}

/// Tell the front what became of messages.
#[derive(Debug, Serialize, Deserialize)]
pub struct TellFront {
    /// The news.
    pub reports: Vec<SendReport>,
}

impl Job for TellFront {
    const KIND: &'static str = "TellFront";
}

/// Whom jobs talk to.
pub struct Peers {
    pub(crate) core: Arc<Core>,
    pub(crate) front: Arc<dyn FrontEvents>,
}

const LEASE_MS: i64 = 30_000;
const RETRY_MS: i64 = 2_000;
/// A code is dead after ten minutes; news about it is of no use an hour later.
const TELL_TRIES: u32 = 100;

/// The worker that runs the vault's jobs.
#[must_use]
pub fn jobs_worker(peers: Peers, name: [u8; 16]) -> Worker {
    let Peers { core, front } = peers;
    let wake = Arc::clone(&core.jobs_wake);
    let (store, clearing) = (Arc::clone(&core.store), Arc::clone(&core));
    Worker::new(store, name, LEASE_MS)
        .woken_by(wake)
        .on(move |job: ShredAccount, lease: Lease, now_ms| {
            let core = Arc::clone(&core);
            async move {
                core.shred(job.subject, lease)
                    .await
                    .map_err(|fault| later(&fault, now_ms))
            }
        })
        .on(move |job: ClearShares, lease: Lease, now_ms| {
            let core = Arc::clone(&clearing);
            async move {
                core.clear_shares(job.subject, lease)
                    .await
                    .map_err(|fault| later(&fault, now_ms))
            }
        })
        .on(move |job: TellFront, lease: Lease, now_ms| {
            let front = Arc::clone(&front);
            async move {
                front.sends_changed(job.reports).await.map_err(|_| {
                    if lease.attempt >= TELL_TRIES {
                        return Retry::Dead("front_silent");
                    }
                    Retry::At(now_ms + RETRY_MS)
                })
            }
        })
}

fn later(fault: &Fault, now_ms: i64) -> Retry {
    tracing::error!(fault = %fault, "vault.job");
    Retry::At(now_ms + RETRY_MS)
}
