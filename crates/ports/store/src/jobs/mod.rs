//! Typed jobs: follow-up work that is a row, written in the transaction that causes it.
//!
//! A job runs at least once. A handler that must have its effect exactly once calls [`finish`] in
//! the transaction of that effect.

mod record;
mod worker;

use serde::{Serialize, de::DeserializeOwned};

pub use record::{JOB, State, Stored};
pub use worker::{DEFAULT_CONCURRENCY, Retry, Worker};

use crate::tx::{delete, insert, put};
use crate::{Read, Record, Scan, StoreError, Tx, Write};

/// Largest body of a job, in bytes.
pub const MAX_BODY_BYTES: usize = 64 << 10;

/// A kind of job. Its fields may change only so that bodies already stored still parse.
pub trait Job: Serialize + DeserializeOwned + Send + 'static {
    /// Name of the effect, for example `NotifyReviewed`. Stored, so it never changes.
    const KIND: &'static str;
}

/// The right to run one job until its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Id of the job.
    pub job: [u8; 16],
    /// Which try this is, from 1.
    pub attempt: u32,
    /// Who has it.
    pub worker: [u8; 16],
    /// When it ends, in milliseconds since the Unix epoch.
    pub until_ms: i64,
}

/// What a claim asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Kinds that the worker can run; jobs of other kinds stay as they are.
    pub kinds: Vec<&'static str>,
    /// Name of the worker, unique among those that run.
    pub worker: [u8; 16],
    /// How long the worker has each job, in milliseconds.
    pub lease_ms: i64,
    /// Most jobs to take.
    pub limit: usize,
}

/// Enqueues a job to run at `run_at_ms` or later. `id` is a new, preferably
/// [time-ordered](crate::id::time_ordered), key.
///
/// # Errors
/// [`StoreError::Invalid`] when the body does not serialise or is too long; any other
/// [`StoreError`] of the backend.
pub async fn enqueue<J: Job>(
    tx: &mut dyn Tx,
    job: &J,
    run_at_ms: i64,
    id: [u8; 16],
) -> Result<(), StoreError> {
    tx.write(vec![enqueued(job, run_at_ms, id)?]).await
}

/// Takes jobs that are due: new ones, failed ones whose time has come, and those whose lease
/// ended. Earliest first within a kind, no job to two workers.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn claim(tx: &mut dyn Tx, now_ms: i64, claim: &Claim) -> Result<Vec<Stored>, StoreError> {
    let scan = |kind: &&'static str| {
        let scan = Scan::of::<Stored>(claim.limit).index("job_due");
        Read::Scan(scan.prefix([(*kind).into()]).to(now_ms))
    };
    let scans: Vec<Read> = claim.kinds.iter().map(scan).collect();
    let mut due = Vec::new();
    for row in tx.read(&scans).await?.into_iter().flatten() {
        due.push(Stored::from_row(row)?);
    }
    due.sort_by_key(|job| (job.due_ms, job.id));
    due.truncate(claim.limit);
    for job in &mut due {
        job.lease(claim.worker, now_ms.saturating_add(claim.lease_ms));
    }
    tx.write(due.iter().map(put).collect()).await?;
    Ok(due)
}

/// When the next job of these kinds is due, in milliseconds since the Unix epoch.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn next_due(tx: &mut dyn Tx, kinds: &[&'static str]) -> Result<Option<i64>, StoreError> {
    let scan = |kind: &&'static str| {
        Read::Scan(
            Scan::of::<Stored>(1)
                .index("job_due")
                .prefix([(*kind).into()]),
        )
    };
    let scans: Vec<Read> = kinds.iter().map(scan).collect();
    let mut next: Option<i64> = None;
    for row in tx.read(&scans).await?.into_iter().flatten() {
        let due = Stored::from_row(row)?.due_ms;
        next = next.into_iter().chain(due).min();
    }
    Ok(next)
}

/// Deletes a job that is done. Answers whether the lease still held; when it did not, another
/// worker has the job or has finished it, and nothing changes.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn finish(tx: &mut dyn Tx, lease: &Lease) -> Result<bool, StoreError> {
    let Some(job) = held(tx, lease).await? else {
        return Ok(false);
    };
    tx.write(vec![delete::<Stored>(&[job.id.into()])]).await?;
    Ok(true)
}

/// Gives a job back: to run again later, or as a dead letter. Answers whether the lease still
/// held, as [`finish`] does.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn fail(
    tx: &mut dyn Tx,
    lease: &Lease,
    retry: Retry,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let Some(mut job) = held(tx, lease).await? else {
        return Ok(false);
    };
    match retry {
        // Not now, so that running everything due comes to an end.
        Retry::At(at_ms) => job.wait(at_ms.max(now_ms.saturating_add(1))),
        Retry::Dead(reason) => job.bury(reason, now_ms),
    }
    tx.write(vec![put(&job)]).await?;
    Ok(true)
}

/// Jobs in one state: dead letters by the time of their death, others by kind and time. A page
/// goes on after the last job of the one before.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn list(
    tx: &mut dyn Tx,
    state: State,
    after: Option<&Stored>,
    limit: usize,
) -> Result<Vec<Stored>, StoreError> {
    let index = if state == State::Dead {
        "job_dead"
    } else {
        "job_due"
    };
    let mut scan = Scan::of::<Stored>(limit).index(index);
    scan.after = after.map(|job| scan.place_of(&job.to_row())).transpose()?;
    let mut page = Vec::new();
    // Waiting and leased jobs share an index, so a page may need several scans.
    loop {
        let rows = tx.scan_rows(scan.clone()).await?;
        let more = rows.len() == limit;
        scan.after = rows.last().map(|row| scan.place_of(row)).transpose()?;
        for row in rows {
            page.push(Stored::from_row(row)?);
        }
        page.retain(|job| job.state() == state);
        if page.len() >= limit || !more {
            page.truncate(limit);
            return Ok(page);
        }
    }
}

/// Makes a dead letter wait again, with its tries counted from zero. Answers whether it was one.
///
/// # Errors
/// Any [`StoreError`] of the backend.
pub async fn retry_dead(tx: &mut dyn Tx, id: [u8; 16], run_at_ms: i64) -> Result<bool, StoreError> {
    let job: Option<Stored> = tx.get(&[id.into()]).await?;
    let Some(mut job) = job.filter(|job| job.state() == State::Dead) else {
        return Ok(false);
    };
    job.attempts = 0;
    job.wait(run_at_ms);
    tx.write(vec![put(&job)]).await?;
    Ok(true)
}

/// An enqueued job as a write, for a batch with others.
///
/// # Errors
/// As [`enqueue`].
pub fn enqueued<J: Job>(job: &J, run_at_ms: i64, id: [u8; 16]) -> Result<Write, StoreError> {
    let body = serde_json::to_vec(job).map_err(|_| JOB.invalid("a job serialises"))?;
    if body.len() > MAX_BODY_BYTES {
        return Err(JOB.invalid("a job has at most 64 KiB"));
    }
    Ok(insert(&Stored::new(id, J::KIND, body, run_at_ms)))
}

async fn held(tx: &mut dyn Tx, lease: &Lease) -> Result<Option<Stored>, StoreError> {
    let job: Option<Stored> = tx.get(&[lease.job.into()]).await?;
    Ok(job.filter(|job| job.worker == Some(lease.worker) && job.attempts == lease.attempt))
}
