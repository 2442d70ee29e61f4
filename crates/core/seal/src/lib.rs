//! The key schedule, the sealed record, tags, and the Hsm trait.
