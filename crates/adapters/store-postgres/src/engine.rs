//! Runs transactions on the store's thread: attempts, and what becomes of them.

use std::cell::Cell;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use store::{FLUSH, Mode, StoreError, Tx, Unit, Verdict, Work, answer_safely};
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};
use tokio::time::{Instant, sleep};

use crate::attempt::{Attempt, Commit};
use crate::connection::Connection;
use crate::error::Trouble;
use crate::lane::Lanes;
use crate::options::Options;
use crate::pool::Pool;
use crate::store::Counters;

/// How often a transaction in a lane is run before its conflict is told; the door then tries
/// again.
const ATTEMPTS: u32 = 12;
/// Longest pause between two attempts.
const MAX_PAUSE: Duration = Duration::from_millis(250);

/// The right to use one connection to each database, until the last of them came back.
pub(crate) type Permit = Rc<OwnedSemaphorePermit>;

pub(crate) struct Engine {
    pub(crate) options: Options,
    /// In the schema's order.
    pub(crate) pools: Vec<Rc<Pool>>,
    pub(crate) figures: Arc<Counters>,
    permits: Arc<Semaphore>,
    /// Held shared by every transaction; whoever waits for all of them takes it alone.
    gate: RwLock<()>,
    lanes: Lanes,
}

struct Member {
    unit: Unit,
    verdict: Verdict,
}

/// How an attempt ended.
enum Ended {
    Settled,
    Conflict,
    Lost,
    /// Somebody must be rolled back alone.
    Apart,
    Refused(StoreError),
    Unknown,
}

impl Engine {
    pub(crate) fn new(options: Options, pools: Vec<Pool>, figures: Arc<Counters>) -> Self {
        let permits = Arc::new(Semaphore::new(options.connections));
        Engine {
            options,
            pools: pools.into_iter().map(Rc::new).collect(),
            figures,
            permits,
            gate: RwLock::new(()),
            lanes: Lanes::default(),
        }
    }

    /// Runs one unit to its answer.
    pub(crate) async fn run(&self, unit: Unit) {
        if unit.name == FLUSH {
            let _alone = self.gate.write().await;
            return self.run_together(vec![unit]).await;
        }
        let _shared = self.gate.read().await;
        let name = unit.name;
        let hot = unit.mode == Mode::Write && self.lanes.is_hot(name);
        let left = if hot {
            vec![unit]
        } else {
            self.run_once(unit).await
        };
        let mut lead = false;
        for unit in left {
            match self.lanes.join(unit) {
                Ok(leads) => lead |= leads,
                Err(unit) => answer_safely(unit.work, Err(StoreError::Busy)),
            }
        }
        while lead {
            let group = self.lanes.next(name);
            lead = !group.is_empty();
            self.run_together(group).await;
        }
    }

    /// Closes the idle connections.
    pub(crate) fn close(&self) {
        self.pools.iter().for_each(|pool| pool.clear());
    }

    /// Gives a connection back, after a rollback if it is in a transaction.
    pub(crate) fn leave(
        &self,
        place: usize,
        connection: Rc<Connection>,
        begun: bool,
        permit: &Permit,
    ) {
        let Some(pool) = self.pools.get(place) else {
            return;
        };
        if !begun {
            return pool.give(connection);
        }
        let pool = Rc::clone(pool);
        let permit = Rc::clone(permit);
        tokio::task::spawn_local(async move {
            let _permit = permit;
            if connection.command("ROLLBACK").await.is_ok() {
                pool.give(connection);
            }
        });
    }

    /// Runs a unit side by side with others. Comes back with it after a conflict: it shall queue.
    async fn run_once(&self, unit: Unit) -> Vec<Unit> {
        let mut members = vec![Member::new(unit)];
        let ended = self.attempt(&mut members).await;
        if matches!(ended, Ended::Conflict) {
            self.figures.conflict();
            let units = members.into_iter().map(|member| member.unit);
            let units: Vec<Unit> = units.collect();
            for unit in &units {
                self.lanes.heat(unit.name);
            }
            return units;
        }
        self.settle(members, ended).await;
        vec![]
    }

    async fn run_together(&self, units: Vec<Unit>) {
        if units.is_empty() {
            return;
        }
        let mut members: Vec<Member> = units.into_iter().map(Member::new).collect();
        let ended = self.attempt(&mut members).await;
        Box::pin(self.settle(members, ended)).await;
    }

