//! Two rooms, or a room and a raw socket, talking.

mod breaks;
mod fixture;
mod hostile;
mod rights;
mod verbs;
