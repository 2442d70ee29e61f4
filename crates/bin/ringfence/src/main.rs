//! The supervisor, the front and the operator's commands.

fn main() {}
