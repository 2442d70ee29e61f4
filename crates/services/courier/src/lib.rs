//! Hands messages to carriers, once.
