//! The store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use store::{Mode, Schema, SendFut, Store, StoreError, Unit};
use tokio::sync::oneshot;

use crate::reader::Readers;
use crate::session::{Database, Session};
use crate::writer::Message;
use crate::{Options, backup_file, check_file, files, migrate, writer};

/// Most transactions waiting for the writer.
const MAX_WAITING: usize = 4096;

/// A store on SQLite: one writer thread, and readers on the threads of their callers.
pub struct Sqlite {
    outbox: Sender<Message>,
    waiting: Arc<AtomicUsize>,
    readers: Readers,
    closed: AtomicBool,
    thread: Option<JoinHandle<()>>,
    files: Vec<(&'static str, PathBuf)>,
}

impl Sqlite {
    /// Opens every database of the schema.
    ///
    /// # Errors
    /// [`StoreError::NotMigrated`] unless the options say to migrate,
    /// [`StoreError::UnknownSchema`] when a newer program has changed a database, or any error of
    /// the files.
    pub fn open(options: &Options, schema: &Schema) -> Result<Self, StoreError> {
        schema.check()?;
        if options.migrate {
            migrate(options, schema)?;
        }
        let session = open_session(options, schema)?;
        let (outbox, inbox) = channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&waiting);
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || writer::run(session, &inbox, &counter))
            .map_err(|_| StoreError::Unavailable)?;
        Ok(Sqlite {
            outbox,
            waiting,
            readers: Readers::new(options, schema),
            closed: AtomicBool::new(false),
            thread: Some(thread),
            files: schema
                .databases
                .iter()
                .map(|name| (*name, options.path(name)))
                .collect(),
        })
    }

    /// Moves the log of a database into its file and empties the log, so that what was deleted
    /// before is on the disk no more.
    ///
    /// # Errors
    /// [`StoreError::Busy`] when a reader still needs the log: try again.
    pub async fn checkpoint_truncate(&self, database: &'static str) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Checkpoint(database, reply))?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// Copies one database to a new file; see [`backup_file`]. Blocks.
    ///
    /// # Errors
    /// As [`backup_file`].
    pub fn backup(&self, database: &'static str, to: &Path) -> Result<(), StoreError> {
        backup_file(self.path(database)?, to)
    }

    /// Checks the structure of one database; see [`check_file`]. Blocks.
    ///
    /// # Errors
    /// As [`check_file`].
    pub fn integrity_check(&self, database: &'static str) -> Result<(), StoreError> {
        check_file(self.path(database)?)
    }

    fn path(&self, database: &'static str) -> Result<&Path, StoreError> {
        let found = self.files.iter().find(|(name, _)| *name == database);
        let path = found.map(|(_, path)| path.as_path());
        path.ok_or(StoreError::UnknownTable { table: database })
    }

    fn send(&self, message: Message) -> Result<(), StoreError> {
        self.outbox.send(message).map_err(|_| StoreError::Closed)
    }

    #[cfg(test)]
    pub(crate) async fn script(&self, database: &'static str, text: &'static str) {
        let (reply, answer) = oneshot::channel();
        self.send(Message::Script(database, text, reply)).unwrap();
        answer.await.unwrap();
    }
}

fn open_session(options: &Options, schema: &Schema) -> Result<Session, StoreError> {
    let open = |name: &&'static str| {
        let connection = files::writer(&options.path(name))?;
        migrate::check(&connection, schema, name)?;
        Ok(Database { name, connection })
    };
    Ok(Session::new(
        schema
            .databases
            .iter()
            .map(open)
            .collect::<Result<_, StoreError>>()?,
    ))
}

impl Store for Sqlite {
    fn submit(&self, unit: Unit) {
        if self.closed.load(Ordering::Acquire) {
            return unit.work.answer(Err(StoreError::Closed));
        }
        if unit.mode == Mode::Read {
            return self.readers.run(unit);
        }
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= MAX_WAITING {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return unit.work.answer(Err(StoreError::Busy));
        }
        // A writer that is gone drops the unit, which the door answers as closed.
        let _ = self.send(Message::Unit(unit));
    }

    fn close(&self) -> SendFut<'_, ()> {
        Box::pin(async move {
            self.closed.store(true, Ordering::Release);
            self.readers.clear();
            let (reply, answer) = oneshot::channel();
            if self.send(Message::Stop(reply)).is_ok() {
                // An error means that the writer had already stopped.
                let _ = answer.await;
            }
        })
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        let (reply, _) = oneshot::channel();
        let _ = self.send(Message::Stop(reply));
        let Some(thread) = self.thread.take() else {
            return;
        };
        // A closure may hold the last reference, and is dropped on the writer itself.
        if thread.thread().id() != std::thread::current().id() {
            let _ = thread.join();
        }
    }
}
