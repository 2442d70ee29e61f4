//! Ids, time, purposes and pure decisions: the words every other crate speaks.
