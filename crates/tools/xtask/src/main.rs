//! The project's own commands: demo, test, bench, check.

fn main() {}
