//! The lives of a library: who works in which, how one ends and the next begins.

use std::sync::Arc;

use parking_lot::{Condvar, Mutex};
use seal::HsmError;

use crate::{
    connection::{Connection, Setup, finalize},
    problem::Problem,
};

/// The present life, and what is under way in the library.
pub(crate) struct Lives {
    setup: Arc<Setup>,
    /// Never held while the library is called.
    state: Mutex<State>,
    /// Told when nothing is under way any more.
    idle: Condvar,
    /// Held by whoever ends a life and begins the next.
    renewing: Mutex<()>,
}

struct State {
    connection: Option<Arc<Connection>>,
    /// Lives so far.
    serial: u64,
    /// When one was begun last, but for the first, and what failed then.
    renewed: Option<(i64, Option<HsmError>)>,
    /// Operations under way in the library, in whichever life they were begun.
    under_way: usize,
}

impl Lives {
    /// Of a library that is not begun yet.
    pub(crate) fn new(setup: Arc<Setup>) -> Lives {
        Lives {
            setup,
            state: Mutex::new(State {
                connection: None,
                serial: 0,
                renewed: None,
                under_way: 0,
            }),
            idle: Condvar::new(),
            renewing: Mutex::new(()),
        }
    }

    /// Runs an operation, once more when the connection was lost.
    pub(crate) fn retried<T>(
        &self,
        act: impl Fn(&Connection) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        match self.run(&act) {
            Err((Problem::Lost(why), serial)) => {
                self.renew(serial, why)?;
                self.run(&act).map_err(|(problem, _)| problem.error())
            }
            done => done.map_err(|(problem, _)| problem.error()),
        }
    }

    /// Runs what must not be done twice. When the connection is lost by it, it is made anew for
    /// whoever comes next.
    pub(crate) fn once<T>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, HsmError> {
        self.run(act).map_err(|(problem, serial)| {
            if let Problem::Lost(why) = problem
                && let Err(error) = self.renew(serial, why)
            {
                tracing::warn!(%error, "hsm.reconnect");
            }
            problem.error()
        })
    }

    /// Runs an operation in the present life. An error says in which.
    fn run<T>(
        &self,
        act: impl FnOnce(&Connection) -> Result<T, Problem>,
    ) -> Result<T, (Problem, u64)> {
        let under_way = UnderWay::begin(self)?;
        let Some(connection) = &under_way.connection else {
            return Err((HsmError::Failed.into(), 0));
        };
        act(connection).map_err(|problem| (problem, connection.serial))
    }

    /// Ends the life `seen`, which was lost for `why`, and begins the next, unless somebody did
    /// already. Not every request of many that fail begins another.
    fn renew(&self, seen: u64, why: HsmError) -> Result<(), HsmError> {
        let renewing = self.renewing.try_lock_for(self.setup.options.patience);
        let _renewing = renewing.ok_or(HsmError::Unavailable)?;
        if let Some(settled) = self.settled(seen, why) {
            return settled;
        }
        let ended = self.state.lock().connection.take();
        drop(ended);
        // The library may not be ended while a call is under way in it (PKCS #11, C_Finalize).
        // One that hangs keeps the library, and its session; everybody else gets new sessions.
        if self.is_idle() {
            finalize(&self.setup.library);
        } else {
            tracing::error!("hsm.hangs");
        }
        let serial = seen + 1;
        let opened = Connection::open(&self.setup, serial).map(Arc::new);
        let failed = match &opened {
            Ok(connection) => connection.failed(),
            Err(error) => Some(*error),
        };
        let mut state = self.state.lock();
        state.serial = serial;
        if seen > 0 || failed.is_some() {
            state.renewed = Some((self.setup.now(), failed));
        }
        state.connection = Some(opened?);
        Ok(())
    }

    /// What is known without another life: somebody began it, or it is too early.
    fn settled(&self, seen: u64, why: HsmError) -> Option<Result<(), HsmError>> {
        let state = self.state.lock();
        let failed = state.renewed.and_then(|(_, failed)| failed);
        let standing = state.connection.is_some();
        if state.serial != seen {
            return Some(match failed.filter(|_| !standing) {
                Some(error) => Err(error),
                None => Ok(()),
            });
        }
        let (at, _) = state.renewed?;
        let pausing = self.setup.is_pausing(at);
        pausing.then(|| Err(failed.filter(|_| !standing).unwrap_or(why)))
    }

    /// Waits until nothing is under way, but not for ever. Nothing new begins meanwhile.
    fn is_idle(&self) -> bool {
        let mut state = self.state.lock();
        let busy = |state: &mut State| state.under_way > 0;
        let waited = self
            .idle
            .wait_while_for(&mut state, busy, self.setup.options.patience);
        !waited.timed_out()
    }
}

impl Drop for Lives {
    fn drop(&mut self) {
        // Sessions are closed before the library ends.
        self.state.get_mut().connection = None;
        finalize(&self.setup.library);
    }
}

/// One operation under way.
struct UnderWay<'a> {
    lives: &'a Lives,
    connection: Option<Arc<Connection>>,
}

impl<'a> UnderWay<'a> {
    fn begin(lives: &'a Lives) -> Result<Self, (Problem, u64)> {
        let mut state = lives.state.lock();
        let Some(connection) = state.connection.clone() else {
            return Err((Problem::Lost(HsmError::Unavailable), state.serial));
        };
        state.under_way += 1;
        Ok(Self {
            lives,
            connection: Some(connection),
        })
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        // The last one in an ended life closes its sessions. That, too, is under way until then.
        self.connection = None;
        let mut state = self.lives.state.lock();
        state.under_way -= 1;
        if state.under_way == 0 {
            self.lives.idle.notify_all();
        }
    }
}
