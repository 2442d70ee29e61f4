//! The one error of this crate and the exit code it ends with.

use std::fmt;
use std::io;
use std::path::Path;

/// Why a command stopped.
#[derive(Debug)]
pub enum Error {
    /// The command line cannot be understood: exit code 2.
    Usage(String),
    /// The command ran and the answer is no: exit code 1.
    Failed(String),
    /// A program we started ended badly: its own exit code is ours.
    Child {
        /// The command as a person would type it.
        command: String,
        /// Its exit code; 1 when a signal ended it.
        code: u8,
    },
}

/// What every command here returns.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A failure with a reason in one line.
    pub fn failed(reason: impl Into<String>) -> Self {
        Self::Failed(reason.into())
    }

    /// A failed operation on a file, with its path.
    pub fn file(path: &Path, error: &io::Error) -> Self {
        Self::Failed(format!("{}: {error}", path.display()))
    }

    /// The process exit code (interfaces: 0 done, 1 failed, 2 usage).
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) => 1,
            Self::Child { code, .. } => *code,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(reason) | Self::Failed(reason) => f.write_str(reason),
            Self::Child { command, code } => write!(f, "`{command}` ended with exit code {code}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}
