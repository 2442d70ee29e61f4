//! The writer thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::Receiver;

use store::{StoreError, Unit};
use tokio::sync::oneshot;

use crate::error;
use crate::group::Group;
use crate::session::Session;

/// Most transactions that share one commit.
const MAX_GROUP: usize = 128;

/// What the writer is asked to do.
pub(crate) enum Message {
    Unit(Unit),
    /// Empties the log of a database into it.
    Checkpoint(&'static str, oneshot::Sender<Result<(), StoreError>>),
    /// Ends the thread; everything sent before has been done.
    Stop(oneshot::Sender<()>),
    #[cfg(test)]
    Script(&'static str, &'static str, oneshot::Sender<()>),
}

/// Works until it is stopped or every sender is gone. `waiting` counts the units sent.
pub(crate) fn run(session: Session, inbox: &Receiver<Message>, waiting: &Arc<AtomicUsize>) {
    let mut next = inbox.recv().ok();
    while let Some(message) = next {
        next = match message {
            Message::Unit(unit) => group(&session, unit, inbox, waiting),
            Message::Checkpoint(database, reply) => {
                let _ = reply.send(checkpoint(&session, database));
                None
            }
            Message::Stop(reply) => {
                drop(session);
                let _ = reply.send(());
                return;
            }
            #[cfg(test)]
            Message::Script(database, text, reply) => {
                let database = session
                    .databases
                    .iter()
                    .find(|d| d.name == database)
                    .unwrap();
                database.connection.execute_batch(text).unwrap();
                let _ = reply.send(());
                None
            }
        };
        if next.is_none() {
            next = inbox.recv().ok();
        }
    }
}

/// Runs a unit and those that wait behind it, and answers the first message that is no unit.
fn group(
    session: &Session,
    first: Unit,
    inbox: &Receiver<Message>,
    waiting: &AtomicUsize,
) -> Option<Message> {
    let mut group = Group::writing(session);
    waiting.fetch_sub(1, Ordering::Relaxed);
    let mut whole = group.run(first);
    let mut next = None;
    while whole && next.is_none() && group.len() < MAX_GROUP {
        match inbox.try_recv() {
            Ok(Message::Unit(unit)) => {
                waiting.fetch_sub(1, Ordering::Relaxed);
                whole = group.run(unit);
            }
            Ok(message) => next = Some(message),
            Err(_) => break,
        }
    }
    group.finish(whole);
    next
}

fn checkpoint(session: &Session, database: &'static str) -> Result<(), StoreError> {
    let found = session.databases.iter().find(|d| d.name == database);
    let connection = &found
        .ok_or(StoreError::UnknownTable { table: database })?
        .connection;
    let busy = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
            row.get::<_, i64>(0)
        })
        .map_err(|error| error::plain(&error))?;
    // A reader of another process still needs the log.
    if busy == 0 {
        Ok(())
    } else {
        Err(StoreError::Busy)
    }
}
