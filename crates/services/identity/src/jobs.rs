//! What the front does later.

use model::{ApplicationId, Channel, VerificationId};
use serde::{Deserialize, Serialize};
use store::jobs::{Job, Lease, Retry, Worker};

use crate::{Identity, fallback::FellBack};

/// Send a code by the other channel after a definite failure.
#[derive(Debug, Serialize, Deserialize)]
pub struct FallBack {
    /// The application.
    pub application: ApplicationId,
    /// The verification.
    pub verification: VerificationId,
    /// The channel that failed.
    pub from: Channel,
}

impl Job for FallBack {
    const KIND: &'static str = "FallBack";
}

const LEASE_MS: i64 = 30_000;
const RETRY_MS: i64 = 1_000;
/// A code lives ten minutes; after that there is nothing to fall back with.
const TRIES: u32 = 600;

/// The worker that runs the front's jobs.
#[must_use]
pub fn worker(identity: &Identity, name: [u8; 16]) -> Worker {
    let core = &identity.0;
    let runner = identity.clone();
    Worker::new(core.store.clone(), name, LEASE_MS)
        .woken_by(core.jobs_wake.clone())
        .on(move |job: FallBack, lease: Lease, now_ms| {
            let identity = runner.clone();
            async move {
                match identity
                    .fall_back(job.application, job.verification, job.from)
                    .await
                {
                    FellBack::Done => Ok(()),
                    FellBack::Later if lease.attempt >= TRIES => Err(Retry::Dead("vault_silent")),
                    FellBack::Later => Err(Retry::At(now_ms + RETRY_MS)),
                }
            }
        })
}
