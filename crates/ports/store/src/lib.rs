//! The storage door: tables, transactions, jobs, the memory backend and the conformance suite.
