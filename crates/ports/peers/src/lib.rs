//! What one room asks of another: traits, and scripted stand-ins for tests.
