//! The whole product in one process, with one clock and seeded randomness.
