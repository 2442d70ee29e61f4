//! One attempt of one transaction, or of several that share a commit.

use std::cell::Cell;
use std::rc::Rc;

use store::sql::Operation;
use store::{Fut, Mode, Read, Row, StoreError, Table, Tx, Value, Write};

use crate::connection::{Answer, Connection, Request, pipeline};
use crate::dialect::{BEGIN_READ, BEGIN_WRITE};
use crate::engine::{Engine, Permit};
use crate::error::Trouble;
use crate::pending::{content, latest};

/// A connection in use.
struct Seat {
    connection: Rc<Connection>,
    begun: bool,
    written: bool,
}

/// One statement to send.
type Job = (usize, &'static Table, Operation, Vec<Value>);

/// How the end went.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    Done,
    /// Nothing has happened.
    Failed(Trouble),
    /// It may have happened, or has in an earlier database only.
    Unknown,
}

pub(crate) struct Attempt<'e> {
    engine: &'e Engine,
    /// Name of the first member's transaction.
    name: &'static str,
    begin: &'static str,
    permit: Permit,
    seats: Vec<Option<Seat>>,
    /// Writes not sent yet.
    pending: Vec<Write>,
    /// Where the present member's writes begin in `pending`.
    mark: usize,
    /// Some of the present member's writes were sent.
    sent: bool,
    /// What was fetched ahead.
    fetched: Vec<(Read, Vec<Row>)>,
    /// The first thing that went wrong on the way to a server.
    pub(crate) trouble: Option<Trouble>,
    /// Is an answer of a server awaited? Else a closure that waits does so for something else.
    awaiting: &'e Cell<bool>,
}

