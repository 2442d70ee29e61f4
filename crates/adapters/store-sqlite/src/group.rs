//! A group of transactions that share one commit for each database.

use std::future::ready;

use store::{
    Fut, Read, Row, StoreError, Tx, Unit, Verdict, Work, Write, answer_safely, run_to_verdict,
};

use crate::session::Session;

/// A set of databases, one bit each.
type Places = u8;

/// The transaction that a group holds open on each database it has touched.
pub(crate) struct Group<'s> {
    session: &'s Session,
    begin: &'static str,
    begun: Places,
    /// A database could not be begun: another process holds it. Nobody waits for it twice.
    refused: Option<StoreError>,
    /// The first error of an operation; the reason if the transaction turns out to be gone.
    trouble: Option<StoreError>,
    /// Each member gets a savepoint of its own.
    careful: bool,
    members: Vec<Member>,
}

struct Member {
    work: Box<dyn Work>,
    verdict: Verdict,
    touched: Places,
    written: Places,
}

/// How the commit went.
struct Commit {
    committed: Places,
    failed: Option<(Places, StoreError)>,
}

impl<'s> Group<'s> {
    /// A group that writes.
    pub(crate) fn writing(session: &'s Session) -> Self {
        Self::new(session, "BEGIN IMMEDIATE")
    }

    /// A group that reads: one snapshot of each database.
    pub(crate) fn reading(session: &'s Session) -> Self {
        Self::new(session, "BEGIN")
    }

