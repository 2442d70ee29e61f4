//! Files that a command of ours writes must be what it writes now.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};
use crate::host::Run;

/// A file of the repository, and the cargo arguments whose standard output it is.
type Derived = (&'static str, &'static [&'static str]);

/// Add a line when a derived file is added, for example
/// `("docs/openapi.json", &["run", "--quiet", "-p", "ringfence", "--", "openapi"])`.
const DERIVED: &[Derived] = &[
    (
        "docs/reference/openapi.json",
        &["run", "--quiet", "-p", "api", "--example", "openapi"],
    ),
    (
        "docs/reference/errors.md",
        &["run", "--quiet", "-p", "api", "--example", "errors"],
    ),
    (
        "web/scripts/places.mjs",
        &["run", "--quiet", "-p", "pages", "--example", "places"],
    ),
    (
        "web/scripts/groups.mjs",
        &["run", "--quiet", "-p", "pages", "--example", "groups"],
    ),
];

/// Compares every derived file with what its command says now; `fix` writes it.
pub fn run(root: &Path, fix: bool) -> Result<String> {
    let mut found = Vec::new();
    for (path, command) in DERIVED {
        let fresh = Run::cargo().args(*command).read()?;
        if let Some(complaint) = compare(&root.join(path), &fresh, fix)? {
            found.push(format!("{path} {complaint}: `cargo {}`", command.join(" ")));
        }
    }
    super::verdict(format!("{} files", DERIVED.len()), found)
}

/// Why the file is not what it should be; with `fix` it is made so.
fn compare(path: &Path, fresh: &str, fix: bool) -> Result<Option<&'static str>> {
    let complaint = match fs::read_to_string(path) {
        Ok(old) if old == fresh => return Ok(None),
        Ok(_) => "is out of date",
        Err(_) => "is missing",
    };
    if fix {
        fs::write(path, fresh).map_err(|e| Error::file(path, &e))?;
        return Ok(None);
    }
    Ok(Some(complaint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_reported_and_fix_rewrites_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        assert_eq!(compare(&path, "{}", false).unwrap(), Some("is missing"));
        fs::write(&path, "old").unwrap();
        assert_eq!(compare(&path, "{}", false).unwrap(), Some("is out of date"));
        assert_eq!(compare(&path, "{}", true).unwrap(), None);
        assert_eq!(compare(&path, "{}", false).unwrap(), None);
    }
}
