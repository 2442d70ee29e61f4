//! Where the databases lie and how they are opened.

use std::path::{Path, PathBuf};

/// Options of a store on SQLite.
#[derive(Debug, Clone)]
pub struct Options {
    directory: PathBuf,
    files: Vec<(&'static str, PathBuf)>,
    pub(crate) migrate: bool,
}

impl Options {
    /// Every database in one directory, as `NAME.db`.
    #[must_use]
    pub fn new(directory: impl Into<PathBuf>) -> Self {
        Options {
            directory: directory.into(),
            files: vec![],
            migrate: false,
        }
    }

    /// Puts one database elsewhere, for example to keep it out of backups of the directory.
    #[must_use]
    pub fn file(mut self, database: &'static str, path: impl AsRef<Path>) -> Self {
        self.files.push((database, path.as_ref().to_owned()));
        self
    }

    /// Applies missing migrations on opening, which otherwise refuses to open.
    #[must_use]
    pub fn migrate(mut self) -> Self {
        self.migrate = true;
        self
    }

    /// File of a database.
    #[must_use]
    pub fn path(&self, database: &str) -> PathBuf {
        let placed = self.files.iter().find(|(name, _)| *name == database);
        let path = placed.map(|(_, path)| path.clone());
        path.unwrap_or_else(|| self.directory.join(format!("{database}.db")))
    }
}
