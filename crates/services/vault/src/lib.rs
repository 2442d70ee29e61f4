//! Proof of control, sealing, limits and the log: the only judge and the only holder of numbers.
