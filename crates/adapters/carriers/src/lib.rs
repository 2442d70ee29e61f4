//! Carriers: the simulator, and later the real ones.
