//! The carrier simulator's page and API.
