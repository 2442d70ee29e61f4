//! Prints the API description: `cargo run -q -p api --example openapi > docs/reference/openapi.json`.

use std::io::{self, Write as _};

fn main() -> io::Result<()> {
    io::stdout()
        .lock()
        .write_all(api::openapi::document().as_bytes())
}
