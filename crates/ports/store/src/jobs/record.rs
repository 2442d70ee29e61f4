//! The row of a job.

use std::fmt;

use crate::jobs::{Job, Lease};
use crate::{Column, Index, Kind, Record, Row, RowReader, StoreError, Table};

/// The table of jobs. Every service puts it into its first migration.
pub static JOB: Table = Table {
    name: "job",
    database: "main",
    columns: &[
        Column::new("id", Kind::Bytes),
        Column::new("kind", Kind::Text),
        Column::new("body", Kind::Bytes),
        Column::new("attempts", Kind::Int),
        Column::nullable("due_ms", Kind::Int),
        Column::nullable("worker", Kind::Bytes),
        Column::nullable("dead_ms", Kind::Int),
        Column::nullable("reason", Kind::Text),
    ],
    key: &["id"],
    indexes: &[
        Index {
            name: "job_due",
            columns: &["kind", "due_ms"],
            unique: false,
        },
        Index {
            name: "job_dead",
            columns: &["dead_ms"],
            unique: false,
        },
    ],
};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Waits for its time.
    Waiting,
    /// A worker has it, until its lease ends.
    Leased,
    /// Given up; kept until somebody looks.
    Dead,
}

/// A stored job. `Debug` does not show the body.
#[derive(Clone, PartialEq, Eq)]
pub struct Stored {
    /// Key.
    pub id: [u8; 16],
    /// Name of its kind.
    pub kind: String,
    /// How often it was claimed.
    pub attempts: u32,
    /// When it may be claimed: its time, or the end of its lease. None for a dead letter.
    pub due_ms: Option<i64>,
    /// When it died.
    pub dead_ms: Option<i64>,
    /// Why it died: a code.
    pub reason: Option<String>,
    pub(super) worker: Option<[u8; 16]>,
    body: Vec<u8>,
}

impl Stored {
    pub(super) fn new(id: [u8; 16], kind: &str, body: Vec<u8>, run_at_ms: i64) -> Self {
        Stored {
            id,
            kind: kind.to_owned(),
            attempts: 0,
            due_ms: Some(run_at_ms),
            dead_ms: None,
            reason: None,
            worker: None,
            body,
        }
    }

    /// Where it stands. A lease that has ended is still a lease until somebody claims the job.
    #[must_use]
    pub fn state(&self) -> State {
        match (self.dead_ms, self.worker) {
            (Some(_), _) => State::Dead,
            (None, Some(_)) => State::Leased,
            (None, None) => State::Waiting,
        }
    }

    /// The lease of a claimed job.
    #[must_use]
    pub fn claimed(&self) -> Option<Lease> {
        let (worker, until_ms) = (self.worker?, self.due_ms?);
        Some(Lease {
            job: self.id,
            attempt: self.attempts,
            worker,
            until_ms,
        })
    }

    /// The typed job.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row is of another kind or its body does not parse.
    pub fn job<J: Job>(&self) -> Result<J, StoreError> {
        let corrupt = StoreError::Corrupt { table: JOB.name };
        if self.kind != J::KIND {
            return Err(corrupt);
        }
        serde_json::from_slice(&self.body).map_err(|_| corrupt)
    }

    pub(super) fn lease(&mut self, worker: [u8; 16], until_ms: i64) {
        self.attempts = self.attempts.saturating_add(1);
        self.worker = Some(worker);
        self.due_ms = Some(until_ms);
    }

    pub(super) fn wait(&mut self, run_at_ms: i64) {
        (self.worker, self.dead_ms, self.reason) = (None, None, None);
        self.due_ms = Some(run_at_ms);
    }

    pub(super) fn bury(&mut self, reason: &str, now_ms: i64) {
        (self.worker, self.due_ms) = (None, None);
        self.dead_ms = Some(now_ms);
        self.reason = Some(reason.to_owned());
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Stored");
        debug
            .field("kind", &self.kind)
            .field("attempts", &self.attempts);
        debug.field("state", &self.state()).finish_non_exhaustive()
    }
}

impl Record for Stored {
    const TABLE: &'static Table = &JOB;

    fn to_row(&self) -> Row {
        vec![
            self.id.into(),
            self.kind.as_str().into(),
            self.body.as_slice().into(),
            self.attempts.into(),
            self.due_ms.into(),
            self.worker.into(),
            self.dead_ms.into(),
            self.reason.as_deref().into(),
        ]
    }

    fn from_row(row: Row) -> Result<Self, StoreError> {
        let mut row = RowReader::new(Self::TABLE, row);
        let (id, kind, body) = (row.array()?, row.text()?, row.bytes()?);
        Ok(Stored {
            id,
            kind,
            body,
            attempts: row.int_as()?,
            due_ms: row.opt_int()?,
            worker: row.opt_array()?,
            dead_ms: row.opt_int()?,
            reason: row.opt_text()?,
        })
    }
}
