//! How a program ends when it fails: one readable line, an honest exit code.
//!
//! The line says what is wrong and, behind the first `; `, what to do. At a terminal these are two.

use std::{
    fmt::Display,
    io::{self, IsTerminal as _},
    process::ExitCode,
};

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
        match line.split_once("; ") {
            Some((wrong, help)) if io::stderr().is_terminal() => {
                eprintln!("error: {wrong}\n  help: {help}");
            }
            _ if io::stderr().is_terminal() => {
                eprintln!("error: {line}\n  help: {}", self.usual_help());
            }
            _ => eprintln!("error: {line}"),
        }
        ExitCode::from(code)
    }

    /// What to do where the line does not say it.
    const fn usual_help(&self) -> &'static str {
        match self {
            Self::Usage(_) => "--help of the command has an example",
            Self::Settings(_) => {
                "correct the configuration file, then run ringfence check-config; docs/reference/config.md \
                 has every key"
            }
            Self::Failed(_) => {
                "ringfence check-config says what is configured and whether it can be used"
            }
        }
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
