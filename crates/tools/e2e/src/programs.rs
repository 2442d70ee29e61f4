//! Where the programs are.

use std::path::PathBuf;

const NAMES: [&str; 3] = ["ringfence", "ringfence-vault", "ringfence-courier"];

/// The folder with all three programs: `RINGFENCE_PROGRAMS`, or where cargo put them beside this
/// test.
///
/// # Panics
/// If one is missing, with the command that builds them.
#[must_use]
pub fn programs() -> PathBuf {
    let folder = named().unwrap_or_else(beside_the_test);
    for name in NAMES {
        let path = folder.join(name);
        assert!(
            path.is_file(),
            "{} is missing: run `cargo xtask test`, or `cargo build -p ringfence \
             -p ringfence-vault -p ringfence-courier --features \
             ringfence/demo,ringfence-vault/demo,ringfence-courier/demo`",
            path.display()
        );
    }
    folder
}

#[expect(
    clippy::disallowed_methods,
    reason = "release programs are tested by naming their folder"
)]
fn named() -> Option<PathBuf> {
    std::env::var_os("RINGFENCE_PROGRAMS").map(PathBuf::from)
}

/// A test is `target/debug/deps/NAME-HASH`, a program `target/debug/NAME`.
fn beside_the_test() -> PathBuf {
    let test = std::env::current_exe().expect("the path of this test");
    let folder = test.ancestors().nth(2).expect("a target folder");
    folder.to_owned()
}
