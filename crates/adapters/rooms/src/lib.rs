//! Starting, fencing and restarting the rooms.