impl<'e> Attempt<'e> {
    pub(crate) fn new(
        engine: &'e Engine,
        (name, mode): (&'static str, Mode),
        permit: Permit,
        awaiting: &'e Cell<bool>,
    ) -> Self {
        Attempt {
            engine,
            name,
            begin: match mode {
                Mode::Read => BEGIN_READ,
                Mode::Write => BEGIN_WRITE,
            },
            permit,
            seats: engine.pools.iter().map(|_| None).collect(),
            pending: vec![],
            mark: 0,
            sent: false,
            fetched: vec![],
            trouble: None,
            awaiting,
        }
    }

    /// The next member's writes begin here.
    pub(crate) fn begin_member(&mut self) {
        self.mark = self.pending.len();
        self.sent = false;
    }

    /// Forgets the present member's writes. False when some of them were sent already.
    pub(crate) fn drop_member(&mut self) -> bool {
        self.pending.truncate(self.mark);
        !self.sent
    }

    /// Ends without a commit. Nobody waits for it; the connections come back to their pools.
    pub(crate) fn abandon(mut self) {
        for place in 0..self.seats.len() {
            self.leave(place);
        }
    }

    /// Commits each database that was written, in the schema's order.
    pub(crate) async fn commit(mut self) -> Commit {
        let writes = latest(std::mem::take(&mut self.pending));
        let mut jobs = vec![];
        for write in &writes {
            match self.job(write) {
                Ok(job) => jobs.push(job),
                Err(error) => return self.fail(Trouble::Refused(error)),
            }
        }
        let is_written = |place: usize| {
            let sent = self.seats.get(place).and_then(Option::as_ref);
            sent.is_some_and(|seat| seat.written) || jobs.iter().any(|job| job.0 == place)
        };
        let written: Vec<usize> = (0..self.seats.len()).filter(|p| is_written(*p)).collect();
        let commit = match written.as_slice() {
            [] => Commit::Done,
            [place] => self.commit_one(*place, jobs).await,
            _ => self.commit_in_order(&written, jobs).await,
        };
        self.abandon();
        commit
    }

    fn fail(self, trouble: Trouble) -> Commit {
        self.abandon();
        Commit::Failed(trouble)
    }

    /// The writes and the commit go out together: a commit after a refused write rolls back.
    async fn commit_one(&mut self, place: usize, jobs: Vec<Job>) -> Commit {
        if let Err(trouble) = self.sit(&[place]).await {
            return Commit::Failed(trouble);
        }
        if let Err(trouble) = self.prepare(&jobs).await {
            return Commit::Failed(trouble);
        }
        let mut requests = self.begins(&[place]);
        requests.extend(self.requests(jobs));
        requests.extend(self.command(place, "COMMIT"));
        let commit = ended(first_trouble(self.send(requests).await).err());
        self.done(place);
        commit
    }

    /// Every database has taken its writes before the first commits.
    async fn commit_in_order(&mut self, written: &[usize], jobs: Vec<Job>) -> Commit {
        if let Err(trouble) = self.exchange(jobs, vec![]).await {
            return Commit::Failed(trouble);
        }
        for (at, place) in written.iter().enumerate() {
            let request = self.command(*place, "COMMIT").into_iter().collect();
            let commit = ended(first_trouble(self.send(request).await).err());
            self.done(*place);
            match (commit, at) {
                (Commit::Done, _) => {}
                (failed, 0) => return failed,
                // The earlier database has its half.
                _ => return Commit::Unknown,
            }
        }
        Commit::Done
    }

    /// Sends writes, then reads, and waits for all of them: one round trip.
    async fn exchange(
        &mut self,
        mut jobs: Vec<Job>,
        reads: Vec<Job>,
    ) -> Result<Vec<Vec<Row>>, Trouble> {
        let writes = jobs.len();
        let touched: Vec<usize> = jobs.iter().map(|job| job.0).collect();
        jobs.extend(reads);
        let mut places: Vec<usize> = jobs.iter().map(|job| job.0).collect();
        places.sort_unstable();
        places.dedup();
        self.sit(&places).await?;
        self.prepare(&jobs).await?;
        let mut requests = self.begins(&places);
        let begins = requests.len();
        requests.extend(self.requests(jobs));
        let answers = self.send(requests).await;
        for place in places {
            if let Some(seat) = self.seats.get_mut(place).and_then(Option::as_mut) {
                seat.begun = true;
                seat.written |= touched.contains(&place);
            }
        }
        let answers = first_trouble(answers)?;
        Ok(answers.into_iter().skip(begins + writes).collect())
    }

    /// Takes a connection to each database that has none yet.
    async fn sit(&mut self, places: &[usize]) -> Result<(), Trouble> {
        for place in places {
            let seat = self
                .seats
                .get_mut(*place)
                .zip(self.engine.pools.get(*place));
            let Some((seat @ None, pool)) = seat else {
                continue;
            };
            self.awaiting.set(true);
            let connection = pool.take(&self.engine.options).await;
            self.awaiting.set(false);
            *seat = Some(Seat {
                connection: connection?,
                begun: false,
                written: false,
            });
        }
        Ok(())
    }

    /// Prepares what a connection has not seen yet.
    async fn prepare(&self, jobs: &[Job]) -> Result<(), Trouble> {
        let mut requests: Vec<Request<'_>> = vec![];
        let mut asked: Vec<(usize, usize, Operation)> = vec![];
        for (place, table, operation, _) in jobs {
            let name = (*place, std::ptr::from_ref(*table).addr(), *operation);
            let Some(connection) = self.connection(*place) else {
                continue;
            };
            if !connection.is_prepared(table, *operation) && !asked.contains(&name) {
                asked.push(name);
                requests.push(Box::pin(connection.prepare(table, *operation)));
            }
        }
        if requests.is_empty() {
            return Ok(());
        }
        self.engine.figures.prepared(requests.len());
        first_trouble(self.send(requests).await).map(|_| ())
    }

    fn begins(&self, places: &[usize]) -> Vec<Request<'_>> {
        let waits = |place: &&usize| {
            let seat = self.seats.get(**place).and_then(Option::as_ref);
            seat.is_some_and(|seat| !seat.begun)
        };
        let new = places.iter().filter(waits);
        new.filter_map(|place| self.command(*place, self.begin))
            .collect()
    }

