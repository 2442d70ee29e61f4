//! Fewer statements: reads of rows of one table become one, and so do writes.
//!
//! A statement costs a server more than a row does. The text of a statement on several rows
//! depends on their number, and each text is prepared once for each connection. So reads repeat
//! their last key to fill up a power of two. Writes cannot repeat a row: there is a text for each
//! number up to [`MAX_WRITTEN`].

use std::collections::HashSet;

use store::sql::{Many, Operation};
use store::{Read, Row, StoreError, Table, Value, Write};

use crate::view::{is_plain, key_of};

/// Most rows that one statement asks for.
const MAX_READ: usize = 64;
/// Most rows that one statement writes.
const MAX_WRITTEN: usize = 16;

/// What decides, with the table, the text of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Form {
    One(Operation),
    Many(Many, usize),
}

/// One statement to send.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) table: &'static Table,
    pub(crate) form: Form,
    pub(crate) values: Vec<Value>,
}

impl Job {
    /// Does it change the database whatever is there? A removal may find nothing to remove, and a
    /// row that is nothing but its key may be there already.
    pub(crate) fn surely_writes(&self) -> bool {
        match self.form {
            Form::One(Operation::Insert) | Form::Many(Many::Inserts, _) => true,
            Form::One(Operation::Put) | Form::Many(Many::Puts, _) => {
                self.table.columns.len() > self.table.key.len()
            }
            _ => false,
        }
    }
}

/// Statements that answer reads.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    pub(crate) jobs: Vec<Job>,
    picks: Vec<Pick>,
}

/// How the answer of one read is found among the answers of the statements.
#[derive(Debug)]
enum Pick {
    Whole(usize),
    /// The row with this key.
    Row(usize, Value),
    /// The rows that begin with this value, at most so many. The statement was asked for at most
    /// so many in all.
    Prefix(usize, Value, usize, usize),
}

impl Asked {
    /// Each read by a statement of its own.
    pub(crate) fn singly(reads: &[Read]) -> Self {
        let mut asked = Asked::default();
        for read in reads {
            asked.whole(read);
        }
        asked
    }

    /// Reads of rows of one table together.
    pub(crate) fn together(reads: &[Read]) -> Self {
        let mut asked = Asked::default();
        let mut sheets: Vec<Sheet> = vec![];
        for (at, read) in reads.iter().enumerate() {
            let Some((many, value, limit)) = listable(read) else {
                asked.whole(read);
                continue;
            };
            asked.picks.push(Pick::Whole(usize::MAX));
            let table = read.table();
            let known = sheets.iter_mut().find(|sheet| sheet.fits(many, table));
            match known {
                Some(sheet) => sheet.members.push((at, value, limit)),
                None => sheets.push(Sheet {
                    many,
                    table,
                    members: vec![(at, value, limit)],
                }),
            }
        }
        for sheet in &sheets {
            for members in sheet.members.chunks(MAX_READ) {
                asked.add(sheet, members, reads);
            }
        }
        asked
    }

    fn whole(&mut self, read: &Read) {
        self.picks.push(Pick::Whole(self.jobs.len()));
        self.jobs.push(one(read));
    }

    fn add(&mut self, sheet: &Sheet, members: &[(usize, Value, usize)], reads: &[Read]) {
        let job = self.jobs.len();
        if let [(at, ..)] = members
            && let (Some(read), Some(pick)) = (reads.get(*at), self.picks.get_mut(*at))
        {
            *pick = Pick::Whole(job);
            self.jobs.push(one(read));
            return;
        }
        let total = members.iter().map(|(_, _, limit)| *limit).sum();
        for (at, value, limit) in members {
            if let Some(pick) = self.picks.get_mut(*at) {
                *pick = match sheet.many {
                    Many::Prefixes => Pick::Prefix(job, value.clone(), *limit, total),
                    _ => Pick::Row(job, value.clone()),
                };
            }
        }
        let count = members.len().next_power_of_two();
        let values = members.iter().map(|(_, value, _)| value.clone());
        let mut values: Vec<Value> = values.collect();
        let last = values.last().cloned().unwrap_or(Value::Null);
        values.resize(count, last);
        if sheet.many == Many::Prefixes {
            values.push(Value::Int(i64::try_from(total).unwrap_or(i64::MAX)));
        }
        self.jobs.push(Job {
            table: sheet.table,
            form: Form::Many(sheet.many, count),
            values,
        });
    }

