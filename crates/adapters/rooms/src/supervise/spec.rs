//! Which rooms, with which programs, users and listeners, and all the times.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use crate::{
    Label, Room,
    users::{UserIds, may_switch},
};

/// Connections the kernel keeps for a room that is being restarted.
const BACKLOG: i32 = 1024;

/// How to start one room.
#[derive(Debug)]
pub struct RoomSpec {
    /// Which room it is.
    pub room: Room,
    /// The program file.
    pub program: PathBuf,
    /// Its arguments, without the program's name. Visible to every user of the machine: never a secret.
    pub args: Vec<OsString>,
    /// The user it runs as; none: the supervisor's own.
    pub user: Option<UserIds>,
    /// Listening sockets it accepts on; see [`bind`].
    pub listeners: Vec<(Label, TcpListener)>,
}

/// Every time and limit of the supervisor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// A room must be ready this long after its start.
    pub ready_max: Duration,
    /// Wait before the first restart; doubles from crash to crash.
    pub wait_first: Duration,
    /// Longest wait before a restart.
    pub wait_max: Duration,
    /// A room that was ready for this long starts over with the first wait.
    pub healthy_after: Duration,
    /// Quick crashes in a row after which every further one is called a storm.
    pub storm_after: u32,
    /// Time for all rooms together to stop softly.
    pub stop_max: Duration,
    /// Part of it that is kept for each room still to come.
    pub stop_reserve: Duration,
    /// How long to wait for a killed room to be gone, each.
    pub kill_max: Duration,
}

impl Default for Timing {
    /// Ten seconds to get ready, restarts after 100 ms to 10 s, and a stop that ends within 10 s in the worst
    /// case: a disk that has a bad moment takes seconds for the last commit.
    fn default() -> Self {
        Self {
            ready_max: Duration::from_secs(10),
            wait_first: Duration::from_millis(100),
            wait_max: Duration::from_secs(10),
            healthy_after: Duration::from_secs(60),
            storm_after: 10,
            stop_max: Duration::from_millis(9300),
            stop_reserve: Duration::from_millis(600),
            kill_max: Duration::from_millis(150),
        }
    }
}

/// Why rooms cannot be run together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    /// No room at all.
    #[error("there is no room to start")]
    Empty,
    /// One room twice.
    #[error("the {0} is listed twice")]
    Twice(Room),
    /// One listener name twice in a room.
    #[error("two listeners of the {0} have the same name")]
    ListenerTwice(Room),
    /// Only a superuser may start a room as another user.
    #[error(
        "the {0} has a user of its own, but only a superuser may start programs as other users"
    )]
    CannotSwitchUser(Room),
}

/// Checks the rooms and sorts them by [`Room::START_ORDER`].
pub(super) fn in_order(mut rooms: Vec<RoomSpec>) -> Result<Vec<RoomSpec>, SpecError> {
    if rooms.is_empty() {
        return Err(SpecError::Empty);
    }
    let mut seen = BTreeSet::new();
    for spec in &rooms {
        if !seen.insert(spec.room) {
            return Err(SpecError::Twice(spec.room));
        }
        let names: BTreeSet<_> = spec.listeners.iter().map(|(name, _)| name).collect();
        if names.len() != spec.listeners.len() {
            return Err(SpecError::ListenerTwice(spec.room));
        }
        if spec.user.is_some() && !may_switch() {
            return Err(SpecError::CannotSwitchUser(spec.room));
        }
    }
    rooms.sort_by_key(|spec| Room::START_ORDER.iter().position(|room| *room == spec.room));
    Ok(rooms)
}

/// Binds a listening TCP socket for a room: non-blocking, with a queue long enough for a restart.
///
/// # Errors
/// When the address is taken, unknown or not allowed.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let listener = TcpListener::bind(address)?;
    rustix::net::listen(&listener, BACKLOG)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(room: Room) -> RoomSpec {
        RoomSpec {
            room,
            program: "/bin/false".into(),
            args: vec![],
            user: None,
            listeners: vec![],
        }
    }

    #[test]
    fn rooms_start_in_their_order_whatever_the_list() {
        let sorted = in_order(vec![
            spec(Room::Front),
            spec(Room::Courier),
            spec(Room::Vault),
        ])
        .unwrap();
        let order: Vec<_> = sorted.iter().map(|spec| spec.room).collect();
        assert_eq!(order, [Room::Vault, Room::Courier, Room::Front]);
    }

    #[test]
    fn rooms_that_cannot_run_together_are_refused() {
        assert_eq!(in_order(vec![]).unwrap_err(), SpecError::Empty);
        assert_eq!(
            in_order(vec![spec(Room::Front), spec(Room::Front)]).unwrap_err(),
            SpecError::Twice(Room::Front)
        );
        let name = Label::parse("public").unwrap();
        let address = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut front = spec(Room::Front);
        front.listeners = vec![
            (name.clone(), bind(address).unwrap()),
            (name, bind(address).unwrap()),
        ];
        assert_eq!(
            in_order(vec![front]).unwrap_err(),
            SpecError::ListenerTwice(Room::Front)
        );
    }

    #[test]
    fn the_worst_stop_ends_within_ten_seconds() {
        let timing = Timing::default();
        assert!(timing.stop_max + timing.kill_max * 4 <= Duration::from_secs(10));
        assert!(timing.stop_reserve * 4 <= timing.stop_max);
    }
}