    fn new(session: &'s Session, begin: &'static str) -> Self {
        Group {
            session,
            begin,
            begun: 0,
            refused: None,
            trouble: None,
            careful: false,
            members: vec![],
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Runs one unit. False when the group is lost and can take no more.
    pub(crate) fn run(&mut self, unit: Unit) -> bool {
        self.run_work(unit.work) && self.is_whole()
    }

    /// Savepoints cost each member two statements and a copy of every page it changes, and are
    /// needed by members that fail after writing, which are few. So the first of those makes
    /// those before it start over, with savepoints from then on; work can be run again.
    fn start_over(&mut self, mut failed: Member) -> bool {
        self.careful = true;
        failed.written = 0;
        self.places(self.begun)
            .for_each(|place| self.roll_back(place));
        self.begun = 0;
        let mut whole = true;
        for member in std::mem::take(&mut self.members) {
            if whole {
                whole = self.run_work(member.work) && self.is_whole();
            } else {
                // Nothing runs in a transaction that is gone; everybody is still answered.
                self.members.push(member);
            }
        }
        self.members.push(failed);
        whole
    }

    fn run_work(&mut self, mut work: Box<dyn Work>) -> bool {
        let mut tx = MemberTx {
            group: self,
            touched: 0,
            written: 0,
        };
        let verdict = run_to_verdict(work.as_mut(), &mut tx);
        let MemberTx {
            touched, written, ..
        } = tx;
        let undone = verdict != Verdict::Commit;
        let member = Member {
            work,
            verdict,
            touched,
            written,
        };
        if undone && written != 0 && !self.careful && self.is_whole() {
            return self.start_over(member);
        }
        self.members.push(member);
        if !self.careful {
            return true;
        }
        let settled = self.places(written).try_for_each(|place| {
            if undone {
                self.session.command(place, "ROLLBACK TO member")?;
            }
            self.session.command(place, "RELEASE member")
        });
        settled.is_ok()
    }

    /// Is every transaction still open? SQLite rolls one back by itself when, for example, the
    /// disk is full.
    fn is_whole(&self) -> bool {
        let open = |place| {
            self.session
                .connection(place)
                .is_ok_and(|c| !c.is_autocommit())
        };
        self.places(self.begun).all(open)
    }

    /// Commits, or rolls back a lost group, and answers every member.
    pub(crate) fn finish(mut self, whole: bool) {
        let commit = match whole {
            true => self.commit(),
            false => {
                self.places(self.begun)
                    .for_each(|place| self.roll_back(place));
                let lost = self.trouble.take().unwrap_or(StoreError::Unavailable);
                Commit {
                    committed: 0,
                    failed: Some((Places::MAX, lost)),
                }
            }
        };
        for member in self.members {
            let result = commit.result(&member);
            answer_safely(member.work, result);
        }
    }

    fn commit(&self) -> Commit {
        let mut committed = 0;
        for place in self.places(self.begun) {
            if let Err(error) = self.session.command(place, "COMMIT") {
                let failed = self.begun & !committed;
                self.places(failed).for_each(|place| self.roll_back(place));
                // After any other failure the log may still hold the whole commit.
                let error = match error {
                    StoreError::Full | StoreError::ReadOnly | StoreError::Busy => error,
                    _ => StoreError::OutcomeUnknown,
                };
                return Commit {
                    committed,
                    failed: Some((failed, error)),
                };
            }
            committed |= 1 << place;
        }
        Commit {
            committed,
            failed: None,
        }
    }

    fn roll_back(&self, place: usize) {
        if self
            .session
            .connection(place)
            .is_ok_and(|c| !c.is_autocommit())
        {
            // An error here means that there is nothing to roll back.
            let _ = self.session.command(place, "ROLLBACK");
        }
    }

    fn places(&self, set: Places) -> impl Iterator<Item = usize> + use<> {
        (0..self.session.databases.len()).filter(move |place| set & (1 << place) != 0)
    }

    fn begin(&mut self, place: usize) -> Result<(), StoreError> {
        if self.begun & (1 << place) != 0 {
            return Ok(());
        }
        if let Some(refused) = &self.refused {
            return Err(refused.clone());
        }
        let begun = self.session.command(place, self.begin);
        begun.inspect_err(|error| self.refused = Some(error.clone()))?;
        self.begun |= 1 << place;
        Ok(())
    }
}

impl Commit {
    /// What a member is told. One that read from a failed database may have seen what is gone
    /// now, so it fails too.
    fn result(&self, member: &Member) -> Result<(), StoreError> {
        if let Verdict::Abort(error) = &member.verdict {
            return Err(error.clone());
        }
        match &self.failed {
            Some((failed, error)) if failed & member.touched != 0 => {
                let half =
                    member.verdict == Verdict::Commit && self.committed & member.written != 0;
                Err(if half {
                    StoreError::OutcomeUnknown
                } else {
                    error.clone()
                })
            }
            _ => Ok(()),
        }
    }
}

/// One member's view of the group.
struct MemberTx<'g, 's> {
    group: &'g mut Group<'s>,
    touched: Places,
    written: Places,
}

impl MemberTx<'_, '_> {
    fn answer(&mut self, read: &Read) -> Result<Vec<Row>, StoreError> {
        let table = match read {
            Read::Get { table, .. } => table,
            Read::Scan(scan) => scan.table,
        };
        let place = self.group.session.place(table)?;
        self.group.begin(place)?;
        self.touched |= 1 << place;
        self.group.session.read(place, read)
    }

    fn apply(&mut self, write: &Write) -> Result<(), StoreError> {
        let place = self.group.session.place(write.table())?;
        self.group.begin(place)?;
        self.touched |= 1 << place;
        if self.written & (1 << place) == 0 {
            if self.group.careful {
                self.group.session.command(place, "SAVEPOINT member")?;
            }
            self.written |= 1 << place;
        }
        self.group.session.write(place, write)
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result {
            self.group.trouble = Some(error.clone());
        }
        result
    }
}

impl Tx for MemberTx<'_, '_> {
    fn read<'a>(&'a mut self, reads: &'a [Read]) -> Fut<'a, Result<Vec<Vec<Row>>, StoreError>> {
        let rows = reads.iter().map(|read| self.answer(read)).collect();
        Box::pin(ready(self.note(rows)))
    }

    fn write(&mut self, writes: Vec<Write>) -> Fut<'_, Result<(), StoreError>> {
        let done = writes.iter().try_for_each(|write| self.apply(write));
        Box::pin(ready(self.note(done)))
    }
}
