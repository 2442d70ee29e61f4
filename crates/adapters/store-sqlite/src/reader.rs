//! Read-only connections, used on the threads of the callers.

use parking_lot::Mutex;
use store::{Schema, StoreError, Unit};

use crate::Options;
use crate::files;
use crate::group::Group;
use crate::session::{Database, Session};

/// Most idle readers kept. More may exist while more threads read at once.
const MAX_IDLE: usize = 4;

pub(crate) struct Readers {
    files: Vec<(&'static str, std::path::PathBuf)>,
    idle: Mutex<Vec<Session>>,
}

impl Readers {
    pub(crate) fn new(options: &Options, schema: &Schema) -> Self {
        let files = schema
            .databases
            .iter()
            .map(|name| (*name, options.path(name)))
            .collect();
        Readers {
            files,
            idle: Mutex::default(),
        }
    }

    pub(crate) fn run(&self, unit: Unit) {
        let idle = self.idle.lock().pop();
        let session = match idle.map_or_else(|| self.open(), Ok) {
            Ok(session) => session,
            Err(error) => return unit.work.answer(Err(error)),
        };
        let mut group = Group::reading(&session);
        let whole = group.run(unit);
        group.finish(whole);
        let mut idle = self.idle.lock();
        if idle.len() < MAX_IDLE {
            idle.push(session);
        }
    }

    /// Closes the idle connections.
    pub(crate) fn clear(&self) {
        self.idle.lock().clear();
    }

    fn open(&self) -> Result<Session, StoreError> {
        let open = |(name, path): &(&'static str, std::path::PathBuf)| {
            Ok(Database {
                name,
                connection: files::reader(path)?,
            })
        };
        Ok(Session::new(
            self.files
                .iter()
                .map(open)
                .collect::<Result<_, StoreError>>()?,
        ))
    }
}
