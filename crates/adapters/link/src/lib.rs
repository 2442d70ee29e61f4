//! The room-to-room protocol.
