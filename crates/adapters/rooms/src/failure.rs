//! How a program ends when it fails: one readable line, an honest exit code.

use std::{fmt::Display, process::ExitCode};

use crate::settings::SettingsError;

/// Why a program ends early.
#[derive(Debug)]
pub enum Failure {
    /// The command line asks for something impossible: exit code 2.
    Usage(String),
    /// The configuration: exit code 64.
    Settings(String),
    /// Anything else: exit code 1.
    Failed(String),
}

impl Failure {
    /// Prints the line on standard error and gives the code.
    pub fn report(&self) -> ExitCode {
        let (line, code) = match self {
            Self::Usage(line) => (line, 2),
            Self::Settings(line) => (line, 64),
            Self::Failed(line) => (line, 1),
        };
        eprintln!("error: {line}");
        ExitCode::from(code)
    }

    /// Makes an error into a failure while doing something.
    pub fn while_doing<E: Display>(doing: impl Display) -> impl Fn(E) -> Self {
        move |error| Self::Failed(format!("{doing}: {error}"))
    }
}

impl From<SettingsError> for Failure {
    fn from(error: SettingsError) -> Self {
        Self::Settings(error.to_string())
    }
}
