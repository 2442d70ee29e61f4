//! Leaves of the transparency log and the commitments in them.
