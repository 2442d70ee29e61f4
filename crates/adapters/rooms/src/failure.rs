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
        eprintln!("{}", self.words(io::stderr().is_terminal()));
        ExitCode::from(match self {
            Self::Usage(_) => 2,
            Self::Settings(_) => 64,
            Self::Failed(_) => 1,
        })
    }

    /// One line for programs and logs, two for a person at a terminal.
    fn words(&self, terminal: bool) -> String {
        let (Self::Usage(line) | Self::Settings(line) | Self::Failed(line)) = self;
        if !terminal {
            return format!("error: {line}");
        }
        let (wrong, help) = line.split_once("; ").unwrap_or((line, self.usual_help()));
        format!("error: {wrong}\n  help: {help}")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_a_terminal_what_to_do_is_a_line_of_its_own() {
        let taken = Failure::Failed("port 8080 is taken; choose another; or wait".to_owned());
        assert_eq!(
            taken.words(false),
            "error: port 8080 is taken; choose another; or wait"
        );
        assert_eq!(
            taken.words(true),
            "error: port 8080 is taken\n  help: choose another; or wait"
        );
    }

    #[test]
    fn every_kind_of_failure_has_a_help() {
        for kind in [Failure::Usage, Failure::Settings, Failure::Failed] {
            let words = kind("wrong".to_owned()).words(true);
            assert!(words.starts_with("error: wrong\n  help: "), "{words}");
            assert_eq!(kind("wrong".to_owned()).words(false).lines().count(), 1);
        }
    }
}