    /// The answer of each read, in order; none when a limit may have cut one of them short, and
    /// each must be asked for by itself.
    pub(crate) fn answers(
        &self,
        reads: &[Read],
        rows: &[Vec<Row>],
    ) -> Result<Option<Vec<Vec<Row>>>, StoreError> {
        let mut answers = Vec::with_capacity(reads.len());
        for (pick, read) in self.picks.iter().zip(reads) {
            let (Pick::Whole(job) | Pick::Row(job, _) | Pick::Prefix(job, ..)) = pick;
            let rows = rows.get(*job).map_or(&[][..], Vec::as_slice);
            let first = read.table().key.first().copied().unwrap_or_default();
            let at = read.table().position(first)?;
            let begins = |row: &&Row, value: &Value| row.get(at) == Some(value);
            answers.push(match pick {
                Pick::Whole(_) => rows.to_vec(),
                Pick::Row(_, key) => {
                    let found = rows.iter().find(|row| begins(row, key));
                    found.cloned().into_iter().collect()
                }
                Pick::Prefix(_, _, _, total) if rows.len() >= *total => return Ok(None),
                Pick::Prefix(_, value, limit, _) => {
                    let found = rows.iter().filter(|row| begins(row, value));
                    found.take(*limit).cloned().collect()
                }
            });
        }
        Ok(Some(answers))
    }
}

/// Reads of one table that one statement can answer.
struct Sheet {
    many: Many,
    table: &'static Table,
    /// Which read, the value it names, and its limit.
    members: Vec<(usize, Value, usize)>,
}

impl Sheet {
    fn fits(&self, many: Many, table: &'static Table) -> bool {
        let own = (self.many, self.table.database, self.table.name);
        own == (many, table.database, table.name)
    }
}

/// What makes a read one of a list.
fn listable(read: &Read) -> Option<(Many, Value, usize)> {
    match read {
        Read::Get { key, .. } => match key.as_slice() {
            [value] => Some((Many::Gets, value.clone(), 1)),
            _ => None,
        },
        Read::Scan(scan) => match scan.prefix.as_slice() {
            [value] if is_plain(scan) => Some((Many::Prefixes, value.clone(), scan.limit)),
            _ => None,
        },
    }
}

fn one(read: &Read) -> Job {
    let (table, operation, values) = Operation::of_read(read);
    Job {
        table,
        form: Form::One(operation),
        values,
    }
}

/// Writes of one kind to one table, in order, of which none is to the same row as another.
struct Run {
    many: Many,
    rows: Vec<Vec<Value>>,
    keys: HashSet<Vec<Value>>,
}

/// The statements that make writes. Those of one table keep their order.
pub(crate) fn written(writes: Vec<Write>) -> Result<Vec<Job>, StoreError> {
    let mut tables: Vec<(&'static Table, Vec<Run>)> = vec![];
    for write in writes {
        let (table, key) = (write.table(), key_of(&write)?);
        let (many, row) = match write {
            Write::Insert { row, .. } => (Many::Inserts, row),
            Write::Put { row, .. } => (Many::Puts, row),
            Write::Delete { key, .. } => (Many::Deletes, key),
        };
        let name = (table.database, table.name);
        let known = tables
            .iter()
            .position(|(t, _)| (t.database, t.name) == name);
        let at = known.unwrap_or_else(|| {
            tables.push((table, vec![]));
            tables.len() - 1
        });
        let Some((_, runs)) = tables.get_mut(at) else {
            continue;
        };
        match runs.last_mut() {
            Some(run) if run.many == many && !run.keys.contains(&key) => {
                run.keys.insert(key);
                run.rows.push(row);
            }
            _ => runs.push(Run {
                many,
                rows: vec![row],
                keys: HashSet::from([key]),
            }),
        }
    }
    let mut jobs = vec![];
    for (table, runs) in tables {
        for run in runs {
            split(table, run, &mut jobs);
        }
    }
    Ok(jobs)
}

fn split(table: &'static Table, run: Run, jobs: &mut Vec<Job>) {
    let alone = match run.many {
        Many::Inserts => Operation::Insert,
        Many::Puts => Operation::Put,
        _ => Operation::Delete,
    };
    let listed = run.many != Many::Deletes || table.key.len() == 1;
    let most = if listed { MAX_WRITTEN } else { 1 };
    let mut rows = run.rows.into_iter();
    while rows.len() > 0 {
        let count = rows.len().min(most);
        let values = rows.by_ref().take(count).flatten().collect();
        let form = match count {
            1 => Form::One(alone),
            _ => Form::Many(run.many, count),
        };
        jobs.push(Job {
            table,
            form,
            values,
        });
    }
}

#[cfg(test)]
mod tests;
