//! A store in memory, with the semantics of the others: for tests, simulations and the `memory`
//! mode.

mod table;
mod tx;

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use crate::memory::table::MemoryTable;
use crate::memory::tx::MemoryTx;
use crate::{
    Migration, Schema, SendFut, Step, Store, StoreError, Unit, Verdict, answer_safely,
    run_to_verdict,
};

/// A store in memory. Transactions run one after another on the threads of their callers.
pub struct Memory {
    queue: Mutex<Queue>,
    state: Mutex<State>,
    closed: AtomicBool,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Unit>,
    /// Is a thread working on the queue?
    busy: bool,
}

/// Tables by name, and the names of the applied migrations.
#[derive(Default)]
struct State {
    tables: BTreeMap<&'static str, MemoryTable>,
    applied: Vec<&'static str>,
}

/// Most units waiting; the same bound as the other backends have.
const MAX_WAITING: usize = 4096;

impl Memory {
    /// An empty store with all tables of the schema.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] when the schema breaks a rule.
    pub fn open(schema: &Schema) -> Result<Self, StoreError> {
        let memory = Memory {
            queue: Mutex::default(),
            state: Mutex::default(),
            closed: AtomicBool::new(false),
        };
        memory.migrate(schema)?;
        Ok(memory)
    }

    /// Applies the migrations that were not applied yet.
    ///
    /// # Errors
    /// [`StoreError::UnknownSchema`] when one was applied that the schema does not have;
    /// [`StoreError::Invalid`] when the schema breaks a rule.
    pub fn migrate(&self, schema: &Schema) -> Result<(), StoreError> {
        schema.check()?;
        let mut state = self.state.lock();
        let applied: Vec<String> = state.applied.iter().map(|&name| name.to_owned()).collect();
        let first = schema.databases.first().copied().unwrap_or_default();
        for migration in schema.missing(first, &applied)? {
            state.apply(migration)?;
        }
        Ok(())
    }

    /// Runs the units that wait, unless another thread, or this one further up, does so already.
    fn drain(&self) {
        loop {
            let unit = {
                let mut queue = self.queue.lock();
                match queue.waiting.pop_front() {
                    Some(unit) => unit,
                    None => {
                        queue.busy = false;
                        return;
                    }
                }
            };
            self.run(unit);
        }
    }

    fn run(&self, mut unit: Unit) {
        let result = {
            let mut state = self.state.lock();
            let mut tx = MemoryTx::new(&mut state.tables);
            let verdict = run_to_verdict(unit.work.as_mut(), &mut tx);
            match verdict {
                Verdict::Commit => Ok(()),
                Verdict::Rollback => {
                    tx.roll_back();
                    Ok(())
                }
                Verdict::Abort(error) => {
                    tx.roll_back();
                    Err(error)
                }
            }
        };
        answer_safely(unit.work, result);
    }
}

impl Store for Memory {
    fn submit(&self, unit: Unit) {
        if self.closed.load(Ordering::Acquire) {
            return unit.work.answer(Err(StoreError::Closed));
        }
        {
            let mut queue = self.queue.lock();
            if queue.waiting.len() >= MAX_WAITING {
                drop(queue);
                return unit.work.answer(Err(StoreError::Busy));
            }
            queue.waiting.push_back(unit);
            if queue.busy {
                return;
            }
            queue.busy = true;
        }
        self.drain();
    }

    fn close(&self) -> SendFut<'_, ()> {
        Box::pin(async move {
            let store: &dyn Store = self;
            // Fails only when the store is closed already.
            let _ = store.flush().await;
            self.closed.store(true, Ordering::Release);
        })
    }
}

impl State {
    fn apply(&mut self, migration: &'static Migration) -> Result<(), StoreError> {
        for step in migration.steps {
            match step {
                Step::CreateTable(table) => {
                    self.tables
                        .entry(table.name)
                        .or_insert_with(|| MemoryTable::new(table));
                }
                Step::CreateIndex(table, _) => self.table(table.name)?.reshape(table)?,
                Step::AddColumn {
                    table,
                    column,
                    fill,
                } => {
                    self.table(table.name)?.add_column(table, column, *fill)?;
                }
                // An index of the present table is in use; one that is not has no entries here.
                Step::DropIndex { .. } => {}
                Step::DropTable(table) => {
                    self.tables.remove(table.name);
                }
            }
        }
        self.applied.push(migration.name);
        Ok(())
    }

    fn table(&mut self, name: &'static str) -> Result<&mut MemoryTable, StoreError> {
        self.tables
            .get_mut(name)
            .ok_or(StoreError::UnknownTable { table: name })
    }
}