    fn requests(&self, jobs: Vec<Job>) -> Vec<Request<'_>> {
        let request = |(place, table, operation, values): Job| -> Option<Request<'_>> {
            let connection = self.connection(place)?;
            Some(Box::pin(connection.query(table, operation, values)))
        };
        jobs.into_iter().filter_map(request).collect()
    }

    fn command(&self, place: usize, text: &'static str) -> Option<Request<'_>> {
        let connection = self.connection(place)?;
        Some(Box::pin(connection.command(text)))
    }

    async fn send(&self, requests: Vec<Request<'_>>) -> Vec<Answer> {
        self.engine.figures.round_trip(self.name);
        self.awaiting.set(true);
        let answers = pipeline(requests).await;
        self.awaiting.set(false);
        answers
    }

    fn connection(&self, place: usize) -> Option<&Connection> {
        let seat = self.seats.get(place).and_then(Option::as_ref);
        seat.map(|seat| &*seat.connection)
    }

    /// The transaction on this connection has ended.
    fn done(&mut self, place: usize) {
        if let Some(seat) = self.seats.get_mut(place).and_then(Option::as_mut) {
            (seat.begun, seat.written) = (false, false);
        }
    }

    /// Gives a connection back, after a rollback if it needs one.
    fn leave(&mut self, place: usize) {
        let Some(seat) = self.seats.get_mut(place).and_then(Option::take) else {
            return;
        };
        self.engine
            .leave(place, seat.connection, seat.begun, &self.permit);
    }

    fn job(&self, write: &Write) -> Result<Job, StoreError> {
        let (table, operation, values) = Operation::of_write(write);
        Ok((self.place(table)?, table, operation, values.to_vec()))
    }

    fn place(&self, table: &'static Table) -> Result<usize, StoreError> {
        let pools = &self.engine.pools;
        let place = pools.iter().position(|pool| pool.name == table.database);
        place.ok_or(StoreError::UnknownTable { table: table.name })
    }

    /// What is known without asking: a row just written, or one fetched ahead.
    fn known(&self, read: &Read) -> Option<Vec<Row>> {
        let written = match read {
            Read::Get { table, key } => {
                let mut latest = self.pending.iter().rev();
                latest.find_map(|write| content(write, table, key))
            }
            Read::Scan(_) => None,
        };
        let fetched = || self.fetched.iter().find(|(known, _)| known == read);
        written.or_else(|| fetched().map(|(_, rows)| rows.clone()))
    }

    /// Asks for what is not known. A scan sees the writes kept back only once they were sent.
    async fn ask(&mut self, unknown: Vec<Read>) -> Result<Vec<Vec<Row>>, StoreError> {
        let kept = |read: &Read| {
            let mut writes = self.pending.iter();
            matches!(read, Read::Scan(_)) && writes.any(|write| write.table() == read.table())
        };
        let flush = unknown.iter().any(kept);
        let writes = if flush { self.take_pending()? } else { vec![] };
        let mut reads = vec![];
        for read in &unknown {
            let (table, operation, values) = Operation::of_read(read);
            reads.push((self.place(table)?, table, operation, values));
        }
        let answers = self.exchange(writes, reads).await;
        self.note(answers)
    }

    fn take_pending(&mut self) -> Result<Vec<Job>, StoreError> {
        self.sent |= self.pending.len() > self.mark;
        self.mark = 0;
        let writes = latest(std::mem::take(&mut self.pending));
        writes.iter().map(|write| self.job(write)).collect()
    }

    fn note<T>(&mut self, result: Result<T, Trouble>) -> Result<T, StoreError> {
        result.map_err(|trouble| {
            self.trouble.get_or_insert_with(|| trouble.clone());
            trouble.told()
        })
    }
}

impl Tx for Attempt<'_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        Box::pin(async move {
            let known: Vec<Option<Vec<Row>>> = reads.iter().map(|read| self.known(read)).collect();
            let missing = reads
                .iter()
                .zip(&known)
                .filter(|(_, known)| known.is_none());
            let unknown: Vec<Read> = missing.map(|(read, _)| read.clone()).collect();
            let asked = match unknown.is_empty() {
                true => vec![],
                false => self.ask(unknown).await?,
            };
            let mut asked = asked.into_iter();
            let answer = |known: Option<Vec<Row>>| known.or_else(|| asked.next());
            Ok(known
                .into_iter()
                .map(answer)
                .map(Option::unwrap_or_default)
                .collect())
        })
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            for write in writes {
                self.place(write.table())?;
                self.fetched
                    .retain(|(read, _)| read.table() != write.table());
                self.pending.push(write);
            }
            Ok(())
        })
    }

    fn prefetch(&mut self, reads: Vec<Read>) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let unknown: Vec<Read> = reads
                .into_iter()
                .filter(|read| self.known(read).is_none())
                .collect();
            if unknown.is_empty() {
                return Ok(());
            }
            let rows = self.ask(unknown.clone()).await?;
            self.fetched.extend(unknown.into_iter().zip(rows));
            Ok(())
        })
    }

    fn settle(&mut self) -> Fut<'_, Result<(), StoreError>> {
        Box::pin(async move {
            if self.pending.is_empty() {
                return Ok(());
            }
            let writes = self.take_pending()?;
            let settled = self.exchange(writes, vec![]).await;
            self.note(settled).map(|_| ())
        })
    }
}

fn first_trouble(answers: Vec<Answer>) -> Result<Vec<Vec<Row>>, Trouble> {
    answers.into_iter().collect()
}

/// What trouble on the way to and at a commit means.
fn ended(trouble: Option<Trouble>) -> Commit {
    match trouble {
        None => Commit::Done,
        Some(Trouble::Lost) => Commit::Unknown,
        Some(trouble) => Commit::Failed(trouble),
    }
}
