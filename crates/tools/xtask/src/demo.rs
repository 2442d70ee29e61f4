//! `cargo xtask demo`: build the three rooms, then become `ringfence demo`.

use crate::args::Args;
use crate::error::{Error, Result};
use crate::host::{self, Run};
use crate::rooms;

/// Builds and starts the demonstration; comes back only if that fails.
///
/// The process is replaced, not wrapped: the demonstration has our terminal, receives Ctrl-C
/// itself, and its exit code is what the shell sees.
pub fn run(args: Args) -> Result<()> {
    build()?;
    let binary = target_folder()?.join("release").join("ringfence");
    Err(Run::new(binary)
        .in_callers_folder()
        .arg("demo")
        .args(args.rest())
        .replace_self())
}

fn build() -> Result<()> {
    host::note("building the three rooms in release mode; the first time takes several minutes");
    let features: Vec<String> = rooms::BINARIES
        .iter()
        .map(|name| format!("{name}/{}", rooms::FEATURE))
        .collect();
    let begun = host::now();
    Run::cargo()
        .args(["build", "--release"])
        .args(rooms::packages())
        .args(["--features", &features.join(",")])
        .stream()?;
    host::note(format!("built in {}", host::seconds(begun.elapsed())));
    Ok(())
}

/// Where cargo puts what it builds, whatever the environment or configuration says.
fn target_folder() -> Result<std::path::PathBuf> {
    let json = Run::cargo()
        .args(["metadata", "--no-deps", "--format-version", "1"])
        .read()?;
    let value: serde_json::Value = serde_json::from_str(&json)
        .map_err(|e| Error::failed(format!("cargo metadata is not JSON: {e}")))?;
    match value["target_directory"].as_str() {
        Some(folder) => Ok(folder.into()),
        None => Err(Error::failed("cargo metadata names no target directory")),
    }
}
