//! The store, and the thread that its transactions run on.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;

use parking_lot::Mutex;
use store::{Schema, SendFut, Store, StoreError, Unit};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::{JoinSet, LocalSet};

use crate::Options;
use crate::connection::Connection;
use crate::engine::Engine;
use crate::error::Trouble;
use crate::migrate as migrations;
use crate::pool::Pool;

/// Most transactions waiting or running.
const MAX_WAITING: usize = 4096;

/// What the thread is asked to do.
enum Message {
    Unit(Unit),
    /// Finishes what was accepted, closes the connections, ends the thread.
    Stop(oneshot::Sender<()>),
}

/// What a store has done since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    /// Times that answers of servers were waited for, several requests at once counted once.
    pub round_trips: u64,
    /// Statements prepared; each connection prepares each once.
    pub prepared: u64,
    /// Attempts that ended in a conflict.
    pub conflicts: u64,
    /// Attempts that lost their connection before a commit.
    pub lost: u64,
    /// Commits that left the disk to the commit of another database of the same server.
    pub flushed_later: u64,
}

/// Counts what [`Figures`] tells.
#[derive(Default)]
pub(crate) struct Counters {
    round_trips: Mutex<BTreeMap<&'static str, u64>>,
    prepared: AtomicU64,
    conflicts: AtomicU64,
    lost: AtomicU64,
    flushed_later: AtomicU64,
    spread: AtomicU32,
}

impl Counters {
    pub(crate) fn round_trip(&self, name: &'static str) {
        *self.round_trips.lock().entry(name).or_default() += 1;
    }

    pub(crate) fn prepared(&self, statements: usize) {
        let statements = u64::try_from(statements).unwrap_or(u64::MAX);
        self.prepared.fetch_add(statements, Ordering::Relaxed);
    }

    pub(crate) fn conflict(&self) {
        self.conflicts.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn lost(&self) {
        self.lost.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn flushed_later(&self) {
        self.flushed_later.fetch_add(1, Ordering::Relaxed);
    }

    /// Numbers that do not repeat soon, for pauses.
    pub(crate) fn spread(&self) -> u32 {
        let count = self.spread.fetch_add(1, Ordering::Relaxed);
        let seed = count.wrapping_add(std::process::id());
        seed.wrapping_mul(0x9e37_79b9) >> 16
    }
}

/// A store on PostgreSQL.
pub struct Postgres {
    outbox: UnboundedSender<Message>,
    waiting: Arc<AtomicUsize>,
    figures: Arc<Counters>,
    closed: AtomicBool,
    thread: Option<JoinHandle<()>>,
}

/// Applies the missing migrations to every database, each in one transaction. The databases
/// themselves must exist. Running it twice changes nothing.
///
/// # Errors
/// [`StoreError::UnknownSchema`] when a database records a migration that `schema` lacks;
/// [`StoreError::Invalid`] when the schema breaks a rule or the options lack a database; or any
/// error of the server.
pub fn migrate(options: &Options, schema: &Schema) -> Result<(), StoreError> {
    Postgres::open(&options.clone().migrate(), schema).map(drop)
}

impl Postgres {
    /// Opens every database of the schema. Blocks until each has answered.
    ///
    /// # Errors
    /// [`StoreError::NotMigrated`] unless the options say to migrate,
    /// [`StoreError::UnknownSchema`] when a newer program has changed a database, or any error of
    /// the server.
    pub fn open(options: &Options, schema: &Schema) -> Result<Self, StoreError> {
        schema.check()?;
        let (outbox, inbox) = unbounded_channel();
        let (ready, opened) = mpsc::channel();
        let (waiting, figures) = (Arc::default(), Arc::default());
        let setup = Setup {
            options: options.clone(),
            schema: *schema,
            waiting: Arc::clone(&waiting),
            figures: Arc::clone(&figures),
        };
        let thread = std::thread::Builder::new()
            .name("postgres".to_owned())
            .spawn(move || setup.run(inbox, &ready))
            .map_err(|_| StoreError::Unavailable)?;
        let opened = opened.recv().map_err(|_| StoreError::Unavailable);
        opened??;
        Ok(Postgres {
            outbox,
            waiting,
            figures,
            closed: AtomicBool::new(false),
            thread: Some(thread),
        })
    }

    /// What the store has done so far.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let figures = &self.figures;
        Figures {
            round_trips: figures.round_trips.lock().values().sum(),
            prepared: figures.prepared.load(Ordering::Relaxed),
            conflicts: figures.conflicts.load(Ordering::Relaxed),
            lost: figures.lost.load(Ordering::Relaxed),
            flushed_later: figures.flushed_later.load(Ordering::Relaxed),
        }
    }
}

impl Postgres {
    /// The round trips of each transaction by its name; of several that shared a commit by the
    /// first one's.
    #[must_use]
    pub fn round_trips(&self) -> BTreeMap<&'static str, u64> {
        self.figures.round_trips.lock().clone()
    }
}

