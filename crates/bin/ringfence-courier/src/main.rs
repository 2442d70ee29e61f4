//! The courier room.

fn main() {}
