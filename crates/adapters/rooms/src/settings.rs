//! The configuration file: one TOML file, each room reads its own table of it.

use std::{fmt, path::Path};

use serde::de::DeserializeOwned;

/// The largest configuration file read, bytes.
const MAX_BYTES: u64 = 256 * 1024;

/// Why a configuration cannot be used. Printed as one readable line; exit code 64.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsError {
    /// The file.
    pub file: String,
    /// What is wrong, and where.
    pub what: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.file, self.what)
    }
}

impl std::error::Error for SettingsError {}

/// Reads table `name` of the file; a table that is missing is read as an empty one.
///
/// # Errors
/// [`SettingsError`] when the file cannot be read, is not TOML, or has a key that is not known.
pub fn table<T: DeserializeOwned>(path: &Path, name: &str) -> Result<T, SettingsError> {
    let fail = |what: String| SettingsError {
        file: path.display().to_string(),
        what,
    };
    let size = std::fs::metadata(path)
        .map_err(|error| fail(error.to_string()))?
        .len();
    if size > MAX_BYTES {
        return Err(fail("is larger than 256 KiB".to_owned()));
    }
    let text = std::fs::read_to_string(path).map_err(|error| fail(error.to_string()))?;
    let whole: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| fail(one_line(&error)))?;
    let part = whole
        .get(name)
        .cloned()
        .unwrap_or(toml::Value::Table(toml::Table::new()));
    part.try_into()
        .map_err(|error: toml::de::Error| fail(format!("[{name}] {}", one_line(&error))))
}

fn one_line(error: &toml::de::Error) -> String {
    error.message().replace('\n', ", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize, PartialEq, Default)]
    #[serde(deny_unknown_fields, default)]
    struct Front {
        listen: Option<String>,
    }

    fn read(text: &str) -> Result<Front, String> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        table(file.path(), "front").map_err(|error| error.what)
    }

    #[test]
    fn a_room_reads_its_own_table_only() {
        let front = read("[front]\nlisten = \"a\"\n[vault]\nwhatever = 1\n").unwrap();
        assert_eq!(front.listen.as_deref(), Some("a"));
        assert_eq!(read("").unwrap(), Front::default());
    }

    #[test]
    fn an_unknown_key_stops_the_start_and_is_named() {
        let what = read("[front]\nlisen = \"a\"\n").unwrap_err();
        assert!(what.contains("lisen"), "{what}");
    }

    #[test]
    fn a_file_that_is_not_toml_is_one_readable_line() {
        let what = read("[front\n").unwrap_err();
        assert!(!what.contains('\n'));
    }
}