    /// Runs again what can be run again, and answers.
    async fn settle(&self, mut members: Vec<Member>, mut ended: Ended) {
        let patience = Instant::now() + self.options.patience;
        let mut attempts = 1;
        loop {
            match ended {
                Ended::Conflict if attempts < ATTEMPTS => self.figures.conflict(),
                Ended::Lost if Instant::now() < patience => self.figures.lost(),
                Ended::Apart if members.len() > 1 => {
                    for member in members {
                        Box::pin(self.run_together(vec![member.unit])).await;
                    }
                    return;
                }
                ended => return answer(members, &ended),
            }
            sleep(self.pause(attempts)).await;
            attempts += 1;
            ended = self.attempt(&mut members).await;
        }
    }

    /// Doubles, and differs between processes that met each other.
    fn pause(&self, attempts: u32) -> Duration {
        let base = Duration::from_millis(1 << attempts.min(8)).min(MAX_PAUSE);
        let odd = self.figures.spread() % 256;
        base / 2 + base * odd / 512
    }

    async fn attempt(&self, members: &mut [Member]) -> Ended {
        // Closed only with the thread.
        let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await else {
            return Ended::Refused(StoreError::Closed);
        };
        let first = members.first().map(|member| &member.unit);
        let (name, mode) = first.map_or((FLUSH, Mode::Read), |unit| (unit.name, unit.mode));
        let (awaiting, together) = (Cell::new(false), members.len() > 1);
        let mut attempt = Attempt::new(self, (name, mode), Rc::new(permit), &awaiting);
        for member in members.iter_mut() {
            attempt.begin_member();
            member.verdict = drive(member.unit.work.as_mut(), &mut attempt, &awaiting).await;
            let ended = match attempt.trouble.take() {
                Some(Trouble::Conflict) => Some(Ended::Conflict),
                Some(Trouble::Lost) => Some(Ended::Lost),
                Some(Trouble::Refused(_)) if together => Some(Ended::Apart),
                _ => None,
            };
            let kept = member.verdict == Verdict::Commit || attempt.drop_member();
            let apart = (!kept && together).then_some(Ended::Apart);
            if let Some(ended) = ended.or(apart) {
                attempt.abandon();
                return ended;
            }
        }
        let commits = |member: &Member| member.verdict == Verdict::Commit;
        if mode == Mode::Read || !members.iter().any(commits) {
            attempt.abandon();
            return Ended::Settled;
        }
        match attempt.commit().await {
            Commit::Done => Ended::Settled,
            Commit::Failed(Trouble::Conflict) => Ended::Conflict,
            Commit::Failed(Trouble::Lost) => Ended::Lost,
            Commit::Failed(Trouble::Refused(_)) if together => Ended::Apart,
            Commit::Failed(Trouble::Refused(error)) => Ended::Refused(error),
            Commit::Unknown => Ended::Unknown,
        }
    }
}

impl Member {
    fn new(unit: Unit) -> Self {
        Member {
            unit,
            verdict: Verdict::Rollback,
        }
    }
}

fn answer(members: Vec<Member>, ended: &Ended) {
    for Member { unit, verdict } in members {
        let result = match (ended, verdict) {
            (Ended::Settled, Verdict::Abort(error)) => Err(error),
            (Ended::Settled, _) => Ok(()),
            (Ended::Conflict, _) => Err(StoreError::Conflict),
            (Ended::Lost | Ended::Apart, _) => Err(StoreError::Unavailable),
            (Ended::Refused(error), _) => Err(error.clone()),
            (Ended::Unknown, Verdict::Commit) => Err(StoreError::OutcomeUnknown),
            // It has seen what may be gone now.
            (Ended::Unknown, _) => Err(StoreError::Unavailable),
        };
        answer_safely(unit.work, result);
    }
}

/// Runs a closure to its verdict; a panic, or waiting for anything but the server, is one too.
async fn drive(work: &mut dyn Work, tx: &mut dyn Tx, awaiting: &Cell<bool>) -> Verdict {
    // Its first call, too, happens within a poll: a closure may panic before its future exists.
    let mut future = Box::pin(async move { work.run(tx).await });
    poll_fn(|cx| {
        let poll = catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx)));
        match poll {
            Ok(Poll::Pending) if !awaiting.get() => {
                Poll::Ready(Verdict::Abort(StoreError::Suspended))
            }
            Ok(poll) => poll,
            Err(_) => Poll::Ready(Verdict::Abort(StoreError::Panicked)),
        }
    })
    .await
}
