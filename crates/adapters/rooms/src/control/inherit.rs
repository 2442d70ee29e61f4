//! A room's first act: taking what the supervisor left for it.

use std::{
    collections::BTreeMap,
    fs::File,
    io,
    net::TcpListener,
    os::{
        fd::{AsFd, OwnedFd},
        unix::net::UnixStream,
    },
};

use rustix::{
    net::{SocketType, sockopt::socket_type},
    process::Signal,
};

use super::{
    message::ToRoom,
    room_side::RoomControl,
    socket::{Packet, receive},
};
use crate::{Label, Room, sandbox::Report};

/// What a room has before its runtime starts: its name, its listeners, its first links.
#[derive(Debug)]
pub struct Inherited {
    room: Room,
    listeners: BTreeMap<Label, TcpListener>,
    links: Vec<(Room, UnixStream)>,
    socket: OwnedFd,
}

/// Why nothing was inherited.
#[derive(Debug, thiserror::Error)]
pub enum InheritError {
    /// Standard input is a terminal, a file or nothing.
    #[error(
        "this program is one room of an instance and is started by its supervisor; run `ringfence serve` instead"
    )]
    NotSupervised,
    /// The supervisor ended before the room had started.
    #[error("the supervisor is gone")]
    SupervisorGone,
    /// The message is of another version or no message at all.
    #[error("the supervisor speaks another version; install all programs of one release")]
    Unreadable,
    /// The system refused a call.
    #[error("cannot take over the control socket: {0}")]
    Io(#[from] io::Error),
}

/// Takes the control socket from standard input, and from it the listeners and links that are there at the start.
///
/// Call it first in `main`, before the sandbox and before any thread. It waits for the supervisor, which has already sent
/// everything when the program starts. Standard input reads as empty afterwards. Until [`Inherited::start`] the kernel
/// ends this process together with the supervisor.
///
/// # Errors
/// [`InheritError`], whose text is fit for standard error.
pub fn inherit() -> Result<Inherited, InheritError> {
    let stdin = io::stdin();
    if socket_type(&stdin) != Ok(SocketType::SEQPACKET) {
        return Err(InheritError::NotSupervised);
    }
    let socket = stdin.as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdin(File::open("/dev/null")?).map_err(io::Error::from)?;
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))
        .map_err(io::Error::from)?;
    receive_start(socket)
}

/// Reads up to the message that says: start.
fn receive_start(socket: OwnedFd) -> Result<Inherited, InheritError> {
    let mut listeners = BTreeMap::new();
    let mut links = Vec::new();
    loop {
        let (bytes, attached) = match receive(&socket).map_err(io::Error::from)? {
            Packet::Message(bytes, attached) => (bytes, attached),
            Packet::Oversized => return Err(InheritError::Unreadable),
            Packet::End => return Err(InheritError::SupervisorGone),
        };
        match (ToRoom::from_bytes(&bytes), attached) {
            (Some(ToRoom::Listener(name)), Some(socket)) => {
                drop(listeners.insert(name, TcpListener::from(socket)))
            }
            (Some(ToRoom::Link(peer)), Some(stream)) => {
                links.push((peer, UnixStream::from(stream)))
            }
            (Some(ToRoom::Start(room)), None) => {
                return Ok(Inherited {
                    room,
                    listeners,
                    links,
                    socket,
                });
            }
            _ => return Err(InheritError::Unreadable),
        }
    }
}

impl Inherited {
    /// The room this process is to be.
    #[must_use]
    pub fn room(&self) -> Room {
        self.room
    }

    /// The listening socket of that name, once. Non-blocking, ready for `tokio::net::TcpListener::from_std`.
    pub fn take_listener(&mut self, name: &str) -> Option<TcpListener> {
        self.listeners.remove(name)
    }

    /// Starts to listen to the supervisor; call it inside the runtime, after the sandbox, whose `report` is passed on.
    ///
    /// From here on this process ignores SIGTERM, SIGINT and SIGHUP: a service manager sends them to every process at
    /// once, but a room ends when the supervisor says so, in its turn. When the supervisor is gone and the room has not
    /// ended `self_stop_max` later (usually [`SELF_STOP_MAX`](super::SELF_STOP_MAX)), the process is aborted.
    ///
    /// # Errors
    /// When signals cannot be handled, the thread cannot be started, or the supervisor is already gone.
    pub fn start(
        self,
        report: &Report,
        self_stop_max: std::time::Duration,
    ) -> io::Result<RoomControl> {
        RoomControl::start(self.socket, self.links, report, self_stop_max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::control::socket::{pair, send};

    fn received(packets: &[Vec<u8>]) -> Result<Inherited, InheritError> {
        let (here, there) = pair(SocketType::SEQPACKET).unwrap();
        for packet in packets {
            send(&here, packet, None).unwrap();
        }
        drop(here);
        receive_start(there)
    }

    #[test]
    fn listeners_and_links_come_before_the_start() {
        let (here, there) = pair(SocketType::SEQPACKET).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (_ours, theirs) = UnixStream::pair().unwrap();
        let name = Label::parse("public").unwrap();
        send(
            &here,
            &ToRoom::Listener(name).to_bytes(),
            Some(listener.as_fd()),
        )
        .unwrap();
        send(
            &here,
            &ToRoom::Link(Room::Vault).to_bytes(),
            Some(theirs.as_fd()),
        )
        .unwrap();
        send(&here, &ToRoom::Start(Room::Front).to_bytes(), None).unwrap();
        let mut inherited = receive_start(there).unwrap();
        assert_eq!(inherited.room(), Room::Front);
        assert_eq!(
            inherited.links.first().map(|(peer, _)| *peer),
            Some(Room::Vault)
        );
        let same = inherited
            .take_listener("public")
            .map(|socket| socket.local_addr().unwrap());
        assert_eq!(same, Some(listener.local_addr().unwrap()));
        assert!(inherited.take_listener("public").is_none());
    }

    #[test]
    fn a_supervisor_that_ends_early_is_told_apart() {
        assert!(matches!(received(&[]), Err(InheritError::SupervisorGone)));
    }

    #[test]
    fn anything_but_a_start_is_unreadable() {
        let link_without_descriptor = ToRoom::Link(Room::Vault).to_bytes();
        for packet in [
            link_without_descriptor,
            vec![9, 9],
            vec![0; 65],
            ToRoom::Stop.to_bytes(),
        ] {
            assert!(matches!(received(&[packet]), Err(InheritError::Unreadable)));
        }
    }
}
