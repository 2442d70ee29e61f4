//! The native JSON API.
