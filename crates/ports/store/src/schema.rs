//! Migrations: the only way a schema changes.

use crate::{StoreError, Table, table::is_name};

/// What the rows that exist already get in a new column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// Null; the column must be nullable.
    Null,
    /// This integer.
    Int(i64),
    /// Empty bytes or empty text.
    Empty,
}

/// One change of a schema. Every step may be applied twice without harm.
///
/// Steps name the present `'static` tables, so a fresh database gets the present shape at once
/// and finds the later steps already done.
#[derive(Debug, Clone, Copy)]
pub enum Step {
    /// Creates a table with all its indexes.
    CreateTable(&'static Table),
    /// Creates one index of an existing table.
    CreateIndex(&'static Table, &'static str),
    /// Adds a column to an existing table.
    AddColumn {
        /// The table, already with the column.
        table: &'static Table,
        /// The new column's name.
        column: &'static str,
        /// What existing rows get.
        fill: Fill,
    },
    /// Drops an index.
    DropIndex {
        /// Database of the index.
        database: &'static str,
        /// Name of the index.
        index: &'static str,
    },
    /// Drops a table and its indexes.
    DropTable(&'static Table),
}

impl Step {
    /// Database that the step changes.
    #[must_use]
    pub fn database(&self) -> &'static str {
        match self {
            Step::CreateTable(table) | Step::CreateIndex(table, _) | Step::DropTable(table) => {
                table.database
            }
            Step::AddColumn { table, .. } => table.database,
            Step::DropIndex { database, .. } => database,
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        match self {
            Step::CreateTable(table) | Step::DropTable(table) => table.check(),
            Step::CreateIndex(table, index) => {
                table.check()?;
                table.index(index).map(|_| ())
            }
            Step::AddColumn {
                table,
                column,
                fill,
            } => {
                table.check()?;
                let at = table.position(column)?;
                let nullable = table.columns.get(at).is_some_and(|c| c.nullable);
                if *fill == Fill::Null && !nullable {
                    return Err(table.invalid("a column filled with null is nullable"));
                }
                Ok(())
            }
            Step::DropIndex { index, .. } => {
                let rule = "names are lower-case letters, digits and _";
                is_name(index)
                    .then_some(())
                    .ok_or(StoreError::Invalid { table: index, rule })
            }
        }
    }
}

/// A named list of steps. Once released it never changes; later changes are later migrations.
#[derive(Debug, Clone, Copy)]
pub struct Migration {
    /// Name, recorded in every database; by custom `0001_what_it_does`.
    pub name: &'static str,
    /// Steps, in order.
    pub steps: &'static [Step],
}

/// All databases and migrations of a store.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// Names of the databases, in the order in which a transaction commits them.
    pub databases: &'static [&'static str],
    /// Migrations, in order.
    pub migrations: &'static [Migration],
}

impl Schema {
    /// Checks the whole schema.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] with the rule that it breaks.
    pub fn check(&self) -> Result<(), StoreError> {
        let broken = |table, rule| Err(StoreError::Invalid { table, rule });
        if self.databases.is_empty() || self.databases.len() > MAX_DATABASES {
            return broken("schema", "a store has 1 to 8 databases");
        }
        for (at, name) in self.databases.iter().enumerate() {
            if !is_name(name) || self.databases.iter().take(at).any(|n| n == name) {
                return broken(name, "database names are unique names");
            }
        }
        for (at, migration) in self.migrations.iter().enumerate() {
            if self
                .migrations
                .iter()
                .take(at)
                .any(|m| m.name == migration.name)
            {
                return broken(migration.name, "migration names are unique");
            }
            for step in migration.steps {
                step.check()?;
                if !self.databases.contains(&step.database()) {
                    return broken(step.database(), "every step names a database of the schema");
                }
            }
        }
        Ok(())
    }

    /// Every table there is once all migrations were applied, in the order of the databases.
    #[must_use]
    pub fn tables(&self) -> Vec<&'static Table> {
        let mut tables: Vec<&'static Table> = vec![];
        for step in self.migrations.iter().flat_map(|m| m.steps) {
            match step {
                Step::CreateTable(table) => tables.push(table),
                Step::DropTable(table) => tables
                    .retain(|known| (known.name, known.database) != (table.name, table.database)),
                Step::CreateIndex(..) | Step::AddColumn { .. } | Step::DropIndex { .. } => {}
            }
        }
        let order = |table: &&Table| self.databases.iter().position(|d| *d == table.database);
        tables.sort_by_key(order);
        tables
    }

    /// The migrations that a database with these recorded ones still lacks, in order.
    ///
    /// # Errors
    /// [`StoreError::UnknownSchema`] when a recorded one is not in this schema.
    pub fn missing(
        &self,
        database: &'static str,
        recorded: &[String],
    ) -> Result<Vec<&'static Migration>, StoreError> {
        let known = |name: &String| self.migrations.iter().any(|m| m.name == name);
        if let Some(name) = recorded.iter().find(|name| !known(name)) {
            return Err(StoreError::UnknownSchema {
                database,
                migration: name.clone(),
            });
        }
        let done = |m: &&Migration| recorded.iter().any(|name| name == m.name);
        Ok(self.migrations.iter().filter(|m| !done(m)).collect())
    }
}

/// Most databases a store can span.
const MAX_DATABASES: usize = 8;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, Kind};

    static THING: Table = Table {
        name: "thing",
        database: "main",
        columns: &[Column::new("id", Kind::Bytes)],
        key: &["id"],
        indexes: &[],
    };
    const FIRST: Migration = Migration {
        name: "0001",
        steps: &[Step::CreateTable(&THING)],
    };
    const TWO: Schema = Schema {
        databases: &["main"],
        migrations: &[
            FIRST,
            Migration {
                name: "0002",
                steps: &[],
            },
        ],
    };

    #[test]
    fn only_unapplied_migrations_are_missing() {
        let missing = TWO.missing("main", &["0001".to_owned()]).unwrap();
        assert_eq!(missing.iter().map(|m| m.name).collect::<Vec<_>>(), ["0002"]);
    }

    #[test]
    fn an_unknown_recorded_migration_is_refused() {
        let refused = TWO.missing("main", &["0009".to_owned()]).unwrap_err();
        let want = StoreError::UnknownSchema {
            database: "main",
            migration: "0009".to_owned(),
        };
        assert_eq!(refused, want);
    }

    #[test]
    fn a_table_in_an_unnamed_database_is_refused() {
        let schema = Schema {
            databases: &["share"],
            ..TWO
        };
        assert!(matches!(
            schema.check(),
            Err(StoreError::Invalid { table: "main", .. })
        ));
    }

    #[test]
    fn two_migrations_of_one_name_are_refused() {
        let schema = Schema {
            databases: &["main"],
            migrations: &[FIRST, FIRST],
        };
        assert!(matches!(
            schema.check(),
            Err(StoreError::Invalid { table: "0001", .. })
        ));
    }
}
