//! The Rust files of our crates, read once for all scans.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::lexer;
use crate::error::{Error, Result};
use crate::metadata::Workspace;

/// One Rust file.
pub struct Source {
    /// The crate it belongs to.
    pub crate_name: String,
    /// Its path from the workspace's root.
    pub path: PathBuf,
    /// Its text as written.
    pub text: String,
    /// Its text with comments and literals blanked.
    pub code: String,
    /// Only tests compile it.
    pub is_test: bool,
}

impl Source {
    /// From a text; a file in `tests/` or `benches/`, or named `tests.rs`, is a test.
    pub fn new(crate_name: &str, path: &Path, text: String) -> Self {
        let code = lexer::code_only(&text);
        let is_test = path.iter().any(|part| {
            matches!(
                part.to_str(),
                Some("tests" | "benches" | "examples" | "tests.rs")
            )
        });
        Self {
            crate_name: crate_name.to_owned(),
            path: path.to_owned(),
            text,
            code,
            is_test,
        }
    }

    /// Is this position compiled by tests only?
    pub fn tests_only(&self, at: usize) -> bool {
        self.is_test
            || lexer::test_ranges(&self.code)
                .iter()
                .any(|range| range.contains(&at))
    }
}

/// Reads every Rust file of every crate of ours, in the order of their paths.
pub fn load(workspace: &Workspace, root: &Path) -> Result<Vec<Source>> {
    let mut sources = Vec::new();
    for package in workspace.ours() {
        for path in files_under(&package.folder, &["rs"])? {
            let text = fs::read_to_string(&path).map_err(|e| Error::file(&path, &e))?;
            let shown = path.strip_prefix(root).unwrap_or(&path);
            sources.push(Source::new(&package.name, shown, text));
        }
    }
    mark_test_modules(&mut sources);
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(sources)
}

/// Marks the files of modules declared `#[cfg(test)] mod NAME;`, and all below them.
fn mark_test_modules(sources: &mut [Source]) {
    let mut stems = BTreeSet::new();
    for source in sources.iter() {
        let folder = module_folder(&source.path);
        for name in lexer::test_modules(&source.code) {
            stems.insert(folder.join(name));
        }
    }
    for source in sources {
        let stem = source.path.with_extension("");
        source.is_test |= stem.ancestors().any(|part| stems.contains(part));
    }
}

/// The folder in which a file's child modules live.
fn module_folder(path: &Path) -> PathBuf {
    let parent = path.parent().unwrap_or(Path::new(""));
    match path.file_stem().and_then(|stem| stem.to_str()) {
        Some("lib" | "main" | "mod") | None => parent.to_path_buf(),
        Some(stem) => parent.join(stem),
    }
}

/// Every file below a folder with one of these extensions; build output, version control and
/// installed packages are passed over.
pub fn files_under(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|e| Error::file(&folder, &e))?;
        for entry in entries {
            let entry = entry?;
            let path = entry.path();
            let name = entry.file_name();
            if entry.file_type()?.is_dir() {
                if !matches!(name.to_str(), Some("target" | "node_modules" | ".git")) {
                    open.push(path);
                }
            } else if path
                .extension()
                .and_then(|e| e.to_str())
                .is_some_and(|e| extensions.contains(&e))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, text: &str) -> Source {
        Source::new("c", Path::new(path), text.to_owned())
    }

    #[test]
    fn a_test_module_in_its_own_file_is_a_test() {
        let mut sources = [
            source("c/src/lib.rs", "#[cfg(test)]\nmod vectors;\nmod real;"),
            source("c/src/vectors.rs", ""),
            source("c/src/vectors/more.rs", ""),
            source("c/src/real.rs", "#[cfg(test)] mod cases;"),
            source("c/src/real/cases.rs", ""),
            source("c/tests/whole.rs", ""),
        ];
        mark_test_modules(&mut sources);
        let tests: Vec<bool> = sources.iter().map(|source| source.is_test).collect();
        assert_eq!(tests, [false, true, true, false, true, true]);
    }
}
