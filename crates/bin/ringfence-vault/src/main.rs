//! The vault room.

fn main() {}
