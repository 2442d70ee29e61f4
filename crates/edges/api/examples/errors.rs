//! Prints the page of error codes: `cargo run -q -p api --example errors > docs/reference/errors.md`.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout().lock().write_all(api::codes::page().as_bytes())
}
