//! Runs transactions on the store's thread: attempts, and what becomes of them.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use store::{FLUSH, Mode, StoreError, Unit, Verdict, answer_safely};
use tokio::sync::{OwnedSemaphorePermit, RwLock, Semaphore};
use tokio::time::{Instant, sleep};

use crate::attempt::{Attempt, Commit, Places};
use crate::connection::Connection;
use crate::error::Trouble;
use crate::lane::Lane;
use crate::member::{Member as Seat, Run, Shared};
use crate::options::Options;
use crate::pool::Pool;
use crate::store::Counters;

/// How often a transaction is run before its conflict is told; the door then tries
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
    lane: Lane,
}

struct Member {
    unit: Unit,
    verdict: Verdict,
    /// Databases that it wrote to.
    places: Places,
}

/// How an attempt ended.
enum Ended {
    Settled,
    Conflict,
    Lost,
    /// Somebody must be rolled back alone.
    Apart,
    Refused(StoreError),
    /// As [`Commit::Half`].
    Half {
        committed: Places,
        known: bool,
    },
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
            lane: Lane::default(),
        }
    }

    /// Runs one unit to its answer, or leaves it to whoever runs what waits.
    pub(crate) async fn run(&self, unit: Unit) {
        if unit.name == FLUSH {
            let _alone = self.gate.write().await;
            return self.run_together(vec![unit]).await;
        }
        let _shared = self.gate.read().await;
        if unit.mode == Mode::Read {
            return self.run_together(vec![unit]).await;
        }
        let lead = match self.lane.join(unit) {
            Ok(Some(lead)) => lead,
            Ok(None) => return,
            Err(unit) => return answer_safely(unit.work, Err(StoreError::Busy)),
        };
        loop {
            let group = lead.next();
            if group.is_empty() {
                return;
            }
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
                // By halves: those of a half without the one that fails still share a commit.
                Ended::Apart if members.len() > 1 => {
                    let second = members.split_off(members.len() / 2);
                    for half in [members, second] {
                        let units = half.into_iter().map(|member| member.unit);
                        Box::pin(self.run_together(units.collect())).await;
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
        let attempt = Attempt::new(self, (name, mode), Rc::new(permit), &awaiting);
        let shared = Shared::new(attempt, &awaiting);
        let ended = run_all(members, &shared, &awaiting).await;
        let Ok(attempt) = shared.take() else {
            return ended.unwrap_or(Ended::Apart);
        };
        let commits = |member: &Member| member.verdict == Verdict::Commit;
        match ended {
            None if mode == Mode::Write && members.iter().any(commits) => {}
            ended => {
                attempt.abandon();
                return ended.unwrap_or(Ended::Settled);
            }
        }
        match attempt.commit(!together).await {
            Commit::Done => Ended::Settled,
            Commit::Failed(Trouble::Conflict) => Ended::Conflict,
            Commit::Failed(Trouble::Lost) => Ended::Lost,
            Commit::Failed(Trouble::Refused(_)) if together => Ended::Apart,
            Commit::Failed(Trouble::Refused(error)) => Ended::Refused(error),
            Commit::Half { committed, known } => Ended::Half { committed, known },
        }
    }
}

/// Runs the closures: together up to what they read first, then one after another. Answers why
/// there is nothing to commit, if so.
async fn run_all(
    members: &mut [Member],
    shared: &Shared<'_>,
    awaiting: &Cell<bool>,
) -> Option<Ended> {
    let together = members.len() > 1;
    let mut seats: Vec<Seat<'_, '_>> = members.iter().map(|_| Seat(shared)).collect();
    let (mut runs, mut results) = (vec![], vec![]);
    for (member, seat) in members.iter_mut().zip(&mut seats) {
        runs.push(Run::new(member.unit.work.as_mut(), seat));
        results.push((&mut member.verdict, &mut member.places));
    }
    for run in &mut runs {
        run.begin(awaiting).await;
    }
    shared.fetch().await;
    for (run, (verdict, places)) in runs.iter_mut().zip(results) {
        let Ok(mut attempt) = shared.take() else {
            return Some(Ended::Apart);
        };
        attempt.begin_member();
        shared.give(attempt);
        *verdict = run.finish(awaiting).await;
        let Ok(mut attempt) = shared.take() else {
            return Some(Ended::Apart);
        };
        *places = attempt.places();
        let ended = match attempt.trouble.take() {
            Some(Trouble::Conflict) => Some(Ended::Conflict),
            Some(Trouble::Lost) => Some(Ended::Lost),
            Some(Trouble::Refused(_)) if together => Some(Ended::Apart),
            _ => None,
        };
        let kept = *verdict == Verdict::Commit || attempt.view.drop_member();
        shared.give(attempt);
        let apart = (!kept && together).then_some(Ended::Apart);
        if let Some(ended) = ended.or(apart) {
            return Some(ended);
        }
    }
    None
}

impl Member {
    fn new(unit: Unit) -> Self {
        Member {
            unit,
            verdict: Verdict::Rollback,
            places: 0,
        }
    }
}

fn answer(members: Vec<Member>, ended: &Ended) {
    for Member {
        unit,
        verdict,
        places,
    } in members
    {
        let result = match (ended, verdict) {
            (Ended::Settled, Verdict::Abort(error)) => Err(error),
            (Ended::Settled, _) => Ok(()),
            (Ended::Conflict, _) => Err(StoreError::Conflict),
            (Ended::Apart, Verdict::Abort(error)) => Err(error),
            (Ended::Lost | Ended::Apart, _) => Err(StoreError::Unavailable),
            (Ended::Refused(error), _) => Err(error.clone()),
            // What a database that has not committed was to take did not happen: again.
            (Ended::Half { committed, known }, _) if *known && committed & places == 0 => {
                Err(StoreError::Conflict)
            }
            (Ended::Half { .. }, Verdict::Commit) => Err(StoreError::OutcomeUnknown),
            // It has seen what may be gone now.
            (Ended::Half { .. }, _) => Err(StoreError::Unavailable),
        };
        answer_safely(unit.work, result);
    }
}
