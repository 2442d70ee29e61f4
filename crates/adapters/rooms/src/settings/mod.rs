//! The configuration file: one TOML file for all rooms.
//!
//! Every room reads the whole file and takes its part of it. So a mistake anywhere stops every
//! room with the same line, and `check-config` finds what a start would find.

mod courier;
mod hsm;
mod operator;
mod schema;
mod section;

use std::{
    fmt,
    io::{ErrorKind, Read},
    path::Path,
};

pub use courier::{Binding, CarrierSettings, CourierSettings, RouteSettings, Way};
pub use hsm::{Hsm, Make, PretendHsm, Token};
pub use operator::{OperatorAddress, OperatorSettings, SimCheck, SimPolicy};
pub use schema::{
    Configuration, Database, Front, FrontLimits, Instance, Users, Vault, VaultLimits,
};

use section::Section;

/// The largest configuration file read, bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// Longest name of an unknown key that is shown, characters.
const MAX_SHOWN: usize = 64;

/// Why a configuration cannot be used. Printed as one readable line; exit code 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The file.
    pub file: String,
    /// What is wrong, and where.
    pub wrong: Wrong,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.wrong)
    }
}

impl std::error::Error for SettingsError {}

/// What is wrong with a configuration. Values are never shown, only what is allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// The system does not give the file.
    #[error("{0}")]
    Unreadable(String),
    /// There is no such file.
    #[error("is not there; name the file with --config, or make an instance with `ringfence init`")]
    Missing,
    /// More than 256 KiB.
    #[error("is larger than 256 KiB")]
    TooLarge,
    /// Not UTF-8.
    #[error("is not text (UTF-8)")]
    NotText,
    /// Not TOML.
    #[error("line {line} is not TOML: {message}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// What the parser says of it.
        message: String,
    },
    /// A table, or a key outside every table, that nobody reads.
    #[error("there is no table [{name}]; there are {}", tables(allowed))]
    UnknownTable {
        /// Its name.
        name: String,
        /// The tables there are.
        allowed: Vec<&'static str>,
    },
    /// A key that nobody reads.
    #[error("[{table}] has no key {key}; it may have {}", allowed.join(", "))]
    UnknownKey {
        /// The table it stands in.
        table: &'static str,
        /// Its name.
        key: String,
        /// The keys there are.
        allowed: Vec<&'static str>,
    },
    /// A value that cannot be used.
    #[error("[{table}] {key} must be {allowed}")]
    BadValue {
        /// The table it stands in.
        table: &'static str,
        /// The key.
        key: &'static str,
        /// What may stand there.
        allowed: String,
    },
}

fn tables(names: &[&str]) -> String {
    let shown: Vec<String> = names.iter().map(|name| format!("[{name}]")).collect();
    shown.join(", ")
}

/// A name from the file, fit for one line.
fn shown(name: &str) -> String {
    name.escape_debug().take(MAX_SHOWN).collect()
}

impl Configuration {
    /// Reads the file.
    ///
    /// # Errors
    /// [`SettingsError`] names the first thing that is wrong and what is allowed in its place.
    pub fn load(path: &Path) -> Result<Self, SettingsError> {
        read(path)
            .and_then(|text| Self::parse(&text))
            .map_err(|wrong| SettingsError {
                file: path.display().to_string(),
                wrong,
            })
    }

    /// Reads the text of a file.
    ///
    /// # Errors
    /// [`Wrong`].
    pub fn parse(text: &str) -> Result<Self, Wrong> {
        let whole: toml::Table = text.parse().map_err(|error| syntax(text, &error))?;
        Self::from_table(whole)
    }
}

fn read(path: &Path) -> Result<String, Wrong> {
    let unreadable = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => Wrong::Missing,
        _ => Wrong::Unreadable(error.to_string()),
    };
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .map_err(unreadable)?
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Wrong::TooLarge);
    }
    String::from_utf8(bytes).map_err(|_| Wrong::NotText)
}

fn syntax(text: &str, error: &toml::de::Error) -> Wrong {
    let before = error.span().and_then(|span| text.get(..span.start));
    Wrong::Syntax {
        line: before.unwrap_or_default().matches('\n').count() + 1,
        message: error.message().replace('\n', ", "),
    }
}

#[cfg(test)]
mod tests;
