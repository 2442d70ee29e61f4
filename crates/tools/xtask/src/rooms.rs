//! The three binaries, and the feature that makes a demonstration of them.

use crate::metadata::Workspace;

/// The binaries, one per kind of room; the first is the one a person starts.
pub const BINARIES: &[&str] = &["ringfence", "ringfence-vault", "ringfence-courier"];

/// The feature that adds the demonstration.
pub const FEATURE: &str = "demo";

/// `-p NAME` for each binary.
pub fn packages() -> Vec<String> {
    BINARIES
        .iter()
        .flat_map(|name| ["-p".to_owned(), (*name).to_owned()])
        .collect()
}

/// `NAME/demo` for each binary that declares the feature.
pub fn demo_features(workspace: &Workspace) -> Vec<String> {
    let declares = |name: &&&str| {
        workspace
            .our(name)
            .is_some_and(|package| package.features.contains(FEATURE))
    };
    BINARIES
        .iter()
        .filter(declares)
        .map(|name| format!("{name}/{FEATURE}"))
        .collect()
}
