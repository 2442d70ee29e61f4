//! The storage door on SQLite, with group commit.
