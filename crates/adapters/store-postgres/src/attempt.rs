//! One attempt of one transaction, or of several that share a commit: its connections, what is
//! sent on them, and the commits.

use std::cell::Cell;
use std::rc::Rc;

use store::{Mode, Read, Row, StoreError, Table, Write};

use crate::batch::{Asked, Job, written};
use crate::connection::{Answer, Connection, Request, pipeline};
use crate::dialect::{BEGIN_READ, BEGIN_WRITE, FLUSH_LATER};
use crate::engine::{Engine, Permit};
use crate::error::Trouble;
use crate::view::View;

/// A connection in use.
struct Seat {
    connection: Rc<Connection>,
    begun: bool,
    written: bool,
    /// A statement was sent that changes the database whatever is there.
    changed: bool,
}

/// Databases, one bit for each in the schema's order; a schema has at most eight.
pub(crate) type Places = u8;

/// How the end went.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Commit {
    Done,
    /// Nothing has happened.
    Failed(Trouble),
    /// These databases have committed; of the next nothing is known, or that it has not.
    Half {
        committed: Places,
        known: bool,
    },
}

pub(crate) struct Attempt<'e> {
    engine: &'e Engine,
    /// Name of the first member's transaction.
    name: &'static str,
    begin: &'static str,
    permit: Permit,
    seats: Vec<Option<Seat>>,
    pub(crate) view: View,
    /// Databases that the present member has written to.
    places: Places,
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
            view: View::default(),
            places: 0,
            trouble: None,
            awaiting,
        }
    }

    /// The next member begins.
    pub(crate) fn begin_member(&mut self) {
        self.view.begin_member();
        self.places = 0;
    }

    /// Databases that the present member has written to.
    pub(crate) fn places(&self) -> Places {
        self.places
    }

    /// Ends without a commit. Nobody waits for it; the connections come back to their pools.
    pub(crate) fn abandon(mut self) {
        for place in 0..self.seats.len() {
            self.leave(place);
        }
    }

    /// Answers reads; asks for what is not known.
    pub(crate) async fn read(&mut self, reads: &[Read]) -> Result<Vec<Vec<Row>>, StoreError> {
        let mut answers = self.known(reads);
        // Twice: a scan whose rows cannot be worked out is asked again after the writes were sent.
        for _ in 0..2 {
            if answers.is_some() {
                break;
            }
            self.ask(reads).await?;
            answers = self.known(reads);
        }
        answers.ok_or(StoreError::Unavailable)
    }

    fn known(&self, reads: &[Read]) -> Option<Vec<Vec<Row>>> {
        reads.iter().map(|read| self.view.known(read)).collect()
    }

    /// Asks for what is not known of these reads, each once.
    pub(crate) async fn ask(&mut self, reads: &[Read]) -> Result<(), StoreError> {
        if let Some(trouble) = &self.trouble {
            return Err(trouble.clone().told());
        }
        let unknown = self.view.unknown(reads);
        if unknown.is_empty() {
            return Ok(());
        }
        let early = unknown.iter().any(|read| self.view.needs_writes(read));
        let writes = if early { self.take_pending()? } else { vec![] };
        let asked = self.exchange(writes, &unknown).await;
        let rows = self.note(asked)?;
        for (read, rows) in unknown.iter().zip(rows) {
            self.view.keep(read, rows);
        }
        Ok(())
    }

    /// Keeps writes back.
    pub(crate) fn write(&mut self, writes: Vec<Write>) -> Result<(), StoreError> {
        for write in writes {
            self.places |= bit(self.place(write.table())?);
            self.view.write(write)?;
        }
        Ok(())
    }

    /// Sends the writes that were kept back, and waits for them.
    pub(crate) async fn settle(&mut self) -> Result<(), StoreError> {
        if !self.view.has_pending() {
            return Ok(());
        }
        let writes = self.take_pending()?;
        let settled = self.exchange(writes, &[]).await;
        self.note(settled).map(|_| ())
    }

    /// Commits each database that was written, in the schema's order. One that shares its commit
    /// with nobody lets the first database commit while the others take their writes: it takes a
    /// round trip less, and what they refuse then is a half.
    pub(crate) async fn commit(mut self, alone: bool) -> Commit {
        let jobs = match self.take_pending() {
            Ok(jobs) => jobs,
            Err(error) => {
                self.abandon();
                return Commit::Failed(Trouble::Refused(error));
            }
        };
        let is_written = |place: usize| {
            let sent = self.seats.get(place).and_then(Option::as_ref);
            sent.is_some_and(|seat| seat.written) || jobs.iter().any(|job| job.0 == place)
        };
        let written: Vec<usize> = (0..self.seats.len()).filter(|p| is_written(*p)).collect();
        let commit = self.commit_in_order(&written, jobs, alone).await;
        self.abandon();
        commit
    }

    async fn commit_in_order(&mut self, written: &[usize], jobs: Placed, alone: bool) -> Commit {
        let Some((first, others)) = written.split_first() else {
            return Commit::Done;
        };
        let last = *others.last().unwrap_or(first);
        let flushes = self.will_flush(last, &jobs).then_some(last);
        let (mut ended, taken) = if others.is_empty() || alone {
            if let Err(trouble) = self.be_ready(written, &jobs).await {
                return Commit::Failed(trouble);
            }
            self.commit_with_writes(*first, jobs, flushes).await
        } else {
            match self.exchange(jobs, &[]).await {
                Ok(_) => (self.commit_place(*first, flushes).await, Ok(())),
                Err(trouble) => return Commit::Failed(trouble),
            }
        };
        let mut committed = 0;
        for (place, next) in written.iter().zip(others) {
            if ended.is_err() {
                break;
            }
            committed |= bit(*place);
            if taken.is_err() {
                // Its writes were refused or never came to their commit.
                return Commit::Half {
                    committed,
                    known: true,
                };
            }
            ended = self.commit_place(*next, flushes).await;
        }
        match ended {
            Ok(()) => Commit::Done,
            Err(Trouble::Lost) => Commit::Half {
                committed,
                known: false,
            },
            Err(trouble) if committed == 0 => Commit::Failed(trouble),
            Err(_) => Commit::Half {
                committed,
                known: true,
            },
        }
    }

    /// The writes, and the commit of one database, go out together: a commit after a refused write
    /// rolls back. Answers how that commit went, and how the writes of the other databases.
    async fn commit_with_writes(
        &mut self,
        first: usize,
        jobs: Placed,
        flushes: Option<usize>,
    ) -> (Result<(), Trouble>, Result<(), Trouble>) {
        let (own, other): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.0 == first);
        let mut places: Vec<usize> = other.iter().map(|job| job.0).collect();
        places.dedup();
        let mut requests = self.begins(&[first]);
        requests.extend(self.requests(own));
        requests.extend(self.end(first, flushes));
        let own = requests.len();
        requests.extend(self.begins(&places));
        requests.extend(self.requests(other));
        let mut answers = self.send(requests).await;
        let taken = first_trouble(answers.split_off(own.min(answers.len())));
        self.done(first);
        self.begun(&places, &places);
        (first_trouble(answers).map(|_| ()), taken.map(|_| ()))
    }

    async fn commit_place(&mut self, place: usize, flushes: Option<usize>) -> Result<(), Trouble> {
        let ended = first_trouble(self.send(self.end(place, flushes)).await);
        self.done(place);
        ended.map(|_| ())
    }

    /// Is it certain that the commit of this database, the last one, waits for the disk? A
    /// server does not wait where nothing was changed.
    fn will_flush(&self, last: usize, jobs: &Placed) -> bool {
        let sent = self.seats.get(last).and_then(Option::as_ref);
        let changes = |(place, job): &(usize, Job)| *place == last && job.surely_writes();
        sent.is_some_and(|seat| seat.changed) || jobs.iter().any(changes)
    }

    /// The commit of one database. Where the database that `flushes` is another one of the same
    /// server, it leaves the disk to that one's commit: nobody is answered before.
    fn end(&self, place: usize, flushes: Option<usize>) -> Vec<Request<'_>> {
        let later = flushes.filter(|last| *last != place).is_some_and(|last| {
            let both = self.connection(place).zip(self.connection(last));
            both.is_some_and(|(own, last)| own.shares_log_with(last))
        });
        if later {
            self.engine.figures.flushed_later();
        }
        let before = later.then(|| self.command(place, FLUSH_LATER)).flatten();
        let commit = self.command(place, "COMMIT");
        before.into_iter().chain(commit).collect()
    }

    /// Sends writes, then reads, and waits for all of them: one round trip, unless a limit cut the
    /// answer to several reads short.
    async fn exchange(&mut self, writes: Placed, reads: &[Read]) -> Result<Vec<Vec<Row>>, Trouble> {
        let asked = Asked::together(reads);
        let rows = self.exchange_jobs(writes, &asked).await?;
        let answers = asked.answers(reads, &rows).map_err(Trouble::Refused)?;
        if let Some(answers) = answers {
            return Ok(answers);
        }
        let asked = Asked::singly(reads);
        let rows = self.exchange_jobs(vec![], &asked).await?;
        let answers = asked.answers(reads, &rows).map_err(Trouble::Refused)?;
        Ok(answers.unwrap_or_default())
    }

    async fn exchange_jobs(
        &mut self,
        mut jobs: Placed,
        asked: &Asked,
    ) -> Result<Vec<Vec<Row>>, Trouble> {
        let writes = jobs.len();
        let touched: Vec<usize> = jobs.iter().map(|job| job.0).collect();
        let sure = jobs.iter().filter(|(_, job)| job.surely_writes());
        let changed: Vec<usize> = sure.map(|(place, _)| *place).collect();
        for job in &asked.jobs {
            let place = self.place(job.table).map_err(Trouble::Refused)?;
            jobs.push((place, job.clone()));
        }
        let mut places: Vec<usize> = jobs.iter().map(|job| job.0).collect();
        places.sort_unstable();
        places.dedup();
        self.be_ready(&places, &jobs).await?;
        let mut requests = self.begins(&places);
        let begins = requests.len();
        requests.extend(self.requests(jobs));
        let answers = self.send(requests).await;
        self.begun(&places, &touched);
        self.changed(&changed);
        let answers = first_trouble(answers)?;
        Ok(answers.into_iter().skip(begins + writes).collect())
    }

    /// Takes connections and prepares what they have not seen yet.
    async fn be_ready(&mut self, places: &[usize], jobs: &Placed) -> Result<(), Trouble> {
        self.sit(places).await?;
        self.prepare(jobs).await
    }

    /// A transaction has begun on these connections, and some were written to.
    fn begun(&mut self, places: &[usize], touched: &[usize]) {
        for place in places {
            if let Some(seat) = self.seats.get_mut(*place).and_then(Option::as_mut) {
                seat.begun = true;
                seat.written |= touched.contains(place);
            }
        }
    }

    /// These databases were surely changed.
    fn changed(&mut self, places: &[usize]) {
        for place in places {
            if let Some(seat) = self.seats.get_mut(*place).and_then(Option::as_mut) {
                seat.changed = true;
            }
        }
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
                changed: false,
            });
        }
        Ok(())
    }

    /// Prepares what a connection has not seen yet.
    async fn prepare(&self, jobs: &Placed) -> Result<(), Trouble> {
        let mut requests: Vec<Request<'_>> = vec![];
        let mut asked = vec![];
        for (place, job) in jobs {
            let name = (*place, std::ptr::from_ref(job.table).addr(), job.form);
            let Some(connection) = self.connection(*place) else {
                continue;
            };
            if !connection.is_prepared(job.table, job.form) && !asked.contains(&name) {
                asked.push(name);
                requests.push(Box::pin(connection.prepare(job.table, job.form)));
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

    fn requests(&self, jobs: Placed) -> Vec<Request<'_>> {
        let request = |(place, job): (usize, Job)| -> Option<Request<'_>> {
            let connection = self.connection(place)?;
            Some(Box::pin(connection.query(job)))
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

    /// The transaction on this connection has ended, by a commit or, where that was refused, by the
    /// rollback that a refused commit is; a lost connection is dropped by its pool.
    fn done(&mut self, place: usize) {
        if let Some(seat) = self.seats.get_mut(place).and_then(Option::as_mut) {
            (seat.begun, seat.written, seat.changed) = (false, false, false);
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

    fn take_pending(&mut self) -> Result<Placed, StoreError> {
        let jobs = written(self.view.take_pending())?;
        let place = |job: Job| Ok((self.place(job.table)?, job));
        jobs.into_iter().map(place).collect()
    }

    fn place(&self, table: &'static Table) -> Result<usize, StoreError> {
        let pools = &self.engine.pools;
        let place = pools.iter().position(|pool| pool.name == table.database);
        place.ok_or(StoreError::UnknownTable { table: table.name })
    }

    fn note<T>(&mut self, result: Result<T, Trouble>) -> Result<T, StoreError> {
        result.map_err(|trouble| {
            self.trouble.get_or_insert_with(|| trouble.clone());
            trouble.told()
        })
    }
}

/// Statements with the database of each.
type Placed = Vec<(usize, Job)>;

const fn bit(place: usize) -> Places {
    1 << place
}

fn first_trouble(answers: Vec<Answer>) -> Result<Vec<Vec<Row>>, Trouble> {
    answers.into_iter().collect()
}