/// What the thread begins with.
struct Setup {
    options: Options,
    schema: Schema,
    waiting: Arc<AtomicUsize>,
    figures: Arc<Counters>,
}

impl Setup {
    fn run(self, inbox: UnboundedReceiver<Message>, ready: &mpsc::Sender<Result<(), StoreError>>) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        let Ok(runtime) = runtime else {
            let _ = ready.send(Err(StoreError::Unavailable));
            return;
        };
        LocalSet::new().block_on(&runtime, async move {
            let waiting = Arc::clone(&self.waiting);
            match self.open().await {
                Ok(engine) => {
                    let _ = ready.send(Ok(()));
                    serve(Rc::new(engine), inbox, &waiting).await;
                }
                Err(trouble) => {
                    let _ = ready.send(Err(trouble.told()));
                }
            }
        });
    }

    async fn open(self) -> Result<Engine, Trouble> {
        let mut pools = vec![];
        for name in self.schema.databases {
            let place = self.options.places.iter().find(|(known, _)| known == name);
            let (_, place) = place.ok_or(Trouble::Refused(StoreError::Invalid {
                table: name,
                rule: "the options name every database",
            }))?;
            let connection = Connection::open(place, &self.options).await?;
            if self.options.migrate {
                migrations::apply_missing(&connection, &self.schema, name).await?;
            }
            migrations::check(&connection, &self.schema, name).await?;
            let pool = Pool::new(name, place.clone());
            pool.give(Rc::new(connection));
            pools.push(pool);
        }
        Ok(Engine::new(self.options, pools, self.figures))
    }
}

/// Counted among those waiting or running, until dropped.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Starts every unit as it comes, until it is told to stop or nobody is left to ask.
async fn serve(
    engine: Rc<Engine>,
    mut inbox: UnboundedReceiver<Message>,
    waiting: &Arc<AtomicUsize>,
) {
    let (mut stop, mut running) = (None, JoinSet::new());
    while let Some(message) = inbox.recv().await {
        match message {
            Message::Unit(unit) => {
                let (engine, waiting) = (Rc::clone(&engine), Arc::clone(waiting));
                running.spawn_local(async move {
                    let _counted = Counted(waiting);
                    engine.run(unit).await;
                });
                while running.try_join_next().is_some() {}
            }
            Message::Stop(reply) => {
                stop = Some(reply);
                break;
            }
        }
    }
    while running.join_next().await.is_some() {}
    engine.close();
    stop.map(|reply| reply.send(()));
}

impl Store for Postgres {
    fn submit(&self, unit: Unit) {
        if self.closed.load(Ordering::Acquire) {
            return unit.work.answer(Err(StoreError::Closed));
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return unit.work.answer(Err(StoreError::Busy));
        }
        // A thread that is gone drops the unit, which the door answers as closed.
        let _ = self.outbox.send(Message::Unit(unit));
    }

    fn close(&self) -> SendFut<'_, ()> {
        Box::pin(async move {
            self.closed.store(true, Ordering::Release);
            let (reply, answer) = oneshot::channel();
            if self.outbox.send(Message::Stop(reply)).is_ok() {
                // An error means that the thread had already stopped.
                let _ = answer.await;
            }
        })
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        let (reply, _) = oneshot::channel();
        let _ = self.outbox.send(Message::Stop(reply));
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A closure may hold the last reference, and is dropped on the thread itself.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}
